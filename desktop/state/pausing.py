"""Pausing and resuming: whether sending is paused, and whether this admin may change that now."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.state.connection import Connection
from desktop.state.sending import Sending
from desktop.state.session import Session
from desktop.tasks import ask
from server.contract import Role, SendingState


class Pausing(QObject):
    """What the server says of it comes by its own way; here is only asked.

    Signals:
        failed: the server said no.
    """

    failed = Signal(DeskError)

    def __init__(
        self, api: Api, session: Session, sending: Sending, connection: Connection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._api = api
        self._session = session
        self._sending = sending
        self._connection = connection

    @property
    def is_paused(self) -> bool:
        """Whether an admin wants nothing to be sent, as last told."""
        return self._sending.status is not None and self._sending.status.state is SendingState.PAUSED

    @property
    def is_possible(self) -> bool:
        """Whether this admin may change it, and the server listens."""
        admin = self._session.admin
        known = self._sending.status is not None and not self._sending.stale
        return known and self._connection.is_online and admin is not None and admin.role is not Role.VIEWER

    def toggle(self) -> None:
        """Pause, or resume if paused."""
        if self.is_possible:
            work = self._api.resume() if self.is_paused else self._api.pause()
            ask(self, work, done=lambda _: None, failed=self.failed.emit, name="pause or resume")
