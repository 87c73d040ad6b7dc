"""Whether what is shown is what the server has: one rule for everything that is asked for again and again."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.backend.errors import DeskError

_PATIENCE_MS = 500  # an answer that is quicker than this is not worth a word


class Freshness(QObject):
    """What could not be had again is old from then on, until it is had; an answer that takes its time is said to.

    Signals:
        changed: any of it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: The last answer, if it was an error.
        self.error: DeskError | None = None
        #: When what is shown was so, if nobody knows whether it still is; None: it is not said to be old.
        self.as_of: datetime | None = None
        #: Whether an answer is waited for longer than goes unnoticed.
        self.is_slow = False
        #: When the server said what is shown; None: nothing is.
        self.answered_at: datetime | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._on_slow)

    def ask(self) -> None:
        """The server is asked."""
        if not self.is_slow and not self._patience.isActive():
            self._patience.start()
        if self.error is not None:
            self.error = None
            self.changed.emit()

    def answer(self) -> None:
        """It has answered."""
        self._stop_waiting()
        self.error = self.as_of = None
        self.answered_at = datetime.now(UTC)
        self.changed.emit()

    def fail(self, error: DeskError, *, since: datetime | None = None) -> None:
        """It has not. ``since``: when it said what is still shown, if that is not when it answered last."""
        self._stop_waiting()
        self.error = error
        known = [moment for moment in (self.as_of, since or self.answered_at) if moment is not None]
        self.as_of = min(known, default=None)
        self.changed.emit()

    def hold(self) -> None:
        """It is not asked although there may be something else."""
        self.as_of = self.as_of or self.answered_at
        self.changed.emit()

    def show_from(self, answered_at: datetime | None, as_of: datetime | None = None) -> None:
        """Something else is shown: what the server said then; None: nothing. Nothing is waited for."""
        self._stop_waiting()
        self.error = None
        self.answered_at, self.as_of = answered_at, as_of
        self.changed.emit()

    def _stop_waiting(self) -> None:
        self._patience.stop()
        self.is_slow = False

    def _on_slow(self) -> None:
        self.is_slow = True
        self.changed.emit()
