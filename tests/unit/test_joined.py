"""Many wishes, few runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from server.errors import DatabaseAway
from server.live.joined import Joined
from tests.waiting import LIMIT


class Counted:
    """Work that counts its runs."""

    def __init__(self, cost: float = 0) -> None:
        self.runs = 0
        self._cost = cost
        self._ran = asyncio.Event()

    async def work(self) -> None:
        """Take a while."""
        time.sleep(self._cost)  # noqa: ASYNC251 - the cost is meant
        self.runs += 1
        self._ran.set()

    async def until(self, runs: int) -> None:
        """Wait for that many runs."""
        async with asyncio.timeout(LIMIT):
            while self.runs < runs:
                self._ran.clear()
                await self._ran.wait()


@asynccontextmanager
async def running(*joined: Joined) -> AsyncIterator[None]:
    """Run them, and end them afterwards."""
    tasks = [asyncio.create_task(each.run()) for each in joined]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_wishes_during_a_run_become_one_run_that_sees_the_last_state() -> None:
    state = 0
    seen: list[int] = []
    started, let_go, changed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        seen.append(state)
        changed.set()
        started.set()
        await let_go.wait()

    async def until(last: int) -> None:
        async with asyncio.timeout(LIMIT):
            while seen[-1] != last:
                changed.clear()
                await changed.wait()

    joined = Joined("state", work, pause=0, share=1)
    async with running(joined):
        joined.wake()
        async with asyncio.timeout(LIMIT):
            await started.wait()
        while state < 100:
            state += 1
            joined.wake()
        let_go.set()
        await until(100)
        state = 101
        joined.wake()
        await until(101)
    assert seen == [0, 100, 101]


async def test_without_a_wish_there_is_no_run() -> None:
    idle, busy = Counted(), Counted()
    woken = Joined("busy", busy.work, pause=0, share=1)
    async with running(Joined("idle", idle.work, pause=0, share=1), woken):
        for run in range(1, 11):
            woken.wake()
            await busy.until(run)
    assert idle.runs == 0


@pytest.mark.parametrize(
    ("pause", "share", "cost"), [(3600, 1, 0), (0, 1e-6, 0.02)], ids=["it is told to", "the run was dear"]
)
async def test_it_pauses_between_two_runs_when(pause: float, share: float, cost: float) -> None:
    patient, eager = Counted(cost), Counted()
    pausing = Joined("patient", patient.work, pause=pause, share=share)
    going_on = Joined("eager", eager.work, pause=0, share=1)
    async with running(pausing, going_on):
        pausing.wake()
        await patient.until(1)
        for run in range(1, 101):
            pausing.wake()
            going_on.wake()
            await eager.until(run)
    assert patient.runs == 1


async def test_what_nobody_wants_does_not_run_and_says_nothing_of_the_cost() -> None:
    dear, other = Counted(cost=0.02), Counted()
    wanted = False
    joined = Joined("dear", dear.work, pause=0, share=1e-6, wanted=lambda: wanted)
    going_on = Joined("other", other.work, pause=0, share=1)
    async with running(joined, going_on):
        for run in range(1, 101):
            wanted = run > 50
            joined.wake()
            going_on.wake()
            await other.until(run)
            assert dear.runs == (run > 50)


async def test_a_run_that_met_no_database_is_made_up_for() -> None:
    counted = Counted()
    attempts = 0

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise DatabaseAway("away")
        await counted.work()

    joined = Joined("counts", work, pause=0, share=1)
    joined.wake()
    with pytest.raises(DatabaseAway):
        await asyncio.wait_for(joined.run(), LIMIT)
    async with running(joined):
        await counted.until(1)
    assert attempts == 2


async def test_any_other_error_is_not_hidden() -> None:
    async def work() -> None:
        raise LookupError("a mistake")

    joined: Joined = Joined("mistake", work, pause=0)
    joined.wake()
    with pytest.raises(LookupError, match="a mistake"):
        await asyncio.wait_for(joined.run(), LIMIT)
