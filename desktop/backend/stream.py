"""The server's live events. Connects, listens, and comes back by itself for as long as it is wanted."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import Enum
from typing import Any, TypeVar

import aiohttp
import socketio
from pydantic import ValidationError
from socketio.exceptions import SocketIOError

from desktop.backend.ending import end
from desktop.backend.trust import connector
from desktop.wording.sentences import worded_or_neutral
from desktop.wording.troubles import Trouble
from server.contract import ErrorCode, Event, Problem, SessionEnded, Wire

log = logging.getLogger(__name__)

Payload = TypeVar("Payload", bound=Wire)

_WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds before each attempt; the last one repeats
_LOOK_EVERY = 0.9  # seconds, meanwhile

_HANG_UP_SECONDS = 5.0


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
        self._is_ready = is_ready
        self._phase_changed = phase_changed
        self._logged_out = logged_out
        self._listeners: dict[Event, Callable[[Any], None]] = {}
        self._running: asyncio.Task[None] | None = None
        self._retry = asyncio.Event()

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
        self._retry.set()

    async def _run(self, token: str) -> None:
        attempt = 0
        called = False
        while self._running is asyncio.current_task():
            self._phase_changed(Phase.CONNECTING, "", None)
            connection = _Connection(self._url, token, self._listeners)
            try:
                await connection.open()
                if self._running is not asyncio.current_task():  # a cancellation can be lost while it connects
                    return
                attempt, called = 0, False
                self._phase_changed(Phase.ONLINE, "", None)
                await connection.closed.wait()
                problem = Trouble.LOST.title
            except SocketIOError:
                problem = connection.refusal or Trouble.UNREACHABLE.title
            finally:
                await connection.close()
            if connection.ended is not None:
                self._running = None
                self._phase_changed(Phase.OFFLINE, connection.ended, None)
                self._logged_out(connection.ended)
                return
            wait = _spread(_WAITS[min(attempt, len(_WAITS) - 1)])
            attempt += 1
            # A server that says it is ready and then does not take the connection is given the whole wait.
            called = await self._pause(problem, wait, look=not called)

    async def _pause(self, problem: str, seconds: float, *, look: bool) -> bool:
        """Until the next attempt is due; answers whether that is so because the server has said that it is ready."""
        self._retry.clear()
        self._phase_changed(Phase.OFFLINE, problem, seconds)
        looking = asyncio.get_running_loop().create_task(self._look(), name="look for the server") if look else None
        try:
            async with asyncio.timeout(seconds):
                await self._retry.wait()
        except TimeoutError:
            return False
        finally:
            if looking is not None:
                await end([looking])
        return looking is not None and not looking.cancelled()

    async def _look(self) -> None:
        """Ask the server until it is ready."""
        ready = False
        while not ready:
            await asyncio.sleep(_spread(_LOOK_EVERY))
            ready = await self._is_ready()
        self._retry.set()


def _spread(seconds: float) -> float:
    """About as long: many desktops shall not come back in the same moment."""
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load only


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
        # Reconnecting is the caller's: the library retries a refused token for ever and says nothing of its waits.
        self._http = aiohttp.ClientSession(connector=connector(url))
        session: Any = self._http  # the stubs know the other client's only
        self._client = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=session)
        for event, listener in listeners.items():
            self._client.on(event.value, listener)
        self._client.on(Event.SESSION_ENDED.value, self._on_session_ended)
        self._client.on("connect_error", self._on_connect_error)
        self._client.on("disconnect", self._on_disconnect)

    async def open(self) -> None:
        """Raises ``SocketIOError``."""
        await self._client.connect(self._url, auth={"token": self._token}, wait_timeout=10)

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
                await asyncio.wait(loops, timeout=_HANG_UP_SECONDS)
        finally:  # the program may end while it hangs up
            await self._http.close()

    def _on_session_ended(self, data: object) -> None:
        self.ended = worded_or_neutral(SessionEnded.model_validate(data).sentence)
        self.closed.set()

    def _on_connect_error(self, data: object) -> None:
        problem = data.get("data") if isinstance(data, dict) else None
        try:
            refusal = Problem.model_validate(problem)
        except ValidationError:
            return  # not a refusal of ours: the server is not there
        self.refusal = worded_or_neutral(refusal.sentence)
        if refusal.code == ErrorCode.UNAUTHORIZED:
            self.ended = self.refusal

    def _on_disconnect(self, *_reason: object) -> None:
        self.closed.set()
