"""The loop beside Qt's own events, and under a nested one: a native dialog, a drag, or a click of a test."""

from __future__ import annotations

import asyncio
import itertools
import time
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, Signal

from desktop.platform import event_loop
from tests.waiting import LIMIT


async def test_a_step_that_falls_due_in_the_middle_of_another_task_is_not_lost() -> None:
    steps: list[str] = []

    async def other() -> None:
        steps.append("first")
        await asyncio.sleep(0)
        steps.append("second")

    task = asyncio.get_running_loop().create_task(other())
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    assert steps == []  # no second task is entered here
    async with asyncio.timeout(LIMIT):
        await task
    assert steps == ["first", "second"]


async def test_what_is_taken_back_in_the_meantime_does_not_happen() -> None:
    happened: list[str] = []
    loop = asyncio.get_running_loop()
    handle = loop.call_soon(happened.append, "taken back")
    loop.call_soon(happened.append, "kept")
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    handle.cancel()
    async with asyncio.timeout(LIMIT):
        while not happened:
            await asyncio.sleep(0)
    assert happened == ["kept"]


class Clicker(QObject):
    """Posts an event when told to."""

    clicked = Signal()


async def test_an_event_is_not_kept_waiting_for_all_that_is_due() -> None:
    order: list[str] = []
    clicker, over = Clicker(), asyncio.Event()
    clicker.clicked.connect(lambda: order.append("click"), Qt.ConnectionType.QueuedConnection)

    def step(number: int) -> None:
        end = time.perf_counter() + 0.01
        while time.perf_counter() < end:
            pass  # computing
        order.append(f"step {number}")
        if number == 0:
            clicker.clicked.emit()
        if number == 9:
            over.set()

    for number in range(10):
        asyncio.get_running_loop().call_soon(step, number)
    async with asyncio.timeout(LIMIT):
        await over.wait()
    assert [each for each in order if each != "click"] == [f"step {number}" for number in range(10)]
    assert order.index("click") <= 2


async def test_a_turn_that_others_took_all_the_time_from_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count()
    monkeypatch.setattr(event_loop, "time", SimpleNamespace(perf_counter=lambda: next(seconds)))  # one a look
    happened: list[int] = []
    for number in range(3):
        asyncio.get_running_loop().call_soon(happened.append, number)
    async with asyncio.timeout(LIMIT):  # its timer does not wait for a turn
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert happened == [0, 1, 2]
