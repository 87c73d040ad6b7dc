"""The program's icon with a number and a state painted on it."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QImage, QPainter, QPen, QPixmap

from desktop.theme.icons import pixmap

_SIZES = (16, 22, 24, 32, 48, 64)
_MOST = 99
# Trays are light or dark; white on these can be read on both (contrast of at least 4.5).
_RED = "#d92d3a"
_AMBER = "#a35c00"
_GREY = "#636a77"
_PALE = QColor(220, 220, 220, 128)
_SMALL = 24  # up to here the number needs all the width there is


class Standing(Enum):
    """What the icon tells besides the number."""

    RUNNING = "running"
    PAUSED = "paused"
    BLOCKED = "blocked"
    OFFLINE = "offline"


def badge_text(count: int) -> str:
    """What can be read on an icon: nothing for 0, at most two digits."""
    if count <= 0:
        return ""
    return str(count) if count <= _MOST else f"{_MOST}+"


def badge_icon(count: int, standing: Standing = Standing.RUNNING) -> QIcon:
    """The icon for a tray, drawn for each of its usual sizes."""
    return _badge_icon(min(count, _MOST + 1), standing)


@lru_cache(maxsize=_MOST + 2)
def _badge_icon(count: int, standing: Standing) -> QIcon:
    icon = QIcon()
    for size in _SIZES:
        icon.addPixmap(badge_pixmap(count, size, standing))
    return icon


def badge_pixmap(count: int, size: int, standing: Standing = Standing.RUNNING) -> QPixmap:
    """The icon at ``size`` pixels. Small icons give the number as much room as they have."""
    image = QPixmap(_app_pixmap(size, coloured=standing is not Standing.OFFLINE))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    text = badge_text(count)
    if text:
        color = {Standing.OFFLINE: _GREY, Standing.PAUSED: _AMBER}.get(standing, _RED)
        _paint_number(painter, text, size, color)
    if standing is not Standing.RUNNING:
        _paint_sign(painter, standing, size)
    painter.end()
    return image


@lru_cache(maxsize=2 * len(_SIZES))
def _app_pixmap(size: int, *, coloured: bool) -> QPixmap:
    image = pixmap("app", "", size)
    return image if coloured else _without_colour(image)


def _without_colour(image: QPixmap) -> QPixmap:
    """In light greys, as transparent as it was."""
    grey = (
        image.toImage()
        .convertToFormat(QImage.Format.Format_Grayscale8)
        .convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    )
    painter = QPainter(grey)
    painter.fillRect(grey.rect(), _PALE)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.drawPixmap(0, 0, image)
    painter.end()
    return QPixmap.fromImage(grey)


def _paint_number(painter: QPainter, text: str, size: int, color: str) -> None:
    height = size * (0.64 if size <= _SMALL else 0.54)
    font = QFont("DejaVu Sans")
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setBold(True)
    font.setPixelSize(max(8, round(height * 0.86)))
    if len(text) > 2:
        font.setStretch(QFont.Stretch.SemiCondensed)
    width_of = QFontMetricsF(font).horizontalAdvance(text)
    while width_of > size - 1 and font.pixelSize() > 7:
        font.setPixelSize(font.pixelSize() - 1)
        width_of = QFontMetricsF(font).horizontalAdvance(text)
    width = min(size, max(height, width_of + height * 0.4))
    area = QRectF(size - width, size - height, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(area, height / 2.6, height / 2.6)
    painter.setFont(font)
    painter.setPen(QColor("white"))
    painter.drawText(area.adjusted(-2, 0, 2, 0), Qt.AlignmentFlag.AlignCenter, text)


def _paint_sign(painter: QPainter, standing: Standing, size: int) -> None:
    """In the upper left corner, on a disc with a light rim, so that it stands out on any panel."""
    disc = QRectF(0, 0, size * 0.5, size * 0.5)
    center, arm = disc.center(), disc.width() * 0.24
    color = {Standing.PAUSED: _AMBER, Standing.BLOCKED: _RED}.get(standing, _GREY)
    painter.setPen(QPen(QColor("white"), max(0.8, size / 32)))
    painter.setBrush(QColor(color))
    painter.drawEllipse(disc.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.setPen(QPen(QColor("white"), max(1.2, size / 16), Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    match standing:
        case Standing.PAUSED:
            for x in (-arm * 0.6, arm * 0.6):
                painter.drawLine(center + QPointF(x, -arm), center + QPointF(x, arm))
        case Standing.BLOCKED:
            painter.drawLine(center + QPointF(0, -arm * 1.1), center + QPointF(0, arm * 0.3))
            painter.drawLine(center + QPointF(0, arm * 0.7), center + QPointF(0, arm * 1.2))
        case Standing.OFFLINE:
            painter.drawLine(center + QPointF(-arm * 0.8, -arm * 0.8), center + QPointF(arm * 0.8, arm * 0.8))
            painter.drawLine(center + QPointF(-arm * 0.8, arm * 0.8), center + QPointF(arm * 0.8, -arm * 0.8))
        case Standing.RUNNING:
            return
