"""A table that does not move under its reader's hands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QEnterEvent, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QPushButton

from desktop.pages.table import Table
from desktop.state.held_updates import Hand, HeldUpdates
from desktop.theme.style import mark
from desktop.theme.tokens import Space


class LiveTable(Table):
    """Tells ``updates`` of the pointer and of scrolling; a pill at its top says what is kept back."""

    def __init__(self, updates: HeldUpdates) -> None:
        super().__init__()
        self.updates = updates
        updates.setParent(self)
        self.pill = QPushButton(self)
        mark(self.pill, "pill")
        self.pill.setCursor(Qt.CursorShape.PointingHandCursor)
        self.pill.clicked.connect(updates.apply)
        self.pill.hide()
        # It lies over rows but means none of them: its menu would come here, with other coordinates.
        self.pill.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        updates.changed.connect(lambda: None if updates.waiting else self._say_pill(""))
        self.verticalScrollBar().valueChanged.connect(
            lambda value: updates.set_hand(Hand.SCROLLED, on=value > 0 and self.isVisible())
        )

    def say_new(self, news: int | None) -> None:
        """What is kept back, to click on: so many more than shown, fewer, or (None) not counted."""
        if not self.updates.waiting:
            return
        number = QLocale().toString(abs(news or 0))
        if news:
            self._say_pill(self.tr("{0} new").format(number) if news > 0 else self.tr("{0} gone").format(number))
        else:
            self._say_pill(self.tr("Show changes"))

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
