"""The connection, the vault, the schema and the embedded engine, on a real database."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from bson import ObjectId
from pymongo.errors import AutoReconnect, DuplicateKeyError, OperationFailure

from server.errors import DatabaseAway, DatabaseUnreachable, StartError, WrongSetup
from server.store import data_dir, engine_guard, schema
from server.store.client import Database, Session, connect
from server.store.embedded import EmbeddedDatabase, running_uri
from server.store.master_key import MasterKeys, new_master_key
from server.store.vault import Vault, open_vault
from tests.waiting import LIMIT


async def test_the_clock_is_the_databases(database: Database) -> None:
    assert abs(await database.now() - datetime.now(UTC)) < timedelta(seconds=5)


async def test_a_user_is_the_same_whatever_the_case_of_the_address(database: Database) -> None:
    await database.users.insert_one({"email": "Ann@example.com"})
    with pytest.raises(DuplicateKeyError):
        await database.users.insert_one({"email": "ann@EXAMPLE.com"})


async def test_newer_data_is_refused(database: Database) -> None:
    await database.meta.update_one({"_id": "schema"}, {"$set": {"version": schema.VERSION + 1}})
    with pytest.raises(StartError, match="newer version"):
        await schema.ensure(database)


async def test_the_schema_may_be_ensured_by_several_servers_at_once(database: Database) -> None:
    await database.client.drop_database(database.name)
    await asyncio.gather(*(schema.ensure(database) for _ in range(4)))
    assert "due" in await database.pending.index_information()


async def test_an_encrypted_password_is_unreadable_in_the_row_and_comes_back(database: Database, vault: Vault) -> None:
    row = {"_id": ObjectId(), "password": await vault.encrypt("correct horse")}
    await database.pending.insert_one(row)
    stored = await database.pending.find_one({"_id": row["_id"]})
    assert stored is not None
    assert b"correct horse" not in bytes(stored["password"])
    assert await vault.decrypt(stored["password"]) == "correct horse"


def files(directory: Path) -> list[str]:
    return sorted(file.name for file in directory.iterdir())


async def test_another_master_key_is_refused(database: Database, vault: Vault, tmp_path: Path) -> None:
    another = MasterKeys(tmp_path, given=new_master_key())
    with pytest.raises(StartError, match="master key is not the one"):
        await open_vault(database, another)
    assert files(tmp_path) == []


async def test_a_master_key_that_is_gone_is_not_replaced_unseen(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    with pytest.raises(WrongSetup, match=r"master\.key is not there.*key forget"):
        await open_vault(database, MasterKeys(tmp_path))
    assert files(tmp_path) == []


def test_the_master_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = MasterKeys(tmp_path).make()
    assert MasterKeys(tmp_path).load() == first
    assert len(first) == 1
    assert (tmp_path / "master.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["not base64 !", "c2hvcnQ="])
def test_a_bad_master_key_is_explained(text: str, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="Fix: give the key"):
        MasterKeys(tmp_path, given=text).load()
    (tmp_path / "master.key").write_text(text)
    with pytest.raises(StartError, match="Fix: give the key"):
        MasterKeys(tmp_path).load()


async def test_an_upgrade_drops_the_indexes_that_no_query_needs_any_more(database: Database) -> None:
    await database.pending.create_index("leaseOwner", name="lease")
    await database.meta.update_one({"_id": "schema"}, {"$set": {"version": 2}})
    for _ in range(2):  # and again after a kill before the version was written
        await schema.ensure(database)
        await database.meta.update_one({"_id": "schema"}, {"$set": {"version": 2}})
    assert set(await database.pending.index_information()) == {"_id_", "due", "user"}


async def test_an_unreachable_database_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseUnreachable) as caught:
        async with connect("mongodb://u:hunter2@127.0.0.1:9/", "x", wait=timedelta(seconds=0.2)):
            pass
    assert "127.0.0.1:9" in caught.value.message
    assert "hunter2" not in caught.value.message


@pytest.mark.embedded
async def test_the_engine_wants_its_password(engine_uri: str) -> None:
    with pytest.raises(DatabaseUnreachable, match="refuses the login"):
        async with connect(engine_uri.replace("mongodb://activation:", "mongodb://activation:x"), "x"):
            pass


@pytest.mark.embedded
async def test_a_dead_engine_is_started_again_with_its_data(tmp_path: Path) -> None:
    engine = EmbeddedDatabase(tmp_path)
    await engine.start()
    try:
        async with connect(engine.uri, "x") as database:
            await database.leads.insert_one({"_id": 1})
            _engine_process(tmp_path).kill()
            async with asyncio.timeout(LIMIT):
                while engine.restarts == 0 or not await _answers(database):
                    await asyncio.sleep(0.05)
            assert await database.leads.find_one({"_id": 1})
    finally:
        await engine.stop()
    assert running_uri(tmp_path) is None


@pytest.mark.embedded
async def test_a_committed_transaction_outlives_a_killed_engine(tmp_path: Path) -> None:
    engine = EmbeddedDatabase(tmp_path)
    await engine.start()
    try:
        async with connect(engine.uri, "x") as database:
            for collection in (database.users, database.pending):
                await collection.insert_one({"_id": "first"})
            for number in range(100):

                async def work(session: Session, number: int = number) -> None:
                    await database.users.insert_one({"_id": number}, session=session)
                    await database.pending.insert_one({"_id": number}, session=session)

                await database.transaction(work)
            _engine_process(tmp_path).kill()
            async with asyncio.timeout(LIMIT):
                while engine.restarts == 0 or not await _answers(database):
                    await asyncio.sleep(0.05)
            assert await database.users.count_documents({}) == 101
            assert await database.pending.count_documents({}) == 101
    finally:
        await engine.stop()


@pytest.mark.embedded
async def test_the_engine_does_not_outlive_a_killed_service(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path; from server.store.embedded import EmbeddedDatabase\n"
        "async def main():\n"
        "    await EmbeddedDatabase(Path(sys.argv[1])).start(); print('up', flush=True); await asyncio.sleep(600)\n"
        "asyncio.run(main())"
    )
    service = await asyncio.create_subprocess_exec(sys.executable, "-c", script, tmp_path, stdout=subprocess.PIPE)
    assert service.stdout is not None
    assert await asyncio.wait_for(service.stdout.readline(), 30) == b"up\n"
    engine = _engine_process(tmp_path)
    service.send_signal(signal.SIGKILL)
    await service.wait()
    successor = EmbeddedDatabase(tmp_path)
    await successor.start()
    assert not engine.is_running()
    await successor.stop()


@pytest.mark.embedded
def test_an_engine_that_did_not_hear_the_signal_gets_another(tmp_path: Path) -> None:
    deaf_once = (
        "import signal, socket, sys\n"
        "listener = socket.create_server(('127.0.0.1', 0))\n"
        "heard = []\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0) if heard else heard.append(1))\n"
        "print(listener.getsockname()[1], flush=True)\n"
        "while True: listener.accept()\n"
    )
    engine = subprocess.Popen([sys.executable, "-c", deaf_once], stdout=subprocess.PIPE)
    assert engine.stdout is not None
    try:
        port = int(engine.stdout.readline())
        engine.terminate()
        assert engine_guard._ends(engine, port)
    finally:
        engine.kill()
        engine.wait()
        engine.stdout.close()


@pytest.mark.embedded
def test_an_engine_that_ends_by_itself_is_told_by_its_own_exit_code(tmp_path: Path) -> None:
    """The service is still there then, and holds the other end of the pipe."""
    engine = [sys.executable, "-c", "raise SystemExit(7)"]
    command = [sys.executable, "-m", "server.store.engine_guard", str(tmp_path / "lock"), "1", *engine]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as guard:
        assert guard.wait(LIMIT) == 7
        assert guard.stderr is not None
        assert guard.stderr.read() == b""


def test_a_locked_data_directory_is_refused(tmp_path: Path) -> None:
    with data_dir.lock(tmp_path), pytest.raises(StartError, match="in use by another server"), data_dir.lock(tmp_path):
        pass
    assert not data_dir.is_locked(tmp_path)


@pytest.mark.parametrize("path", [Path("/dev/null/x"), Path("/proc/nothing")])
def test_an_unusable_data_directory_is_named(path: Path) -> None:
    with pytest.raises(StartError, match=str(path)):
        data_dir.prepare(path)


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_dir, "MIN_FREE", 2**60)
    with pytest.raises(StartError, match="is full"):
        data_dir.prepare(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_others_cannot_look_into_the_data_directory(tmp_path: Path) -> None:
    """As it may have come back from a backup: with the rights of other files."""
    path = tmp_path / "data"
    path.mkdir()
    secrets = [path / name for name in ("master.key", "master.key.next", "database.password", "database.json")]
    for file in secrets:
        file.touch()
        file.chmod(0o644)
    path.chmod(0o755)
    data_dir.prepare(path)
    assert _rights(path) == 0o700
    assert {_rights(file) for file in secrets} == {0o600}


def test_a_data_directory_that_is_made_is_for_this_user_alone(tmp_path: Path) -> None:
    assert _rights(data_dir.prepare(tmp_path / "new")) == 0o700


@pytest.mark.parametrize(("rights", "is_refused"), [(0o755, True), (0o701, True), (0o750, False), (0o700, False)])
def test_a_data_directory_of_somebody_else_is_refused_while_it_is_open_to_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rights: int, is_refused: bool
) -> None:
    tmp_path.chmod(rights)
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    if is_refused:
        with pytest.raises(StartError, match=f"open to everybody.*chmod o-rwx {tmp_path}"):
            data_dir.prepare(tmp_path)
    else:
        data_dir.prepare(tmp_path)
    assert _rights(tmp_path) == rights, "it is not ours to change"


def _rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _engine_process(path: Path) -> psutil.Process:
    (process,) = [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(path / "database") in (process.info["cmdline"] or []) and "--storage-path" in process.info["cmdline"]
        and "server.store.engine_guard" not in process.info["cmdline"]
    ]  # fmt: skip
    return process


async def _answers(database: Database) -> bool:
    try:
        await database.client.admin.command("ping")
        await database.leads.find_one({})
    except (DatabaseAway, AutoReconnect, OperationFailure):
        return False
    return True
