"""A mail server sends an email back: from its report, given to the command as by a pipe, to the second password."""

from __future__ import annotations

import re
from pathlib import Path

from tests.system.admin import AdminClient, is_finished
from tests.system.conftest import Servers
from tests.system.mail_server import MailServer, Received
from tests.waiting import LIMIT

_SAMPLE = Path(__file__).parents[1] / "files" / "bounces" / "postfix_unknown_user.eml"


def _bounce_of(letter: Received) -> str:
    """As Postfix writes it for this email."""
    message = _SAMPLE.read_text().replace("gone.ann@remote.example", letter.recipient)
    return re.sub(r"<[0-9a-f]{24}@sender\.example>", letter.message_id, message)


async def test_what_comes_back_is_seen_and_sent_again(servers: Servers, mail_server: MailServer) -> None:
    server = servers(**mail_server.settings)
    server.start()
    server.add_admin()
    server.import_leads(2)
    admin = AdminClient(server)
    await admin.log_in()
    await admin.connect()
    await admin.activation(await admin.activate(2), is_finished)
    mail_server.wait_for(2)
    await admin.all_sent()
    letter = mail_server.received[0]

    said = server.cli("bounce", input=_bounce_of(letter)).stdout
    assert said == "1 came back.\n"
    await admin.queue(lambda status: status["failed"] == 1)
    snapshot = await admin.ask("GET", "/api/queue/snapshot")
    assert (snapshot["counts"]["failed"], snapshot["counts"]["bounced"]) == (1, 1)
    (row,) = (await admin.ask("GET", "/api/queue/emails?state=failed&bounced=true"))["items"]
    assert (row["email"], row["bounced"], row["sentence"]["code"]) == (letter.recipient, True, "addressUnknown")
    assert (await admin.ask("GET", "/api/queue/emails?state=failed&bounced=false"))["items"] == []
    assert letter.recipient in server.cli("queue", "list", "--state", "bounced").stdout
    assert "1 failed (1 of them came back)." in server.cli("queue", "status").stdout
    (group,) = await admin.ask("GET", "/api/queue/failures")
    assert (group["count"], group["bounced"], group["sentence"]["code"]) == (1, True, "addressUnknown")
    events = await admin.ask("GET", f"/api/queue/emails/{row['id']}/history")
    assert [each["what"] for each in events] == ["queued", "delivered", "bounced"]
    (entry,) = (await admin.ask("GET", "/api/audit?action=queue.bounce"))["items"]
    assert (entry["by"], entry["count"], entry["emails"]) == ("mail servers", 1, [letter.recipient])

    assert (await admin.ask("POST", "/api/queue/emails/retry", {"cause": group["cause"]}))["changed"] == 1
    mail_server.wait_for(3, seconds=LIMIT)
    again = mail_server.received[-1]
    assert again.recipient == letter.recipient
    assert again.password != letter.password
    assert again.message_id == letter.message_id.replace("@", ".1@")
    await admin.all_sent()
    assert (await admin.ask("GET", "/api/queue/status"))["failed"] == 0
    await admin.disconnect()
