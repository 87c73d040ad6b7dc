"""A token server that answers what it is told, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

#: Instead of an answer: close the connection.
DROP = "drop"
#: Instead of an answer: none, for as long as the client waits.
HANG = "hang"


@dataclass(frozen=True)
class Said:
    """One answer."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


def token(value: str, **more: Any) -> Said:
    """An access token for an hour."""
    return Said(200, {"access_token": value, "token_type": "Bearer", "expires_in": 3600} | more)


def refusal(error: str, description: str, status: int = 400) -> Said:
    """As RFC 6749, 5.2, has it."""
    return Said(status, {"error": error, "error_description": description})


@dataclass
class TokenServer:
    """Each answer of the script is used up, the last one stays."""

    script: list[Said | str] = field(default_factory=lambda: [token("first")])
    #: What it was sent.
    forms: list[dict[str, str]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    #: While cleared, answers wait.
    go: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    certificate: ssl.SSLContext | None = None
    port: int = 0

    @property
    def url(self) -> str:
        """Where to ask it."""
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}://127.0.0.1:{self.port}/oauth2/v2.0/token"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(line for line in head.lower().splitlines() if line.startswith("content-length:"))
            body = (await reader.readexactly(int(length.partition(":")[2]))).decode()
            self.heads.append(head)
            self.forms.append({name: values[0] for name, values in parse_qs(body, strict_parsing=True).items()})
            self.asked.set()
            await self.go.wait()
            answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
            if answer == HANG:
                await reader.read()
            elif isinstance(answer, Said):
                writer.write(_http(answer))
                await writer.drain()
        writer.close()


def _http(said: Said) -> bytes:
    body = said.body.encode() if isinstance(said.body, str) else json.dumps(said.body).encode()
    headers = {"Content-Length": str(len(body)), "Connection": "close"} | said.headers
    lines = [f"HTTP/1.1 {said.status} {HTTPStatus(said.status).phrase}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextlib.asynccontextmanager
async def token_server(certificate: ssl.SSLContext | None = None) -> AsyncIterator[TokenServer]:
    """A running one."""
    server = TokenServer(certificate=certificate)
    server.go.set()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=certificate)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.go.set()
        listening.close()
