"""What can be found out about an email that was sent, and about all of them."""

from __future__ import annotations

import json
import urllib.error

import pytest

from server.operations.redaction import MASK
from tests.system.admin import AdminClient, is_finished
from tests.system.conftest import Servers
from tests.system.mail_server import read_email


async def test_what_was_sent_stays_known_over_a_restart(servers: Servers) -> None:
    server = servers()
    server.start()
    server.add_admin()
    server.import_leads(3)
    admin = AdminClient(server)
    await admin.log_in()
    await admin.connect()
    await admin.activation(await admin.activate(3), is_finished)
    await admin.all_sent()
    await admin.disconnect()
    server.stop()
    server.start()

    sent = (await admin.ask("GET", "/api/queue/emails?state=sent"))["items"]
    assert len(sent) == 3
    history = await admin.ask("GET", f"/api/queue/emails/{sent[0]['id']}/history")
    assert [each["what"] for each in history] == ["queued", "delivered"]
    assert "Kept as" in history[-1]["detail"]
    captured = await admin.ask("GET", f"/api/mailbox/{sent[0]['id']}")
    (file,) = [each for each in server.mailbox.glob("*.eml") if each.name in history[-1]["detail"]]
    letter = read_email(file.read_bytes())
    assert captured["messageId"] == letter.message_id
    assert sent[0]["email"] in captured["recipient"]
    assert letter.password not in json.dumps(captured)
    for part in ("text", "html"):
        assert captured[part].count(MASK) == 1
        assert sent[0]["email"] in captured[part]
    file.unlink()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        await admin.ask("GET", f"/api/mailbox/{sent[0]['id']}")
    traced = server.cli("queue", "trace", sent[0]["id"], "--json").stdout
    assert json.loads(traced) == history
    assert server.cli("queue", "trace", "0" * 24, check=False).returncode == 1

    for span, periods in (("hour", 60), ("day", 24), ("week", 168)):
        throughput = await admin.ask("GET", f"/api/queue/throughput?span={span}")
        assert len(throughput["periods"]) == periods
        assert sum(each["accepted"] for each in throughput["periods"]) == 3
    lines = server.cli("queue", "throughput").stdout.splitlines()
    assert lines[0].split() == ["UTC", "accepted", "retried", "failed", "uncertain"]
    assert sum(int(line.split()[2]) for line in lines[1:]) == 3
