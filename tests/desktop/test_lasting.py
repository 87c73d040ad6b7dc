"""What is to live as long as the desktop does."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import desktop
from desktop.lasting import keep
from desktop.tasks import finish_all, spawn
from tests.waiting import LIMIT

_ROOT = Path(desktop.__file__).parent

#: Coroutines with a loop that may end by an error, and why that is right.
_MAY_END = {
    "lasting.py keep": "is what the others live by",
    "backend/ending.py end": "ends with the tasks that it ends",
    "models/paged.py brought_up_to_date": "ends when nothing is fetched any more, and is waited for",
    "models/pickable.py _fetch_all": "ends with the last row",
    "tasks.py finish_all": "ends with the tasks that it ends",
    "start.py _run": "is the program, whose end by an error is told",
    "state/activation_run.py _ask": "has a deadline, and somebody who is told",
}


def coroutines_with_loops() -> Iterator[str]:
    for file in sorted(_ROOT.rglob("*.py")):
        if file.name == "demo.py":  # which ends by itself
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.AsyncFunctionDef) and any(isinstance(each, ast.While) for each in ast.walk(node)):
                yield f"{file.relative_to(_ROOT).as_posix()} {node.name}"


def test_whoever_loops_in_the_background_is_kept() -> None:
    assert sorted(coroutines_with_loops()) == sorted(_MAY_END), "use desktop.lasting.keep, or say why not"


@pytest.mark.parametrize("error", [IndexError("list index out of range"), ValueError, OSError, TimeoutError, KeyError])
async def test_no_error_ends_it(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr("desktop.lasting._WAITS", (0.0,))
    steps: list[int] = []
    told: list[Exception] = []

    async def step() -> None:
        steps.append(len(steps))
        if len(steps) % 2:
            raise error

    await keep(step, failed=told.append, wanted=lambda: len(steps) < 7)
    assert len(steps) == 7
    assert len(told) == 4


async def test_errors_in_a_row_are_followed_by_longer_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("desktop.lasting.asyncio.sleep", note)
    monkeypatch.setattr("desktop.lasting.spread", lambda seconds: seconds)
    outcomes = [ValueError(), ValueError(), ValueError(), None, ValueError()]

    async def step() -> None:
        if (outcome := outcomes.pop(0)) is not None:
            raise outcome

    await keep(step, failed=lambda _: None, wanted=lambda: bool(outcomes))
    assert waits == [1.0, 2.0, 4.0, 1.0]


async def test_a_cancellation_ends_it_also_when_the_step_loses_it() -> None:
    entered = asyncio.Event()

    async def lose() -> None:
        entered.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    task = asyncio.create_task(keep(lose, failed=lambda _: None))
    await entered.wait()
    task.cancel()
    async with asyncio.timeout(LIMIT):
        await asyncio.wait([task])


async def test_the_end_of_the_program_ends_what_begins_meanwhile_and_waits_for_nothing_of_another_loop() -> None:
    entered, begun = asyncio.Event(), list[asyncio.Task[None]]()

    async def wait(*, and_begin_anew: bool) -> None:
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            if and_begin_anew:
                begun.append(spawn(wait(and_begin_anew=False), name="begun at the end"))

    def leave_one_behind() -> None:
        other = asyncio.new_event_loop()
        other.run_until_complete(_begin(wait(and_begin_anew=False)))
        other.close()

    await asyncio.to_thread(leave_one_behind)
    spawn(wait(and_begin_anew=True), name="running")
    entered.clear()
    await entered.wait()
    async with asyncio.timeout(LIMIT):
        await finish_all()
    (late,) = begun
    assert late.cancelled()


async def _begin(work: Coroutine[Any, Any, None]) -> None:
    spawn(work, name="of another loop")
