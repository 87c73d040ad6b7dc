"""The master key is replaced while everything goes on, and a kill at any step leaves nothing unreadable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from bson.binary import Binary
from bson.codec_options import CodecOptions
from pymongo.asynchronous.encryption import AsyncClientEncryption

from server.errors import StartError, WrongSetup
from server.store.client import Database
from server.store.key_rotation import rotate
from server.store.master_key import MasterKeys, new_master_key
from server.store.vault import Locked, Unreadable, Vault

#: So that the vault sees at once what was replaced.
SOON = timedelta(milliseconds=1)


async def opens(database: Database, load: Callable[[], tuple[bytes, ...]], sealed: Binary) -> bool:
    """A service that starts now can read it."""
    vault = await Vault.open(database, load)
    try:
        return await vault.decrypt(sealed) == "secret"
    finally:
        await vault.close()


def files(path: Path) -> list[str]:
    """What lies in the data directory."""
    return [each.name for each in path.iterdir()]


class Killed(Exception):
    """The process has ended here."""


@pytest.mark.parametrize("step", ["key written", "data key written", "tried alone", "noted", "done"])
async def test_killed_after_any_step_everything_opens_and_it_can_be_finished(
    database: Database, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = MasterKeys(tmp_path)
    old = keys.make()
    running = await Vault.open(database, keys.load, data_key_age=SOON)
    sealed = await running.encrypt("secret")

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if step == "key written":
            patch.setattr(Vault, "rewrap", die)
        elif step == "data key written":
            rewrap = Vault.rewrap

            async def rewrap_and_die(vault: Vault, key: bytes) -> None:
                await rewrap(vault, key)
                raise Killed

            patch.setattr(Vault, "rewrap", rewrap_and_die)
        elif step == "tried alone":
            patch.setattr(Database, "transaction", die)
        elif step == "noted":
            patch.setattr(MasterKeys, "adopt", die)
        if step == "done":
            await rotate(database, keys, by="ann")
        else:
            with pytest.raises(Killed):
                await rotate(database, keys, by="ann")

    assert (tmp_path / "master.key.next").exists() == (step != "done")
    assert await opens(database, MasterKeys(tmp_path).load, sealed)
    assert await running.decrypt(sealed) == "secret"
    later = await running.encrypt("secret")

    upcoming = keys.load()[0]
    await rotate(database, MasterKeys(tmp_path), by="ann")
    assert files(tmp_path) == ["master.key"]
    (new,) = keys.load()
    assert (new,) != old
    assert (new == upcoming) == (step != "done")
    for each in (sealed, later):
        assert await opens(database, keys.load, each)
        assert await running.decrypt(each) == "secret"
    with pytest.raises(StartError, match="master key is not the one"):
        await Vault.open(database, lambda: old)
    assert await database.audit.count_documents({"action": "key.rotate", "by": "ann"}) >= 1
    await running.close()


async def test_without_the_present_key_nothing_is_replaced_and_no_key_made(
    database: Database, tmp_path: Path, vault: Vault
) -> None:
    sealed = await vault.encrypt("secret")
    with pytest.raises(WrongSetup, match="is not there"):
        await rotate(database, MasterKeys(tmp_path), by="ann")
    assert files(tmp_path) == []
    assert await vault.decrypt(sealed) == "secret"


async def test_a_half_written_key_is_not_taken_for_one(database: Database, tmp_path: Path) -> None:
    keys = MasterKeys(tmp_path)
    old = keys.make()
    (tmp_path / "master.key.next.draft").write_text("aGFsZg")
    assert keys.load() == old
    await rotate(database, keys, by="ann")
    assert len(keys.load()) == 1
    assert keys.load() != old


async def test_a_data_key_from_before_master_keys_had_names_is_opened_and_replaced(
    database: Database, tmp_path: Path
) -> None:
    keys = MasterKeys(tmp_path)
    (old,) = keys.make()
    unnamed: AsyncClientEncryption[dict[str, object]] = AsyncClientEncryption(
        {"local": {"key": old}},
        f"{database.name}.{database.key_vault.name}",
        database.client,
        CodecOptions(),
    )
    await unnamed.create_data_key("local", key_alt_names=["queued-passwords"])
    await unnamed.close()
    vault = await Vault.open(database, keys.load, data_key_age=SOON)
    sealed = await vault.encrypt("secret")

    keys.prepare()
    assert await opens(database, keys.load, sealed)
    await rotate(database, keys, by="ann")
    assert await vault.decrypt(sealed) == "secret"
    assert keys.load() != (old,)
    await vault.close()


async def test_keys_from_the_settings_are_both_good_until_the_old_one_is_removed(
    database: Database, tmp_path: Path
) -> None:
    old, new = new_master_key(), new_master_key()
    before = await Vault.open(database, MasterKeys(tmp_path, given=old).load, data_key_age=SOON)
    sealed = await before.encrypt("secret")
    both = MasterKeys(tmp_path, given=new, previous=old)
    during = await Vault.open(database, both.load, data_key_age=SOON)
    assert await during.decrypt(sealed) == "secret"

    await rotate(database, both, by="ann")
    assert await during.decrypt(sealed) == "secret"
    assert await opens(database, both.load, sealed)
    assert await opens(database, MasterKeys(tmp_path, given=new).load, sealed)
    for work in (lambda: before.decrypt(sealed), lambda: before.encrypt("x")):
        with pytest.raises(Locked, match="does not have the new one"):
            await work()
    assert files(tmp_path) == []
    for vault in (before, during):
        await vault.close()


async def test_several_servers_follow_one_after_the_other(database: Database, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for directory in (here, there):
        directory.mkdir()
    MasterKeys(here).make()
    (there / "master.key").write_bytes((here / "master.key").read_bytes())
    vaults = [await Vault.open(database, MasterKeys(path).load, data_key_age=SOON) for path in (here, there)]
    sealed = await vaults[0].encrypt("secret")

    MasterKeys(here).prepare()
    (there / "master.key.next").write_bytes((here / "master.key.next").read_bytes())
    for path in (here, there):
        await rotate(database, MasterKeys(path), by="ann")
        assert [await vault.decrypt(sealed) for vault in vaults] == ["secret", "secret"]
    assert MasterKeys(here).load() == MasterKeys(there).load()
    assert len(MasterKeys(there).load()) == 1
    for vault in vaults:
        await vault.close()


async def test_a_broken_secret_is_told_from_a_vault_that_is_locked(vault: Vault) -> None:
    sealed = await vault.encrypt("secret")
    broken = Binary(bytes(sealed)[:-1] + bytes([sealed[-1] ^ 1]), sealed.subtype)
    with pytest.raises(Unreadable):
        await vault.decrypt(broken)
    assert await vault.decrypt(sealed) == "secret"
