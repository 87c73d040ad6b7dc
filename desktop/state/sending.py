"""How sending stands, as last told by the server."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from server.contract import SendingStatus


class Sending(QObject):
    """Whether emails leave, and when the last of them should have left.

    Signals:
        changed: status or staleness is not what it was.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: None: not known yet.
        self.status: SendingStatus | None = None
        #: It is from before the connection was lost.
        self.stale = False

    def put(self, status: SendingStatus | None, *, stale: bool = False) -> bool:
        """Know this, and tell nobody yet; answers whether it is news."""
        before = self.status, self.stale
        self.status, self.stale = status, stale
        return before != (status, stale)

    def set_status(self, status: SendingStatus) -> None:
        """What the server says."""
        if self.put(status):
            self.changed.emit()
