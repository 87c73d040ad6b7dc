"""What changes in the database, whoever changed it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from bson import ObjectId

from server.store.changes import Change, ChangeFeed, ChangeKind
from server.store.client import Collection, Database, connect
from tests.faults import Faults, refused
from tests.waiting import LIMIT


class Heard:
    """What a listener was told."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._told = asyncio.Event()

    def __call__(self, change: Change) -> None:
        self.changes.append(change)
        self._told.set()

    async def until(self, count: int) -> list[Change]:
        """Wait for that many."""
        async with asyncio.timeout(LIMIT):
            while len(self.changes) < count:
                self._told.clear()
                await self._told.wait()
        return self.changes


@asynccontextmanager
async def listening(database: Database, *collections: Collection) -> AsyncIterator[list[Heard]]:
    """A feed that is open, with a listener for each collection."""
    feed = ChangeFeed(database)
    listeners = [Heard() for _ in collections]
    for collection, heard in zip(collections, listeners, strict=True):
        feed.on(collection, heard)
    running = asyncio.create_task(feed.run())
    try:
        async with asyncio.timeout(LIMIT):
            await feed.open.wait()
        yield listeners
    finally:
        await ended(running)


async def ended(running: asyncio.Task[None]) -> None:
    """A feed that runs no more."""
    while not running.done():
        running.cancel()  # what it waits for may miss one request
        await asyncio.wait([running], timeout=0.5)


async def test_a_feed_that_opens_says_that_anything_may_have_changed(database: Database) -> None:
    async with listening(database, database.leads, database.users) as (leads, users):
        assert await leads.until(1) == [Change(ChangeKind.UNKNOWN)]
        assert await users.until(1) == [Change(ChangeKind.UNKNOWN)]


async def test_updates_of_fields_that_nobody_asks_for_are_not_told(database: Database) -> None:
    email_id = ObjectId()
    feed, heard = ChangeFeed(database), Heard()
    feed.on(database.pending, heard, field="status")
    running = asyncio.create_task(feed.run())
    try:
        await heard.until(1)
        await database.pending.insert_one({"_id": email_id, "status": "pending"})
        await database.pending.update_one({"_id": email_id}, {"$set": {"stage": "handedOver"}})
        await database.pending.update_one({"_id": email_id}, {"$set": {"status": "processing", "stage": None}})
        await database.pending.delete_one({"_id": email_id})
        changes = await heard.until(4)
    finally:
        await ended(running)
    assert [change.kind for change in changes[1:]] == [ChangeKind.INSERTED, ChangeKind.UPDATED, ChangeKind.DELETED]


async def test_each_change_is_told_with_its_kind_and_id_in_order(database: Database) -> None:
    first, second = ObjectId(), "a token"
    async with listening(database, database.leads) as (heard,):
        await database.leads.insert_one({"_id": first, "email": "a@firm.example"})
        await database.leads.update_one({"_id": first}, {"$set": {"name": "Ann"}})
        await database.leads.insert_one({"_id": second, "email": "b@firm.example"})
        await database.leads.replace_one({"_id": second}, {"email": "c@firm.example"})
        await database.leads.delete_one({"_id": first})
        changes = await heard.until(6)
    assert changes[1:] == [
        Change(ChangeKind.INSERTED, first),
        Change(ChangeKind.UPDATED, first),
        Change(ChangeKind.INSERTED, second),
        Change(ChangeKind.UPDATED, second),
        Change(ChangeKind.DELETED, first),
    ]


async def test_many_rows_changed_at_once_are_told_one_by_one(database: Database) -> None:
    ids = list(range(5))
    async with listening(database, database.pending) as (heard,):
        await database.pending.insert_many([{"_id": id_, "status": "pending"} for id_ in ids])
        await database.pending.update_many({}, {"$set": {"status": "processing"}})
        await database.pending.delete_many({})
        changes = await heard.until(16)
    for kind, told in zip((ChangeKind.INSERTED, ChangeKind.UPDATED, ChangeKind.DELETED), (1, 6, 11), strict=True):
        assert {change.id for change in changes[told : told + 5] if change.kind is kind} == set(ids)


async def test_a_listener_hears_of_its_own_collection_only(database: Database) -> None:
    async with listening(database, database.leads, database.tokens) as (leads, tokens):
        await database.users.insert_one({"_id": 1, "email": "a@firm.example"})
        await database.tokens.insert_one({"_id": "token"})
        await database.leads.insert_one({"_id": 2})
        assert (await tokens.until(2))[1:] == [Change(ChangeKind.INSERTED, "token")]
        assert (await leads.until(2))[1:] == [Change(ChangeKind.INSERTED, 2)]


async def test_what_a_transaction_changed_is_told_and_what_it_took_back_is_not(database: Database) -> None:
    class Regret(Exception):
        pass

    async def regretted(session: object) -> None:
        await database.leads.insert_one({"_id": "regretted", "email": "a"}, session=session)  # type: ignore[arg-type]
        raise Regret

    async def meant(session: object) -> None:
        await database.leads.insert_one({"_id": "meant", "email": "b"}, session=session)  # type: ignore[arg-type]

    async with listening(database, database.leads) as (heard,):
        with pytest.raises(Regret):
            await database.transaction(regretted)
        await database.transaction(meant)
        assert (await heard.until(2))[1:] == [Change(ChangeKind.INSERTED, "meant")]


async def test_a_database_that_is_dropped_is_listened_to_again(database: Database) -> None:
    """The drop ends the stream for good, and without an error."""
    async with listening(database, database.leads) as (heard,):
        await database.leads.insert_one({"_id": "before"})
        await heard.until(2)
        await database.client.drop_database(database.name)
        # The collection is gone, and then whatever was missed before the stream was open again.
        assert (await heard.until(4))[2:] == 2 * [Change(ChangeKind.UNKNOWN)]
        await database.leads.insert_one({"_id": "after"})
        assert (await heard.until(5))[4:] == [Change(ChangeKind.INSERTED, "after")]


#: ChangeStreamFatalError, ChangeStreamHistoryLost, and what makes an event too large to be told.
@pytest.mark.parametrize("code", [280, 286, 10334])
async def test_a_stream_that_cannot_go_on_is_begun_anew_and_what_was_missed_is_told(
    faulty: str, faults: Faults, code: int
) -> None:
    """Once while it is read, and the first tries to open it again are refused as well."""
    async with connect(faulty, f"test_changes_{code}") as database:
        await database.raw.create_collection("leads")
        async with listening(database, database.leads) as (heard,):
            await heard.until(1)
            faults.begin(refused(code), "getMore", "aggregate", times=3)
            await database.leads.insert_one({"_id": "last"})  # after it the next one is asked for
            assert (await heard.until(3))[1:] == [Change(ChangeKind.INSERTED, "last"), Change(ChangeKind.UNKNOWN)]
            await database.leads.insert_one({"_id": "later"})
            assert (await heard.until(4))[3:] == [Change(ChangeKind.INSERTED, "later")]


async def test_changes_of_another_server_are_heard_and_those_of_another_database_are_not(
    database: Database, engine_uri: str
) -> None:
    async with listening(database, database.leads) as (heard,):
        async with connect(engine_uri, f"{database.name}_other") as other:
            await other.leads.insert_one({"_id": "foreign"})
            await other.client.drop_database(other.name)
        async with connect(engine_uri, database.name) as same:
            await same.leads.insert_one({"_id": "ours"})
        assert (await heard.until(2))[1:] == [Change(ChangeKind.INSERTED, "ours")]
