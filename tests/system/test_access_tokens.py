"""A service that logs in with access tokens, from its settings to the mail server; nothing of what it takes is seen."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil

from server.store.limits import LimitStore
from tests.integration.mail.certificates import Authority
from tests.integration.mail.scripted_smtp import ScriptedSmtp, scripted_smtp
from tests.integration.oauth.token_server import TokenServer, token, token_server
from tests.system.canaries import Outputs, arguments, dumped, sightings
from tests.system.conftest import Servers
from tests.system.processes import ServerProcess, wait_until

MAILBOX = "welcome@firm.example"
_SECRET = "canary~client.secret/1"
_REFRESH = ("canary-refresh-token-of-the-settings", "canary-refresh-token-that-replaced-it")
_ACCESS = ("canary-access-token-that-is-refused", "canary-access-token-that-is-taken")


def service(
    servers: Servers, smtp: ScriptedSmtp, tokens: TokenServer, authority: Authority, secret: Path
) -> ServerProcess:
    """Set up as a site does it."""
    secret.write_text(f"{_REFRESH[0]}\n")
    return servers(
        SMTP_URL=f"smtp://{MAILBOX.replace('@', '%40')}@127.0.0.1:{smtp.address.port}?oauth=own",
        SMTP_CA_FILE=str(authority.file),
        SMTP_OAUTH_OWN="generic",
        SMTP_OAUTH_OWN_TOKEN_URL=tokens.url,
        SMTP_OAUTH_OWN_CLIENT_ID="desk",
        SMTP_OAUTH_OWN_CLIENT_SECRET=_SECRET,
        SMTP_OAUTH_OWN_REFRESH_TOKEN_FILE=str(secret),
        SMTP_OAUTH_OWN_SECRET_ENDS=(date.today() + timedelta(days=20)).isoformat(),  # noqa: DTZ011 - a day, anywhere
        MAIL_FROM=f"Desk <{MAILBOX}>",
        QUEUE_INTERVAL="1",
    )


async def test_emails_leave_by_access_tokens_and_no_secret_is_seen(servers: Servers, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with scripted_smtp() as smtp, token_server() as tokens:
        smtp.security, smtp.certificate = smtp.security.STARTTLS, authority.server()
        smtp.username, smtp.tokens = MAILBOX, [_ACCESS[1]]
        line = f"user={MAILBOX}\x01auth=Bearer {_ACCESS[0]}\x01\x01"
        smtp.login = [f"535 5.7.8 {_ACCESS[0]} is not taken: {base64.b64encode(line.encode()).decode()}", ""]
        tokens.script = [token(_ACCESS[0], refresh_token=_REFRESH[1]), token(_ACCESS[1])]
        server = service(servers, smtp, tokens, authority, tmp_path / "refresh-token")
        await asyncio.to_thread(server.start)
        outputs = await asyncio.to_thread(_refused_then_sent, server)
    assert sorted(smtp.accepted) == ["lead0@firm.example", "lead1@firm.example"]
    assert [form["refresh_token"] for form in tokens.forms] == list(_REFRESH)
    assert {form["client_secret"] for form in tokens.forms} == {_SECRET}
    assert sightings(outputs, {"client secret": [_SECRET], "refresh token": _REFRESH, "access token": _ACCESS}) == []


def _refused_then_sent(server: ServerProcess) -> Outputs:
    """The first login is refused, the second one is not; all that leaves the service meanwhile."""
    server.add_admin()
    login = server.login()
    server.import_leads(2)
    body = {"requestId": "tokens-1", "selection": {"matching": {}}}
    server.request("POST", "/api/activations", body, token=login)
    outputs: Outputs = {}

    def sending() -> Any:
        return server.request("GET", "/api/queue/sending", token=login)

    outputs["refused"] = str(_until(sending, lambda said: said["state"] == "blocked")).encode()
    assert b"535 5.7.8" in outputs["refused"]
    assert b"'code': 'secretEnds'" in outputs["refused"]
    server.in_database(lambda database: LimitStore(database).try_now("ann"))
    _until(lambda: server.request("GET", "/api/queue/status", token=login), lambda said: said["total"] == 0)
    outputs["sent"] = str(sending()).encode()
    for child in psutil.Process(server.pid).children(recursive=True):
        names = {name for name in child.environ() if name.startswith("SMTP_OAUTH")}
        assert "SMTP_OAUTH_OWN_CLIENT_SECRET" not in names
    outputs |= arguments(server.pid) | dumped(server.database_uri)
    assert server.stop() == 0
    outputs["log"] = server.log_path.read_bytes()
    assert b"a login will end" in outputs["log"]
    return outputs


def _until(ask: Callable[[], Any], holds: Callable[[Any], bool]) -> Any:
    """What it answers once that holds."""
    said: list[Any] = []

    def is_so() -> bool:
        said[:] = [ask()]
        return holds(said[0])

    wait_until(is_so, "it does not come to that")
    return said[0]
