"""What the tables of all pages share: rows, their heads, and what is shown when there are none."""

from __future__ import annotations

from PySide6.QtCore import QLine, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.models.rows import RowsModel
from desktop.pages.cells import Look, StillDelegate, TextLook, paint_check, paint_missing
from desktop.theme.icons import pixmap
from desktop.theme.style import mark, theme
from desktop.theme.tokens import ROW_HEIGHT, Space

_CONTROL = Qt.KeyboardModifier.ControlModifier
_TEXT_WIDTH = 420
_HEAD_GAP = 52  # pixels between the edges of a title and its text, both sides together, and the sign of its order
_TEXT = TextLook()


class Table(QTableView):
    """A table of whole rows, of a fixed height, sorted and paged by the server."""

    toggle_requested = Signal()
    open_requested = Signal()
    all_requested = Signal()
    let_go_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(StillDelegate(self))
        self._looks: dict[int, Look] = {}
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
        widths = {column: max(width, self._head_width(column)) for column, width in widths.items()}
        for column, width in widths.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        self._widths, self._give_way = dict(widths), give_way
        self._least = max(least, self._head_width(stretch))

    def _head_width(self, column: int) -> int:
        """What the column's title needs, in whatever language, with the sign of its order."""
        header = self.horizontalHeader()
        title = str(self.model().headerData(column, Qt.Orientation.Horizontal) or "")
        return header.fontMetrics().horizontalAdvance(title) + _HEAD_GAP if title else 0

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

    def set_look(self, column: int, look: Look) -> None:
        """How the cells of a column are painted, if not as text."""
        self._looks[column] = look

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The rows, all at once."""
        model, exposed = self.model(), event.rect()
        first = self.rowAt(exposed.top())
        if first < 0 or not isinstance(model, RowsModel):
            return
        top = self.rowViewportPosition(first)
        rows = range(first, min(model.rowCount(), first + -(-(exposed.bottom() + 1 - top) // ROW_HEIGHT)))
        columns = [
            (column, self._looks.get(column, _TEXT), self.columnViewportPosition(column), self.columnWidth(column))
            for column in range(model.columnCount())
            if not self.isColumnHidden(column)
        ]
        painter = QPainter(self.viewport())
        self._paint_ground(painter, top, len(rows))
        painter.setFont(self.font())
        painter.setPen(QColor(theme.colors.text))
        for number in rows:
            row = model.row_at(number)
            for column, look, left, width in columns:
                area = QRect(left, top, width, ROW_HEIGHT)
                if row is not None:
                    look.paint(painter, area, model, row, column)
                elif column != model.check_column:
                    paint_missing(painter, area, number, column)
            top += ROW_HEIGHT
        painter.end()

    def _paint_ground(self, painter: QPainter, top: int, rows: int) -> None:
        """The colour of the current row, and a line below each."""
        width = self.horizontalHeader().length()
        for chosen in self.selectionModel().selectedRows():
            place = QRect(0, self.rowViewportPosition(chosen.row()), width, ROW_HEIGHT)
            painter.fillRect(place, QColor(theme.colors.hover))
        painter.setPen(QColor(theme.colors.border))
        bottoms = (top + ROW_HEIGHT * (row + 1) - 1 for row in range(rows))
        painter.drawLines([QLine(0, bottom, width - 1, bottom) for bottom in bottoms])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space picks, Ctrl+A picks all, Escape lets go, Return opens."""
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.all_requested.emit()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.let_go_requested.emit()
            return
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
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)  # a table's menu is for rows
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
        self._fit_text()
        self.action_button.setText(action)
        self.action_button.setVisible(bool(action))
        self.action_button.setEnabled(True)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There is more room, or less."""
        super().resizeEvent(event)
        self._fit_text()

    def _fit_text(self) -> None:
        """A centred label that wraps gets no height of its own from the layout."""
        room = min(_TEXT_WIDTH, self.width() - 2 * Space.L)
        width = min(room, self.text.fontMetrics().horizontalAdvance(self.text.text()) + Space.S)
        self.text.setFixedSize(width, self.text.heightForWidth(width))

    def _paint_picture(self) -> None:
        self._picture.setPixmap(pixmap(self._icon_name, theme.colors.disabled, 48, 2.0))
