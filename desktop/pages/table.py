"""What the tables of all pages share: the look of rows, chips, check marks, and what is shown when there are none."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.theme.icons import pixmap
from desktop.theme.style import mark, theme
from desktop.theme.tokens import ROW_HEIGHT, Space, Text

Index = QModelIndex | QPersistentModelIndex

_SELECTED = QStyle.StateFlag.State_Selected
_ON_ONE_LINE = Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_TEXT_GAP = Space.S + 3  # pixels between a cell's edge and its text
_CONTROL = Qt.KeyboardModifier.ControlModifier
_CHECK = 16
_CHIP_HEIGHT = 24
_TEXT_WIDTH = 420


def paint_check(painter: QPainter, area: QRect, state: Qt.CheckState, *, enabled: bool) -> None:
    """A check box in the middle of ``area``."""
    colors = theme.colors
    box = QRectF(0, 0, _CHECK, _CHECK)
    box.moveCenter(QRectF(area).center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    checked = state != Qt.CheckState.Unchecked
    painter.setPen(QPen(QColor(colors.accent if checked else colors.muted if enabled else colors.border), 1.2))
    painter.setBrush(QColor(colors.accent if checked else colors.surface))
    painter.drawRoundedRect(box, 4, 4)
    if checked:
        painter.setPen(
            QPen(
                QColor(colors.on_accent), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
            )
        )
        x, y = box.x(), box.y()
        if state == Qt.CheckState.PartiallyChecked:
            painter.drawLine(box.center() - QPointF(3.5, 0), box.center() + QPointF(3.5, 0))
        else:
            painter.drawPolyline([QPointF(x + 4, y + 8.4), QPointF(x + 6.9, y + 11.2), QPointF(x + 12, y + 5.2)])
    painter.restore()


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """What is behind a cell: a line below it, and the colour of the current row."""
    colors, area = theme.colors, option.rect
    if option.state & _SELECTED:
        painter.fillRect(area, QColor(colors.hover))
    painter.fillRect(area.x(), area.bottom(), area.width(), 1, QColor(colors.border))


class RowDelegate(QStyledItemDelegate):
    """Text cells; a bar in place of text that is still on its way.

    They are drawn here and not by Qt's style, which asks for seven roles of each cell and looks up the style sheet for
    it: a screen full of rows took almost twice as long, and nothing else holds the GUI thread as much.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        paint_ground(painter, option)
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if text is None:
            self.paint_missing(painter, option.rect, index)
            return
        area = option.rect.adjusted(_TEXT_GAP, 0, -_TEXT_GAP, -1)
        painter.setFont(option.font)
        painter.setPen(QColor(theme.colors.text))
        painter.drawText(
            area, _ON_ONE_LINE, option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        )

    def paint_missing(self, painter: QPainter, area: QRect, index: Index) -> None:
        """A bar of a width that varies with the row, as text would."""
        width = int(area.width() * (0.35 + 0.1 * ((index.row() * 7 + index.column() * 3) % 4)))
        bar = QRectF(area.x() + Space.S + 3, area.center().y() - 5, max(0, width - Space.S), 10)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.colors.hover))
        painter.drawRoundedRect(bar, 5, 5)
        painter.restore()


class CheckDelegate(QStyledItemDelegate):
    """A check box, or nothing where there is nothing to check. What a click means is decided by the page."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        paint_ground(painter, option)
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is not None:
            paint_check(painter, option.rect, Qt.CheckState(state), enabled=True)

    def editorEvent(self, _event: QEvent, *_: object) -> bool:  # noqa: N802 - Qt's name
        """Clicks are the page's."""
        return False


class ChipDelegate(RowDelegate):
    """A status as a coloured chip; ``colors_of`` maps what the model says to (text, background)."""

    def colors_of(self, index: Index) -> tuple[str, str]:
        """The chip's colours."""
        raise NotImplementedError

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        paint_ground(painter, option)
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if text is None:
            self.paint_missing(painter, option.rect, index)
            return
        foreground, background = self.colors_of(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = option.font
        font.setPixelSize(Text.CAPTION)
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(text) + 2 * Space.S + 4
        area = QRectF(
            option.rect.x() + Space.S + 3, option.rect.center().y() - _CHIP_HEIGHT / 2 + 0.5, width, _CHIP_HEIGHT
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(background))
        painter.drawRoundedRect(area, _CHIP_HEIGHT / 2, _CHIP_HEIGHT / 2)
        painter.setPen(QColor(foreground))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


class Table(QTableView):
    """A table of whole rows, of a fixed height, sorted and paged by the server."""

    toggle_requested = Signal()
    open_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(RowDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setTabKeyNavigation(False)
        self._widths: dict[int, int] = {}
        self._give_way: tuple[int, ...] = ()
        self._least = 0
        #: Columns that are not wanted at the moment, however much room there is.
        self._unwanted: set[int] = set()

    def set_widths(self, widths: dict[int, int], *, stretch: int, give_way: tuple[int, ...] = (), least: int) -> None:
        """Widths of the columns; one of them takes what is left, and gets at least so much: where there is no room for
        it, others give way in this order.
        """
        header = self.horizontalHeader()
        for column, width in widths.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        self._widths, self._give_way, self._least = dict(widths), give_way, least

    def set_wanted(self, column: int, *, wanted: bool) -> None:
        """Show a column where there is room for it, or not at all."""
        if wanted:
            self._unwanted.discard(column)
        else:
            self._unwanted.add(column)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There is more room, or less."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        header = self.horizontalHeader()
        for column in self._widths:  # of those that are left out, the last width is known only here
            self._widths[column] = header.sectionSize(column) or self._widths[column]
        out = set(self._unwanted)
        for column in self._give_way:
            taken = sum(width for other, width in self._widths.items() if other not in out)
            if taken + self._least <= self.viewport().width():
                break
            out.add(column)
        for column in {*self._unwanted, *self._give_way}:
            self.setColumnHidden(column, column in out)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space picks, Return opens."""
        if event.key() == Qt.Key.Key_Space:
            self.toggle_requested.emit()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _CONTROL:
            self.open_requested.emit()
            return
        super().keyPressEvent(event)


class CheckHeader(QHeaderView):
    """Column heads, the first of which is a check box for the rows on screen."""

    check_clicked = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._state = Qt.CheckState.Unchecked
        self.setSectionsClickable(True)
        self.sectionClicked.connect(lambda section: self.check_clicked.emit() if section == 0 else None)

    def set_state(self, state: Qt.CheckState) -> None:
        """Whether all, some or none of the rows are picked."""
        if state != self._state:
            self._state = state
            self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:  # noqa: N802 - Qt's name
        """One head."""
        painter.save()
        super().paintSection(painter, rect, logical_index)
        painter.restore()
        if logical_index == 0:
            paint_check(painter, rect, self._state, enabled=True)


class EmptyState(QWidget):
    """What is shown instead of an empty table: a picture, what it means, and what to do."""

    action_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._icon_name = "inbox"
        self._picture = QLabel()
        self.title = QLabel()
        mark(self.title, "title")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        mark(self.text, "muted")
        self.action_button = QPushButton()
        self.action_button.clicked.connect(self.action_requested)
        layout = QVBoxLayout(self)
        layout.setSpacing(Space.S)
        layout.addStretch(2)
        for widget in (self._picture, self.title, self.text):
            layout.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(Space.S)
        layout.addWidget(self.action_button, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        theme.changed.connect(self._paint_picture)

    def say(self, icon_name: str, title: str, text: str, action: str = "") -> None:
        """What there is to say."""
        self._icon_name = icon_name
        self._paint_picture()
        self.title.setText(title)
        self.text.setText(text)
        # A centred label that wraps gets no height of its own from the layout.
        width = min(_TEXT_WIDTH, self.text.fontMetrics().horizontalAdvance(text) + Space.S)
        self.text.setFixedSize(width, self.text.heightForWidth(width))
        self.action_button.setText(action)
        self.action_button.setVisible(bool(action))
        self.action_button.setEnabled(True)

    def _paint_picture(self) -> None:
        self._picture.setPixmap(pixmap(self._icon_name, theme.colors.disabled, 48, 2.0))
