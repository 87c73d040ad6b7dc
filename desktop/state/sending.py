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

    def set_status(self, status: SendingStatus) -> None:
        """What the server says."""
        if self.stale or status != self.status:
            self.status = status
            self.stale = False
            self.changed.emit()

    def set_stale(self) -> None:
        """The connection is gone: keep what is known, marked. Whoever connects is told anew."""
        self.stale = self.status is not None
        self.changed.emit()

    def clear(self) -> None:
        """Nothing is known: nobody is logged in."""
        self.status = None
        self.stale = False
        self.changed.emit()
