"""What is fetched from who signs: over TLS, from nowhere else than asked for, and not without end."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from server.bounces.webhooks.certificates import fetch
from tests.integration.mail.certificates import Authority


@pytest.fixture
def authority(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this machine trusts."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return authority


@asynccontextmanager
async def answering(context: ssl.SSLContext, answer: bytes, asked: list[bytes]) -> AsyncIterator[str]:
    """The address of a server with one answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/x.pem"


def _answer(body: bytes, status: str = "200 OK", header: str = "X: y") -> bytes:
    return f"HTTP/1.1 {status}\r\n{header}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


async def test_what_is_there_is_fetched(authority: Authority) -> None:
    asked: list[bytes] = []
    async with answering(authority.server(), _answer(b"a certificate"), asked) as address:
        assert await fetch(address) == b"a certificate"
    assert asked[0].startswith(b"GET /x.pem ")


@pytest.mark.parametrize(
    "answer",
    [
        _answer(b"", "302 Found", "Location: https://127.0.0.1:1/elsewhere"),
        _answer(b"no", "404 Not Found"),
        _answer(b"x" * 100_000),
        b"no HTTP at all\r\n\r\n",
        b"",
    ],
    ids=["to another address", "not there", "without end", "no HTTP", "nothing"],
)
async def test_everything_else_is_a_passing_trouble(authority: Authority, answer: bytes) -> None:
    asked: list[bytes] = []
    async with answering(authority.server(), answer, asked) as address:
        with pytest.raises(OSError, match=r"\S"):
            await fetch(address)
    assert len(asked) == 1


async def test_whoever_is_not_trusted_is_not_believed(authority: Authority) -> None:
    asked: list[bytes] = []
    async with answering(authority.server("other.example"), _answer(b"a certificate"), asked) as address:
        with pytest.raises(OSError, match="certificate"):
            await fetch(address)
    assert asked == []


async def test_who_is_not_there_is_a_passing_trouble(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    with pytest.raises(OSError, match=r"\S"):
        await fetch(f"https://127.0.0.1:{port}/x.pem")
