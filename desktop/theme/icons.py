"""Icons: SVG drawings in one stroke style, coloured by the theme and sharp at any scaling."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

_SCALES = (1.0, 1.5, 2.0, 3.0)
_GAP = 6  # device-independent pixels between a button's icon and its text; style sheets know none


@lru_cache(maxsize=256)
def icon(name: str, color: str, size: int = 20) -> QIcon:
    """The drawing ``resources/icons/<name>.svg`` in a colour."""
    result = QIcon()
    for scale in _SCALES:
        result.addPixmap(pixmap(name, color, size, scale))
    return result


def set_icon(button: QAbstractButton, name: str, color: str, size: int = 18) -> None:
    """The drawing before a button's text, with a gap between them."""
    button.setIconSize(QSize(size + _GAP, size))
    button.setIcon(_icon_with_gap(name, color, size))


@lru_cache(maxsize=256)
def _icon_with_gap(name: str, color: str, size: int) -> QIcon:
    result = QIcon()
    for scale in _SCALES:
        result.addPixmap(pixmap(name, color, size, scale, gap=_GAP))
    return result


@lru_cache(maxsize=256)
def pixmap(name: str, color: str, size: int, scale: float = 1.0, *, gap: int = 0) -> QPixmap:
    """The drawing as ``size`` device-independent pixels at a device pixel ratio of ``scale``, ``gap`` pixels wider."""
    pixels = round(size * scale)
    image = QPixmap(QSize(pixels + round(gap * scale), pixels))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode())).render(
        painter, QRectF(0, 0, pixels, pixels)
    )
    painter.end()
    image.setDevicePixelRatio(scale)
    return image


def app_icon() -> QIcon:
    """The program's own."""
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(pixmap("app", "", size))
    return result


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    return files("resources").joinpath("icons").joinpath(f"{name}.svg").read_text(encoding="utf-8")
