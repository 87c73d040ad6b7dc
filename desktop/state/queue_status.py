"""The number on the tray, as last told by the server."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from server.contract import QueueAlert, QueueStatus

_FRAME_MS = 16  # nobody sees more numbers than a screen shows pictures


class QueueState(QObject):
    """The queue's numbers, and why sending stands still if it does.

    Signals:
        changed: numbers, staleness or alert are not what they were.
        due: they are to be shown. Numbers that come faster than a screen can show them are shown once: each costs a
            badge, a title and an icon.
    """

    changed = Signal()
    due = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: None: not known yet.
        self.status: QueueStatus | None = None
        #: The numbers are from before the connection was lost.
        self.stale = False
        #: None: sending goes on as it should.
        self.alert: QueueAlert | None = None
        self._is_due = False
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(_FRAME_MS)
        self._frame.timeout.connect(self._on_frame_over)

    @property
    def total(self) -> int:
        """Emails that are still to leave; 0 while not known."""
        return self.status.total if self.status is not None else 0

    def set_status(self, status: QueueStatus) -> None:
        """Numbers from the server; older ones than those at hand are late and change nothing."""
        if self.status is not None and not self.stale and status.timestamp < self.status.timestamp:
            return
        self.status = status
        self.stale = False
        self._tell()

    def set_alert(self, alert: QueueAlert) -> None:
        """Sending stands still, or goes on."""
        self.alert = alert if alert.active else None
        self._tell()

    def set_stale(self) -> None:
        """The connection is gone: keep what is known, marked.

        The alert goes: whoever connects is told of one that lasts, but not of one that has ended.
        """
        self.stale = self.status is not None
        self.alert = None
        self._tell()

    def clear(self) -> None:
        """Nothing is known: nobody is logged in."""
        self.status = None
        self.stale = False
        self.alert = None
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()
        if self._frame.isActive():
            self._is_due = True
        else:
            self._show()

    def _on_frame_over(self) -> None:
        if self._is_due:
            self._show()

    def _show(self) -> None:
        self._is_due = False
        self._frame.start()
        self.due.emit()
