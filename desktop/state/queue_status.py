"""The queue's numbers, as last told by the server."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from server.contract.snapshot import QueueCounts


class QueueState(QObject):
    """How many emails are where, and whether more are about to come.

    Signals:
        changed: numbers or staleness are not what they were.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: None: not known yet.
        self.counts: QueueCounts | None = None
        #: Users are being created, by whomever: their emails will follow.
        self.creating = False
        #: The numbers are from before the connection was lost.
        self.stale = False

    @property
    def total(self) -> int:
        """Emails that are still to leave; 0 while not known."""
        return self.counts.total if self.counts is not None else 0

    def put(self, counts: QueueCounts | None, *, creating: bool = False, stale: bool = False) -> bool:
        """Know this, and tell nobody yet; answers whether it is news."""
        before = self.counts, self.creating, self.stale
        self.counts, self.creating, self.stale = counts, creating, stale
        return before != (counts, creating, stale)

    def set_counts(self, counts: QueueCounts, *, creating: bool = False) -> None:
        """Numbers from the server."""
        if self.put(counts, creating=creating):
            self.changed.emit()
