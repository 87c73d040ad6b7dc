"""How many connections are used, and how fast."""

from __future__ import annotations

import asyncio

import pytest

from server.mail import pace as module
from server.mail.pace import AHEAD, SUCCESSES, Pace, SentAway
from tests.waiting import LIMIT


async def test_no_more_at_once_than_allowed() -> None:
    pace = Pace(2)
    async with pace.slot(), pace.slot():
        third = asyncio.create_task(_enter(pace))
        done, _ = await asyncio.wait([third], timeout=0.05)
        assert not done
    await asyncio.wait_for(third, LIMIT)


async def test_throttling_halves_the_connections_once_and_success_brings_them_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module.time, "monotonic", lambda: 100.0)
    pace = Pace(8)
    await pace.slow_down()
    await pace.slow_down()  # was under way at the same time
    assert pace.connections == 4
    assert pace.is_throttled
    assert pace.gap.total_seconds() > 0
    for _ in range(4 * SUCCESSES):
        pace.succeeded(0.01)
    assert pace.connections == 8
    assert not pace.is_throttled


async def test_throttled_again_and_again_one_connection_is_left_and_the_gap_has_an_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pace = Pace(8)
    for now in range(20):
        monkeypatch.setattr(module.time, "monotonic", lambda now=now: 10.0 * now)
        await pace.slow_down()
    assert pace.connections == 1
    assert pace.gap.total_seconds() == 30


async def test_other_workers_leave_fewer_connections_and_more_again() -> None:
    pace = Pace(5)
    await pace.grant(0)
    waiting = asyncio.create_task(_enter(pace))
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    await pace.grant(2)
    await asyncio.wait_for(waiting, LIMIT)
    assert pace.connections == 2


async def test_who_waits_when_it_is_slowed_is_sent_away_and_who_comes_later_waits_for_the_gap() -> None:
    pace = Pace(1)
    async with pace.slot():
        waiting = [asyncio.create_task(_enter(pace)) for _ in range(3)]
        await asyncio.sleep(0)
        await pace.slow_down()
        for task in waiting:
            with pytest.raises(SentAway):
                await asyncio.wait_for(task, 5)
        later = asyncio.create_task(_enter(pace))
    await asyncio.wait_for(later, 5)


async def test_who_tries_a_blocked_account_does_not_wait_for_the_gap() -> None:
    pace = Pace(1)
    pace._gap = 3600.0
    async with pace.slot(urgent=True):
        pass
    for _ in range(2):  # the first of them starts at once
        waiting = asyncio.create_task(_enter(pace))
        await asyncio.wait([waiting], timeout=0.05)
    assert not waiting.done()
    async with asyncio.timeout(5):
        await pace.send_away()
        with pytest.raises(SentAway):
            await waiting


async def test_no_more_is_taken_in_hand_than_leaves_within_moments() -> None:
    pace = Pace(5)
    pace.succeeded(10.0)  # one in two seconds leaves by all five connections
    assert pace.room(0) == 6
    assert pace.room(5) == 1
    assert pace.room(6) == 0
    pace.seconds_per_email = 0.001
    assert pace.room(0) > 1000


async def test_a_slowed_account_takes_the_next_one_in_hand_just_before_it_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    pace = Pace(5)
    pace._gap = 10.0
    pace._next_start = now + 30
    assert (pace.room(0), pace.room_in().total_seconds()) == (0, 30 - AHEAD)
    now += 30 - AHEAD
    assert (pace.room(0), pace.room(1)) == (1, 0)


async def _enter(pace: Pace) -> None:
    async with pace.slot():
        return
