"""A server in front of the real one, which can be made to answer as no server should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum

_PAGE = b"<html><body>Please sign in to the network of this hotel.</body></html>"


class Oddity(Enum):
    """What is answered instead; HANG: nothing at all."""

    EMPTY = b""
    PAGE = _PAGE
    HALF = b'{"items": [{"id": "6'
    OTHER_JSON = b'[{"sid": 17}, null, "items"]'
    #: As an Engine.IO packet: opened, with nothing of what belongs to it.
    HALF_OPENED = b"0{}"
    HANG = None
    REDIRECT = b"Location: http://127.0.0.1:9/elsewhere"
    BAD_GATEWAY = b"<html><body>502 Bad Gateway</body></html>"


class OddServer:
    """Passes everything on to the real server, unless it is told an oddity. Changing that ends what is open."""

    def __init__(self, port: int, upstream: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._upstream = upstream
        self._oddity: Oddity | None = None
        self._open: set[asyncio.Task[None]] = set()
        #: Requests that were answered oddly.
        self.answered = 0

    async def be(self, oddity: Oddity | None) -> None:
        """Answer so from now on; None: as the real one."""
        self._oddity = oddity
        self.answered = 0
        await self.close()

    async def close(self) -> None:
        """End what is open."""
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                if self._oddity is None:
                    await self._pass_on(reader, writer)
                else:
                    await self._answer(self._oddity, reader, writer)
        except asyncio.CancelledError:
            pass  # only ever by close()
        finally:
            self._open.discard(task)
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._upstream)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_copy(reader, to_server))
                group.create_task(_copy(from_server, writer))
        except* ConnectionError:
            pass
        finally:
            to_server.close()

    async def _answer(self, oddity: Oddity, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((line for line in head.lower().splitlines() if line.startswith(b"content-length:")), b":0")
            await reader.readexactly(int(length.partition(b":")[2]))
            self.answered += 1
            match oddity:
                case Oddity.HANG:
                    await asyncio.Event().wait()
                case Oddity.REDIRECT:
                    writer.write(b"HTTP/1.1 307 Go\r\n" + oddity.value + b"\r\nContent-Length: 0\r\n\r\n")
                case _:
                    status = b"502 Bad Gateway" if oddity is Oddity.BAD_GATEWAY else b"200 OK"
                    body = oddity.value
                    assert body is not None
                    writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
            await writer.drain()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(2**16):
        writer.write(piece)
        await writer.drain()
    raise ConnectionError("one side has hung up")


@asynccontextmanager
async def odd_server(upstream: int) -> AsyncIterator[OddServer]:
    """In front of the server at that port."""
    odd: OddServer | None = None

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert odd is not None
        await odd.serve(reader, writer)

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    odd = OddServer(listener.sockets[0].getsockname()[1], upstream)
    try:
        yield odd
    finally:
        listener.close()
        await odd.close()
