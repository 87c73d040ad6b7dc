"""The database is dropped under the running service, or what it tells of its changes is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from server.contract import Phrase
from server.errors import DatabaseGone
from server.store import schema
from server.store.client import Database, connect
from tests.system.admin import AdminClient
from tests.system.conftest import Servers
from tests.system.external_database import ExternalDatabase
from tests.system.processes import ServerProcess

#: What a person has to look at first: a service manager does not start it again.
_WRONG_SETUP = DatabaseGone.exit_code


@pytest.fixture
async def listened_to(
    external_database: ExternalDatabase, servers: Servers
) -> AsyncIterator[tuple[ServerProcess, AdminClient]]:
    """A service with an admin who listens."""
    service = servers(MONGODB_URI=external_database.uri)
    await asyncio.to_thread(service.start)
    await asyncio.to_thread(service.add_admin)
    ann = AdminClient(service)
    await ann.log_in()
    await ann.connect()
    yield service, ann
    await ann.disconnect()


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
