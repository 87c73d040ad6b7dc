"""Providers tell a running service of emails that came back, by calls that anybody could make."""

from __future__ import annotations

import base64
import http.client
import json
from typing import Any

import pytest

from tests.system.admin import AdminClient, is_finished
from tests.system.api import Api
from tests.system.conftest import Servers
from tests.system.mail_server import MailServer
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

_SECRET = "a secret that nobody guesses"
_SHOWN = {"Authorization": "Basic " + base64.b64encode(f"desk:{_SECRET}".encode()).decode()}


def _bounce(email_id: str, recipient: str, number: int = 1) -> dict[str, Any]:
    """As Postmark tells of it."""
    return {
        "RecordType": "Bounce",
        "ID": number,
        "Type": "HardBounce",
        "Email": recipient,
        "Details": "smtp;550 5.1.1 <x@firm.example>: Recipient address rejected: User unknown",
        "BouncedAt": "2026-11-28T10:00:50.3963933-05:00",
        "Metadata": {"email-id": email_id},
    }


def _announced(server: ServerProcess, size: int) -> tuple[int, str]:
    """What a call that announces so many bytes is answered."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT)
    try:
        connection.putrequest("POST", "/api/bounces/postmark")
        for name, value in {**_SHOWN, "Content-Length": str(size)}.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, json.loads(response.read())["code"]
    finally:
        connection.close()


async def test_what_a_provider_tells_is_known_and_what_a_stranger_tells_is_not(
    servers: Servers, mail_server: MailServer
) -> None:
    server = servers(**mail_server.settings, BOUNCES_POSTMARK_SECRET=_SECRET)
    server.start()
    server.add_admin()
    server.import_leads(2)
    admin = AdminClient(server)
    await admin.log_in()
    await admin.connect()
    await admin.activation(await admin.activate(2), is_finished)
    mail_server.wait_for(2)
    await admin.all_sent()
    first, second = mail_server.received
    api = Api(server, "")

    def call(
        provider: str, body: Any = None, *, headers: dict[str, str] | None = None, content: bytes | None = None
    ) -> Any:
        return api.ask("POST", f"/api/bounces/{provider}", body, token=None, headers=headers or {}, content=content)

    told = _bounce(first.message_id.strip("<>").partition("@")[0], first.recipient)
    refusals = [
        call("postmark", told),
        call("postmark", told, headers={"Authorization": "Bearer another secret, as long"}),
        call("sendgrid", [told], headers=_SHOWN),
        call("ses", {"Type": "Notification", "SigningCertURL": "https://127.0.0.1:1/x.pem"}, headers=_SHOWN),
        call("nobody", told, headers=_SHOWN),
        api.ask("POST", "/api/bounces/postmark", told, token=server.login()),
    ]
    for refusal in refusals:
        refusal.assert_refused(403, "forbidden")
    assert len({str(refusal.body) for refusal in refusals}) == 1, "a refusal tells nothing"
    assert (await admin.ask("GET", "/api/queue/status"))["failed"] == 0

    assert call("postmark", told, headers=_SHOWN).status == 204
    await admin.queue(lambda status: status["failed"] == 1)
    assert call("postmark", told, headers=_SHOWN).status == 204
    assert call("postmark", _bounce("6b09c33de9d4f022a720019f", "eve@firm.example", 2), headers=_SHOWN).status == 204
    (row,) = (await admin.ask("GET", "/api/queue/emails?state=failed"))["items"]
    assert (row["email"], row["bounced"]) == (first.recipient, True)
    assert row["email"] != second.recipient
    (entry,) = (await admin.ask("GET", "/api/audit?action=queue.bounce"))["items"]
    assert entry["details"] == {"via": "postmark"}

    call("postmark", headers=_SHOWN, content=b"{").assert_refused(422, "invalid")
    call("postmark", headers=_SHOWN, content=b"[" * 900_000).assert_refused(422, "invalid")
    assert _announced(server, 2**20 + 1) == (413, "tooLarge"), "it is refused before it is sent"
    await admin.disconnect()
    assert _SECRET not in server.log
    assert server.log.count("a call about bounces was refused") == 3


@pytest.mark.parametrize("url", ["imap+plain://desk:hunter2-hunter2@127.0.0.1:1/INBOX"])
def test_a_mailbox_that_cannot_be_reached_is_said_and_keeps_nothing_else_from_working(
    servers: Servers, url: str
) -> None:
    server = servers(BOUNCES_URL=url)
    server.start()
    server.add_admin()
    said = server.cli("queue", "status").stdout
    for _ in range(100):
        if "Bounces are not read" in said:
            break
        said = server.cli("queue", "status").stdout
    assert "Bounces are not read: The mailbox for bounces cannot be reached: Connection refused" in said, said
    snapshot = Api(server, server.login()).ask("GET", "/api/queue/snapshot").body
    assert (snapshot["alert"]["code"], snapshot["alert"]["sentence"]["code"]) == ("bounces", "bouncesUnreachable")
    assert snapshot["sending"]["bounces"]["name"] == "INBOX of desk@127.0.0.1:1"
    assert snapshot["sending"]["state"] == "idle"
    server.stop()
    assert "hunter2" not in said + server.log
