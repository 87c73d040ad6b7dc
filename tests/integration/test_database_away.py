"""Trouble of the database that passes has one name, whatever was asked and whatever the trouble is."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo import InsertOne
from pymongo.errors import DuplicateKeyError, OperationFailure

from server.errors import DatabaseAway, DatabaseUnreachable
from server.store.calls import answered_within
from server.store.client import Database, Session, connect
from server.store.vault import Unreadable, Vault
from tests.faults import DROPPED, RETRYABLE, TRANSIENT, UNKNOWN, Fault, Faults, late, refused, unconfirmed
from tests.waiting import LIMIT

Ask = Callable[[Database], Awaitable[Any]]

#: The database answers a little more than a hundred at once where nothing else is said.
ROWS = 110


@pytest.fixture
async def database(faulty: str, faults: Faults) -> AsyncIterator[Database]:
    """With more rows than come at once."""
    async with asyncio.timeout(LIMIT), connect(faulty, "desk") as database:
        for collection in (database.leads, database.key_vault):
            await database.delete_many(collection, {})
        await database.leads.insert_many([{"_id": n, "n": n % 2} for n in range(ROWS)])
        yield database


async def _in_a_loop(database: Database) -> int:
    return len([row async for row in database.leads.find({}, batch_size=99)])


async def _groups(database: Database) -> list[Any]:
    return await (await database.leads.aggregate([{"$group": {"_id": "$n"}}])).to_list()


async def _many_groups(database: Database) -> int:
    rows = await database.leads.aggregate([{"$match": {}}], batchSize=99)
    return len([row async for row in rows])


async def _in_a_transaction(database: Database) -> int:
    async def work(session: Session) -> int:
        await database.leads.insert_one({"_id": ObjectId()}, session=session)
        return len(await database.leads.find({}, session=session).to_list())

    return await database.transaction(work)


READS: dict[str, tuple[Ask, str]] = {
    "find_one": (lambda database: database.leads.find_one({}), "find"),
    "to_list": (lambda database: database.leads.find({}).to_list(), "find"),
    "more rows": (lambda database: database.leads.find({}).to_list(), "getMore"),
    "more rows in a loop": (_in_a_loop, "getMore"),
    "aggregate": (_groups, "aggregate"),
    "more of an aggregation": (_many_groups, "getMore"),
    "count": (lambda database: database.leads.count_documents({"n": 1}), "aggregate"),
    "estimate": (lambda database: database.leads.estimated_document_count(), "count"),
    "indexes": (lambda database: database.leads.index_information(), "listIndexes"),
}
WRITES: dict[str, tuple[Ask, str]] = {
    "insert_one": (lambda database: database.leads.insert_one({"_id": ObjectId()}), "insert"),
    "insert_many": (lambda database: database.leads.insert_many([{"_id": ObjectId()}, {"_id": ObjectId()}]), "insert"),
    "update_one": (lambda database: database.leads.update_one({"_id": 1}, {"$set": {"a": 1}}), "update"),
    "delete_one": (lambda database: database.leads.delete_one({"_id": 1}), "delete"),
    "find_one_and_update": (
        lambda database: database.leads.find_one_and_update({"_id": 1}, {"$set": {"a": 1}}),
        "findAndModify",
    ),
    "bulk_write": (lambda database: database.leads.bulk_write([InsertOne({"_id": ObjectId()})]), "insert"),
    "create_index": (lambda database: database.leads.create_index("n"), "createIndexes"),
}
EVERYTHING = READS | WRITES | {
    "statement of a transaction": (_in_a_transaction, "insert"),
    "rows of a transaction": (_in_a_transaction, "find"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "fault"),
    [(asked, refused(code)) for code in (262, 11601, 8000) for asked in EVERYTHING]
    # The driver begins a transaction anew until it succeeds or the time is over, which is tested below.
    + [(asked, DROPPED) for asked in READS | WRITES],
    ids=lambda each: getattr(each, "name", each),
)
async def test_whatever_is_asked_trouble_that_passes_is_an_absent_database(
    database: Database, faults: Faults, asked: str, fault: Fault
) -> None:
    ask, command = EVERYTHING[asked]
    faults.begin(fault, command, times=2)  # reads and writes of one row are tried twice by the driver
    with pytest.raises(DatabaseAway) as raised:
        await ask(database)
    assert raised.value.__cause__ is not None
    assert raised.value.cut is (fault is DROPPED)
    faults.end()
    assert await ask(database), "it is there again"


@pytest.mark.parametrize("asked", WRITES)
async def test_a_write_that_is_not_confirmed_is_an_absent_database(
    database: Database, faults: Faults, asked: str
) -> None:
    ask, command = WRITES[asked]
    faults.begin(unconfirmed(11602), command, times=2)
    with pytest.raises(DatabaseAway):
        await ask(database)


@pytest.mark.parametrize("asked", EVERYTHING)
async def test_what_does_not_pass_is_the_drivers_own_error(database: Database, faults: Faults, asked: str) -> None:
    ask, command = EVERYTHING[asked]
    faults.begin(refused(13), command)
    with pytest.raises(OperationFailure) as raised:
        await ask(database)
    assert raised.value.code == 13


async def test_rows_that_are_there_already_are_nobodys_absence(database: Database) -> None:
    with pytest.raises(DuplicateKeyError):
        await database.leads.insert_one({"_id": 1})


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("insert", refused(112, TRANSIENT)),
        ("insert", refused(251, TRANSIENT)),
        ("find", refused(262, TRANSIENT)),
        ("insert", DROPPED),
        ("commitTransaction", refused(112, TRANSIENT)),
        ("commitTransaction", refused(91, RETRYABLE)),
        ("commitTransaction", unconfirmed(64, UNKNOWN)),
        ("commitTransaction", DROPPED),
    ],
    ids=lambda each: getattr(each, "name", each),
)
@pytest.mark.parametrize("times", [1, 2])
async def test_a_transaction_is_begun_anew_by_the_driver(
    database: Database, faults: Faults, command: str, fault: Fault, times: int
) -> None:
    before = await database.leads.count_documents({})
    faults.begin(fault, command, times=times)
    assert await _in_a_transaction(database) == before + 1
    assert await database.leads.count_documents({}) == before + 1


@pytest.mark.parametrize("asked", sorted(set(EVERYTHING) - {"create_index"}))
async def test_whatever_is_asked_has_a_limit_of_time(database: Database, faults: Faults, asked: str) -> None:
    ask, command = EVERYTHING[asked]
    faults.begin(late(0.6), command, times=9)
    with answered_within(0.1), pytest.raises(DatabaseAway):
        await ask(database)


async def test_the_time_has_a_limit(database: Database, faults: Faults) -> None:
    faults.begin(late(0.6), "hello", times=9)
    with answered_within(0.1), pytest.raises(DatabaseAway):
        await database.now()


@pytest.mark.breaks_rules("as on MongoDB, where such a write locks nothing up")
@pytest.mark.parametrize(
    "fault", [DROPPED, unconfirmed(11602), unconfirmed(64), refused(262), refused(10107)], ids=lambda fault: fault.name
)
async def test_a_write_of_many_rows_is_done_a_second_time(database: Database, faults: Faults, fault: Fault) -> None:
    elsewhere = Database(database.client, database.name, is_embedded=False)
    faults.begin(fault, "update")
    await elsewhere.update_many(elsewhere.leads, {"n": 1}, {"$set": {"n": 2}})
    assert await database.leads.count_documents({"n": 2}) == ROWS / 2
    faults.begin(fault, "delete")
    await elsewhere.delete_many(elsewhere.leads, {"n": 2})
    assert await database.leads.count_documents({}) == ROWS / 2


async def test_without_a_primary_nothing_is_lost_but_time(database: Database, faults: Faults) -> None:
    faults.step_down(1)
    with pytest.raises(DatabaseAway):
        await database.leads.update_one({"_id": 1}, {"$set": {"a": 1}})
    assert await _in_a_transaction(database) == ROWS + 1, "the driver waits for one"


@pytest.mark.parametrize(
    ("fault", "times"),
    [(refused(11601), 1), (refused(8000), 1), (refused(262), 2), (DROPPED, 2)],
    ids=lambda each: getattr(each, "name", each),
)
async def test_a_data_key_that_cannot_be_read_for_the_moment_makes_no_password_unreadable(
    database: Database, faults: Faults, fault: Fault, times: int
) -> None:
    key = secrets.token_bytes(96)
    vault = await Vault.open(database, lambda: [key], data_key_age=timedelta(milliseconds=1))
    stored = await vault.encrypt("secret")
    for use in (lambda: vault.decrypt(stored), lambda: vault.encrypt("secret")):
        await asyncio.sleep(0.01)  # older than it may be
        faults.begin(fault, "find", times=times)
        with pytest.raises(DatabaseAway):
            await use()
        faults.end()
    assert await vault.decrypt(stored) == "secret"
    with pytest.raises(Unreadable):
        await vault.decrypt(type(stored)(bytes(stored[:-1]) + bytes([stored[-1] ^ 1]), stored.subtype))
    await vault.close()


async def test_a_data_key_that_may_not_be_read_makes_no_password_unreadable(database: Database, faults: Faults) -> None:
    key = secrets.token_bytes(96)
    vault = await Vault.open(database, lambda: [key], data_key_age=timedelta(milliseconds=1))
    stored = await vault.encrypt("secret")
    await asyncio.sleep(0.01)  # older than it may be
    faults.begin(refused(13), "find")
    with pytest.raises(OperationFailure):
        await vault.decrypt(stored)
    assert await vault.decrypt(stored) == "secret"
    await vault.close()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (18, r"refuses the login\. Correct user and password in MONGODB_URI\."),
        (13, r"The user in MONGODB_URI may not use the database desk\. Give it the role readWrite on that\."),
        (59, r"refuses what it is asked \(.+\)\. Look into its log\."),
        (8000, r"does not answer \(.+\)\. Start it, or correct MONGODB_URI\."),
        (11600, r"does not answer\. Start it, or correct MONGODB_URI\."),
    ],
)
async def test_who_cannot_be_connected_says_why(faulty: str, faults: Faults, code: int, said: str) -> None:
    faults.begin(refused(code), "listCollections", times=9)
    with pytest.raises(DatabaseUnreachable, match=said):
        async with connect(faulty, "desk", wait=timedelta(seconds=2)):
            pass
