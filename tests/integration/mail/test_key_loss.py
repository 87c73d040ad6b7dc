"""A lost master key is given up: queued emails fail and can be retried, and a kill at any step leaves a way on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId

from server.contract import Phrase
from server.errors import Conflict, WrongSetup
from server.explaining import explained
from server.store import key_loss
from server.store.client import Database
from server.store.emails import EmailStore
from server.store.key_loss import forget
from server.store.master_key import MasterKeys
from server.store.vault import open_vault
from tests.integration.mail.conftest import Queue

QUEUED = 5


class Killed(Exception):
    """The process ends here."""


@pytest.fixture
async def keys(database: Database, tmp_path: Path) -> MasterKeys:
    """Of a database with queued emails, one of them handed over, and a failed one with its password."""
    keys = MasterKeys(tmp_path)
    vault = await open_vault(database, keys)
    queue = Queue(database, vault, EmailStore(database))
    ids = await queue.add_many(QUEUED)
    await database.pending.update_one({"_id": ids[0]}, {"$set": {"status": "processing", "stage": "handedOver"}})
    failed = {"_id": ObjectId(), "email": "old@firm.example", "password": await vault.encrypt("x"), "cause": "550"}
    await database.failed.insert_one(failed)
    await vault.close()
    return keys


def lose(directory: Path) -> None:
    (directory / "master.key").unlink()


async def check_given_up(database: Database, keys: MasterKeys) -> None:
    assert await database.pending.count_documents({}) == 0
    assert await database.failed.count_documents({"password": {"$exists": True}}) == 0
    rows = await database.failed.find({"cause": "Password lost"}).to_list()
    assert len(rows) == QUEUED
    assert sorted(row["uncertain"] for row in rows) == [0] * (QUEUED - 1) + [1]
    sentence = explained(rows[0]["error"])
    assert sentence is not None
    assert sentence.code == Phrase.PASSWORD_LOST.code
    entries = await database.audit.find({"action": "key.forget"}).to_list()
    assert sum(entry["count"] for entry in entries) == QUEUED
    vault = await open_vault(database, keys)
    assert await vault.decrypt(await vault.encrypt("new")) == "new"
    await vault.close()


async def test_with_the_key_nothing_is_given_up(database: Database, keys: MasterKeys) -> None:
    with pytest.raises(Conflict, match="nothing is lost"):
        await forget(database, keys, by="ann")
    assert await database.pending.count_documents({}) == QUEUED


async def test_without_it_queued_emails_fail_with_a_cause_of_their_own_and_a_new_key_is_made(
    database: Database, keys: MasterKeys, tmp_path: Path
) -> None:
    lose(tmp_path)
    assert await forget(database, keys, by="ann") == QUEUED
    assert (tmp_path / "master.key").exists()
    await check_given_up(database, keys)


async def test_killed_after_any_write_it_is_as_before_or_goes_on(
    database: Database, keys: MasterKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(tmp_path)
    monkeypatch.setattr(key_loss, "_AT_ONCE", 2)
    plain = Database.transaction
    refused, runs = 0, 0
    while True:
        runs += 1
        writes = 0

        async def killed_after(self: Database, work: Callable[[Any], Awaitable[Any]]) -> Any:
            nonlocal writes
            writes += 1
            result = await plain(self, work)
            if writes == 1:
                raise Killed
            return result

        monkeypatch.setattr(Database, "transaction", killed_after)
        try:
            await forget(database, keys, by="ann")
        except Killed:
            pass
        except Conflict:  # done, but for saying so
            break
        finally:
            monkeypatch.setattr(Database, "transaction", plain)
        total = await database.pending.count_documents({}) + await database.failed.count_documents({})
        assert total == QUEUED + 1
        try:
            vault = await open_vault(database, keys)
        except WrongSetup:
            refused += 1
        else:
            await vault.close()
    assert refused >= 3  # batches of two
    assert runs > refused
    await check_given_up(database, keys)
