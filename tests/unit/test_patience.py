"""Races are run again, after a pause, and not for ever."""

from __future__ import annotations

import pytest

from server.errors import DatabaseAway
from server.store import patience


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Of every pause the longest that it might have been; none is waited for."""
    longest: list[float] = []

    def none(_least: float, most: float) -> float:
        longest.append(most)
        return 0.0

    monkeypatch.setattr(patience.random, "uniform", none)
    return longest


async def test_the_first_answer_counts_also_where_it_is_nothing(pauses: list[float]) -> None:
    answers = iter([None, None, 0, 7])

    async def attempt() -> int | None:
        return next(answers)

    assert await patience.until_won("a row", attempt) == 0
    assert len(pauses) == 2


async def test_who_always_loses_is_told_so_after_ever_longer_pauses(pauses: list[float]) -> None:
    async def attempt() -> None:
        return None

    with pytest.raises(DatabaseAway, match="a row was changed by others"):
        await patience.until_won("a row", attempt)
    assert len(pauses) == patience.MOST
    assert pauses == sorted(pauses)
    assert sum(pauses) / 2 < 15
