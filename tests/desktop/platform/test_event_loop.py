"""The loop under a nested one: a native dialog, a drag, or a click of a test."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QCoreApplication, QEventLoop


async def test_a_step_that_falls_due_in_the_middle_of_another_task_is_not_lost() -> None:
    steps: list[str] = []

    async def other() -> None:
        steps.append("first")
        await asyncio.sleep(0)
        steps.append("second")

    task = asyncio.get_running_loop().create_task(other())
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    assert steps == []  # no second task is entered here
    async with asyncio.timeout(10):
        await task
    assert steps == ["first", "second"]


async def test_what_is_taken_back_in_the_meantime_does_not_happen() -> None:
    happened: list[str] = []
    loop = asyncio.get_running_loop()
    handle = loop.call_soon(happened.append, "taken back")
    loop.call_soon(happened.append, "kept")
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    handle.cancel()
    async with asyncio.timeout(10):
        while not happened:
            await asyncio.sleep(0)
    assert happened == ["kept"]
