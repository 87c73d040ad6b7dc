"""The look of the cells of all tables: text, chips, check marks, and bars for what is still on its way.

They are drawn row by row and not by Qt's delegates and style, which ask for flags and seven roles of each cell and look
up the style sheet for it. A screen full of rows is what holds the GUI thread most, and each call between Python and Qt
counts: what recurs from cell to cell is drawn once and kept as a picture.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from desktop.models.rows import RowsModel
from desktop.theme.style import theme
from desktop.theme.tips import plain_tip
from desktop.theme.tokens import Space, Text

_Index = QModelIndex | QPersistentModelIndex

_ON_ONE_LINE = Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ELIDE_RIGHT = Qt.TextElideMode.ElideRight
_TEXT_GAP = Space.S + 3  # pixels between a cell's edge and what is in it
_CHECK = 16
_CHIP_HEIGHT = 24
_CHIP_GAP = Space.S + 2  # pixels between a chip's edge and its text
_BAR_HEIGHT = 10


class TextLook:
    """Text on one line. The table has set font and colour."""

    def width_of(self, text: str, font: QFont) -> int:
        """Of a cell in which all of it can be read."""
        return QFontMetrics(font).horizontalAdvance(text) + 2 * _TEXT_GAP

    def paint(self, painter: QPainter, area: QRect, model: RowsModel[Any], row: Any, column: int) -> None:
        """One cell; ``row`` is what the model has in it."""
        if text := model.text(row, column):
            inside = area.adjusted(_TEXT_GAP, 0, -_TEXT_GAP, -1)
            text = painter.fontMetrics().elidedText(text, _ELIDE_RIGHT, inside.width())
            painter.drawText(inside, _ON_ONE_LINE, text)


class CheckLook:
    """A check box, or nothing where there is nothing to check. What a click means is decided by the page."""

    def width_of(self, _text: str, _font: QFont) -> int:
        """Of a cell that holds the box."""
        return _CHECK + 2 * _TEXT_GAP

    def paint(self, painter: QPainter, area: QRect, model: RowsModel[Any], row: Any, _column: int) -> None:
        """One cell."""
        state = model.check(row)
        if state is not None:
            paint_check(painter, area, state, enabled=True)


class ChipLook:
    """A status as a coloured chip; ``colors_of`` maps a row to (text, background)."""

    def colors_of(self, row: Any) -> tuple[str, str]:
        """The chip's colours."""
        raise NotImplementedError

    def width_of(self, text: str, font: QFont) -> int:
        """Of a cell that holds the whole chip."""
        return _chip_width(text, font.family()) + 2 * _TEXT_GAP

    def paint(self, painter: QPainter, area: QRect, model: RowsModel[Any], row: Any, column: int) -> None:
        """One cell."""
        text = model.text(row, column) or ""
        chip = _chip(text, *self.colors_of(row), painter.font().family(), painter.device().devicePixelRatio())
        painter.drawPixmap(area.x() + _TEXT_GAP, area.center().y() - _CHIP_HEIGHT // 2, chip)


Look = TextLook | CheckLook | ChipLook


class StillDelegate(QStyledItemDelegate):
    """Paints nothing and edits nothing; shows tool tips."""

    def editorEvent(self, _event: QEvent, *_: object) -> bool:  # noqa: N802 - Qt's name
        """Qt would tick check boxes of its own."""
        return False

    def helpEvent(  # noqa: N802 - Qt's name
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """What the model has to say of a cell, or else its text where that is cut."""
        if event.type() == QEvent.Type.ToolTip and (tip := tip_of(index, view.visualRect(index).width(), view.font())):
            QToolTip.showText(event.globalPos(), tip, view)
            return True
        return super().helpEvent(event, view, option, index)


def tip_of(index: _Index, width: int, font: QFont) -> str:
    """What is to be read when a cell of that width is pointed at; empty: nothing."""
    if tip := index.data(Qt.ItemDataRole.ToolTipRole):
        return str(tip)
    text = str(index.data() or "")
    return plain_tip(text) if QFontMetrics(font).horizontalAdvance(text) > width - 2 * _TEXT_GAP else ""


def paint_missing(painter: QPainter, area: QRect, row: int, column: int) -> None:
    """What is still on its way: a bar of a width that varies with the row, as text would."""
    width = int(area.width() * (0.35 + 0.1 * ((row * 7 + column * 3) % 4))) - Space.S
    if width > 0:
        bar = _bar(width, theme.colors.hover, painter.device().devicePixelRatio())
        painter.drawPixmap(area.x() + _TEXT_GAP, area.center().y() - _BAR_HEIGHT // 2, bar)


def paint_check(painter: QPainter, area: QRect, state: Qt.CheckState, *, enabled: bool) -> None:
    """A check box in the middle of ``area``."""
    colors = theme.colors
    checked = state != Qt.CheckState.Unchecked
    edge = colors.accent if checked else colors.muted if enabled else colors.border
    ground = colors.accent if checked else colors.surface
    picture = _check(state, edge, ground, colors.on_accent, painter.device().devicePixelRatio())
    side = _CHECK + 2
    painter.drawPixmap(area.x() + (area.width() - side) // 2, area.y() + (area.height() - side) // 2, picture)


# --- Pictures, drawn once for each resolution ---


@lru_cache(maxsize=32)
def _check(state: Qt.CheckState, edge: str, ground: str, sign: str, scale: float) -> QPixmap:
    """With a margin of one pixel for its edge."""
    picture, painter = _drawing(_CHECK + 2, _CHECK + 2, scale)
    painter.setPen(QPen(QColor(edge), 1.2))
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(QRectF(1, 1, _CHECK, _CHECK), 4, 4)
    round_ends = (Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(QPen(QColor(sign), 1.8, *round_ends))
    if state == Qt.CheckState.PartiallyChecked:
        painter.drawLine(QPointF(5.5, 9), QPointF(12.5, 9))
    elif state == Qt.CheckState.Checked:
        painter.drawPolyline([QPointF(5, 9.4), QPointF(7.9, 12.2), QPointF(13, 6.2)])
    painter.end()
    return picture


@lru_cache(maxsize=256)
def _chip(text: str, foreground: str, background: str, family: str, scale: float) -> QPixmap:
    width = _chip_width(text, family)
    picture, painter = _drawing(width, _CHIP_HEIGHT, scale)
    area = QRectF(0, 0, width, _CHIP_HEIGHT)
    painter.setFont(_chip_font(family))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(background))
    painter.drawRoundedRect(area, _CHIP_HEIGHT / 2, _CHIP_HEIGHT / 2)
    painter.setPen(QColor(foreground))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return picture


def _chip_width(text: str, family: str) -> int:
    return QFontMetrics(_chip_font(family)).horizontalAdvance(text) + 2 * _CHIP_GAP


def _chip_font(family: str) -> QFont:
    font = QFont(family)
    font.setPixelSize(Text.CAPTION)
    font.setWeight(QFont.Weight.DemiBold)
    return font


@lru_cache(maxsize=256)
def _bar(width: int, color: str, scale: float) -> QPixmap:
    picture, painter = _drawing(width, _BAR_HEIGHT, scale)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(QRectF(0, 0, width, _BAR_HEIGHT), _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
    painter.end()
    return picture


def _drawing(width: int, height: int, scale: float) -> tuple[QPixmap, QPainter]:
    """An empty picture of that many device-independent pixels, and who draws on it."""
    picture = QPixmap(QSize(width, height) * scale)
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return picture, painter
