"""What became of emails in the last hour, kept fresh while somebody looks."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.tasks import ask
from server.contract import Throughput, ThroughputSpan

_PAUSE = 3.0  # seconds between two questions at least
#: Seconds until what has happened is among the server's numbers: it writes them about once a second. Asked earlier, the
#: last emails of a batch would be missing from the picture until something else happens.
_COUNTED = 2.0
_MINUTE_MS = 30_000  # also where nothing happens, the hour moves on


class ThroughputFeed(QObject):
    """Asks when told that something changed, every few seconds at most, and only while it is watched.

    Signals:
        changed: there are other numbers, or they could not be had.
    """

    changed = Signal()

    def __init__(self, api: Api, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._api = api
        #: None: not known yet.
        self.throughput: Throughput | None = None
        #: When the server said so.
        self.answered_at: datetime | None = None
        #: Why there are no newer numbers, if there are none.
        self.error: DeskError | None = None
        self._watched = False
        self._asking = False
        #: Something changed for which the next answer may come too early: there will be one more.
        self._again = False
        self._asked_at = -_PAUSE
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.timeout.connect(self._ask)
        self._minute = QTimer(self)
        self._minute.setInterval(_MINUTE_MS)
        self._minute.timeout.connect(self.note)

    def watch(self, *, on: bool) -> None:
        """Somebody looks, or does not any more."""
        self._watched = on
        if on:
            self._minute.start()
            self._ask_after(0.0)
        else:
            self._minute.stop()
            self._waiting.stop()

    def note(self) -> None:
        """The numbers may be others."""
        if self._asking or self._waiting.isActive():
            self._again = True
        else:
            self._ask_after(_COUNTED)

    def clear(self) -> None:
        """Nobody is logged in."""
        self.throughput = self.error = self.answered_at = None
        self.changed.emit()

    def _ask_after(self, seconds: float) -> None:
        if self._watched and not self._asking and not self._waiting.isActive():
            wait = max(seconds, self._asked_at + _PAUSE - time.monotonic())
            self._waiting.start(round(wait * 1000))

    def _ask(self) -> None:
        if self._api.token is None:
            return
        self._asking = True
        self._asked_at = time.monotonic()
        ask(
            self,
            self._api.throughput(ThroughputSpan.HOUR),
            done=self._take,
            failed=self._fail,
            name="throughput",
        )

    def _take(self, throughput: Throughput) -> None:
        self._asking = False
        self.throughput, self.error = throughput, None
        self.answered_at = datetime.now(UTC)
        self.changed.emit()
        if self._again:
            self._again = False
            self.note()

    def _fail(self, error: DeskError) -> None:
        self._asking = False
        self.error = error
        self.changed.emit()
