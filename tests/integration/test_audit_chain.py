"""The audit log proves what was done to it behind the service's back, and takes nothing else for that."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
import pytest
from bson import ObjectId
from hypothesis import given, settings
from hypothesis import strategies as st

from server.contract import AuditFaultKind, AuditVerification
from server.store import audit_sealing
from server.store.audit import AuditLog
from server.store.audit_chain import HEAD_ID, Seal, digest, entry_digest
from server.store.audit_sealing import AuditSealing
from server.store.audit_verification import verify
from server.store.client import Database
from server.store.key_loss import forget
from server.store.key_rotation import rotate
from server.store.master_key import MasterKeys
from server.store.vault import Locked, open_vault

ENTRIES = 8
Kind = AuditFaultKind


class Log:
    """An audit log that is sealed."""

    def __init__(self, database: Database, keys: MasterKeys) -> None:
        self.database = database
        self.keys = keys
        self.log = AuditLog(database)
        self.sealing = AuditSealing(database, keys.load)
        #: What was noted down.
        self.noted = ""

    async def write(self, count: int, **more: Any) -> None:
        """Entries that grow no more."""
        for number in range(count):
            await self.log.note(
                ObjectId(),
                "queue.hold",
                by="ann",
                count=number,
                session=None,
                emails=[f"lee{number}@firm.example"],
                details={"matching": "groß"},
                **more,
            )

    async def seal(self) -> None:
        while await self.sealing.seal():
            pass

    async def verify(self) -> AuditVerification:
        return await verify(self.database, self.keys.load, noted_head=self.noted)

    async def at(self, number: int) -> dict[str, Any]:
        """The entry of that number."""
        return await self.database.audit.find_one({"sealed": number}) or {}

    async def change(self, number: int, update: Mapping[str, Any]) -> None:
        assert (await self.database.audit.update_one({"sealed": number}, update)).modified_count == 1

    async def change_seal(self, number: int, update: Mapping[str, Any]) -> None:
        assert (await self.database.audit_seals.update_one({"_id": number}, update)).modified_count == 1

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Brings back all that is there now, as often as it is called."""
        rows = {each: await each.find({}).to_list() for each in (self.database.audit, self.database.audit_seals)}
        head = await self.database.meta.find_one({"_id": HEAD_ID}) or {}

        async def restore() -> None:
            for collection, there in rows.items():
                await collection.delete_many({})
                await collection.insert_many(there)
            await self.database.meta.replace_one({"_id": HEAD_ID}, head, upsert=True)
            self.noted = ""

        yield restore

    async def reseal(self, first: int, last: int) -> None:
        """As somebody would who knows all but the key: seals that fit to the entries and to each other."""
        previous = (await self.database.audit_seals.find_one({"_id": first}) or {})["previous"]
        for number in range(first, last + 1):
            row = await self.database.audit_seals.find_one({"_id": number}) or {}
            entry = await self.database.audit.find_one({"_id": row["entry"]})
            row |= {"previous": previous, "digest": entry_digest(entry or {})}
            seal = Seal.from_row(row)
            assert seal is not None
            previous = digest(seal.covered())
            await self.database.audit_seals.replace_one({"_id": number}, {**row, "hash": previous})


@pytest.fixture
async def keys(database: Database, tmp_path: Path) -> MasterKeys:
    keys = MasterKeys(tmp_path)
    await (await open_vault(database, keys)).close()
    return keys


@pytest.fixture
async def log(database: Database, keys: MasterKeys) -> Log:
    log = Log(database, keys)
    await log.write(ENTRIES)
    await log.seal()
    return log


def told(found: AuditVerification) -> list[tuple[AuditFaultKind, int, int]]:
    return [(fault.kind, fault.first, fault.last) for fault in found.faults]


async def test_what_nobody_touched_is_as_it_was_written(log: Log) -> None:
    found = await log.verify()
    assert (told(found), found.fault_count, found.entries) == ([], 0, ENTRIES)
    assert (found.first, found.last, found.not_sealed_yet, found.unproven_until) == (1, ENTRIES, 0, 0)
    last = await log.database.audit_seals.find_one({"_id": ENTRIES})
    assert last is not None
    assert found.head == last["hash"]
    rows = await log.database.audit.find({}).sort("sealed", 1).to_list()
    assert [row["count"] for row in rows] == list(range(ENTRIES)), "in the order of their times"


def _of(field: str, value: object) -> Callable[[Log], Awaitable[None]]:
    return lambda log: log.change(3, {"$set": {field: value}})


async def _delete(log: Log) -> None:
    await log.database.audit.delete_one({"sealed": 3})


async def _delete_with_seal(log: Log) -> None:
    await log.database.audit.delete_one({"sealed": 3})
    await log.database.audit_seals.delete_one({"_id": 3})


async def _delete_some(log: Log) -> None:
    for number in (3, 4, 5):
        await log.database.audit.delete_one({"sealed": number})


async def _delete_seal(log: Log) -> None:
    await log.database.audit_seals.delete_one({"_id": 3})


async def _delete_first(log: Log) -> None:
    for number in (1, 2):
        await log.database.audit.delete_one({"sealed": number})
        await log.database.audit_seals.delete_one({"_id": number})


async def _insert(log: Log) -> None:
    await log.database.audit.insert_one({**await log.at(3), "_id": ObjectId(), "by": "ben"})


async def _insert_outside(log: Log) -> None:
    for number in (0, -1, ENTRIES + 1, 2**60, "3", [3]):
        await log.database.audit.insert_one({**await log.at(3), "_id": ObjectId(), "sealed": number})


async def _swap_contents(log: Log) -> None:
    one, other = await log.at(3), await log.at(5)
    await log.database.audit.replace_one({"_id": one["_id"]}, {**other, "_id": one["_id"], "sealed": 3})
    await log.database.audit.replace_one({"_id": other["_id"]}, {**one, "_id": other["_id"], "sealed": 5})


async def _swap_numbers(log: Log) -> None:
    one, other = await log.at(3), await log.at(5)
    await log.database.audit.update_one({"_id": one["_id"]}, {"$set": {"sealed": 5}})
    await log.database.audit.update_one({"_id": other["_id"]}, {"$set": {"sealed": 3}})


async def _swap_seals(log: Log) -> None:
    one, other = [await log.database.audit_seals.find_one({"_id": number}) or {} for number in (3, 5)]
    await log.database.audit_seals.replace_one({"_id": 3}, {**other, "_id": 3})
    await log.database.audit_seals.replace_one({"_id": 5}, {**one, "_id": 5})


async def _cut(log: Log) -> None:
    await log.database.audit.delete_many({"sealed": {"$gte": 7}})
    await log.database.audit_seals.delete_many({"_id": {"$gte": 7}})


async def _cut_with_head(log: Log) -> None:
    await _cut(log)
    seal = Seal.from_row(await log.database.audit_seals.find_one({"_id": 6}) or {})
    assert seal is not None
    await log.database.meta.update_one({"_id": HEAD_ID}, {"$set": {"end": {"number": 6, "hash": seal.hash}}})


async def _change_and_reseal(log: Log) -> None:
    await log.change(3, {"$set": {"by": "ben"}})
    await log.reseal(3, ENTRIES)


async def _delete_head(log: Log) -> None:
    await log.database.meta.delete_one({"_id": HEAD_ID})


async def _spoil_head(log: Log) -> None:
    await log.database.meta.replace_one({"_id": HEAD_ID}, {"end": {"number": float("inf")}})


async def _spoil_seal(log: Log) -> None:
    await log.database.audit_seals.replace_one({"_id": 3}, {"number": "x"})


async def _unknown_head(log: Log) -> None:
    await log.database.meta.update_one({"_id": HEAD_ID}, {"$set": {"key": "of another"}})


async def _noted(log: Log) -> None:
    log.noted = "f" * 64


CHANGED = [(Kind.CHANGED, 3, 3)]

TAMPERINGS: Mapping[str, tuple[Callable[[Log], Awaitable[None]], Sequence[tuple[AuditFaultKind, int, int]]]] = {
    "at": (_of("at", datetime(2020, 1, 1, tzinfo=UTC)), CHANGED),
    "by": (_of("by", "ben"), CHANGED),
    "origin": (_of("origin", "192.0.2.1"), CHANGED),
    "action": (_of("action", "queue.release"), CHANGED),
    "result": (_of("result", "refused"), CHANGED),
    "count": (_of("count", 7), CHANGED),
    "kind of count": (_of("count", 2.0), CHANGED),
    "emails": (_of("emails", []), CHANGED),
    "order of emails": (_of("emails", ["b@firm.example", "lee2@firm.example"]), CHANGED),
    "details": (_of("details", {"matching": "gross"}), CHANGED),
    "one more field": (_of("note", None), CHANGED),
    "seal's time": (
        lambda log: log.change_seal(3, {"$set": {"sealedAt": datetime(2020, 1, 1, tzinfo=UTC)}}),
        [(Kind.SEAL_CHANGED, 3, 3)],
    ),
    "seal's code": (lambda log: log.change_seal(3, {"$set": {"code": "ä"}}), [(Kind.SEAL_CHANGED, 3, 3)]),
    "seal spoiled": (_spoil_seal, [(Kind.SEAL_CHANGED, 3, 3)]),
    "changed, and the seals made anew": (
        _change_and_reseal,
        [(Kind.SEAL_CHANGED, number, number) for number in range(3, ENTRIES + 1)],
    ),
    "deleted": (_delete, [(Kind.DELETED, 3, 3)]),
    "deleted with its seal": (_delete_with_seal, [(Kind.DELETED, 3, 3)]),
    "several deleted": (_delete_some, [(Kind.DELETED, 3, 5)]),
    "first deleted": (_delete_first, [(Kind.DELETED, 1, 2)]),
    "seal deleted": (_delete_seal, [(Kind.SEAL_DELETED, 3, 3)]),
    "inserted": (_insert, [(Kind.INSERTED, 3, 3)]),
    "inserted outside": (_insert_outside, [(Kind.INSERTED, 0, 0)] * 6),
    "contents swapped": (_swap_contents, [(Kind.CHANGED, 3, 3), (Kind.CHANGED, 5, 5)]),
    "numbers swapped": (_swap_numbers, [(Kind.REORDERED, 3, 3), (Kind.REORDERED, 5, 5)]),
    "seals swapped": (_swap_seals, [(Kind.REORDERED, 3, 3), (Kind.REORDERED, 5, 5)]),
    "cut": (_cut, [(Kind.CUT, 7, 8)]),
    "cut, and the head with it": (_cut_with_head, [(Kind.HEAD_CHANGED, 0, 0)]),
    "head deleted": (_delete_head, [(Kind.HEAD_DELETED, 0, 0)]),
    "head spoiled": (_spoil_head, [(Kind.HEAD_CHANGED, 0, 0)]),
    "head of another key": (_unknown_head, [(Kind.HEAD_UNKNOWN, 0, 0)]),
    "another head was noted down": (_noted, [(Kind.NOTED_HEAD_MISSING, 0, 0)]),
}


async def test_whatever_is_done_behind_the_services_back_is_found_and_named(log: Log) -> None:
    found = {}
    async with log.kept() as restore:
        for what, (tamper, _) in TAMPERINGS.items():
            await tamper(log)
            verification = await log.verify()
            assert verification.fault_count == len(verification.faults)
            found[what] = told(verification)
            await restore()
    assert found == {what: list(expected) for what, (_, expected) in TAMPERINGS.items()}


async def test_after_any_of_it_the_chain_goes_on_and_tells_of_it_for_good(log: Log) -> None:
    whats = ("cut", "cut, and the head with it", "head deleted", "head spoiled", "head of another key", "seal spoiled")
    async with log.kept() as restore:
        for what in whats:
            await TAMPERINGS[what][0](log)
            await log.write(2)
            await log.seal()
            found = await log.verify()
            assert found.fault_count >= 1, what
            assert found.not_sealed_yet == 0, what
            told_of = Kind.SEAL_CHANGED if what == "seal spoiled" else Kind.INTERRUPTED
            assert told_of in {fault.kind for fault in found.faults}, what
            await log.write(1)
            await log.seal()
            again = await log.verify()
            assert told(again) == told(found), what
            assert again.last == found.last + 1, what
            await restore()


async def test_an_earlier_head_in_the_place_of_the_last_is_found(log: Log) -> None:
    head = await log.database.meta.find_one({"_id": HEAD_ID}) or {}
    await log.write(2)
    await log.seal()
    await log.database.meta.replace_one({"_id": HEAD_ID}, head)
    assert (Kind.HEAD_BEHIND, ENTRIES + 1, ENTRIES + 1) in told(await log.verify())
    await log.write(1)
    await log.seal()
    assert (Kind.INTERRUPTED, ENTRIES + 3, ENTRIES + 3) in told(await log.verify())


async def test_a_log_set_back_as_a_whole_is_found_by_a_head_that_was_noted_down(log: Log) -> None:
    await log.write(2)
    await log.seal()
    noted = (await log.verify()).head
    log.noted = noted[:16].upper()
    await log.write(1)
    await log.seal()
    found = await log.verify()
    assert (found.noted_number, told(found)) == (ENTRIES + 2, [])
    collections = (log.database.audit, log.database.audit_seals)
    for each in collections:
        await each.delete_many({})
    await log.database.meta.delete_one({"_id": HEAD_ID})
    await log.write(ENTRIES)
    await log.seal()
    log.noted = ""
    assert told(await log.verify()) == [], "a database that was replaced as a whole tells nothing by itself"
    log.noted = noted
    assert told(await log.verify()) == [(Kind.NOTED_HEAD_MISSING, 0, 0)]


async def test_what_grows_is_not_sealed_yet_and_what_is_sealed_grows_no_more(log: Log) -> None:
    entry, more = ObjectId(), timedelta(minutes=1)

    async def note(count: int, **options: Any) -> None:
        await log.log.note(entry, "activation.start", by="ann", count=count, session=None, **options)

    await note(0, more_within=more)
    await log.seal()
    assert (await log.verify()).not_sealed_yet == 1
    await note(5, is_end=True)
    await log.seal()
    found = await log.verify()
    assert (found.not_sealed_yet, found.last, told(found)) == (0, ENTRIES + 1, [])

    async def work(session: Any) -> None:
        await log.log.note(entry, "activation.start", by="ann", count=2, session=session, is_end=True)

    await log.database.transaction(work)  # later than anybody thought
    await note(3, more_within=more)
    rows = await log.database.audit.find({"action": "activation.start"}).sort("at", 1).to_list()
    assert [row["count"] for row in rows] == [5, 5]
    assert told(await log.verify()) == []
    await note(1, is_end=True)
    await log.seal()
    found = await log.verify()
    assert (found.not_sealed_yet, found.last, told(found)) == (0, ENTRIES + 2, [])


async def test_entries_from_before_are_sealed_in_order(
    database: Database, keys: MasterKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_sealing, "_AT_ONCE", 5)
    log = Log(database, keys)
    old = [
        {"_id": ObjectId(), "at": datetime(2026, 1, 1 + number % 7, tzinfo=UTC), "by": "ann", "action": "queue.hold"}
        for number in range(12)
    ]
    await database.audit.insert_many([{**row, "count": 1, "emails": []} for row in old])
    await log.seal()
    rows = await database.audit.find({}).sort("sealed", 1).to_list()
    assert [row["sealed"] for row in rows] == list(range(1, len(old) + 1))
    assert [row["at"] for row in rows] == sorted(row["at"] for row in old)
    assert told(await log.verify()) == []


async def test_what_its_time_is_over_goes_and_the_rest_is_proven_as_before(log: Log) -> None:
    await log.database.audit.update_many({}, {"$unset": {"sealed": ""}})
    await log.database.audit_seals.delete_many({})
    await log.database.meta.delete_one({"_id": HEAD_ID})
    now = await log.database.now()
    rows = await log.database.audit.find({}).sort("at", 1).to_list()
    for row, days in zip(rows, (9, 8, 7, 3, 6, 2, 1, 0), strict=True):
        await log.database.audit.update_one({"_id": row["_id"]}, {"$set": {"at": now - timedelta(days=days)}})
    await log.seal()
    log.sealing = AuditSealing(log.database, log.keys.load, timedelta(days=5))
    assert await log.sealing.let_go() == 4
    assert await log.sealing.let_go() == 0
    found = await log.verify()
    assert (told(found), found.first, found.entries) == ([], 5, 4)
    await log.write(1)
    await log.seal()
    await log.database.audit.delete_one({"sealed": 5})
    assert told(await log.verify()) == [(Kind.DELETED, 5, 5)]


async def test_what_is_not_as_it_was_sealed_does_not_go(log: Log) -> None:
    await log.change(2, {"$set": {"by": "ben"}})
    log.sealing = AuditSealing(log.database, log.keys.load, timedelta(microseconds=1))
    assert await log.sealing.let_go() == 1
    assert await log.sealing.let_go() == 0
    assert told(await log.verify()) == [(Kind.CHANGED, 2, 2)]


async def test_a_log_that_is_let_go_of_while_it_is_looked_through_has_no_fault(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.write(1)
    await log.seal()
    log.sealing = AuditSealing(log.database, log.keys.load, timedelta(microseconds=1))
    monkeypatch.setattr("server.store.audit_verification._AT_ONCE", 3)
    find = type(log.database.audit).find

    def find_later(collection: Any, criteria: Any = None, *args: Any, **options: Any) -> Any:
        if collection is log.database.audit and "sealed" in (criteria or {}) and not gone.done():
            gone.set_result(None)
        return find(collection, criteria, *args, **options)

    gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    monkeypatch.setattr(type(log.database.audit), "find", find_later)

    async def let_go() -> None:
        await gone
        while await log.sealing.let_go():
            pass

    found, _ = await asyncio.gather(log.verify(), let_go())
    assert told(found) == []


async def test_a_log_that_is_sealed_while_it_is_looked_through_has_no_fault(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = type(log.database.meta).find_one
    sealing = False

    async def find_and_seal(collection: Any, *args: Any, **options: Any) -> Any:
        nonlocal sealing
        found = await plain(collection, *args, **options)
        if collection.name == "meta" and not sealing:
            sealing = True
            await log.write(1)
            await log.seal()
            sealing = False
        return found

    with monkeypatch.context() as patch:
        patch.setattr(type(log.database.meta), "find_one", find_and_seal)
        assert told(await log.verify()) == []
    found = await log.verify()
    assert told(found) == []
    assert found.last > ENTRIES + 1


async def test_the_master_key_is_replaced_and_all_is_proven_by_the_new_one(log: Log) -> None:
    await rotate(log.database, log.keys, by="ann")
    found = await log.verify()
    assert told(found) == []
    assert found.unproven_until == 0
    await log.write(2)
    await log.seal()
    total = found.last + 2
    assert (await log.verify()).last == total
    assert told(await log.verify()) == []
    await log.change(3, {"$set": {"by": "ben"}})
    assert told(await log.verify()) == CHANGED
    await log.reseal(3, ENTRIES)  # under the key that is gone nobody can tell good from bad, but where they end
    ((kind, first, last),) = told(await log.verify())
    assert (kind, first) == (Kind.BROKEN, 1)
    assert 3 <= last <= ENTRIES + 1


async def test_a_head_signed_anew_proves_all_that_was_sealed_before(log: Log) -> None:
    """Nothing is sealed under the new master key yet."""
    vault = await open_vault(log.database, log.keys)
    await vault.rewrap(log.keys.prepare())
    await vault.close()
    await log.seal()
    log.keys.adopt()
    assert told(await log.verify()) == []
    await log.change(3, {"$set": {"by": "ben"}})
    await log.reseal(3, ENTRIES)
    assert told(await log.verify()) == [(Kind.BROKEN, 1, ENTRIES)]


async def test_a_service_that_does_not_have_the_new_master_key_seals_nothing(
    log: Log, tmp_path: Path, database: Database
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for path in (here, there):
        path.mkdir()
        (path / "master.key").write_bytes((tmp_path / "master.key").read_bytes())
    await rotate(database, MasterKeys(here), by="ann")
    await log.write(1)
    late = AuditSealing(database, MasterKeys(there).load)
    with pytest.raises(Locked):
        await late.seal()
    log.keys = MasterKeys(here)
    log.sealing = AuditSealing(database, log.keys.load)
    await log.seal()
    assert told(await log.verify()) == []


async def test_a_lost_master_key_is_given_up_and_said_to_be(log: Log, tmp_path: Path) -> None:
    (tmp_path / "master.key").unlink()
    await forget(log.database, log.keys, by="ann")
    await log.write(1)
    await log.seal()
    found = await log.verify()
    assert (told(found), found.unproven_until) == ([], ENTRIES)
    await log.change(3, {"$set": {"by": "ben"}})
    assert told(await log.verify()) == CHANGED


async def test_two_that_seal_at_once_give_each_entry_one_number(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_sealing, "_AT_ONCE", 3)
    others = [AuditSealing(log.database, log.keys.load) for _ in range(3)]
    await log.write(12)

    async def to_the_end(sealing: AuditSealing) -> None:
        while await sealing.seal():
            pass

    await asyncio.gather(*(to_the_end(each) for each in others), log.write(3))
    await log.seal()
    found = await log.verify()
    assert (told(found), found.entries, found.last) == ([], ENTRIES + 15, ENTRIES + 15)


class Killed(Exception):
    """The process ends here."""


async def test_killed_after_any_write_what_is_there_is_proven_and_the_next_goes_on(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write by itself: an end of the process between two of them ends the transaction as the exception does."""
    monkeypatch.setattr(audit_sealing, "_AT_ONCE", 2)
    log.sealing = AuditSealing(log.database, log.keys.load, timedelta(microseconds=1))
    kills = 0
    writes = ("insert_one", "insert_many", "update_one", "bulk_write", "delete_many")
    for nth in itertools.count():
        await log.write(3)
        left = nth

        def dying(plain: Any) -> Any:
            async def call(*args: Any, **options: Any) -> Any:
                nonlocal left
                result = await plain(*args, **options)
                if left == 0:
                    raise Killed
                left -= 1
                return result

            return call

        with monkeypatch.context() as patch:
            for name in writes:
                kind = type(log.database.audit)
                patch.setattr(kind, name, dying(getattr(kind, name)))
            try:
                await log.seal()
                await log.sealing.let_go()
            except Killed:
                kills += 1
            else:
                break
        assert told(await log.verify()) == []
    assert kills >= 5
    await log.seal()
    found = await log.verify()
    assert (told(found), found.not_sealed_yet) == ([], 0)


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
    | st.datetimes(timezones=st.just(UTC))
    | st.builds(ObjectId, st.binary(min_size=12, max_size=12)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=9), inner
        )
    ),
    max_leaves=12,
)


@settings(max_examples=50)
@given(_VALUES)
def test_the_digest_is_the_same_after_a_way_through_the_database(value: object) -> None:
    options = bson.CodecOptions(tz_aware=True, tzinfo=UTC)
    kept: Mapping[str, Any] = bson.decode(bson.encode({"v": value}), options)
    again: Mapping[str, Any] = bson.decode(bson.encode(kept), options)
    assert digest(kept["v"]) == digest(again["v"]) == digest(_to_the_millisecond(value))


def _to_the_millisecond(value: object) -> object:
    match value:
        case datetime():
            return value.replace(microsecond=value.microsecond // 1000 * 1000)
        case list():
            return [_to_the_millisecond(each) for each in value]
        case dict():
            return {name: _to_the_millisecond(each) for name, each in value.items()}
        case _:
            return value


@settings(max_examples=50)
@given(_VALUES, _VALUES)
def test_different_values_have_different_digests(one: object, other: object) -> None:
    same = repr(_sorted(one)) == repr(_sorted(other))
    assert (digest(one) == digest(other)) == same


def _sorted(value: object) -> object:
    match value:
        case datetime():
            return _to_the_millisecond(value)
        case list():
            return [_sorted(each) for each in value]
        case dict():
            return [dict, sorted((name, repr(_sorted(each))) for name, each in value.items())]
        case _:
            return value
