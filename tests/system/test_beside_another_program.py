"""A database that another program uses as well: its login, connection string, rows and indexes."""

from __future__ import annotations

import email
import shutil
import subprocess
from collections.abc import Iterator
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import quote

import pytest
from pymongo import MongoClient

from server.contract import EmailState
from tests.conftest import require
from tests.faults import Faults, refused
from tests.messages import text_of
from tests.system.conftest import Servers
from tests.system.external_database import ExternalDatabase
from tests.system.processes import ServerProcess, wait_until

_MONGOOSE = Path(__file__).parent / "mongoose"
_PASSWORD = "se/c:r@t"
#: As it was right for the program that it was copied from.
_COPIED = "readPreference=secondaryPreferred&w=1&retryWrites=false&appName=x&useUnifiedTopology=true"


def sent(server: ServerProcess) -> dict[str, str]:
    """The text of each email in the mailbox, by address."""
    found = [email.message_from_bytes(path.read_bytes()) for path in server.mailbox.rglob("*.eml")]
    return {parseaddr(str(each["To"]))[1]: text_of(each) for each in found}


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[ExternalDatabase]:
    """A database that asks for a login, and has a user with the role ``readWrite`` on the service's database alone."""
    database = ExternalDatabase(tmp_path / "guarded", test_commands=True)
    database.start()
    with MongoClient[dict[str, object]](database.uri) as client:
        client.admin.command("createUser", "root", pwd=_PASSWORD, roles=["root"])
        role = {"role": "readWrite", "db": "activation_desk"}
        client["activation_desk"].command("createUser", "desk", pwd=_PASSWORD, roles=[role])
    database.end()
    database.ask_for_login("root", _PASSWORD)
    database.start()
    yield database
    database.end()


def test_a_small_user_and_a_copied_connection_string_are_enough(guarded: ExternalDatabase, servers: Servers) -> None:
    host = guarded.uri.partition("@")[2].partition("/")[0]
    uri = f"mongodb://desk:{quote(_PASSWORD, safe='')}@{host}/activation_desk?replicaSet=secantus&{_COPIED}"
    faults = Faults(guarded.uri)
    faults.begin(refused(13), "collMod", times=1000)  # which the engine allows to readWrite, and MongoDB does not
    service = servers(MONGODB_URI=uri, DELIVERY_RETENTION="90000")
    service.start()
    service.add_admin()
    service.import_leads(5)
    service.cli("activate", "--all")
    wait_until(lambda: len(sent(service)) == 5, "not all emails were sent")
    assert service.stop() == 0
    service.environment["DELIVERY_RETENTION"] = "180000"
    service.start()
    with MongoClient[dict[str, object]](guarded.uri) as client:
        index = client["activation_desk"]["deliveries"].index_information()["retention"]
    assert index["expireAfterSeconds"] == 180_000
    assert not service.complaints()
    faults.close()


@pytest.fixture(scope="module")
def mongoose(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program with Mongoose and its locked packages, outside the tree."""
    npm = require("npm")
    directory = tmp_path_factory.mktemp("mongoose")
    for name in ("package.json", "package-lock.json", "write.mjs"):
        shutil.copy(_MONGOOSE / name, directory)
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=directory, check=True)
    return directory / "write.mjs"


@pytest.mark.node
def test_what_mongoose_has_written_is_taken_over(
    external_database: ExternalDatabase, servers: Servers, mongoose: Path
) -> None:
    uri = external_database.uri.replace("/?", "/activation_desk?")
    subprocess.run([require("node"), str(mongoose), uri], check=True, timeout=100)
    service = servers(
        MONGODB_URI=uri,
        MONGODB_COLLECTIONS="PendingActivationEmail=pendingactivationemails, FailedEmail=failedemails",
    )
    service.start()
    service.add_admin()
    wait_until(lambda: sent(service), "the old email was not sent")
    ((address, text),) = sent(service).items()
    assert address == "old@firm.example"
    assert "Xy7-old-pass" in text
    token = service.login()

    def leads() -> dict[str, str]:
        found = service.request("GET", "/api/leads?search=zo", token=token)["items"]
        return {lead["name"]: lead["status"] for lead in found}

    wait_until(lambda: leads() == {"Zoë": "new"}, "the lead is not found by its name")
    service.cli("activate", "--all")
    wait_until(lambda: "zoe@firm.example" in sent(service), "the new user's email was not sent")
    failed = service.request("GET", f"/api/queue/emails?state={EmailState.FAILED.value}", token=token)["items"]
    assert [(each["email"], each["detail"]) for each in failed] == [("gone@firm.example", "550 no such user")]
    with MongoClient[dict[str, object]](uri) as client:
        database = client["activation_desk"]
        assert {user["email"] for user in database["users"].find()} == {"old@firm.example", "zoe@firm.example"}
        zoe = database["leads"].find_one({"email": "zoe@firm.example"})
        assert zoe is not None
        assert {"__v", "updatedAt"} <= zoe.keys()
        assert "PendingActivationEmail" not in database.list_collection_names()
    assert not service.complaints()
