"""What may be typed as a server's address, and who answers there."""

from __future__ import annotations

import socket
from pathlib import Path

import aiohttp
import pytest

from desktop.backend.address import is_this_machine, meant_addresses, server_address
from desktop.backend.lookout import Found, Who, look_for_server
from desktop.backend.trust import CA_FILE
from server.contract.health import Health
from tests.desktop.odd_server import Oddity, odd_server
from tests.desktop.test_trust import json_answer, other_authority, web_server
from tests.integration.mail.certificates import Authority
from tests.system.processes import ServerProcess, free_port

_HEALTH = json_answer(Health(version="7.8.9").model_dump_json())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("http://localhost:4000", ("http://localhost:4000",)),
        ("  https://host.example/desk/ ", ("https://host.example/desk",)),
        ("HTTPS://Host.Example/Desk", ("https://host.example/Desk",)),
        ("http://host.example", ("http://host.example",)),
        ("desk.firm.example", ("https://desk.firm.example", "http://desk.firm.example")),
        ("desk.firm.example:4000", ("https://desk.firm.example:4000", "http://desk.firm.example:4000")),
        ("host.example/desk/", ("https://host.example/desk", "http://host.example/desk")),
        ("192.0.2.7:4000", ("https://192.0.2.7:4000", "http://192.0.2.7:4000")),
        ("[2001:db8::1]:4000", ("https://[2001:db8::1]:4000", "http://[2001:db8::1]:4000")),
        ("127.0.0.1:4115", ("http://127.0.0.1:4115", "https://127.0.0.1:4115")),
        ("[::1]:4000", ("http://[::1]:4000", "https://[::1]:4000")),
        ("localhost", ("http://localhost:4000", "http://localhost", "https://localhost")),
        ("localhost/desk", ("http://localhost/desk", "https://localhost/desk")),
        ("", ()),
        ("   ", ()),
        ("two words", ()),
        ("http://", ()),
        ("ftp://host.example", ()),
        ("https://ann:secret@host.example", ()),
        ("ann@host.example", ()),
        ("host.example:port", ()),
        ("host.example:0", ()),
        ("https://host.example?x=1", ()),
        ("host.example#x", ()),
        ("[::1", ()),
        ("host.example\n", ("https://host.example", "http://host.example")),
        ("host\u202e.example", ()),
    ],
)
def test_what_is_meant_by_what_is_typed(typed: str, meant: tuple[str, ...]) -> None:
    assert meant_addresses(typed) == meant
    assert all(server_address(address) == address for address in meant)


@pytest.mark.parametrize("host", ["localhost", "desk.localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_what_stays_on_this_machine(host: str) -> None:
    assert is_this_machine(host)


async def found(typed: str) -> Found:
    return await look_for_server(meant_addresses(typed))


async def test_the_real_service_is_found_without_a_scheme(service: ServerProcess) -> None:
    version = service.request("GET", "/api/service", token=service.login())["version"]
    assert await found(f"127.0.0.1:{service.port}") == Found(service.url, Who.SERVER, version)


async def test_a_server_with_a_certificate_is_found_without_a_scheme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv(CA_FILE, str(authority.file))
    async with web_server(authority.server(), _HEALTH) as (port, told):
        assert await found(f"127.0.0.1:{port}") == Found(f"https://127.0.0.1:{port}", Who.SERVER, "7.8.9")
        assert all(b"authorization" not in each.lower() for each in told)
        monkeypatch.setenv(CA_FILE, str(other_authority(tmp_path)))
        assert (await found(f"https://127.0.0.1:{port}")).who is Who.UNTRUSTED


async def test_without_encryption_another_machine_is_found_but_not_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.backend.lookout.is_this_machine", lambda _: False)
    async with web_server(None, _HEALTH) as (port, _):
        assert await found(f"127.0.0.1:{port}") == Found(f"http://127.0.0.1:{port}", Who.UNSAFE, "7.8.9")


@pytest.mark.parametrize(
    ("oddity", "who"),
    [
        (Oddity.EMPTY, Who.OTHER),
        (Oddity.PAGE, Who.OTHER),
        (Oddity.HALF, Who.OTHER),
        (Oddity.OTHER_JSON, Who.OTHER),
        (Oddity.REDIRECT, Who.OTHER),
        (Oddity.BAD_GATEWAY, Who.PROXY),
    ],
)
async def test_what_is_no_server_is_told_from_one(oddity: Oddity, who: Who) -> None:
    async with odd_server(free_port()) as odd:
        await odd.be(oddity)
        assert await found(odd.url) == Found(odd.url, who)


async def test_what_only_ever_speaks_of_itself_is_something_else() -> None:
    async with web_server(None, json_answer('{"status": "ok"}')) as (port, _):
        assert (await found(f"http://127.0.0.1:{port}")).who is Who.OTHER
    async with web_server(None, b"220 mail.example ESMTP\r\n") as (port, _):
        assert (await found(f"127.0.0.1:{port}")).who is Who.OTHER


async def test_nobody_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await found(f"127.0.0.1:{free_port()}")).who is Who.NOBODY
    assert (await found("no-such-host.invalid")).who is Who.NOBODY
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr("desktop.backend.lookout._TIMEOUT", aiohttp.ClientTimeout(total=0.2))
        assert (await found(f"http://127.0.0.1:{silent.getsockname()[1]}")).who is Who.NOBODY
