"""Nothing leaks: every secret there is is planted, everything that leaves the service is searched for it.

A secret may be seen in two places only: encrypted, in the row of an email that waits, and in the email that arrives.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import resource
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest
import socketio
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from pymongo import MongoClient

from server.settings import SettingsError, load_settings
from server.store.master_key import new_master_key
from tests.system.canaries import Outputs, arguments, dumped, sightings
from tests.system.conftest import Servers
from tests.system.external_database import ExternalDatabase
from tests.system.mail_server import read_email
from tests.system.processes import COMMAND, ServerProcess, free_port
from tests.waiting import LIMIT

_SMTP_PASSWORD = "canary/smtp p@ss:1"
_DATABASE_PASSWORD = "canary/database p@ss:2"
_ADMIN_PASSWORD = "canary admin passphrase 3"
_WRONG_PASSWORD = "canary mistyped passphrase 4"
_LEADS = 6
_ID = re.compile(rb"[0-9a-f]{24}")


class TalkativeMailServer:
    """Quotes in its answers whatever it is told, logins and messages, as some do."""

    def __init__(self) -> None:
        self.passwords: set[str] = set()
        self.refusing_logins = True
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=free_port(),
            ready_timeout=LIMIT,
            authenticator=self._authenticate,
            auth_require_tls=False,
        )

    @property
    def url(self) -> str:
        """As a setting."""
        return f"smtp+plain://mailer:{quote(_SMTP_PASSWORD, safe='')}@127.0.0.1:{self._controller.port}"

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        self._controller.stop()

    def _authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _method: str, told: LoginPassword
    ) -> AuthResult:
        if not self.refusing_logins:
            return AuthResult(success=True)
        password = told.password.decode()
        line = base64.b64encode(b"\0" + told.login + b"\0" + told.password).decode()
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 {password} is wrong: AUTH PLAIN {line}")

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Every other message is refused, for what it says."""
        assert isinstance(envelope.content, bytes)
        password = read_email(envelope.content).password
        self.passwords.add(password)
        said = f"to {envelope.rcpt_tos[0]}: Password: {password} ({_SMTP_PASSWORD})"
        return f"250 2.0.0 taken, {said}" if len(self.passwords) % 2 else f"554 5.7.1 rejected, {said}"


@pytest.fixture
def talkative_mail_server() -> Iterator[TalkativeMailServer]:
    """Running."""
    server = TalkativeMailServer()
    server.start()
    yield server
    server.stop()


class Listener:
    """Hears everything an admin is told."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        self.client.on("*", self._hear)

    def _hear(self, event: str, data: object) -> None:
        self.heard.append(f"{event} {json.dumps(data, ensure_ascii=False)}".encode())


def _get(server: ServerProcess, path: str, token: str | None = None, body: Any = None) -> bytes:
    """An answer with its headers, whatever its status."""
    request = urllib.request.Request(server.url + path)
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    data = None
    if body is not None:
        request.add_header("Content-Type", "application/json")
        data = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, data, timeout=LIMIT) as response:
            return bytes(response.headers) + response.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return bytes(refusal.headers) + refusal.read()


def _answers(server: ServerProcess, token: str) -> Outputs:
    """To everything that can be asked: every route, every id that any answer names, every choice there is."""
    described = json.loads(_get(server, "/api/openapi.json", token).partition(b"\n\n")[2])
    paths = [path for path, methods in described["paths"].items() if "get" in methods]
    found: Outputs = {}
    ids: set[str] = set()
    for path in sorted(paths, key=lambda path: path.count("{")):
        for query in _queries(described, path):
            for each in sorted(ids) if "{" in path else [""]:
                asked = re.sub(r"{\w+}", each, path) + query
                found[f"GET {asked}"] = _get(server, asked, token)
                ids |= {id_.decode() for id_ in _ID.findall(found[f"GET {asked}"])} if "{" not in path else set()
    assert len(ids) > _LEADS
    return found


def _queries(described: Mapping[str, Any], path: str) -> list[str]:
    """Nothing, or one for each value of a parameter that has to be given."""
    for parameter in described["paths"][path]["get"].get("parameters", []):
        if parameter["in"] == "query" and parameter["required"]:
            schema = described["components"]["schemas"][parameter["schema"]["$ref"].rpartition("/")[2]]
            return [f"?{parameter['name']}={value}" for value in schema["enum"]]
    return [""]


async def test_no_secret_is_seen_anywhere(
    servers: Servers, external_database: ExternalDatabase, talkative_mail_server: TalkativeMailServer, tmp_path: Path
) -> None:
    with MongoClient[dict[str, Any]](external_database.uri) as client:
        client.admin.command("createUser", "desk", pwd=_DATABASE_PASSWORD, roles=["root"])
    master_key = new_master_key()
    uri = external_database.uri.replace("//", f"//desk:{quote(_DATABASE_PASSWORD, safe='')}@") + "&authSource=admin"
    server = servers(
        MONGODB_URI=uri,
        SMTP_URL=talkative_mail_server.url,
        ACTIVATION_MASTER_KEY=master_key,
        MAIL_FROM="Desk <desk@firm.example>",
        QUEUE_INTERVAL="1",
    )
    server.start()
    outputs: Outputs = arguments(server.pid)
    server.add_admin(password=_ADMIN_PASSWORD)
    server.import_leads(_LEADS)
    login = server.request("POST", "/api/login", {"username": "ann", "password": _ADMIN_PASSWORD})
    token, device = login["token"], login["device"]
    for name in ("ann", ["ann"]):
        body = {"username": name, "password": _WRONG_PASSWORD, "device": device}
        outputs[f"refused login {name}"] = _get(server, "/api/login", body=body)

    listener = Listener()
    await listener.client.connect(server.url, auth={"token": token}, wait_timeout=LIMIT)
    selection = {"requestId": "canaries-1", "selection": {"matching": {}}}
    outputs["activation"] = await asyncio.to_thread(_get, server, "/api/activations", token, selection)
    await _until(listener, lambda event: event.startswith(b"queueAlert") and b'"active": true' in event)
    talkative_mail_server.refusing_logins = False
    await _until(listener, lambda event: b'"total": 0' in event and f'"failed": {_LEADS // 2}'.encode() in event)
    issued = set(talkative_mail_server.passwords)
    assert len(issued) == _LEADS
    test = {"to": "test@firm.example"}
    outputs["test-send"] = await asyncio.to_thread(_get, server, "/api/template/test-send", token, test)
    assert b"Password: " in outputs["test-send"], "the mail server should have quoted it"
    await listener.client.disconnect()
    outputs["events"] = b"\n".join(listener.heard)

    outputs |= await asyncio.to_thread(_answers, server, token)
    assert any(b"rejected, to" in answer for path, answer in outputs.items() if "state=failed" in path)
    outputs |= {path: _get(server, path) for path in ("/healthz", "/readyz", "/metrics")}
    outputs |= dumped(uri)
    outputs |= await asyncio.to_thread(_commands, server)
    external_database.kill()
    outputs["no database"] = await asyncio.to_thread(_get, server, "/api/queue/status", token)
    server.kill()  # a stop would wait for the database
    outputs["log"] = server.log_path.read_bytes()
    assert b"sending stands still" in outputs["log"]
    outputs["database log"] = external_database.log_path.read_bytes()

    canaries = {
        "password of the mail server": [_SMTP_PASSWORD],
        "password of the database": [_DATABASE_PASSWORD],
        "master key": [master_key, base64.b64decode(master_key).hex()],
        "token": [token],
        "device that has logged in": [device],
        "password of an admin": [_ADMIN_PASSWORD, _WRONG_PASSWORD],
        "password of a user": issued,
    }
    assert sightings(outputs, canaries) == []
    print(
        f"{len(outputs)} outputs, {sum(map(len, outputs.values()))} bytes, {sum(map(len, canaries.values()))} secrets"
    )


async def _until(listener: Listener, holds: Any) -> None:
    async with asyncio.timeout(LIMIT):
        while not any(map(holds, listener.heard)):
            await asyncio.sleep(0.05)


def _commands(server: ServerProcess) -> Outputs:
    """What commands say: of the queue, and of settings that are wrong."""
    wanted: list[tuple[str, str, Mapping[str, str]]] = [
        ("queue list --state failed --json", "", {}),
        ("queue failures --json", "", {}),
        ("audit list --json", "", {}),
        ("template preview", "", {}),
        ("admin add bob --password-stdin", f"{_ADMIN_PASSWORD}\n", {}),
        *(
            ("queue status", "", {"MONGODB_URI": uri})
            for uri in (
                f"mongodb://desk:{quote(_DATABASE_PASSWORD, safe='')}@127.0.0.1:1/?replicaSet=x",
                f"mongodb://desk:{_DATABASE_PASSWORD}@127.0.0.1:notaport/",
            )
        ),
    ]

    def run(command: str, input_: str, settings: Mapping[str, str]) -> bytes:
        done = subprocess.run(
            [*COMMAND, *command.split()],
            env={**server.environment, **settings},
            input=input_.encode(),
            capture_output=True,
            timeout=LIMIT,
            check=False,
        )
        return done.stdout + done.stderr

    with ThreadPoolExecutor(len(wanted)) as threads:
        said = list(threads.map(lambda each: run(*each), wanted))
    assert all(said)
    found = {f"command {command} {settings}": each for (command, _, settings), each in zip(wanted, said, strict=True)}
    return found | _refused_settings(server.environment["ACTIVATION_MASTER_KEY"])


def _refused_settings(master_key: str) -> Outputs:
    """What is said of settings that are wrong, before anything starts."""
    found = {}
    for number, (name, value) in enumerate(
        (
            ("MONGODB_URI", f"mongo://desk:{_DATABASE_PASSWORD}@host"),
            ("SMTP_URL", f"smtp://mailer:{_SMTP_PASSWORD}@host:99999999"),
            ("SMTP_URL", f"http://mailer:{quote(_SMTP_PASSWORD, safe='')}@host"),
            ("SMTP_URL", f"smtp://mailer:{quote(_SMTP_PASSWORD, safe='')}@host?{quote(_SMTP_PASSWORD, safe='')}=1"),
            ("ACTIVATION_MASTER_KEY_PREVIOUS", master_key),
        )
    ):
        with pytest.raises(SettingsError) as refusal:
            load_settings({name: value})
        found[f"setting {number} {name}"] = f"{refusal.value} {refusal.value!r}".encode()
    return found


def test_what_the_service_starts_gets_none_of_its_secrets(servers: Servers) -> None:
    server = servers(SMTP_URL=f"smtp://mailer:{quote(_SMTP_PASSWORD, safe='')}@127.0.0.1:1", MAIL_FROM="d@firm.example")
    server.environment["ACTIVATION_MASTER_KEY"] = new_master_key()
    server.start()
    service = psutil.Process(server.pid)
    assert service.rlimit(resource.RLIMIT_CORE) == (0, 0)
    children = service.children(recursive=True)
    assert children
    for child in children:
        assert not {"SMTP_URL", "ACTIVATION_MASTER_KEY"} & child.environ().keys()
        assert child.rlimit(resource.RLIMIT_CORE) == (0, 0)
