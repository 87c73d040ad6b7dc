"""A worker whose master key is replaced while it sends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from server.store.client import Database
from server.store.emails import EmailStore
from server.store.key_rotation import rotate
from server.store.master_key import MasterKeys, new_master_key
from server.store.vault import Vault
from tests.integration.mail.conftest import Queue, running
from tests.integration.mail.scripted_smtp import ScriptedSmtp
from tests.messages import text_of

SOON = timedelta(milliseconds=1)


async def test_every_email_leaves_with_its_password_while_the_key_is_replaced_again_and_again(
    database: Database, smtp: ScriptedSmtp, tmp_path: Path
) -> None:
    keys = MasterKeys(tmp_path)
    keys.make()
    vault = await Vault.open(database, keys.load, data_key_age=SOON)
    queue = Queue(database, vault, EmailStore(database))
    await queue.add_many(60)
    first = keys.load()
    async with running(queue.worker(smtp.address, QUEUE_BATCH_SIZE="5", QUEUE_INTERVAL="0.2")):
        await smtp.wait_for(5)
        for _ in range(3):
            await rotate(database, keys, by="ann")
            await queue.add(f"late{keys.load()[0].hex()[:8]}@firm.example")
        in_the_middle = len(smtp.received)
        await queue.until_empty()
    assert 5 <= in_the_middle < 60
    assert keys.load() != first
    assert len(smtp.accepted) == 63
    for address, messages in smtp.accepted.items():
        assert [f"secret of {address}" in text_of(message) for message in messages] == [True]
    await vault.close()


async def test_a_worker_that_does_not_have_the_new_key_loses_nothing_and_goes_on_when_it_has(
    database: Database, smtp: ScriptedSmtp, tmp_path: Path
) -> None:
    here = MasterKeys(tmp_path)
    (old,) = here.make()
    vault = await Vault.open(database, here.load, data_key_age=SOON)
    queue = Queue(database, vault, EmailStore(database))
    await queue.add_many(3)
    new = new_master_key()
    elsewhere = MasterKeys(tmp_path, given=new, previous=(tmp_path / "master.key").read_text())
    await rotate(database, elsewhere, by="ann")

    async def is_blocked() -> bool:
        return await database.limits.count_documents({"blocked.code": "passwordsLocked"}) == 1

    async with running(queue.worker(smtp.address)):
        await queue.until(is_blocked)
        assert not smtp.received
        assert await database.failed.count_documents({}) == 0
        (tmp_path / "master.key").write_text(new)
        await queue.until_empty()
    assert len(smtp.accepted) == 3
    assert here.load() != (old,)
    await vault.close()
