"""A start before the network, the VPN or the server is there: the first connection is treated as a lost one."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, Signal

from desktop.backend.api import Api
from desktop.backend.patience import Patience
from desktop.state.connection import Connection, Phase
from desktop.state.session import Session
from desktop.tasks import spawn_lasting


class Returning(QObject):
    """Waits with a kept login for a server that cannot be reached, and goes in as soon as it can be.

    Signals:
        changed: :attr:`is_waiting` is not what it was.
    """

    changed = Signal()

    def __init__(self, api: Api, session: Session, connection: Connection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._connection = connection
        self._patience = Patience(api.is_ready)
        self._trying: asyncio.Task[None] | None = None
        connection.retry_requested.connect(self._patience.retry_now)

    @property
    def is_waiting(self) -> bool:
        """Whether it goes in by itself."""
        return self._trying is not None

    def start(self) -> None:
        """Try again and again until :meth:`stop`."""
        if self._trying is None:
            self._patience.forget()
            self._trying = spawn_lasting(self, self._try, name="wait for the server")
            self.changed.emit()

    def stop(self) -> None:
        """Somebody is in, or shall not be."""
        if self._trying is not None:
            self._trying.cancel()
            self._trying = None
            self.changed.emit()

    async def _try(self) -> None:
        await self._patience.wait(
            lambda seconds: self._connection.set_phase(Phase.OFFLINE, self._session.problem, seconds)
        )
        if self._session.is_expected:
            self._connection.set_phase(Phase.CONNECTING)
            await self._session.try_again()
