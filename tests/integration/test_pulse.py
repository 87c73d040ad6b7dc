"""Whether the database works, on a real one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from server.api.health import _STATUS
from server.errors import DatabaseGone, DatabaseUnreachable
from server.live.snapshots import _SAID
from server.operations.tasks import end
from server.store import pulse, schema
from server.store.client import Database, connect
from server.store.pulse import Pulse, Trouble, lag
from tests.faults import Faults, refused
from tests.waiting import LIMIT

_BEATS = {"_id": "pulse"}


async def beats(database: Database) -> int:
    row = await database.meta.find_one(_BEATS)
    return 0 if row is None else int(row["beats"])


def hello(*, behind: float) -> dict[str, object]:
    """What a member of a replica set says of its last write, as far as it matters here."""
    written = datetime(2026, 1, 1, 12, tzinfo=UTC)
    return {"lastWrite": {"lastWriteDate": written, "majorityWriteDate": written - timedelta(seconds=behind)}}


@pytest.mark.parametrize(
    ("answer", "behind"),
    [(hello(behind=0), 0), (hello(behind=11), 11), (hello(behind=-1), 0), ({}, None), ({"lastWrite": {}}, None)],
)
def test_how_far_the_majority_is_behind_is_read_from_hello(answer: dict[str, object], behind: float | None) -> None:
    assert lag(answer) == (None if behind is None else timedelta(seconds=behind))


async def test_one_that_answers_and_writes_nothing_is_in_trouble_until_it_writes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "EVERY", timedelta(seconds=0.1))
    monkeypatch.setattr(pulse, "_BEAT_SECONDS", 0.5)
    monkeypatch.setattr(pulse, "PATIENCE", timedelta(seconds=1))
    monkeypatch.setattr(pulse, "FRESH", timedelta())
    felt = Pulse(database)
    told: asyncio.Queue[Trouble | None] = asyncio.Queue()
    async with database.client.start_session() as session, asyncio.timeout(LIMIT):
        running = asyncio.create_task(felt.run(told.put_nowait))
        try:
            while await beats(database) < 2:
                pass
            await session.start_transaction()
            await database.meta.update_one(_BEATS, {"$set": {"held": True}}, session=session)
            assert await told.get() is Trouble.UNCONFIRMED
            with pytest.raises(DatabaseUnreachable):
                await felt.feel()
            await session.abort_transaction()
            assert await told.get() is None
            assert told.empty()
        finally:
            await end([running])


async def test_a_beat_that_meets_with_what_passes_is_made_up_for_soon(
    faulty: str, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "EVERY", timedelta(seconds=10 * LIMIT))
    monkeypatch.setattr(pulse, "AGAIN", timedelta(seconds=0.1))
    async with connect(faulty, "test_pulse") as database:
        await schema.ensure(database)
        faults.begin(refused(50), "update", times=1)  # which the driver does not try again
        running = asyncio.create_task(Pulse(database).run(lambda _: None))
        try:
            async with asyncio.timeout(LIMIT):
                while not await beats(database):
                    pass
        finally:
            await end([running])


async def test_a_busy_one_can_be_used(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "_SECONDS", 0.5)
    monkeypatch.setattr(pulse, "FRESH", timedelta())
    felt = Pulse(database)
    await felt.feel()
    async with database.client.start_session() as session:
        await session.start_transaction()
        await database.meta.update_one(_BEATS, {"$set": {"held": True}}, session=session)
        await felt.feel()
        monkeypatch.setattr(pulse, "PATIENCE", timedelta())
        with pytest.raises(DatabaseUnreachable):
            await felt.feel()
        await session.abort_transaction()


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


async def _begin_anew(database: Database) -> None:
    await database.client.drop_database(database.name)
    await schema.ensure(database)


async def _drop(database: Database) -> None:
    await database.client.drop_database(database.name)


async def _drop_one(database: Database) -> None:
    await database.meta.drop()


@pytest.mark.parametrize("end", [_drop, _drop_one, _begin_anew])
async def test_a_database_that_is_another_one_now_is_never_gone_on_with(
    database: Database, monkeypatch: pytest.MonkeyPatch, end: Callable[[Database], Awaitable[None]]
) -> None:
    """However recent the last beat is, and nothing is written into the other one."""
    monkeypatch.setattr(pulse, "FRESH", timedelta())
    felt = Pulse(database)
    told: list[Trouble | None] = []
    running = asyncio.create_task(felt.run(told.append))
    async with asyncio.timeout(LIMIT):
        while not await beats(database):
            pass
    await felt.feel()
    await end(database)
    with pytest.raises(DatabaseGone):
        await felt.feel()
    felt.look()
    async with asyncio.timeout(LIMIT):
        with pytest.raises(DatabaseGone):
            await running
    assert told == [Trouble.GONE]
    assert not await beats(database)


async def test_a_database_that_is_upgraded_is_the_same(database: Database) -> None:
    felt = Pulse(database)
    await felt.feel()
    await schema.ensure(database)
    assert not await felt.is_gone()


def test_each_trouble_is_told_in_readiness_and_to_who_listens() -> None:
    assert _STATUS.keys() == {None, *Trouble}
    assert _SAID.keys() == set(Trouble)
