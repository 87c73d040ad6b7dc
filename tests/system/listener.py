"""A client that is told of what happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import socketio

from tests.system.processes import ServerProcess
from tests.waiting import LIMIT


class Listener:
    """A client and everything it was told."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.events: list[tuple[str, Any]] = []
        self._told = asyncio.Event()
        self.client.on("*", self._note)
        self.client.on("disconnect", lambda *_: self._note("disconnect", None))

    def of(self, event: str) -> list[Any]:
        """The payloads of that event."""
        return [payload for name, payload in self.events if name == event]

    async def first(self, event: str) -> Any:
        """Wait for it."""
        await self.until(lambda: bool(self.of(event)))
        return self.of(event)[0]

    async def until(self, condition: Any) -> None:
        """Wait until the events say so."""
        async with asyncio.timeout(LIMIT):
            while not condition():
                self._told.clear()
                await self._told.wait()

    def totals(self) -> list[int]:
        """The number on the tray, as it went."""
        return [status["total"] for status in self.of("emailQueueUpdate")]

    def _note(self, event: str, payload: Any) -> None:
        self.events.append((event, payload))
        self._told.set()


@asynccontextmanager
async def listening(server: ServerProcess, token: str | None, **how: Any) -> AsyncIterator[Listener]:
    """A connected client."""
    listener = Listener()
    try:
        await listener.client.connect(server.url, auth=None if token is None else {"token": token}, **how)
        yield listener
    finally:
        await listener.client.disconnect()


async def ask(server: ServerProcess, method: str, path: str, body: Any = None, *, token: str | None = None) -> Any:
    """One request, while events come in."""
    return await asyncio.to_thread(lambda: server.request(method, path, body, token=token))
