"""A list does not change under its reader's hands."""

from __future__ import annotations

import pytest

from desktop.state.held_updates import Hand, HeldUpdates
from tests.desktop.conftest import until


class Heard:
    def __init__(self, updates: HeldUpdates) -> None:
        self.due = 0
        updates.due.connect(self._count)

    def _count(self) -> None:
        self.due += 1


async def test_news_are_joined_and_let_through() -> None:
    updates = HeldUpdates()
    heard = Heard(updates)
    for _ in range(20):
        updates.note()
    assert heard.due == 0
    await until(lambda: heard.due, updates.due)
    assert (heard.due, updates.waiting) == (1, False)


@pytest.mark.parametrize("hand", list(Hand))
async def test_news_wait_for_the_last_hand(hand: Hand) -> None:
    updates = HeldUpdates()
    heard = Heard(updates)
    other = next(each for each in Hand if each is not hand)
    updates.set_hand(hand, on=True)
    updates.set_hand(other, on=True)
    updates.note()
    await until(lambda: updates.waiting, updates.changed)
    updates.set_hand(hand, on=False)
    assert (heard.due, updates.held) == (0, True)
    updates.set_hand(other, on=False)
    assert (heard.due, updates.waiting) == (1, False)


async def test_whoever_wants_them_gets_them_at_once_and_only_once() -> None:
    updates = HeldUpdates()
    heard = Heard(updates)
    updates.set_hand(Hand.PICKED, on=True)
    updates.note()
    await until(lambda: updates.waiting, updates.changed)
    updates.apply()
    assert (heard.due, updates.waiting) == (1, False)
    updates.set_hand(Hand.PICKED, on=False)
    assert heard.due == 1
