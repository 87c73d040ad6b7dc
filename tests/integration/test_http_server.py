"""How long a connection may take for what it says, and that one that listens may stay."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import connect

from server.operations import http_server
from server.operations.http_server import HttpServer

_BODY_SECONDS = 0.3
_DEADLINE = 10.0


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Speaks to a WebSocket after a while; to a request, when all of its body is there."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await asyncio.sleep(3 * _BODY_SECONDS)
        await send({"type": "websocket.send", "text": "still here"})
        await receive()
    else:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})


@pytest.fixture
async def address(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, int]]:
    """Of a web server that is served here."""
    monkeypatch.setattr(http_server, "BODY_SECONDS", _BODY_SECONDS)
    listener = socket.create_server(("127.0.0.1", 0))
    server = HttpServer(app, None)
    serving = asyncio.create_task(server.serve(listener))
    await server.ready.wait()
    yield listener.getsockname()
    server.stop()
    await asyncio.wait_for(serving, _DEADLINE)
    listener.close()


async def test_a_websocket_may_be_silent_for_longer_than_a_request(address: tuple[str, int]) -> None:
    async with asyncio.timeout(_DEADLINE), connect(f"ws://{address[0]}:{address[1]}/") as listening:
        assert await listening.recv() == "still here"


async def test_a_body_has_to_go_on_in_time(address: tuple[str, int]) -> None:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1")
    try:
        async with asyncio.timeout(_DEADLINE):
            assert await reader.read() == b"", "it is not answered"
    finally:
        writer.close()
