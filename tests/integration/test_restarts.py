"""What is written down of parts that failed and were begun again."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from server.operations.tasks import end
from server.store import restarts
from server.store.client import Database
from server.store.restarts import Restarts
from tests.waiting import LIMIT


async def test_all_services_count_together_and_over_their_own_restarts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restarts, "EVERY", timedelta(seconds=0.01))
    assert await Restarts(database).read() == []
    first, second = Counter({"queue": 2}), Counter[str]()
    keeping = [asyncio.create_task(Restarts(database).keep(counted)) for counted in (first, second)]
    try:
        async with asyncio.timeout(LIMIT):
            while not await Restarts(database).read():
                pass
            second["queue"] += 1
            second["change feed"] += 1
            while sum(each.count for each in await Restarts(database).read()) < 4:
                pass
        told = {each.part: each for each in await Restarts(database).read()}
    finally:
        await end(keeping)
    assert {part: each.count for part, each in told.items()} == {"queue": 3, "change feed": 1}
    assert told["queue"].since <= told["change feed"].since <= told["queue"].last_at
