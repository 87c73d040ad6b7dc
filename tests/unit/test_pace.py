"""How many connections are used, and how fast."""

from __future__ import annotations

import asyncio

import pytest

from server.mail import pace as module
from server.mail.pace import SUCCESSES, Pace
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
    pace.slow_down()
    pace.slow_down()  # was under way at the same time
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
        pace.slow_down()
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


async def _enter(pace: Pace) -> None:
    async with pace.slot():
        return
