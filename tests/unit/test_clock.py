"""The database's time as it is reckoned here: between measurements, after jumps, and with slow answers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from server.store import clock as clocks
from server.store.clock import MAX_AGE, Clock

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=15)


class World:
    """A machine whose time goes on when told, and a database with a clock of its own."""

    def __init__(self) -> None:
        self.elapsed = 1000.0
        self.ahead = timedelta()
        self.asked = 0
        #: Seconds that the next answers take, on the way there and back.
        self.slowness: list[float] = []

    async def ask(self) -> datetime:
        self.asked += 1
        slowness = self.slowness.pop(0) if self.slowness else 0.0
        answer = self.time  # taken at once, and long on its way
        self.elapsed += slowness
        return answer

    @property
    def time(self) -> datetime:
        return NOON + timedelta(seconds=self.elapsed) + self.ahead


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(clocks, "elapsed", lambda: world.elapsed)
    return world


async def test_it_counts_on_by_itself_and_asks_once_a_minute(world: World) -> None:
    clock = Clock(world.ask)
    assert await clock.now() == world.time
    asked = world.asked
    world.elapsed += MAX_AGE.total_seconds() - 1
    assert await clock.now() == world.time
    assert world.asked == asked
    world.elapsed += 2
    assert await clock.now() == world.time
    assert world.asked == 2 * asked


async def test_the_answer_that_came_back_soonest_counts(world: World) -> None:
    clock = Clock(world.ask)
    world.slowness = [8.0, 0.2, 5.0]
    assert abs(await clock.now() - world.time) <= timedelta(seconds=0.1)


async def test_many_who_ask_at_once_ask_the_database_once(world: World) -> None:
    clock = Clock(world.ask)
    await asyncio.gather(*(clock.now() for _ in range(20)))
    assert world.asked == clocks._MEASUREMENTS


@pytest.mark.parametrize("by", [timedelta(days=365), timedelta(seconds=-20), timedelta(seconds=4)])
async def test_a_jump_is_followed_at_once_when_another_server_answers_and_leases_are_left_alone_for_a_while(
    world: World, by: timedelta
) -> None:
    clock = Clock(world.ask)
    await clock.now()
    assert clock.is_steady(LEASE)
    world.ahead += by
    clock.measure_anew()
    assert await clock.now() == world.time
    assert clock.jumped.is_set()
    assert not clock.is_steady(LEASE)
    world.elapsed += (LEASE + MAX_AGE).total_seconds() + 1
    assert clock.is_steady(LEASE)


async def test_drifting_apart_is_no_jump(world: World) -> None:
    clock = Clock(world.ask)
    await clock.now()
    for _ in range(100):
        world.elapsed += MAX_AGE.total_seconds() + 1
        world.ahead += timedelta(seconds=0.5)
        assert await clock.now() == world.time
    assert not clock.jumped.is_set()


async def test_who_was_not_answered_asks_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(world.ask)
    before = await clock.now()

    async def fail() -> datetime:
        raise TimeoutError

    monkeypatch.setattr(clock, "_ask", fail)
    clock.measure_anew()
    with pytest.raises(TimeoutError):
        await clock.now()
    monkeypatch.setattr(clock, "_ask", world.ask)
    world.ahead += timedelta(hours=1)
    assert await clock.now() - before == timedelta(hours=1)
