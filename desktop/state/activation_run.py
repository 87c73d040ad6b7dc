"""The activation this admin watches: started here, or found running when the desktop came back."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError, Unreachable
from desktop.state.connection import Connection
from desktop.state.session import Session
from desktop.tasks import spawn_lasting
from desktop.wording.troubles import Trouble
from server.contract import Activation, ErrorCode, Selection

#: Seconds for which a wish is repeated whose answer does not come.
ASK_FOR = 60.0
#: Seconds without news after which the server is asked: what blocks a window must not depend on one lost message.
SILENCE = 5.0


class ActivationRun(QObject):
    """``started``, then ``changed`` as it goes on, and in the end either ``finished`` or ``failed``."""

    started = Signal()
    changed = Signal()
    finished = Signal(Activation)
    failed = Signal(DeskError)

    def __init__(self, api: Api, session: Session, connection: Connection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._api = api
        self._session = session
        self._connection = connection
        self.activation: Activation | None = None
        #: Asked for, and not over yet.
        self.busy = False
        self.stopping = False
        self._request_id = ""
        self._watch: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        connection.changed.connect(self._on_connection_changed)

    @property
    def reconnecting(self) -> bool:
        """Whether the progress shown may be old."""
        return not self._connection.is_online

    def connect_now(self) -> None:
        """Do not wait for the next attempt to reach the server."""
        self._connection.retry_now()

    async def start(self, selection: Selection, not_before: datetime | None = None) -> None:
        """Ask for an activation, of which no email leaves sooner than that.

        When the answer is lost on the way, asks again, which makes no second one.
        """
        self._begin(None, uuid.uuid4().hex)
        request_id = self._request_id
        try:
            async with asyncio.timeout(ASK_FOR):
                activation = await self._ask(selection, request_id, not_before)
        except TimeoutError:
            self._fail(_unanswered(), request_id)
        except DeskError as error:
            self._fail(error, request_id)
        else:
            self.on_progress(activation)
            if self.stopping and self.busy:
                await self.stop()

    async def stop(self) -> None:
        """End it after the leads in hand; while the server has not answered yet, give up asking.

        Raises :class:`DeskError` when the server cannot be told.
        """
        self.stopping = True
        self.changed.emit()
        if self.activation is None:
            self._news.set()
            return
        try:
            self._follow(await self._api.stop_activation(self.activation.id))
        except DeskError:
            self.stopping = False
            self.changed.emit()
            raise

    async def reattach(self) -> None:
        """After a pause: how far is what is watched, or does something of this admin run that should be watched?"""
        try:
            if self.activation is not None:
                self._follow(await self._api.activation(self.activation.id))
            elif not self.busy and self._session.admin is not None:
                admin = self._session.admin.username
                running = [each for each in await self._api.activations(running=True) if each.admin == admin]
                if running and not self.busy:
                    self._begin(running[0], running[0].request_id)
        except DeskError as error:
            if error.code == ErrorCode.NOT_FOUND:
                self._fail(error, self._request_id)
            # Otherwise the next connection asks again, or the next silence does.

    def on_progress(self, activation: Activation) -> None:
        """Something was announced; of others' activations nothing is shown."""
        if self.busy and activation.request_id == self._request_id:
            self._follow(activation)

    def forget(self) -> None:
        """Watch nothing; it goes on without."""
        self.activation, self.busy, self.stopping, self._request_id = None, False, False, ""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _ask(self, selection: Selection, request_id: str, not_before: datetime | None) -> Activation:
        while True:
            self._news.clear()
            try:
                return await self._api.activate(selection, request_id, not_before)
            except Unreachable as error:
                # It may have arrived; the same id makes asking again harmless.
                if self.stopping or request_id != self._request_id:
                    raise _unanswered() from error
                self.changed.emit()
                await self._wait_for_news(1.0)

    async def _look_after_silence(self) -> None:
        if not await self._wait_for_news(SILENCE) and self._connection.is_online:
            await self.reattach()

    async def _wait_for_news(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    def _begin(self, activation: Activation | None, request_id: str) -> None:
        self.forget()
        self.activation, self.busy, self._request_id = activation, True, request_id
        self.started.emit()
        if activation is not None:
            self._start_watch()

    def _start_watch(self) -> None:
        if self._watch is None:
            self._watch = spawn_lasting(self, self._look_after_silence, name="watch the activation")

    def _follow(self, activation: Activation) -> None:
        if not self.busy or (self.activation is not None and activation.done < self.activation.done):
            return  # over already, or overtaken by newer news
        self.activation = activation
        self._start_watch()
        self._news.set()
        self.changed.emit()
        if activation.state.is_final:
            self.forget()
            self.finished.emit(activation)

    def _fail(self, error: DeskError, request_id: str) -> None:
        if self.busy and request_id == self._request_id:
            self.forget()
            self.failed.emit(error)

    def _on_connection_changed(self) -> None:
        if self.busy:
            if self._connection.is_online:
                self._news.set()
            self.changed.emit()


def _unanswered() -> Unreachable:
    return Unreachable(Trouble.UNANSWERED)
