"""The database is dropped under the running service, or what it tells of its changes is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pymongo import MongoClient

from server.contract import Phrase
from server.errors import DatabaseGone
from server.store import schema
from server.store.client import Database, connect
from tests.faults import Faults, refused
from tests.system.admin import AdminClient, Row
from tests.system.conftest import Servers
from tests.system.external_database import ExternalDatabase
from tests.system.processes import ServerProcess, wait_until
from tests.waiting import LIMIT

#: What a person has to look at first: a service manager does not start it again.
_WRONG_SETUP = DatabaseGone.exit_code
#: ChangeStreamHistoryLost, and what does not pass by itself: Unauthorized.
_HISTORY_LOST, _FORBIDDEN = 286, 13
_STREAM_ENDED = "change stream ended"


@pytest.fixture
async def listened_to(
    external_database: ExternalDatabase, servers: Servers
) -> AsyncIterator[tuple[ServerProcess, AdminClient]]:
    """A service with an admin who listens."""
    service = servers(MONGODB_URI=external_database.uri)
    ann = await _listening(service)
    yield service, ann
    await ann.disconnect()


async def _listening(service: ServerProcess) -> AdminClient:
    await asyncio.to_thread(service.start)
    await asyncio.to_thread(service.add_admin)
    ann = AdminClient(service)
    await ann.log_in()
    await ann.connect()
    return ann


async def _drop(database: Database) -> None:
    await database.client.drop_database(database.name)


async def test_a_service_whose_database_is_dropped_says_so_and_ends(
    listened_to: tuple[ServerProcess, AdminClient],
) -> None:
    service, ann = listened_to
    await asyncio.to_thread(service.import_leads, 3)
    await asyncio.to_thread(service.in_database, _drop)

    alert = await ann.alert(lambda alert: alert["code"] == "database")
    assert alert["sentence"]["code"] == Phrase.DATABASE_GONE.code
    assert await asyncio.to_thread(service.wait) == _WRONG_SETUP
    assert DatabaseGone().message in service.log
    assert not ann.ended, "her login is not what has ended"

    # A person starts it again: it is as new.
    await asyncio.to_thread(service.start)
    assert "Nobody can log in yet" in service.log.rpartition(DatabaseGone().message)[2]
    async with connect(service.database_uri, service.database_name) as database:
        for collection, wanted in schema._indexes(database).items():
            there = {index["name"] async for index in await collection.list_indexes()}
            assert there >= {index.document["name"] for index in wanted}


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[ExternalDatabase]:
    """A database that fails when it is told to."""
    engine = ExternalDatabase(tmp_path / "faulty", test_commands=True)
    engine.start()
    yield engine
    engine.end()


async def test_what_a_lost_change_stream_has_missed_is_told_and_what_failed_is_to_be_seen(
    faulty: ExternalDatabase, servers: Servers
) -> None:
    service = servers(MONGODB_URI=faulty.uri)
    ann = await _listening(service)
    faults = Faults(faulty.uri)
    with closing(faults), MongoClient[Row](faulty.uri) as elsewhere:
        failed = elsewhere[service.database_name]["FailedEmail"]
        faults.begin(refused(_HISTORY_LOST), "getMore", "aggregate", times=1000)
        failed.insert_one({"email": "last@firm.example"})  # after it more is asked for
        await asyncio.to_thread(wait_until, lambda: service.log.count(_STREAM_ENDED) > 1, "the stream was not lost")
        failed.insert_one({"email": "missed@firm.example"})
        faults.end()
        await ann.queue(lambda status: status["failed"] == 2)

        faults.begin(refused(_FORBIDDEN), "aggregate", times=3)  # by which emails are counted, among others
        failed.insert_one({"email": "later@firm.example"})
        await ann.queue(lambda status: status["failed"] == 3)

    async def is_told() -> bool:
        return bool(await ann.ask("GET", "/api/service/restarts"))

    await ann.until(is_told, "nobody was told of what failed", seconds=LIMIT)
    said = await asyncio.to_thread(service.cli, "queue", "status")
    assert "failed unexpectedly and was begun again" in said.stdout
    await ann.disconnect()
