"""Whether a list may change under its reader's hands."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, QTimer, Signal

_PAUSE_MS = 500  # the queue moves several times a second; a list follows a little slower


class Hand(Enum):
    """What keeps a list as it is."""

    POINTER = "pointer"
    PICKED = "picked"
    SCROLLED = "scrolled"


class HeldUpdates(QObject):
    """Lets news through, joined, and keeps them back while somebody has a hand on the list.

    Signals:
        due: show what is new.
        changed: whether something waits is not what it was, or how much.
    """

    due = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hands: set[Hand] = set()
        #: Something new is kept back.
        self.waiting = False
        self._joining = QTimer(self)
        self._joining.setSingleShot(True)
        self._joining.setInterval(_PAUSE_MS)
        self._joining.timeout.connect(self._let_through)

    @property
    def held(self) -> bool:
        """Whether anything keeps the list as it is."""
        return bool(self._hands)

    def set_hand(self, hand: Hand, *, on: bool) -> None:
        """Somebody has a hand on the list, or takes it away; the last one lets through what waits."""
        if on:
            self._hands.add(hand)
        else:
            self._hands.discard(hand)
        if self.waiting and not self._hands:
            self.apply()

    def note(self) -> None:
        """Something is new."""
        if not self._joining.isActive():
            self._joining.start()

    def apply(self) -> None:
        """Show it now, whatever holds it."""
        self._joining.stop()
        self.forget()
        self.due.emit()

    def forget(self) -> None:
        """Nothing waits: what is shown is what there is."""
        if self.waiting:
            self.waiting = False
            self.changed.emit()

    def rest(self) -> None:
        """Nobody looks: nothing waits, and only what is picked keeps the list. Whoever looks again applies."""
        self._joining.stop()
        self._hands.intersection_update({Hand.PICKED})
        self.forget()

    def _let_through(self) -> None:
        if not self._hands:
            self.apply()
            return
        self.waiting = True
        self.changed.emit()
