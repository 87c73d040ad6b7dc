"""Indexes on collections that another program has filled, and that it has indexes of its own on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection
from structlog.testing import capture_logs

from server.errors import WrongSetup
from server.store import indexes, schema
from server.store.client import Database, connect
from server.store.retention_index import keep_for
from server.store.schema import ADDRESS
from tests.system.external_database import ExternalDatabase


@pytest.fixture
async def unprepared(engine_uri: str) -> AsyncIterator[Database]:
    """A database that this program has not seen yet."""
    async with connect(engine_uri, f"foreign_{ObjectId()}") as database:
        yield database
        await database.client.drop_database(database.name)


async def test_every_collection_is_there_before_a_transaction_needs_it(unprepared: Database) -> None:
    await schema.ensure(unprepared)
    ours = {each.name for each in vars(unprepared).values() if isinstance(each, AsyncCollection)}
    assert {"limits", "connections", "meta"} <= ours
    assert ours <= set(await unprepared.raw.list_collection_names())


async def test_rows_that_share_an_address_are_named_by_their_ids(unprepared: Database) -> None:
    rows = [{"email": "Ann@example.com"}, {"email": "bob@example.com"}, {"email": "ann@example.com"}]
    ids = (await unprepared.users.insert_many(rows)).inserted_ids
    with pytest.raises(WrongSetup) as refused:
        await schema.ensure(unprepared)
    said = refused.value.message
    assert "collection users" in said
    assert "'email'" in said
    assert str(ids[0]) in said
    assert str(ids[2]) in said
    assert str(ids[1]) not in said
    assert "example.com" not in said
    assert "Fix: " in said


async def test_rows_without_an_address_are_told_as_that(unprepared: Database) -> None:
    await unprepared.leads.insert_many([{"name": "Ann"}, {"name": "Bob"}])
    with pytest.raises(WrongSetup, match=r"2 rows without any: .+ Fix: .+give every row one"):
        await schema.ensure(unprepared)


async def test_an_index_of_our_name_with_other_keys_is_named_with_the_command_that_drops_it(
    unprepared: Database,
) -> None:
    await unprepared.users.create_index([("phone", 1)], name="address")
    with pytest.raises(WrongSetup, match=r"users has an index 'address' .+dropIndex\('address'\)"):
        await schema.ensure(unprepared)


async def test_an_index_that_would_remove_emails_unsent_is_refused(unprepared: Database) -> None:
    await unprepared.pending.create_index([("createdAt", 1)], name="createdAt_1", expireAfterSeconds=86400)
    with pytest.raises(
        WrongSetup, match=r"'createdAt_1' that removes rows after 86,400 seconds.+dropIndex\('createdAt_1"
    ):
        await schema.ensure(unprepared)


async def test_of_one_that_removes_other_rows_it_is_told(unprepared: Database) -> None:
    await unprepared.failed.create_index([("createdAt", 1)], name="createdAt_1", expireAfterSeconds=86400)
    with capture_logs() as logs:
        await schema.ensure(unprepared)
    assert [entry["collection"] for entry in logs if entry["log_level"] == "warning"] == ["FailedEmail"]


async def test_indexes_of_another_program_that_do_the_same_work_are_left(unprepared: Database) -> None:
    await unprepared.users.create_index([("email", 1)], name="email_1", unique=True, collation=ADDRESS)
    await unprepared.pending.create_index([("userId", 1)], name="userId_1")
    await unprepared.leads.create_index([("phone", 1)], name="phone_1")
    await schema.ensure(unprepared)
    assert "email_1" in await unprepared.users.index_information()
    assert "userId_1" in await unprepared.pending.index_information()
    assert {"phone_1", "address"} <= (await unprepared.leads.index_information()).keys()


async def test_a_second_start_makes_nothing_anew(unprepared: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await schema.ensure(unprepared)
    made: list[str] = []

    async def told(_collection: Any, name: str, building: Any) -> None:
        made.append(name)
        building.close()

    monkeypatch.setattr(indexes, "_told", told)
    await schema.ensure(unprepared)
    assert made == []


async def test_a_long_build_is_told_with_its_collection_and_number_of_rows(
    unprepared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "_LONG", 0.0)
    await unprepared.users.insert_many([{"email": f"{number}@example.com"} for number in range(7)])
    with capture_logs() as logs:
        await schema.ensure(unprepared)
    told = [entry for entry in logs if entry["event"] == "building an index takes its time"]
    assert ("users", "address", 7) in [(entry["collection"], entry["index"], entry["rows"]) for entry in told]


# --- A user of the role readWrite: collMod is not his (the engine here allows it, so it is made to refuse) ---


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an engine that can be told to refuse."""
    engine = ExternalDatabase(tmp_path_factory.mktemp("refusing"), test_commands=True)
    engine.start()
    yield engine.uri
    engine.end()


@pytest.fixture
async def refused(refusing: str) -> AsyncIterator[Any]:
    """Refuses commands to this program's users, until the end of the test."""
    async with connect(refusing, f"small_{ObjectId()}") as database:

        async def refuse(*commands: str) -> Database:
            data = {"failCommands": list(commands), "errorCode": 13, "appName": "activation-desk"}
            await database.client.admin.command({"configureFailPoint": "failCommand", "mode": "alwaysOn", "data": data})
            return database

        await schema.ensure(database)
        await keep_for(database, database.deliveries, "sentAt", timedelta(days=3))
        yield refuse
        await database.client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})


async def kept(database: Database) -> int:
    """Seconds that deliveries are kept."""
    return int((await database.deliveries.index_information())["retention"]["expireAfterSeconds"])


async def test_without_collmod_the_index_is_made_anew(refused: Any) -> None:
    database = await refused("collMod")
    await keep_for(database, database.deliveries, "sentAt", timedelta(days=5))
    assert await kept(database) == 5 * 86400


async def test_where_not_even_that_is_allowed_the_time_before_stays_and_it_is_said(refused: Any) -> None:
    database = await refused("collMod", "dropIndexes")
    with capture_logs() as logs:
        await keep_for(database, database.deliveries, "sentAt", timedelta(days=5))
    assert await kept(database) == 3 * 86400
    assert [(entry["log_level"], entry["collection"]) for entry in logs] == [("warning", "deliveries")]


async def test_killed_between_dropping_and_making_it_the_next_start_makes_it(refused: Any) -> None:
    database = await refused("collMod", "createIndexes")
    with capture_logs():
        await keep_for(database, database.deliveries, "sentAt", timedelta(days=5))
    assert "retention" not in await database.deliveries.index_information()
    await refused("collMod")
    await keep_for(database, database.deliveries, "sentAt", timedelta(days=5))
    assert await kept(database) == 5 * 86400
