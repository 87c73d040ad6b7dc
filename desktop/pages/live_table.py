"""A table that does not move under its reader's hands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QPushButton

from desktop.pages.table import Table
from desktop.state.held_updates import Hand, HeldUpdates
from desktop.theme.style import mark
from desktop.theme.tokens import Space


class LiveTable(Table):
    """Tells ``updates`` of the pointer and of scrolling; a pill at its top says what is kept back.

    Signals:
        open_requested: Return or a double click on a row.
        delete_requested: the Delete key.
        menu_requested: the context menu of a row, and where it is wanted on the screen.
    """

    open_requested = Signal(int)
    delete_requested = Signal()
    menu_requested = Signal(int, QPoint)

    def __init__(self, updates: HeldUpdates) -> None:
        super().__init__()
        self.updates = updates
        updates.setParent(self)
        self.pill = QPushButton(self)
        mark(self.pill, "pill")
        self.pill.setCursor(Qt.CursorShape.PointingHandCursor)
        self.pill.clicked.connect(updates.apply)
        self.pill.hide()
        # What lies over or beside the rows means none of them: their menu would come here, with other coordinates.
        for widget in (self.pill, self.horizontalHeader()):
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        updates.changed.connect(lambda: None if updates.waiting else self._say_pill(""))
        self.verticalScrollBar().valueChanged.connect(
            lambda value: updates.set_hand(Hand.SCROLLED, on=value > 0 and self.isVisible())
        )
        self.doubleClicked.connect(self._on_double_clicked)

    def say_new(self, news: int | None) -> None:
        """What is kept back, to click on: so many more than shown, fewer, or (None) not counted."""
        if not self.updates.waiting:
            return
        number = QLocale().toString(abs(news or 0))
        if news:
            self._say_pill(self.tr("{0} new").format(number) if news > 0 else self.tr("{0} gone").format(number))
        else:
            self._say_pill(self.tr("Show changes"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Return opens, Delete discards."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.open_requested.emit(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """By the mouse where it points, by the keyboard at the current row."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        # A scroll area is given what happens in its viewport, with the viewport's coordinates.
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if index.isValid():
            self.setCurrentIndex(index)
            where = event.globalPos() if by_mouse else self.viewport().mapToGlobal(self.visualRect(index).center())
            self.menu_requested.emit(index.row(), where)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody points at something."""
        super().enterEvent(event)
        self.updates.set_hand(Hand.POINTER, on=True)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Not any more."""
        super().leaveEvent(event)
        self.updates.set_hand(Hand.POINTER, on=False)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """It is where it was left."""
        super().showEvent(event)
        self.updates.set_hand(Hand.SCROLLED, on=self.verticalScrollBar().value() > 0)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """What is not seen is not in anybody's hands."""
        super().hideEvent(event)
        self.updates.rest()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The pill stays in the middle."""
        super().resizeEvent(event)
        self._place_pill()

    def _say_pill(self, text: str) -> None:
        self.pill.setText(text)
        self.pill.setVisible(bool(text))
        self._place_pill()

    def _place_pill(self) -> None:
        self.pill.adjustSize()
        self.pill.move((self.width() - self.pill.width()) // 2, self.horizontalHeader().height() + Space.S)
        self.pill.raise_()

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.open_requested.emit(index.row())
