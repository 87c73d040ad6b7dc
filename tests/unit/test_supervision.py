"""Loops that go on whatever goes wrong in them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from server.errors import DatabaseAway, StartError
from server.operations import supervision
from server.operations.supervision import Waits, each_of, keep_running, restarts
from tests.waiting import LIMIT


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tests need not wait."""
    for name in ("SHORTEST", "LONGEST", "AWAY"):
        monkeypatch.setattr(supervision, name, 0.001)
    restarts.clear()
    yield
    restarts.clear()


class Failing:
    """Raises one error after the other, and then ends."""

    def __init__(self, *errors: BaseException) -> None:
        self._errors = list(errors)
        self.runs = 0

    async def work(self) -> None:
        self.runs += 1
        if self._errors:
            raise self._errors.pop(0)


async def test_what_nobody_expected_is_told_counted_and_not_the_end() -> None:
    failing = Failing(LookupError("a mistake"), ZeroDivisionError("another"))
    with capture_logs() as lines:
        await asyncio.wait_for(keep_running("sweep", failing.work), LIMIT)
    assert failing.runs == 3
    assert restarts == {"sweep": 2}
    assert [(line["log_level"], line["task"], str(line["exc_info"])) for line in lines] == [
        ("error", "sweep", "a mistake"),
        ("error", "sweep", "another"),
    ]


async def test_an_absent_database_is_waited_for_with_one_line() -> None:
    failing = Failing(*(DatabaseAway("nobody there") for _ in range(20)))
    with capture_logs() as lines:
        await asyncio.wait_for(keep_running("sweep", failing.work), LIMIT)
    assert (failing.runs, restarts) == (21, {})
    assert [(line["log_level"], line["reason"]) for line in lines] == [("warning", "nobody there")]


async def test_what_a_person_has_to_mend_ends_it() -> None:
    with pytest.raises(StartError):
        await asyncio.wait_for(keep_running("sweep", Failing(StartError("mend it")).work), LIMIT)


async def test_it_is_not_begun_again_once_it_is_to_end() -> None:
    stopping = asyncio.Event()
    stopping.set()
    failing = Failing(LookupError("a mistake"))
    await asyncio.wait_for(keep_running("sweep", failing.work, until=stopping), LIMIT)
    assert failing.runs == 1


async def test_it_can_be_cancelled_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "SHORTEST", 1e6)
    failing = Failing(LookupError("a mistake"))
    task = asyncio.create_task(keep_running("sweep", failing.work))
    while not failing.runs:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, LIMIT)


def test_waits_grow_up_to_their_longest_and_begin_anew_after_a_good_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(supervision, "SHORTEST", 1.0)
    monkeypatch.setattr(supervision, "LONGEST", 30.0)
    monkeypatch.setattr(supervision.time, "monotonic", lambda: now)
    waits = Waits()
    row = []
    for _ in range(8):
        row.append(waits.after(LookupError(), task="sweep"))
        now += row[-1]
    for seconds, meant in zip(row, (1, 2, 4, 8, 16, 30, 30, 30), strict=True):
        assert 0.75 * meant <= seconds <= 1.25 * meant
    now += 100
    assert waits.after(LookupError(), task="sweep") <= 1.25


async def test_each_is_done_whatever_becomes_of_the_others() -> None:
    works = [Failing(), Failing(LookupError("first")), Failing(LookupError("second")), Failing()]
    with pytest.raises(LookupError, match="first"):
        await each_of([each.work for each in works])
    assert [each.runs for each in works] == [1, 1, 1, 1]
