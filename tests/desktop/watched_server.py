"""A server in front of the real one, which notes each request, and answers some of them late or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from server.contract import ErrorCode, Phrase, Problem

_UNAVAILABLE = Problem.of(ErrorCode.UNAVAILABLE, Phrase.DATABASE_AWAY.says()).model_dump_json(by_alias=True).encode()


@dataclass(frozen=True)
class Asked:
    """A request: its path without the query, and whether it has shown a token."""

    method: str
    path: str
    has_token: bool


class WatchedServer:
    """Passes everything on, one request a connection, but for the paths it is told to treat otherwise."""

    def __init__(self, port: int, upstream: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.requests: list[Asked] = []
        self._upstream = upstream
        self._failing = ""
        self._holding = ""
        self._going_on = asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()

    def fail(self, path: str) -> None:
        """Refuse what is asked of that path and below, from now on; nothing: refuse nothing."""
        self._failing = path

    def hold(self, path: str) -> None:
        """Let what is asked of that path and below wait."""
        self._going_on.clear()
        self._holding = path

    def let_go(self) -> None:
        """Answer what waits, and what comes."""
        self._holding = ""
        self._going_on.set()

    async def close(self) -> None:
        """End what is open."""
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        task.add_done_callback(lambda _: writer.close())  # also of one that was ended before it began

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.decode("latin-1").split(" ", 2)
        path = target.partition("?")[0]
        self.requests.append(Asked(method, path, b"\r\nauthorization:" in head.lower()))
        if self._holding and path.startswith(self._holding):
            await self._going_on.wait()
        if self._failing and path.startswith(self._failing):
            writer.write(
                b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(_UNAVAILABLE), _UNAVAILABLE)
            )
            await writer.drain()
            return
        await self._pass_on(head, reader, writer)

    async def _pass_on(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._upstream)
        if b"\r\nupgrade:" not in head.lower():  # the next request comes by another connection, and is seen
            head = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        to_server.write(head)
        asking = asyncio.create_task(_copy(reader, to_server))
        try:
            await _copy(from_server, writer)
        finally:
            to_server.close()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(2**16):
        writer.write(piece)
        await writer.drain()


@asynccontextmanager
async def watched_server(upstream: int) -> AsyncIterator[WatchedServer]:
    """In front of the server at that port."""
    watched: WatchedServer | None = None

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert watched is not None
        watched.serve(reader, writer)

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    watched = WatchedServer(listener.sockets[0].getsockname()[1], upstream)
    try:
        yield watched
    finally:
        listener.close()
        await watched.close()
