"""The engine is asked for something every now and then, on a real one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from server.store import engine_watch
from server.store.embedded import EmbeddedDatabase
from server.store.engine_watch import EngineWatch
from tests.waiting import LIMIT

#: How long the engine lets a transaction be idle is not to be changed: a minute.
LONG = bool(os.environ.get("FAULTS"))

_BEGIN_AND_WAIT = """
import sys, time
from pymongo import MongoClient
client = MongoClient(sys.argv[1], directConnection=True)
session = client.start_session()
session.start_transaction()
client["elsewhere"]["rows"].update_one({"_id": 1}, {"$set": {"by": "the one that is killed"}}, session=session)
print("begun", flush=True)
time.sleep(1000)
"""


def _begin_and_wait(uri: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _BEGIN_AND_WAIT, uri], stdout=subprocess.PIPE)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_watch, "EVERY", timedelta(seconds=0.1))


async def beats(client: AsyncMongoClient[dict[str, Any]]) -> int:
    row = await client["activation_watch"]["pulse"].find_one()
    return 0 if row is None else int(row["beats"])


async def test_it_beats_while_nobody_asks_and_is_not_stuck(quick: None, tmp_path: Path) -> None:
    engine = EmbeddedDatabase(tmp_path)
    try:
        await engine.start()
        async with AsyncMongoClient[dict[str, Any]](engine.uri, directConnection=True) as client:
            async with asyncio.timeout(LIMIT):
                while await beats(client) < 5:
                    pass
        assert engine.restarts == 0
    finally:
        await engine.stop()


async def test_it_takes_several_misses_in_a_row(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: Iterator[bool] = iter([False, False, True, False, True, False, False, False])

    async def comes_back(_client: object) -> bool:
        return next(answers)

    monkeypatch.setattr(engine_watch, "_comes_back", comes_back)
    async with asyncio.timeout(LIMIT):
        await EngineWatch("mongodb://127.0.0.1:1").until_stuck()
    assert next(answers, None) is None


@pytest.mark.skipif(not LONG, reason="takes as long as the engine lets a transaction be idle: make faults")
@pytest.mark.timeout(150)
async def test_a_transaction_of_a_client_that_was_killed_is_ended_on_an_idle_engine(tmp_path: Path) -> None:
    engine = EmbeddedDatabase(tmp_path)
    try:
        await engine.start()
        async with AsyncMongoClient[dict[str, Any]](engine.uri, directConnection=True) as client:
            rows = client["elsewhere"]["rows"]
            await rows.insert_one({"_id": 1})
            other = await asyncio.to_thread(_begin_and_wait, engine.uri)
            assert other.stdout is not None
            assert await asyncio.to_thread(other.stdout.readline) == b"begun\n"
            other.kill()
            other.communicate()
            async with asyncio.timeout(60 + LIMIT / 2):
                await rows.update_one({"_id": 1}, {"$set": {"by": "one that waited"}})
        assert engine.restarts == 0
    finally:
        await engine.stop()
