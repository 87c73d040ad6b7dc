"""Writes of many rows beside transactions, on the real engine: none waits for ever."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager

import pytest

from server.operations.tasks import end
from server.store.client import Database, Session, connect
from server.store.embedded import EmbeddedDatabase
from tests.waiting import LIMIT

pytestmark = pytest.mark.embedded

_MEET = 0.5  # seconds until a statement waits within the engine, of which nothing can be seen outside

Write = Callable[[Database], Coroutine[None, None, int]]


@pytest.fixture(scope="module")
def own_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One that is locked up is nobody else's."""
    with asyncio.Runner() as runner:
        engine = EmbeddedDatabase(tmp_path_factory.mktemp("engine"))
        runner.run(engine.start())
        yield engine.uri
        runner.run(engine.stop())


@pytest.fixture
async def own_database(own_engine: str) -> AsyncIterator[Database]:
    """With two rows."""
    async with connect(own_engine, f"test_{uuid.uuid4().hex[:12]}") as database:
        await database.admins.insert_many([{"_id": 1}, {"_id": 2}])
        yield database


async def update_by_id(database: Database) -> int:
    return await database.update_many(database.admins, {"_id": {"$in": [1]}}, {"$set": {"isOnline": True}})


async def update_by_value(database: Database) -> int:
    return await database.update_many(database.admins, {"seen": None}, {"$set": {"seen": True}})


async def delete_by_id(database: Database) -> int:
    return await database.delete_many(database.admins, {"_id": {"$in": [1, 2]}})


@asynccontextmanager
async def transaction(database: Database, row: int) -> AsyncIterator[Session]:
    async with database.client.start_session() as session:
        await session.start_transaction()
        await database.admins.update_one({"_id": row}, {"$set": {"loggedIn": True}}, session=session)
        yield session


@pytest.mark.parametrize(("write", "rows"), [(update_by_id, 1), (update_by_value, 2), (delete_by_id, 2)])
async def test_two_transactions_and_a_write_of_many_rows_all_come_to_their_end(
    own_database: Database, write: Write, rows: int
) -> None:
    """The write wants the row of the first, the second what the write holds, and the first to commit before both."""
    ended: list[str] = []

    async def second() -> None:
        async with transaction(own_database, 2) as session:
            await session.commit_transaction()
        ended.append("second")

    async with transaction(own_database, 1) as first:
        writing = asyncio.create_task(write(own_database))
        try:
            async with asyncio.timeout(LIMIT):
                await asyncio.sleep(_MEET)
                other = asyncio.create_task(second())
                await asyncio.sleep(_MEET)
                await first.commit_transaction()
                ended.append("first")
                await other
                assert await writing == rows
        finally:
            await end([writing])
    assert sorted(ended) == ["first", "second"]
