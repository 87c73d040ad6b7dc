"""How long a connection may take for what it says, and that one that listens may stay."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import connect

from server.operations import http_server
from server.operations.http_server import HttpServer
from tests.waiting import LIMIT

_BODY_SECONDS = 0.3


class App:
    """Speaks to a WebSocket when it is told to; to a request, when all of its body is there."""

    def __init__(self) -> None:
        self.may_speak = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One connection's request."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await self.may_speak.wait()
            await send({"type": "websocket.send", "text": "still here"})
            await receive()
        elif scope["path"] == "/unread":
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body"})
        else:
            while (await receive()).get("more_body"):
                pass
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
async def address(app: App, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, int]]:
    """Of a web server that is served here."""
    monkeypatch.setattr(http_server, "BODY_SECONDS", _BODY_SECONDS)
    listener = socket.create_server(("127.0.0.1", 0))
    server = HttpServer(app, None)
    serving = asyncio.create_task(server.serve(listener))
    await server.ready.wait()
    yield listener.getsockname()
    server.stop()
    await asyncio.wait_for(serving, LIMIT)
    listener.close()


async def until_cut_off(address: tuple[str, int]) -> None:
    """A request whose body does not go on is let go of, and not answered."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1")
    try:
        async with asyncio.timeout(LIMIT):
            assert await reader.read() == b"", "it is not answered"
    finally:
        writer.close()


async def test_a_body_has_to_go_on_in_time(address: tuple[str, int]) -> None:
    await until_cut_off(address)


async def test_a_body_has_to_be_whole_in_time_however_steadily_it_comes(address: tuple[str, int]) -> None:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")

    async def go_on() -> None:
        while True:  # much more often than a piece has to come, and much too slowly
            writer.write(b"1")
            await asyncio.sleep(_BODY_SECONDS / 10)

    going_on = asyncio.create_task(go_on())
    try:
        async with asyncio.timeout(LIMIT):
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b"", "it is not answered"
    finally:
        going_on.cancel()
        writer.close()


async def test_what_is_sent_after_the_answer_is_not_read_without_end(address: tuple[str, int]) -> None:
    """Here to an address where nobody reads a body."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"POST /unread HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    async with asyncio.timeout(LIMIT):
        assert b" 404 " in await reader.readline()
        with pytest.raises(ConnectionError):
            await send_chunks(writer, 100 * http_server.SURPLUS_BYTES)
    writer.close()


async def send_chunks(writer: asyncio.StreamWriter, size: int) -> None:
    """So many bytes of a body."""
    for _ in range(size // 0x10000):
        writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        await writer.drain()


async def test_a_websocket_may_be_silent_for_longer_than_a_request(app: App, address: tuple[str, int]) -> None:
    async with asyncio.timeout(LIMIT), connect(f"ws://{address[0]}:{address[1]}/") as listening:
        await until_cut_off(address)  # which began later
        app.may_speak.set()
        assert await listening.recv() == "still here"


class WhoAsks:
    """Answers with the address that it takes a request to come from."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        await receive()
        host = scope["client"][0].encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(host))]})
        await send({"type": "http.response.body", "body": host})


@pytest.mark.parametrize(
    ("proxies", "claimed", "taken"),
    [
        (["127.0.0.1", "::1"], "203.0.113.9", "203.0.113.9"),
        (["127.0.0.0/8"], "203.0.113.9", "203.0.113.9"),
        # What somebody claimed before the proxy added where that came from.
        (["127.0.0.1"], "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (["127.0.0.1", "203.0.113.0/24"], "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        # Nobody, or somebody else, is believed.
        ([], "203.0.113.9", "127.0.0.1"),
        (["10.0.0.5", "10.0.1.0/24"], "203.0.113.9", "127.0.0.1"),
    ],
)
async def test_who_may_say_for_whom_they_ask(
    monkeypatch: pytest.MonkeyPatch, proxies: list[str], claimed: str, taken: str
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # the library's own, which decides nothing
    listener = socket.create_server(("127.0.0.1", 0))
    server = HttpServer(WhoAsks(), None, proxies=proxies)
    serving = asyncio.create_task(server.serve(listener))
    await server.ready.wait()
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    writer.write(f"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: {claimed}\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), LIMIT)
    writer.close()
    server.stop()
    await asyncio.wait_for(serving, LIMIT)
    listener.close()
    assert answer.rpartition(b"\r\n\r\n")[2].decode() == taken
