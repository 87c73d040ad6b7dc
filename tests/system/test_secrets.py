"""Passwords at rest, in a service as it runs: wiped in time, issued anew, and under a master key that is replaced."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import bcrypt
import pytest

from server.store.client import Database
from server.store.master_key import new_master_key
from tests.system.conftest import Servers
from tests.system.processes import COMMAND, ServerProcess, wait_until
from tests.waiting import LIMIT


def passwords_sent(server: ServerProcess) -> dict[str, str]:
    """The password in each email of the mailbox, by address."""
    found = {}
    for path in server.mailbox.rglob("*.eml"):
        text = path.read_text()
        address = re.search(r"^To: .*?([\w.]+@[\w.]+)", text, re.MULTILINE)
        password = re.search(r"\b[a-zA-Z2-9]{5}-[a-zA-Z2-9]{5}-[a-zA-Z2-9]{5}\b", text)
        assert address is not None
        assert password is not None
        found[address[1]] = password[0]
    return found


def users(server: ServerProcess) -> dict[str, str]:
    """The password hash of each user, by address."""
    found: dict[str, str] = {}

    async def read(database: Database) -> None:
        async for row in database.users.find({}):
            found[row["email"]] = row["passwordHash"]

    server.in_database(read)
    return found


def secrets_left(server: ServerProcess) -> int:
    """Failed emails that still have their password."""
    counts = []

    async def count(database: Database) -> None:
        counts.append(await database.failed.count_documents({"password": {"$exists": True}}))

    server.in_database(count)
    return counts[0]


def expect_logins(server: ServerProcess, count: int) -> None:
    """That many emails were sent, and every password in one is its user's."""
    wait_until(lambda: len(passwords_sent(server)) == count, "not every email was sent", 60)
    hashes = users(server)
    for address, password in passwords_sent(server).items():
        assert bcrypt.checkpw(password.encode(), hashes[address].encode()), address


def test_held_for_too_long_an_email_leaves_with_a_new_password(servers: Servers) -> None:
    server = servers(PASSWORD_HASH="bcrypt", QUEUE_SECRET_RETENTION="1")
    server.start()
    server.import_leads(3)
    server.cli("queue", "pause")
    server.cli("activate", "--all")
    before = users(server)
    assert server.cli("queue", "hold", "--all").stdout == "3 held.\n"
    wait_until(lambda: secrets_left(server) == 0, "the passwords were not wiped")

    assert server.cli("queue", "release", "--matching", "lead0").stdout == "1 queued again.\n"
    server.stop()
    assert server.cli("queue", "release", "--all").stdout == "2 queued again.\n"  # without a service, too
    server.cli("queue", "resume")
    server.start()
    expect_logins(server, 3)
    assert all(users(server)[address] != before[address] for address in before)


def test_the_master_key_is_replaced_beside_a_service_and_kills_do_no_harm(servers: Servers) -> None:
    server = servers(PASSWORD_HASH="bcrypt")
    server.start()
    server.import_leads(6)
    server.cli("queue", "pause")
    server.cli("activate", "--all")
    first = (server.data_dir / "master.key").read_text()
    upcoming = server.data_dir / "master.key.next"

    for moment in range(2):  # from the moment the new key is on disk
        rotation = subprocess.Popen([*COMMAND, "key", "rotate"], env=server.environment, stdout=subprocess.DEVNULL)
        wait_until(lambda process=rotation: upcoming.exists() or process.poll() is not None, "no key was made")
        time.sleep(moment * 0.03)
        rotation.kill()
        rotation.wait(LIMIT)
        server.kill()  # the next service has only what is on disk
        server.start()
    assert "is replaced" in server.cli("key", "rotate").stdout
    assert not upcoming.exists()
    assert (server.data_dir / "master.key").read_text() != first

    server.cli("queue", "resume")
    expect_logins(server, 6)
    history = [json.loads(line)["action"] for line in server.cli("audit", "list", "--json").stdout.splitlines()]
    assert "key.rotate" in history


def test_a_key_of_the_settings_is_replaced_in_steps(servers: Servers) -> None:
    server = servers(PASSWORD_HASH="bcrypt")
    old = new_master_key()
    server.environment["ACTIVATION_MASTER_KEY"] = old
    server.start()
    server.import_leads(2)
    server.cli("queue", "pause")
    server.cli("activate", "--all")

    offered = server.cli("key", "rotate")
    assert "Nothing is changed yet" in offered.stderr
    server.environment |= {"ACTIVATION_MASTER_KEY": offered.stdout.strip(), "ACTIVATION_MASTER_KEY_PREVIOUS": old}
    server.stop()
    server.start()
    assert "Remove ACTIVATION_MASTER_KEY_PREVIOUS" in server.cli("key", "rotate").stdout
    del server.environment["ACTIVATION_MASTER_KEY_PREVIOUS"]
    server.stop()
    server.start()
    server.cli("queue", "resume")
    expect_logins(server, 2)


@pytest.fixture
def careless_user() -> Iterator[None]:
    """Whose files everybody may read and the group may write."""
    before = os.umask(0o002)
    yield
    os.umask(before)


def test_what_is_kept_is_for_the_user_of_the_service_alone(servers: Servers, careless_user: None) -> None:
    server = servers(first_start=True, PASSWORD_HASH="bcrypt")
    server.start()
    server.import_leads(1)
    server.cli("activate", "--all")
    server.cli("key", "prepare")
    wait_until(lambda: passwords_sent(server), "the email was not sent")
    assert rights(server.data_dir / "database.json") == 0o600
    server.stop()
    kept = [server.data_dir, *server.data_dir.rglob("*")]
    names = {path.name for path in kept}
    assert {"master.key", "master.key.next", "database.password", "database.log", "server.lock"} <= names
    assert {str(path): oct(rights(path)) for path in kept if rights(path) & 0o077} == {}


def rights(path: Path) -> int:
    """Who may do what with it."""
    return path.stat().st_mode & 0o777
