"""A mail server that takes every message and forgets it: raw asyncio, in a process of its own, the same for everyone.

``HELP`` answers how many messages it has taken.
"""

from __future__ import annotations

import asyncio
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_END = b"\r\n.\r\n"


class _Session(asyncio.Protocol):
    """One connection; a client may send several commands at once (RFC 2920)."""

    taken = 0  # messages, of all connections

    def __init__(self) -> None:
        self._received = bytearray()
        self._in_message = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (answer := self._next_answer()) is not None:
            self._transport.write(answer)

    def _next_answer(self) -> bytes | None:
        """The answer to the next whole command or message, None when more has to come first."""
        end = self._received.find(_END if self._in_message else b"\r\n")
        if end < 0:
            return None
        if self._in_message:
            del self._received[: end + len(_END)]
            self._in_message = False
            _Session.taken += 1
            return b"250 2.0.0 taken\r\n"
        verb = bytes(self._received[:4]).upper()
        del self._received[: end + 2]
        match verb:
            case b"EHLO":
                return b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
            case b"DATA":
                self._in_message = True
                return b"354 go ahead\r\n"
            case b"HELP":
                return f"214 {_Session.taken}\r\n".encode()
            case b"QUIT":
                self._transport.write(b"221 2.0.0 bye\r\n")
                self._transport.close()
                return None
            case _:
                return b"250 2.0.0 ok\r\n"


@dataclass(frozen=True)
class Sink:
    """A running sink."""

    port: int

    def taken(self) -> int:
        """Messages so far."""
        with smtplib.SMTP("127.0.0.1", self.port) as client:
            return int(client.help())


@contextmanager
def running_sink() -> Iterator[Sink]:
    """A sink on a free port of loopback."""
    process = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield Sink(int(process.stdout.readline()))
    finally:
        process.stdin.close()  # the sign to end, also when this process dies
        process.wait(10)
        process.stdout.close()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Session, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
