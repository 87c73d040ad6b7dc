"""Whom the desktop tells a password: nobody in the clear, and nobody who cannot prove who they are."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.backend.api import Api
from desktop.backend.errors import Refused
from desktop.backend.trust import CA_FILE, connector
from server.operations.http_server import HttpServer
from tests.integration.mail.certificates import Authority


@asynccontextmanager
async def web_server(context: ssl.SSLContext | None, answer: bytes) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Answers everything like that; the port, and what it was told."""
    told: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            told.append(head)
            length = next((line for line in head.lower().splitlines() if line.startswith(b"content-length:")), b":0")
            told.append(await reader.readexactly(int(length.partition(b":")[2])))
            writer.write(answer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1], told
    finally:
        server.close()
        await server.wait_closed()


def json_answer(text: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


_TOKEN = json_answer('{"token": "t", "expiresAt": "2030-01-01T00:00:00Z"}')


async def refusal(address: str) -> Refused:
    """Of a login there."""
    api = Api(address)
    try:
        with pytest.raises(Refused) as caught:
            await api.login("ann", "correct horse battery")
    finally:
        await api.close()
    return caught.value


@pytest.mark.parametrize(
    "address",
    [
        "http://desk.example",
        "http://192.0.2.1:4000",
        "http://[2001:db8::1]",
        "http://localhost.example",
        "http://127.0.0.1.example",
    ],
)
async def test_to_another_machine_no_password_goes_in_the_clear(address: str) -> None:
    error = await refusal(address)
    assert error.code == "insecure"
    assert address in error.message
    assert "https://" in error.message


async def test_to_this_machine_it_may() -> None:
    async with web_server(None, _TOKEN) as (port, _):
        for host in ("127.0.0.1", "localhost"):
            api = Api(f"http://{host}:{port}")
            assert (await api.login("ann", "correct horse battery")).token == "t"
            await api.close()


async def test_a_certificate_of_ones_own_authority_is_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv(CA_FILE, str(authority.file))
    async with web_server(authority.server(), _TOKEN) as (port, _):
        api = Api(f"https://127.0.0.1:{port}")
        assert (await api.login("ann", "correct horse battery")).token == "t"
        await api.close()


@pytest.mark.parametrize(
    ("host", "valid_for", "trusted", "reason"),
    [
        ("127.0.0.1", timedelta(days=1), False, "comes from nobody whom this computer trusts"),
        ("127.0.0.1", -timedelta(days=1), True, "has expired"),
        ("desk.example", timedelta(days=1), True, "is for another name than 127.0.0.1"),
    ],
)
async def test_a_certificate_that_is_not_good_is_explained_and_told_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, valid_for: timedelta, trusted: bool, reason: str
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv(CA_FILE, str(authority.file if trusted else other_authority(tmp_path)))
    async with web_server(authority.server(host, valid_for=valid_for), _TOKEN) as (port, told):
        error = await refusal(f"https://127.0.0.1:{port}")
    assert error.title == "The server cannot prove who it is."
    assert reason in error.message
    assert told == []


def other_authority(directory: Path) -> Path:
    (directory / "other").mkdir()
    return Authority(directory / "other").file


async def test_nobody_is_followed_to_another_place() -> None:
    async with web_server(None, _TOKEN) as (port, told):
        moved = f"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:{port}/api/login\r\nContent-Length: 0\r\n\r\n".encode()
        async with web_server(None, moved) as (first, asked):
            error = await refusal(f"http://127.0.0.1:{first}")
    assert error.code == "stranger"
    assert asked
    assert told == []


async def test_a_connection_is_let_go_before_the_server_hangs_up() -> None:
    """What is asked at the moment in which the server does is lost."""
    server = HttpServer(None, None)
    async with connector("http://127.0.0.1:4000") as kept:
        assert kept._keepalive_timeout < server._server.config.timeout_keep_alive
