"""How the connection to the server stands."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from desktop.backend.stream import Phase

__all__ = ["Connection", "Phase"]


class Connection(QObject):
    """The phase, the problem as a sentence, and when it is tried again.

    Signals:
        changed: any of these is not what it was.
        retry_requested: somebody does not want to wait for the next attempt.
    """

    changed = Signal()
    retry_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.phase = Phase.OFFLINE
        #: Whether the server has listened since the program was started: what is on screen may be from then.
        self.has_been_online = False
        #: Why it is not there; stays while the next attempt runs. Empty: no problem known.
        self.problem = ""
        #: When it is tried next, by ``time.monotonic``; None while nothing waits.
        self.retry_at: float | None = None

    @property
    def is_online(self) -> bool:
        """Whether the server listens."""
        return self.phase is Phase.ONLINE

    @property
    def is_lost(self) -> bool:
        """Whether it is known not to be there. While it is looked for the first time nobody is alarmed."""
        return not self.is_online and bool(self.problem)

    def set_phase(self, phase: Phase, problem: str = "", retry_in: float | None = None) -> None:
        """What the stream reports; ``retry_in`` in seconds."""
        self.phase = phase
        self.has_been_online = self.has_been_online or self.is_online
        if phase is not Phase.CONNECTING:
            self.problem = problem
        self.retry_at = None if retry_in is None else time.monotonic() + retry_in
        self.changed.emit()

    def retry_now(self) -> None:
        """Try at once, if an attempt waits."""
        self.retry_requested.emit()
