"""Whether the database works, on a real one."""

from __future__ import annotations

import asyncio
import time

import pytest

from server.errors import DatabaseUnreachable
from server.store import pulse
from server.store.client import Database
from server.store.pulse import Pulse
from tests.waiting import LIMIT

_BEATS = {"_id": "pulse"}


async def beats(database: Database) -> int:
    row = await database.meta.find_one(_BEATS)
    return 0 if row is None else int(row["beats"])


async def test_many_who_ask_at_once_cost_one_write(database: Database) -> None:
    felt = Pulse(database)
    await asyncio.gather(*(felt.feel() for _ in range(50)))
    assert await beats(database) == 1
    await felt.feel()
    assert await beats(database) == 1


async def test_a_database_that_answers_but_does_not_write_is_told_in_time_and_when_it_does_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "_SECONDS", 1.0)
    felt = Pulse(database)
    async with database.client.start_session() as session:
        await session.start_transaction()
        await database.meta.update_one(_BEATS, {"$set": {"held": True}}, upsert=True, session=session)
        started = time.monotonic()
        with pytest.raises(DatabaseUnreachable):
            await felt.feel()
        assert time.monotonic() - started < 10
        await database.client.admin.command("ping")
        await session.abort_transaction()
    async with asyncio.timeout(LIMIT):
        while True:
            try:
                await felt.feel()
            except DatabaseUnreachable:
                continue
            break
    assert await beats(database) == 1
