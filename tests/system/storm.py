"""Clients that want to keep everybody else from a service, in a process of their own that gives way to all others.

``python -m tests.system.storm PORT VIEWERS_TOKEN CONNECTIONS``; until its standard input ends. It says ``blowing`` once
all of them have connected for the first time.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

_HALF = b"POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
_DEAR = {"subject": "{{ name }}", "text": "{{ name }} " * 1900, "html": "{{ password }} {{ login_url }} " * 900}
_VIEWERS_REQUESTS = 20  # at once
_PAUSE = 1.0  # seconds between two bytes, and before connecting again

Kind = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Storm:
    """As many clients as there are to be, of three kinds."""

    def __init__(self, port: int, token: str, connections: int) -> None:
        self._port = port
        self._connections = connections
        body = json.dumps({"template": _DEAR}).encode()
        head = f"POST /api/template/preview HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        self._dear = f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        self._left = connections
        self.blows = asyncio.Event()

    async def blow(self) -> None:
        """Until cancelled."""
        kinds = itertools.cycle((self._slow, self._slow, self._silent))
        async with asyncio.TaskGroup() as group:
            for number in range(self._connections):
                kind = self._ask if number < _VIEWERS_REQUESTS else next(kinds)
                group.create_task(self._again_and_again(kind, f"127.0.1.{number % 250 + 1}"))

    async def _again_and_again(self, kind: Kind, address: str) -> None:
        counted = False
        while True:
            with suppress(OSError, TimeoutError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(address, 0))
                if not counted:
                    counted = True
                    self._count()
                try:
                    await kind(reader, writer)
                finally:
                    writer.close()
            await asyncio.sleep(_PAUSE)

    def _count(self) -> None:
        self._left -= 1
        if not self._left:
            self.blows.set()

    async def _slow(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_HALF)
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(_PAUSE)

    async def _silent(self, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(self._dear)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            await reader.readexactly(int(length.partition(b":")[2]))


async def main(port: int, token: str, connections: int) -> None:
    """The storm, from its first word to the end of standard input."""
    storm = Storm(port, token, connections)
    blowing = asyncio.create_task(storm.blow())
    await storm.blows.wait()
    print("blowing", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    blowing.cancel()


if __name__ == "__main__":
    os.nice(19)
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
