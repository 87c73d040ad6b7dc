"""A mail server that can be watched at each step of the conversation, and that fails as it is told.

Real SMTP (RFC 5321) in a thread of its own; it outlives every kill, can go and come back, and can fall silent.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from enum import StrEnum

from tests.system.mail_server import Received, read_email
from tests.system.processes import free_port
from tests.waiting import LIMIT


class Point(StrEnum):
    """Where in the conversation it stands."""

    GREETING = "connected, not yet greeted"
    EHLO = "EHLO came"
    MAIL = "MAIL came"
    RCPT = "RCPT came"
    DATA = "DATA came"
    GO_AHEAD = "354 was sent"
    MESSAGE = "the message came"
    ANSWERED = "the answer was sent"


class StepwiseMailServer:
    """``watch`` is asked at each point; False: the sender is dead, the conversation is over."""

    def __init__(self) -> None:
        #: Messages that are here for good, whether the sender came to know it or not, and when they came (monotonic).
        self.received: list[Received] = []
        self.arrivals: list[float] = []
        self.watch: Callable[[str], bool] = lambda _: True
        #: Recipients who are refused for as long as they stand here (550).
        self.refused: set[str] = set()
        #: Recipients who are put off once (451).
        self.put_off: set[str] = set()
        #: Recipients whose message is taken, and the connection then dropped without an answer, once.
        self.dropped: set[str] = set()
        #: By how many recipients were named before, what is said to the next one instead.
        self.told: dict[int, str] = {}
        self.recipients = 0
        #: A point at which nothing more is answered, or None; who stands there by then does so until :meth:`go_on`.
        self.silent_at: Point | None = None
        self._goes_on = asyncio.Event()
        self._port = free_port()
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._listener: asyncio.Server | None = None
        self._conversations: set[asyncio.Task[None]] = set()

    @property
    def settings(self) -> dict[str, str]:
        """How a service is told to use it."""
        return {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self._port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "Desk <desk@firm.example>",
        }

    def start(self) -> None:
        """Listen, on the same port again after :meth:`stop`."""
        if not self._thread.is_alive():
            self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(LIMIT)

    def stop(self) -> None:
        """Refuse connections, and drop those that are open."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(LIMIT)

    def drop_all(self) -> None:
        """Drop the open connections."""
        asyncio.run_coroutine_threadsafe(self._drop_all(), self._loop).result(LIMIT)

    def go_on(self) -> None:
        """Answer everybody who was kept waiting, and be silent no more."""
        self.silent_at = None
        self._loop.call_soon_threadsafe(self._goes_on.set)

    def end(self) -> None:
        """For good."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def wait_for(self, count: int, *, seconds: float = LIMIT) -> None:
        """Until so many messages are here."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.received) >= count, seconds)
        assert arrived, f"{len(self.received)} messages arrived within {seconds} s instead of {count}"

    async def _open(self) -> None:
        self._listener = await asyncio.start_server(self._begin, "127.0.0.1", self._port)

    async def _close(self) -> None:
        if self._listener is None:
            return
        self._listener.close()
        await self._drop_all()
        await self._listener.wait_closed()
        self._listener = None

    async def _drop_all(self) -> None:
        conversations = list(self._conversations)
        for each in conversations:
            each.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = asyncio.create_task(self._converse(reader, writer))
        self._conversations.add(conversation)
        conversation.add_done_callback(self._conversations.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Conversation(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the sender is gone, or was dropped
        finally:
            writer.close()

    async def reach(self, point: Point) -> None:
        """The conversation has come so far."""
        if self.silent_at is point:
            await self._goes_on.wait()
        if not self.watch(f"SMTP: {point}"):
            raise ConnectionResetError

    def keep(self, content: bytes, recipient: str) -> None:
        """The message is here."""
        message = read_email(content)
        assert message.recipient == recipient
        with self._changed:
            self.received.append(message)
            self.arrivals.append(time.monotonic())
            self._changed.notify_all()


class _Conversation:
    """One connection."""

    def __init__(self, server: StepwiseMailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._recipient = ""

    async def run(self) -> None:
        """From the greeting to the end."""
        await self._server.reach(Point.GREETING)
        await self._say("220 ready")
        while line := (await self._reader.readline()).decode():
            match line.split(maxsplit=1)[0].upper():
                case "EHLO":
                    await self._server.reach(Point.EHLO)
                    await self._say("250-stepwise\r\n250 SIZE 1000000")
                case "MAIL":
                    await self._server.reach(Point.MAIL)
                    await self._say("250 OK")
                case "RCPT":
                    self._recipient = line[line.index("<") + 1 : line.index(">")]
                    await self._server.reach(Point.RCPT)
                    await self._say(self._verdict())
                case "DATA":
                    await self._server.reach(Point.DATA)
                    await self._take_message()
                case "QUIT":
                    await self._say("221 bye")
                    return
                case _:
                    await self._say("250 OK")

    async def _take_message(self) -> None:
        await self._say("354 go on")
        await self._server.reach(Point.GO_AHEAD)
        content = await self._reader.readuntil(b"\r\n.\r\n")
        self._server.keep(content, self._recipient)
        if self._recipient in self._server.dropped:
            self._server.dropped.remove(self._recipient)
            raise ConnectionResetError
        await self._server.reach(Point.MESSAGE)
        await self._say("250 2.0.0 taken")
        await self._server.reach(Point.ANSWERED)

    def _verdict(self) -> str:
        number, self._server.recipients = self._server.recipients, self._server.recipients + 1
        if number in self._server.told:
            return self._server.told[number]
        if self._recipient in self._server.refused:
            return "550 5.1.1 no such user"
        if self._recipient in self._server.put_off:
            self._server.put_off.remove(self._recipient)
            return "451 4.7.1 greylisted"
        return "250 OK"

    async def _say(self, answer: str) -> None:
        self._writer.write(answer.encode() + b"\r\n")
        await self._writer.drain()
