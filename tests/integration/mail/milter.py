"""A filter that a Postfix asks about every message, at its end, and that takes its time."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

#: Leave out everything but the end of the message (libmilter/mfdef.h: SMFIP_NOCONNECT to SMFIP_NODATA).
_ONLY_THE_END = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x100 | 0x200
_VERSION = 6


@dataclass
class SlowMilter:
    """Accepts everything, each message after ``seconds``."""

    port: int
    seconds: float = 0
    messages: int = 0
    _open: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)
    _ends: asyncio.Event = field(default_factory=asyncio.Event)

    async def close(self) -> None:
        """End all connections."""
        self._ends.set()
        for writer in self._open.values():
            writer.close()
        await asyncio.gather(*self._open)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One more connection."""
        self._open[asyncio.ensure_future(self._serve(reader, writer))] = writer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the mail server's."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                (length,) = struct.unpack(">I", await reader.readexactly(4))
                command = (await reader.readexactly(length))[:1]
                if command == b"O":
                    _answer(writer, b"O" + struct.pack(">III", _VERSION, 0, _ONLY_THE_END))
                elif command == b"E":
                    self.messages += 1
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._ends.wait(), self.seconds)
                    _answer(writer, b"a")
                elif command == b"Q":
                    break
        writer.close()


def _answer(writer: asyncio.StreamWriter, content: bytes) -> None:
    writer.write(struct.pack(">I", len(content)) + content)


@asynccontextmanager
async def slow_milter(port: int) -> AsyncIterator[SlowMilter]:
    """One that listens at that port."""
    milter = SlowMilter(port)
    server = await asyncio.start_server(milter.accept, "127.0.0.1", port)
    try:
        yield milter
    finally:
        server.close()
        await milter.close()
