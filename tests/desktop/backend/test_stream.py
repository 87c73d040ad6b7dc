"""Hanging up, whatever the connection is doing in that moment."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from desktop.backend import stream as module
from desktop.backend.ending import end
from desktop.backend.stream import Phase, Stream, _Connection
from desktop.wording.sentences import worded
from server.contract import ErrorCode, Phrase, Problem
from tests.waiting import LIMIT

_OPENED = '0{"sid":"x","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}'


class _Deaf:
    """Loses the first cancellation, as Python 3.11 does where it meets the end of a wait."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()

    async def wait(self) -> None:
        self.entered.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


async def test_a_cancellation_that_is_lost_is_followed_by_another() -> None:
    deaf = _Deaf()

    async def work() -> None:
        await deaf.wait()
        await asyncio.Event().wait()

    task = asyncio.get_running_loop().create_task(work())
    await deaf.entered.wait()
    async with asyncio.timeout(LIMIT):
        await end([task])
    assert task.cancelled()


@pytest.mark.parametrize("meanwhile", ["open", "close"])
async def test_it_hangs_up_although_the_cancellation_is_lost(monkeypatch: pytest.MonkeyPatch, meanwhile: str) -> None:
    deaf, phases = _Deaf(), []

    async def lose(connection: _Connection) -> None:
        if meanwhile == "close":
            connection.closed.set()
        else:
            await deaf.wait()

    original = _Connection.close

    async def lose_too(connection: _Connection) -> None:
        if meanwhile == "close":
            await deaf.wait()
        await original(connection)

    async def never_ready() -> bool:
        return False

    monkeypatch.setattr(_Connection, "open", lose)
    monkeypatch.setattr(_Connection, "close", lose_too)
    stream = Stream(
        "http://127.0.0.1:9",
        is_ready=never_ready,
        phase_changed=lambda phase, *_: phases.append(phase),
        logged_out=lambda _: None,
    )
    monkeypatch.setattr(module, "_HANG_UP_SECONDS", 10 * LIMIT)  # nothing waits until it is insisted on
    stream.start("token")
    await deaf.entered.wait()
    async with asyncio.timeout(LIMIT):
        await stream.stop()
    assert (Phase.ONLINE in phases) == (meanwhile == "close")


async def test_it_hangs_up_in_the_middle_of_connecting() -> None:
    upgrading = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes the connection, and stays silent when it shall become a WebSocket (Engine.IO, "Upgrade")."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                if b"transport=websocket" in request:
                    upgrading.set()
                    continue
                text = "ok" if request.startswith(b"POST") else _OPENED
                writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
        writer.close()

    async def never_ready() -> bool:
        return False

    listener = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    stream = Stream(
        f"http://127.0.0.1:{port}", is_ready=never_ready, phase_changed=lambda *_: None, logged_out=lambda _: None
    )
    stream.start("token")
    async with asyncio.timeout(LIMIT):
        await upgrading.wait()
        (running,) = [task for task in asyncio.all_tasks() if task.get_name() == "stream"]
        await stream.stop()
    assert running.cancelled()
    listener.close()
    await listener.wait_closed()


async def test_a_server_that_cannot_listen_yet_says_so() -> None:
    starting = Phrase.STARTING.says()
    answer = Problem.of(ErrorCode.UNAVAILABLE, starting).model_dump_json().encode()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n"
        writer.write(f"{head}Content-Length: {len(answer)}\r\n\r\n".encode() + answer)
        await writer.drain()
        writer.close()

    async def never_ready() -> bool:
        return False

    said: asyncio.Queue[tuple[Phase, str]] = asyncio.Queue()
    listener = await asyncio.start_server(refuse, "127.0.0.1", 0)
    stream = Stream(
        f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}",
        is_ready=never_ready,
        phase_changed=lambda phase, problem, _: said.put_nowait((phase, problem)),
        logged_out=lambda _: pytest.fail("the login is as good as before"),
    )
    stream.start("token")
    async with asyncio.timeout(LIMIT):
        assert await said.get() == (Phase.CONNECTING, "")
        assert await said.get() == (Phase.OFFLINE, worded(starting))
        await stream.stop()
    listener.close()
    await listener.wait_closed()
