"""The server's live events. Connects, listens, and comes back by itself for as long as it is wanted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import urlsplit
from weakref import WeakSet

import aiohttp
import socketio
from pydantic import ValidationError
from socketio.exceptions import SocketIOError

from desktop.backend.ending import end
from desktop.backend.patience import Patience
from desktop.backend.trust import connector
from desktop.lasting import keep
from desktop.wording.sentences import worded_or_neutral
from desktop.wording.troubles import Trouble
from server.contract import ErrorCode, Event, Problem, SessionEnded, Wire

log = logging.getLogger(__name__)

Payload = TypeVar("Payload", bound=Wire)

_CONNECT_SECONDS = 20.0  # for all that has to be said until both sides listen
_HANG_UP_SECONDS = 5.0
_ELSEWHERE = (301, 302, 303, 307, 308)


class Phase(Enum):
    """How the connection stands."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    ONLINE = "online"


class Stream:
    """Calls its listeners in the event loop. Whoever connects gets the right numbers from the server at once."""

    def __init__(
        self,
        server_url: str,
        *,
        is_ready: Callable[[], Awaitable[bool]],
        phase_changed: Callable[[Phase, str, float | None], None],
        logged_out: Callable[[str], None],
    ) -> None:
        """``phase_changed`` is told the phase, the problem as a sentence, and the seconds to the next attempt.

        ``is_ready`` asks the server whether it is back, so that a long wait ends when it is.
        """
        self._url = server_url
        self._patience = Patience(is_ready)
        self._phase_changed = phase_changed
        self._logged_out = logged_out
        self._listeners: dict[Event, Callable[[Any], None]] = {}
        self._running: asyncio.Task[None] | None = None

    def on(self, event: Event, payload: type[Payload], listener: Callable[[Payload], None]) -> None:
        """Call ``listener`` for each ``event``. To be used before :meth:`start`."""

        def receive(data: object) -> None:
            try:
                parsed = payload.model_validate(data)
            except ValidationError as error:
                log.error("event %s was not understood: %s", event.value, error)  # noqa: TRY400 - says it all
                return
            listener(parsed)

        self._listeners[event] = receive

    def start(self, token: str) -> None:
        """Connect and stay connected until :meth:`stop`."""
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run(token), name="stream")

    async def stop(self) -> None:
        """Hang up."""
        running, self._running = self._running, None
        if running is not None:
            try:
                await end([running], insistence=2 * _HANG_UP_SECONDS)  # it may be hanging up for almost as long
            except asyncio.CancelledError:  # the program ends meanwhile
                await end([running])
                raise

    def retry_now(self) -> None:
        """Do not wait for the next attempt."""
        self._patience.retry_now()

    async def _run(self, token: str) -> None:
        self._patience.forget()
        await keep(
            lambda: self._connect(token),
            failed=lambda error: log.error("unexpected error in the stream", exc_info=error),
            wanted=self._is_wanted,
        )

    def _is_wanted(self) -> bool:
        """A cancellation can be lost while it connects."""
        return self._running is asyncio.current_task()

    async def _connect(self, token: str) -> None:
        """One connection, to its end, and the wait for the next one."""
        self._phase_changed(Phase.CONNECTING, "", None)
        connection = _Connection(self._url, token, self._listeners)
        try:
            problem = await self._listen(connection)
        finally:
            await connection.close()
        if not self._is_wanted():
            return
        if connection.ended is not None:
            self._running = None
            self._phase_changed(Phase.OFFLINE, connection.ended, None)
            self._logged_out(connection.ended)
            return
        await self._patience.wait(lambda seconds: self._phase_changed(Phase.OFFLINE, problem, seconds))

    async def _listen(self, connection: _Connection) -> str:
        """Until it ends; answers why, as a sentence."""
        try:
            await connection.open()
        except (SocketIOError, TimeoutError):
            return connection.refusal or Trouble.UNREACHABLE.title
        except Exception as error:  # noqa: BLE001 - the library reads what a stranger answers as if it were the server
            log.warning("what answers is no server: %s: %s", type(error).__name__, error)
            return Trouble.STRANGER.title
        if self._is_wanted():
            self._patience.forget()
            self._phase_changed(Phase.ONLINE, "", None)
            await connection.closed.wait()
        return Trouble.LOST.title


class _Connection:
    """One connection, from its start to its end."""

    def __init__(self, url: str, token: str, listeners: dict[Event, Callable[[Any], None]]) -> None:
        self.closed = asyncio.Event()
        #: Set when the login is not good any more: why, as a sentence.
        self.ended: str | None = None
        #: What the server has against this connection, which it may not have against the next one.
        self.refusal = ""
        self._url = url
        self._token = token
        #: The library leaves those unread that it has no use for.
        self._answers: WeakSet[aiohttp.ClientResponse] = WeakSet()
        # Reconnecting is the caller's: the library retries a refused token for ever and says nothing of its waits.
        self._http = aiohttp.ClientSession(connector=connector(url), middlewares=(self._stay_here,))
        session: Any = self._http  # the stubs know the other client's only
        self._client = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=session)
        for event, listener in listeners.items():
            self._client.on(event.value, listener)
        self._client.on(Event.SESSION_ENDED.value, self._on_session_ended)
        self._client.on("connect_error", self._on_connect_error)
        self._client.on("disconnect", self._on_disconnect)

    async def open(self) -> None:
        """Raises ``SocketIOError`` or ``TimeoutError``, and where a stranger answers anything else."""
        async with asyncio.timeout(_CONNECT_SECONDS):
            await self._client.connect(
                self._url, auth={"token": self._token}, socketio_path=_socketio_path(self._url), wait_timeout=10
            )
        reading = self._client.eio.read_loop_task
        if reading is None:  # it has ended already
            self.closed.set()
        else:  # whatever ends it: the library tells of the ends only that it has foreseen
            reading.add_done_callback(lambda _: self.closed.set())

    async def close(self) -> None:
        """Hang up, whatever state it is in, and see the end of what was still reading or writing."""
        loops = [task for task in (self._client.eio.read_loop_task, self._client.eio.write_loop_task) if task]
        try:
            with suppress(TimeoutError):  # whoever quits does not wait for a server that does not answer
                async with asyncio.timeout(_HANG_UP_SECONDS):
                    await self._client.shutdown()
                    # Left open by the former while it is still connecting; until then nothing reads.
                    await self._client.eio.disconnect(abort=self._client.eio.read_loop_task is None)
            if loops:
                ended, _ = await asyncio.wait(loops, timeout=_HANG_UP_SECONDS)
                for loop in ended:
                    if not loop.cancelled() and loop.exception() is not None:
                        log.warning(
                            "the connection has ended by an answer that is not understood: %s", loop.exception()
                        )
        finally:  # the program may end while it hangs up
            for answer in tuple(self._answers):
                answer.close()
            await self._http.close()

    async def _stay_here(
        self, request: aiohttp.ClientRequest, ask: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Whoever is pointed to would be told the token."""
        response = await ask(request)
        self._answers.add(response)
        if response.status in _ELSEWHERE:
            raise aiohttp.ClientConnectionError(f"pointed to {response.headers.get('Location', 'another place')}")
        return response

    def _on_session_ended(self, data: object) -> None:
        try:
            self.ended = worded_or_neutral(SessionEnded.model_validate(data).sentence)
        except ValidationError as error:
            log.warning("the end of the login was not understood: %s", error)
        self.closed.set()  # the next connection is told whether that is so

    def _on_connect_error(self, data: object) -> None:
        """Refused by the server that listens, or by one that cannot yet: that one answers the request itself."""
        by_listener = data.get("data") if isinstance(data, dict) else None
        try:
            refusal = Problem.model_validate(data if by_listener is None else by_listener)
        except ValidationError:
            return  # not a refusal of ours: the server is not there
        self.refusal = worded_or_neutral(refusal.sentence)
        if refusal.code == ErrorCode.UNAUTHORIZED and by_listener is not None:
            self.ended = self.refusal

    def _on_disconnect(self, *_reason: object) -> None:
        self.closed.set()


def _socketio_path(server_url: str) -> str:
    """Below the address's own path: the library takes scheme and host of an address only."""
    return f"{urlsplit(server_url).path.strip('/')}/socket.io".lstrip("/")
