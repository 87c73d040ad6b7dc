"""A field to search in a list: what is typed counts after a short rest, or at once with Return."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton

from desktop.theme.icons import icon
from desktop.theme.style import theme

_REST_MS = 250
_LEAST = 88  # pixels, with the button to clear it and without: what stands beside it does not move when that comes


class SearchField(QLineEdit):
    """The server is not asked for each letter.

    Signals:
        settled: what is written now is meant.
    """

    settled = Signal()

    def __init__(self, name: str, *, widest: int) -> None:
        """``widest``: in pixels, however wide the window is."""
        super().__init__()
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)
        for clear in self.findChildren(QToolButton):  # there is no other yet
            clear.setAccessibleName(self.tr("Clear the search"))
        self.setMinimumWidth(_LEAST)
        self.setMaximumWidth(widest)
        self._sign = self.addAction(icon("search", theme.colors.muted), QLineEdit.ActionPosition.LeadingPosition)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.settled)
        self.textChanged.connect(self._rest.start)
        self.returnPressed.connect(self._settle)
        theme.changed.connect(self._paint_sign)

    def put(self, text: str) -> None:
        """Show what is searched for already: nothing follows from that."""
        self.setText(text)
        self._rest.stop()

    def let_go(self) -> None:
        """Search for nothing any more, at once."""
        if self.text():
            self.clear()
            self._settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape lets go of what is searched for."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.let_go()
        else:
            super().keyPressEvent(event)

    def _settle(self) -> None:
        self._rest.stop()
        self.settled.emit()

    def _paint_sign(self) -> None:
        self._sign.setIcon(icon("search", theme.colors.muted))
