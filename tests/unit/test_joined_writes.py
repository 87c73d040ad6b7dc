"""Writes that are joined: what waits for what, and who hears of the outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from server.errors import DatabaseAway
from server.mail.joined_writes import JoinedWrites
from tests.waiting import LIMIT


class Ledger:
    """Notes each write."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.problem: Exception | None = None
        #: No write that this is among succeeds.
        self.unwanted: int | None = None

    async def write(self, items: Sequence[int]) -> list[int]:
        """Answers ten times each item."""
        self.groups.append(list(items))
        await asyncio.sleep(0)
        if self.problem is not None:
            raise self.problem
        if self.unwanted in items:
            raise ValueError("this one cannot be written")
        return [10 * item for item in items]


async def test_a_lone_item_is_written_at_once() -> None:
    ledger = Ledger()
    joined = JoinedWrites(ledger.write, is_all=lambda items: len(items) >= 1)
    async with asyncio.timeout(LIMIT):
        assert await joined.put(1) == 10
        assert await joined.put(2) == 20
    assert ledger.groups == [[1], [2]]


async def test_a_write_waits_for_those_that_are_to_come() -> None:
    ledger = Ledger()
    joined = JoinedWrites(ledger.write, is_all=lambda items: len(items) >= 3)

    async def put_soon(item: int) -> int:
        for _ in range(item):
            await asyncio.sleep(0)
        return await joined.put(item)

    async with asyncio.timeout(LIMIT):
        assert await asyncio.gather(*(put_soon(item) for item in (1, 2, 3))) == [10, 20, 30]
    assert ledger.groups == [[1, 2, 3]]


async def test_it_does_not_wait_for_ever() -> None:
    ledger = Ledger()
    joined = JoinedWrites(ledger.write, is_all=lambda _: False)
    async with asyncio.timeout(LIMIT):
        assert await joined.put(1) == 10
    assert ledger.groups == [[1]]


async def test_what_comes_while_one_is_written_goes_into_the_next() -> None:
    ledger = Ledger()
    joined = JoinedWrites(ledger.write)
    async with asyncio.timeout(LIMIT):
        first = asyncio.create_task(joined.put(1))
        while not ledger.groups:
            await asyncio.sleep(0)
        assert await asyncio.gather(joined.put(2), joined.put(3)) == [20, 30]
        assert await first == 10
    assert ledger.groups == [[1], [2, 3]]


async def test_an_absent_database_is_everyones_problem_and_the_next_write_goes_on() -> None:
    ledger = Ledger()
    ledger.problem = DatabaseAway("away")
    joined = JoinedWrites(ledger.write, is_all=lambda items: len(items) >= 2)
    async with asyncio.timeout(LIMIT):
        outcomes = await asyncio.gather(joined.put(1), joined.put(2), return_exceptions=True)
        assert [str(outcome) for outcome in outcomes] == ["away", "away"]
        assert ledger.groups == [[1, 2]]  # nobody waits for it once more
        ledger.problem = None
        assert await joined.put(3) == 30


async def test_what_is_wrong_with_one_is_none_of_the_others_business() -> None:
    ledger = Ledger()
    ledger.unwanted = 2
    joined = JoinedWrites(ledger.write, is_all=lambda items: len(items) >= 3)
    async with asyncio.timeout(LIMIT):
        first, second, third = await asyncio.gather(*map(joined.put, (1, 2, 3)), return_exceptions=True)
    assert (first, third) == (10, 30)
    assert isinstance(second, ValueError)
