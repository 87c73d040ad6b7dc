"""A proxy in front of a real IMAP server that hides some of what it can do, as if it were an older one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

_PIECE = 64 * 1024


@asynccontextmanager
async def frugal_imap(port: int, without: Collection[str]) -> AsyncIterator[int]:
    """The port where the server at ``port`` seems not to know these capabilities."""
    tasks: set[asyncio.Task[None]] = set()

    async def passing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, hidden: Collection[str]) -> None:
        try:
            while piece := await reader.read(_PIECE):
                for name in hidden:
                    piece = piece.replace(f" {name}".encode(), b"")
                writer.write(piece)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        for work in (passing(reader, there_writer, hidden=()), passing(there_reader, writer, hidden=without)):
            tasks.add(task := asyncio.create_task(work))
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
