"""What the tables of all pages share: rows, and what hand and keyboard want of them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QLine, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.models.rows import RowsModel
from desktop.pages.cells import Look, StillDelegate, TextLook, paint_missing
from desktop.pages.head import Head
from desktop.theme.style import theme
from desktop.theme.tokens import ROW_HEIGHT

_CONTROL = Qt.KeyboardModifier.ControlModifier
_HEAD_GAP = 52  # pixels between the edges of a title and its text, both sides together, and the sign of its order
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WAYS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)
_CURSOR = QAbstractItemView.CursorAction
_ENDS = (_CURSOR.MoveHome, _CURSOR.MoveEnd)
_TEXT = TextLook()


class Table(QTableView):
    """A table of whole rows, of a fixed height, sorted and paged by the server.

    It says what hand and keyboard want of which row: the one under the pointer, or the current one. Only a click on a
    check box picks, any other one reads.

    Signals:
        open_requested: Return or a double click on a row.
        menu_requested: the context menu of a row, and where it is wanted on the screen.
        delete_requested: the Delete key.
        pick_requested: the check box of a row, or Space.
        range_requested: the same with Shift: all from the one before.
        extend_requested: an arrow and the like with Shift, from a row to a row.
        all_requested: Ctrl+A.
        let_go_requested: Escape.
    """

    open_requested = Signal(int)
    menu_requested = Signal(int, QPoint)
    delete_requested = Signal()
    pick_requested = Signal(int)
    range_requested = Signal(int)
    extend_requested = Signal(int, int)
    all_requested = Signal()
    let_go_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.head = Head()
        self.setHorizontalHeader(self.head)
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
        self.setTabKeyNavigation(False)
        self._shift = False
        self._widths: dict[int, int] = {}
        self._give_way: tuple[int, ...] = ()
        self._least = 0
        #: As wide as columns become where there is room, once the one that takes what is left has enough.
        self._most: dict[int, int] = {}
        self._enough = 0
        #: Columns whose width somebody has chosen: they keep it.
        self._by_hand: set[int] = set()
        self._is_fitting = False
        #: Columns that are not wanted at the moment, however much room there is.
        self._unwanted: set[int] = set()
        self.head.sectionResized.connect(self._on_resized)
        self.clicked.connect(self._on_clicked)
        self.doubleClicked.connect(self._on_double_clicked)

    def setModel(self, model: QAbstractItemModel | None) -> None:  # noqa: N802 - Qt's name
        """The rows. Another list of them begins at its top."""
        super().setModel(model)
        if isinstance(model, RowsModel):
            model.begun.connect(self.scrollToTop)
            self.head.serve(model)

    def set_widths(
        self,
        widths: dict[int, int],
        *,
        stretch: int,
        least: int,
        give_way: tuple[int, ...] = (),
        most: dict[int, int] | None = None,
        enough: int = 0,
    ) -> None:
        """Widths of the columns; one of them takes what is left, and gets at least so much: where there is no room for
        it, others give way in this order. None is less wide than its head and what it is known to hold; the looks of
        its cells are set before.

        ``most``: columns of names and the like, which are of any length. Once the one that takes what is left has
        ``enough``, they share the rest, up to these widths.
        """
        self.ensurePolished()
        self._widths = {column: max(width, self._needs(column)) for column, width in widths.items()}
        self._give_way, self._most, self._enough = give_way, dict(most or {}), enough
        self._least = max(least, self._needs(stretch))
        self.head.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        self._resize(self._widths)

    def _needs(self, column: int) -> int:
        """The width below which something that is no name would be cut."""
        model, look = self.model(), self._looks.get(column, _TEXT)
        forms = model.forms(column) if isinstance(model, RowsModel) else ()
        return max(self._head_width(column), *(look.width_of(text, self.font()) for text in forms), 0)

    def _head_width(self, column: int) -> int:
        """What the column's title needs, in whatever language, with the sign of its order."""
        title = str(self.model().headerData(column, Qt.Orientation.Horizontal) or "")
        return self.head.fontMetrics().horizontalAdvance(title) + _HEAD_GAP if title else 0

    def widths(self) -> dict[int, int]:
        """Those that people can change, also of columns that are left out at the moment."""
        fixed = QHeaderView.ResizeMode.Fixed
        return {column: width for column, width in self._widths.items() if self.head.sectionResizeMode(column) != fixed}

    def set_width_of(self, widths: dict[int, int]) -> None:
        """Other widths for some of those; whether there is room for all is seen when the table is. They may be of
        another language, or another font.
        """
        for column in widths.keys() & self.widths().keys():
            if (width := max(widths[column], self._needs(column))) != self._widths[column]:
                self._widths[column] = width
                self._by_hand.add(column)
        self._resize(self._widths)

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
        out = set(self._unwanted)
        for column in self._give_way:
            taken = sum(width for other, width in self._widths.items() if other not in out)
            if taken + self._least <= self.viewport().width():
                break
            out.add(column)
        self._is_fitting = True
        for column in {*self._unwanted, *self._give_way}:
            self.setColumnHidden(column, column in out)
        self._is_fitting = False
        self._share_room({column: width for column, width in self._widths.items() if column not in out})

    def _share_room(self, shown: dict[int, int]) -> None:
        """What is more than enough for the last column is for those where something may be cut."""
        wishes = {
            column: max(0, most - shown[column])
            for column, most in self._most.items()
            if column in shown and column not in self._by_hand
        }
        spare = min(sum(wishes.values()), max(0, self.viewport().width() - sum(shown.values()) - self._enough))
        total = sum(wishes.values()) or 1
        self._resize({column: shown[column] + spare * wish // total for column, wish in wishes.items()})

    def _resize(self, widths: dict[int, int]) -> None:
        """Not by hand."""
        self._is_fitting = True
        for column, width in widths.items():
            self.head.resizeSection(column, width)
        self._is_fitting = False

    def _on_resized(self, column: int, _before: int, width: int) -> None:
        if not self._is_fitting and width and column in self._widths:
            self._widths[column] = width
            self._by_hand.add(column)

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

    # --- What hand and keyboard want ---

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever is told of the click asks for the key held down with it."""
        self._shift = bool(event.modifiers() & _SHIFT)
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """By the mouse where it points, by the keyboard at the current row."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        # A scroll area is given what happens in its viewport, with the viewport's coordinates.
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if index.isValid():
            self.setCurrentIndex(index)
            where = event.globalPos() if by_mouse else self.viewport().mapToGlobal(self.visualRect(index).center())
            self.menu_requested.emit(index.row(), where)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """As in every list of the platform."""
        key, row, shift = event.key(), self.currentIndex().row(), bool(event.modifiers() & _SHIFT)
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.all_requested.emit()
        elif key == Qt.Key.Key_Escape:
            self.let_go_requested.emit()
        elif key == Qt.Key.Key_Delete:
            self.delete_requested.emit()
        elif key == Qt.Key.Key_Space and row >= 0:
            self._pick(row, extend=shift)
        elif key in _RETURN and row >= 0 and not event.modifiers() & _CONTROL:
            self.open_requested.emit(row)
        else:
            super().keyPressEvent(event)
            if shift and key in _WAYS and (to := self.currentIndex().row()) >= 0:
                self.extend_requested.emit(max(0, row), to)

    def moveCursor(  # noqa: N802 - Qt's name
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Rows are whole: Home and End are the first and the last of them, not of their cells."""
        rows = self.model().rowCount()
        if rows and action in _ENDS:
            return self.model().index(0 if action == _CURSOR.MoveHome else rows - 1, self.head.logicalIndexAt(0))
        return super().moveCursor(action, modifiers)

    def keyboardSearch(self, _text: str) -> None:  # noqa: N802 - Qt's name
        """The server searches; Qt would fetch page by page until a row begins so."""

    def _pick(self, row: int, *, extend: bool) -> None:
        (self.range_requested if extend else self.pick_requested).emit(row)

    def _is_box(self, index: QModelIndex) -> bool:
        model = self.model()
        if not isinstance(model, RowsModel) or index.column() != model.check_column:
            return False
        row = model.row_at(index.row())
        return row is not None and model.check(row) is not None

    def _on_clicked(self, index: QModelIndex) -> None:
        if self._is_box(index):
            self._pick(index.row(), extend=self._shift)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        """Two quick clicks on a check box are two clicks."""
        if self._is_box(index):
            self._pick(index.row(), extend=False)
        else:
            self.open_requested.emit(index.row())
