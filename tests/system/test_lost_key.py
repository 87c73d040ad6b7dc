"""The master key of a service is lost: it says so, hides nothing, and goes on when its owner has given it up."""

from __future__ import annotations

import json

from server.errors import WrongSetup
from tests.system.commands import run_command
from tests.system.conftest import Servers
from tests.system.mail_server import MailServer
from tests.system.processes import wait_until


def test_it_is_given_up_and_the_emails_leave_with_new_passwords(servers: Servers, mail_server: MailServer) -> None:
    server = servers(**mail_server.settings)
    server.start()
    server.add_admin()
    server.cli("queue", "pause")
    server.import_leads(3)
    server.cli("activate", "--all")
    wait_until(lambda: json.loads(server.cli("queue", "status", "--json").stdout)["pending"] == 3, "nothing is queued")
    assert server.stop() == 0
    key = server.data_dir / "master.key"
    key.unlink()

    refused = run_command(("run", "--port", "0"), env=server.environment)
    assert refused.returncode == WrongSetup.exit_code
    assert "key forget" in refused.stderr
    assert not key.exists()
    unsure = server.cli("key", "forget", input="another name\n", check=False)
    assert (unsure.returncode, key.exists()) == (1, False)
    done = server.cli("key", "forget", input="activation_desk\n")
    assert "3 queued emails" in done.stdout
    assert key.exists()

    server.start()
    assert server.cli("key", "forget", "--yes", check=False).returncode == 1
    groups = json.loads(server.cli("queue", "failures", "--json").stdout)
    assert [(group["cause"], group["count"]) for group in groups] == [("Password lost", 3)]
    assert groups[0]["sentence"]["code"] == "passwordLost"
    server.cli("queue", "retry", "--cause", "Password lost")
    server.cli("queue", "resume")
    mail_server.wait_for(3)
    audit = server.cli("audit", "list", "--action", "key.forget", "--json").stdout
    assert '"count": 3' in audit or '"count":3' in audit
