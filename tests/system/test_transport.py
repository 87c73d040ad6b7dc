"""The way to the service: certificates, limits, and clients that are slow on purpose."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from server.api import limits
from server.contract import Role
from server.errors import NotNow, WrongSetup
from server.live import hub
from server.operations import http_server
from tests.integration.mail.certificates import Authority
from tests.system import frugal_server
from tests.system.conftest import Servers
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """With an admin, for tests that leave it running."""
    server = ServerProcess(tmp_path_factory.mktemp("transport") / "data")
    with server.running():
        yield server


# --- Certificates ---


def secured(
    servers: Servers, authority: Authority, monkeypatch: pytest.MonkeyPatch, certificate: Path
) -> ServerProcess:
    """A running service with that certificate; this process trusts the authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    server = servers(ACTIVATION_TLS_CERTIFICATE=str(certificate))
    server.url = server.url.replace("http:", "https:")
    server.start()
    return server


def serial_number(server: ServerProcess, authority: Authority) -> str:
    """Of the certificate that it shows to a new client."""
    context = ssl.create_default_context(cafile=str(authority.file))
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        assert connection.version() == "TLSv1.3"
        shown = connection.getpeercert()
        assert shown is not None
        return str(shown["serialNumber"])


async def test_a_certificate_is_shown_and_a_renewed_one_without_a_restart(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    file = tmp_path / "shown.pem"
    authority.server_file().replace(file)
    server = secured(servers, authority, monkeypatch, file)
    server.add_admin()
    token = server.login()
    assert f'"address": "{server.url}"' in server.log
    statuses: list[Any] = []
    trust = ssl.create_default_context(cafile=str(authority.file))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as own:
        listener = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=own)
        listener.on("emailQueueUpdate", statuses.append)
        await listener.connect(server.url, auth={"token": token}, wait_timeout=LIMIT)
        await listener.disconnect()
    assert statuses

    first = serial_number(server, authority)
    file.write_text("half a certificate")
    await noted(server, "the new certificate cannot be used")
    assert serial_number(server, authority) == first
    authority.server_file().replace(file)
    await noted(server, "the certificate was read anew")
    assert serial_number(server, authority) != first
    assert server.request("GET", "/api/me", token=token)["username"] == "ann"


async def noted(server: ServerProcess, text: str) -> None:
    """Until it stands in the log."""
    async with asyncio.timeout(LIMIT):
        while text not in server.log:
            await asyncio.sleep(0.1)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_protocols_are_not_spoken(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: ssl.TLSVersion
) -> None:
    authority = Authority(tmp_path)
    server = secured(servers, authority, monkeypatch, authority.server_file())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(authority.file)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = version
    context.maximum_version = version
    with socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname="127.0.0.1")
    context = ssl.create_default_context(cafile=str(authority.file))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        cipher = connection.cipher()
        assert cipher is not None
        assert cipher[0].startswith("ECDHE-")


def test_a_certificate_that_cannot_be_used_is_named_before_anything_starts(servers: Servers, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    good, other = authority.server_file(), authority.server_file()
    (key := tmp_path / "key.pem").write_text(other.read_text().partition("-----BEGIN CERTIFICATE")[0])
    (certificate := tmp_path / "certificate.pem").write_text(
        "-----BEGIN CERTIFICATE" + good.read_text().partition("-----BEGIN CERTIFICATE")[2]
    )
    for settings, kind, reason in (
        ({"ACTIVATION_TLS_CERTIFICATE": str(tmp_path / "none.pem")}, NotNow, "cannot be read (No such file"),
        ({"ACTIVATION_TLS_CERTIFICATE": str(certificate)}, NotNow, "is not a certificate with its key"),
        (
            {"ACTIVATION_TLS_CERTIFICATE": str(certificate), "ACTIVATION_TLS_KEY": str(key)},
            NotNow,
            "does not belong to",
        ),
        ({"ACTIVATION_TLS_KEY": str(key)}, WrongSetup, "is set without ACTIVATION_TLS_CERTIFICATE"),
    ):
        server = servers(**settings)
        done = server.cli("run", check=False)
        assert done.returncode == kind.exit_code, done.stderr
        assert reason in done.stderr
        assert "Traceback" not in done.stderr


# --- Sizes ---


def status_of(
    server: ServerProcess, path: str, *, token: str | None, announced: int, sent: bytes = b""
) -> tuple[int, Any]:
    """What a request that announces so many bytes is answered, though it sends fewer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT)
    try:
        connection.putrequest("POST", path)
        connection.putheader("Content-Length", str(announced))
        connection.putheader("Content-Type", "application/json")
        if token is not None:
            connection.putheader("Authorization", f"Bearer {token}")
        connection.endheaders(sent)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "known", "announced", "expected"),
    [
        ("/api/login", False, limits.MAX_STRANGERS_BODY + 1, (413, "tooLarge")),
        ("/api/imports", False, 100, (401, "unauthorized")),
        ("/api/activations", True, limits.MAX_BODY + 1, (413, "tooLarge")),
        ("/api/imports", True, limits.MAX_FILE_BODY + 1, (413, "tooLarge")),
    ],
)
def test_what_is_too_large_or_nobodys_is_refused_before_it_is_sent(
    service: ServerProcess, path: str, known: bool, announced: int, expected: tuple[int, str]
) -> None:
    answered, problem = status_of(service, path, token=service.login() if known else None, announced=announced)
    assert (answered, problem["code"]) == expected


def test_what_is_for_others_is_refused_before_it_is_sent(service: ServerProcess) -> None:
    service.add_admin("eve", role=Role.VIEWER)
    answered, problem = status_of(service, "/api/imports", token=service.login("eve"), announced=limits.MAX_FILE_BODY)
    assert (answered, problem["code"]) == (403, "forbidden")
    (entry,) = service.request("GET", "/api/audit?result=refused", token=service.login())["items"]
    assert (entry["by"], entry["action"], entry["details"]["request"]) == ("eve", "request", "POST /api/imports")
    assert entry["origin"] == "127.0.0.1"


def test_what_turns_out_to_be_too_large_is_refused_as_well(service: ServerProcess) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=LIMIT)
    chunks = (b'{"username": "' if number == 0 else b"x" * 4096 for number in range(20))
    connection.request("POST", "/api/login", chunks, {"Content-Type": "application/json"}, encode_chunked=True)
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["code"]) == (413, "tooLarge")
    connection.close()


def test_a_head_that_is_too_long_is_refused(service: ServerProcess) -> None:
    request = urllib.request.Request(f"{service.url}/healthz", headers={"X-Long": "x" * 100_000})
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=LIMIT)
    with refusal.value:
        assert refusal.value.code == 431
        assert json.loads(refusal.value.read())["code"] == "tooLarge"


def test_what_is_no_http_is_refused_in_the_same_form(service: ServerProcess) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=LIMIT) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["code"] == "invalid"


# --- How often ---


def test_one_admin_cannot_ask_for_everything_at_once(servers: Servers) -> None:
    service = servers()
    service.command = (sys.executable, "-m", frugal_server.__name__)
    service.start()
    for name in ("eve", "ann"):
        service.add_admin(name)
    eve, ann = service.login("eve"), service.login("ann")
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=LIMIT)) as connection:

        def ask() -> tuple[int, Any]:
            connection.request("GET", "/api/me", headers={"Authorization": f"Bearer {eve}"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())

        answers = iter(ask, None)
        answered, (status, problem) = next(each for each in enumerate(answers) if each[1][0] != 200)
        assert answered >= frugal_server.AT_ONCE
        assert (status, problem["code"]) == (429, "tooMany")
        assert service.request("GET", "/api/me", token=ann)["username"] == "ann"
        assert next(answer for answer in answers if answer[0] != 429)[0] == 200


async def test_one_admin_has_so_many_sockets_and_no_more(service: ServerProcess) -> None:
    token = await asyncio.to_thread(service.login)
    clients = [socketio.AsyncClient(reconnection=False, handle_sigint=False) for _ in range(hub.MAX_SOCKETS + 1)]
    try:
        for client in clients[:-1]:
            await client.connect(service.url, auth={"token": token}, transports=["websocket"], wait_timeout=LIMIT)
        problems: list[Any] = []
        clients[-1].on("connect_error", problems.append)
        with pytest.raises(Refused):
            await clients[-1].connect(service.url, auth={"token": token}, transports=["websocket"], wait_timeout=LIMIT)
        assert problems[0]["data"]["code"] == "tooMany"
        await clients[0].disconnect()
        again = clients[0] = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        await again.connect(service.url, auth={"token": token}, transports=["websocket"], wait_timeout=LIMIT)
    finally:
        for client in clients:
            await client.disconnect()


# --- Slow clients ---


def read_to_the_end(connection: socket.socket) -> None:
    """Until the service has hung up."""
    connection.settimeout(LIMIT)
    with contextlib.suppress(ConnectionError):
        while connection.recv(65536):
            pass


@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_head_has_to_come_in_time(service: ServerProcess, said: bytes) -> None:
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", service.port), timeout=LIMIT) as connection:
        connection.sendall(said)
        read_to_the_end(connection)
    assert time.monotonic() - started > http_server.HEADER_SECONDS - 0.1


def test_a_client_that_does_not_read_is_let_go_of(service: ServerProcess) -> None:
    """Some time after the last byte that it took."""
    token = service.login()
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", service.port))
        asking = f"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        connection.settimeout(1)
        assert _is_cut_off(connection, asking * 50, LIMIT)


def _is_cut_off(connection: socket.socket, asking: bytes, longest: float) -> bool:
    """Whether the service hangs up on who asks and asks and never reads."""
    deadline = time.monotonic() + longest
    while time.monotonic() < deadline:
        try:
            connection.sendall(asking)
        except TimeoutError:
            continue
        except ConnectionError:
            return True
    return False


async def test_who_does_not_say_who_they_are_is_hung_up_on(service: ServerProcess) -> None:
    async with connect(f"ws://127.0.0.1:{service.port}/socket.io/?EIO=4&transport=websocket") as client:
        with contextlib.suppress(ConnectionClosed):
            async with asyncio.timeout(LIMIT):
                while True:
                    if await client.recv() == "2":  # a ping, and the pong to it
                        await client.send("3")
