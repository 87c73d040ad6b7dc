"""Who is online."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from server.contract import Presence


class PresenceState(QObject):
    """Admins by name and users by number, as last told by the server.

    Signals:
        changed: somebody came or went.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: None: not known yet.
        self.presence: Presence | None = None

    def set_presence(self, presence: Presence | None) -> None:
        """What the server says."""
        self.presence = presence
        self.changed.emit()
