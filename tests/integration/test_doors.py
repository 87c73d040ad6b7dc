"""Who is let in when there is no room, and who has to leave."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from server.networks import network_of
from server.operations import doors, http_server
from server.operations.doors import Doors, room_within
from server.operations.http_server import HttpServer
from server.operations.tls import Certificate
from tests.integration.mail.certificates import Authority
from tests.waiting import LIMIT

ASKS = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
ANSWERED = b"HTTP/1.1 204 No Content\r\n"


class Held:
    """Answers when it may."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One connection's request."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await receive()
            return
        self.asked.set()
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})


@pytest.fixture
def app() -> Held:
    return Held()


@asynccontextmanager
async def serving(app: Any, certificate: Certificate | None = None, **limits: Any) -> AsyncIterator[tuple[str, int]]:
    """The address of a web server with these limits."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    server = HttpServer(app, certificate, **limits)
    task = asyncio.create_task(server.serve(listener))
    await server.ready.wait()
    try:
        yield address
    finally:
        server.stop()
        await asyncio.wait_for(task, LIMIT)


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(address: tuple[str, int], *, by: str = "127.0.0.1") -> AsyncIterator[Streams]:
    """A connection from that address of this machine."""
    reader, writer = await asyncio.open_connection(*address, local_addr=(by, 0))
    try:
        yield reader, writer
    finally:
        writer.close()


async def first_line(streams: Streams) -> bytes:
    """Of the answer to a request; nothing where the connection ends without one."""
    streams[1].write(ASKS)
    async with asyncio.timeout(LIMIT):
        with contextlib.suppress(ConnectionError):
            return await streams[0].readline()
    return b""


async def is_let_go_of(streams: Streams) -> None:
    """Until it is."""
    async with asyncio.timeout(LIMIT):
        with contextlib.suppress(ConnectionError):
            assert await streams[0].read() == b""


async def test_where_there_is_no_room_the_one_that_waited_for_longest_goes(app: Held) -> None:
    async with (
        serving(app, most=3) as address,
        connected(address) as first,
        connected(address) as second,
        connected(address) as third,
        connected(address) as fourth,
    ):
        assert await first_line(fourth) == ANSWERED
        await is_let_go_of(first)
        assert await first_line(second) == ANSWERED
        assert await first_line(third) == ANSWERED


async def test_who_is_being_answered_stays(app: Held) -> None:
    app.may_answer.clear()
    async with serving(app, most=1) as address, connected(address) as first:
        answer = asyncio.create_task(first_line(first))
        await asyncio.wait_for(app.asked.wait(), LIMIT)
        async with connected(address) as second:
            assert await first_line(second) == b""
        app.may_answer.set()
        assert await answer == ANSWERED


async def test_a_kept_connection_gives_way_and_its_place_is_free_when_it_ends(app: Held) -> None:
    async with serving(app, most=1) as address:
        for _ in range(5):
            async with connected(address) as each:
                assert await first_line(each) == ANSWERED


async def test_one_network_uses_up_only_its_own_places(app: Held) -> None:
    async with (
        serving(app, most=100, most_from_one=2) as address,
        connected(address, by="127.0.0.2") as elsewhere,
        connected(address) as first,
        connected(address) as second,
        connected(address) as third,
    ):
        assert await first_line(third) == ANSWERED
        await is_let_go_of(first)
        assert await first_line(elsewhere) == ANSWERED
        assert await first_line(second) == ANSWERED


async def test_a_proxy_has_as_many_as_there_are(app: Held) -> None:
    async with (
        serving(app, most=100, most_from_one=1, proxies=["127.0.0.0/8"]) as address,
        connected(address) as first,
        connected(address) as second,
    ):
        assert await first_line(second) == ANSWERED
        assert await first_line(first) == ANSWERED


async def test_who_has_listened_for_long_stays_and_who_has_just_come_goes(
    app: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(app, most=1) as address:
        url = f"ws://{address[0]}:{address[1]}/"
        async with asyncio.timeout(LIMIT), connect(url) as listening:
            async with connected(address) as other:
                assert await first_line(other) == ANSWERED
            await listening.wait_closed()
        monkeypatch.setattr(doors, "_INTRODUCED", 0.0)
        async with asyncio.timeout(LIMIT), connect(url) as listening:
            async with connected(address) as other:
                assert await first_line(other) == b""
            await (await listening.ping())


async def test_tls_has_to_begin_in_time(app: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "HEADER_SECONDS", 0.3)
    authority = Authority(tmp_path)
    certificate = Certificate(authority.server_file(), None)
    async with serving(app, certificate, most=2) as address, connected(address) as silent:
        await is_let_go_of(silent)
        trust = ssl.create_default_context(cafile=str(authority.file))
        secured = await asyncio.open_connection(*address, ssl=trust, server_hostname="127.0.0.1")
        assert await first_line(secured) == ANSWERED
        secured[1].close()


async def test_who_is_silent_instead_of_tls_gives_way(app: Held, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate = Certificate(authority.server_file(), None)
    async with serving(app, certificate, most=1) as address, connected(address) as silent:
        trust = ssl.create_default_context(cafile=str(authority.file))
        secured = await asyncio.open_connection(*address, ssl=trust, server_hostname="127.0.0.1")
        assert await first_line(secured) == ANSWERED
        await is_let_go_of(silent)
        secured[1].close()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_what_one_site_has_for_itself(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("files", "room"), [(1, 1), (200, 100), (1024, 512), (2048, 1536), (65_536, doors.MOST), (10**9, doors.MOST)]
)
def test_files_are_kept_back_for_everything_else(files: int, room: int) -> None:
    assert room_within(files) == room


def test_nobody_is_forgotten_and_nobody_is_counted_twice() -> None:
    """Whatever happens in whatever order, as many are counted as there are."""
    house = Doors(3, most_from_one=2)
    pairs = [socket.socketpair() for _ in range(8)]
    connections = [doors._Connection(fileno=ours.detach()) for ours, _ in pairs]
    peers = [(f"192.0.2.{number // 2}", number) for number in range(8)]
    for connection, peer in zip(connections, peers, strict=True):
        if house.let_in(connection, peer):
            house.serves(peer)
            house.waits_for(peer)
    assert len(house) == 3
    for connection, peer in zip(connections, peers, strict=True):
        connection.close()
        connection.close()  # again
        house.waits_for(peer)  # of one that is gone
        house.listens(peer)
    assert len(house) == 0
    assert not house.is_crowded
    for _, theirs in pairs:
        theirs.close()
