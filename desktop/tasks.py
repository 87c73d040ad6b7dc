"""From Qt to asyncio: the ways to start a coroutine from a slot.

The event loop itself keeps only weak references to tasks, and an error in a task nobody awaits would be lost. Both are
taken care of here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from desktop.backend.ending import end
from desktop.backend.errors import DeskError
from desktop.lasting import keep

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Reporter = Callable[[BaseException], None]

_running: set[asyncio.Task[Any]] = set()
_reporters: list[Reporter] = []


def set_error_reporter(reporter: Reporter) -> None:
    """Who is told of an error that nobody expected."""
    _reporters[:] = [reporter]


def spawn(work: Coroutine[Any, Any, Result], *, name: str) -> asyncio.Task[Result]:
    """Run in the background, to its end."""
    task = asyncio.get_running_loop().create_task(work, name=name)
    _running.add(task)
    task.add_done_callback(_finished)
    return task


def spawn_lasting(owner: QObject, step: Callable[[], Awaitable[object]], *, name: str) -> asyncio.Task[None]:
    """Do the step again and again for ``owner``, until cancelled or the owner goes away.

    No error ends it: what could not be had now is asked for again, after waits that grow.
    """
    task = spawn(keep(step, failed=lambda error: _on_failed_step(name, error)), name=name)
    _end_with(owner, task)
    return task


def ask(
    owner: QObject,
    work: Coroutine[Any, Any, Result],
    *,
    done: Callable[[Result], None],
    failed: Callable[[DeskError], None],
    name: str,
) -> asyncio.Task[None]:
    """Run for ``owner``, which gets the result or the error; when it goes away before, nobody does."""

    async def asking() -> None:
        try:
            result = await work
        except DeskError as error:
            failed(error)
        else:
            done(result)

    task = spawn(asking(), name=name)
    _end_with(owner, task)
    task.add_done_callback(lambda _: work.close())  # cancelled before its first step, it would never have been begun
    return task


async def finish_all() -> None:
    """Cancel what still runs and what begins meanwhile, for the end of the program."""
    current, loop = asyncio.current_task(), asyncio.get_running_loop()
    while left := [task for task in _running if task is not current and task.get_loop() is loop]:
        await end(left)


def _end_with(owner: QObject, task: asyncio.Task[None]) -> None:
    connection = owner.destroyed.connect(lambda: task.cancel())
    task.add_done_callback(lambda _: _forget(connection))


def _forget(connection: object) -> None:
    try:
        QObject.disconnect(connection)  # type: ignore[call-overload]
    except RuntimeError:  # the owner is gone, and the connection with it
        return


def _finished(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        _report(task.get_name(), error)


def _on_failed_step(name: str, error: Exception) -> None:
    if isinstance(error, DeskError):  # to be expected of a server that is away
        log.info("%s goes on after: %s", name, error)
    else:
        _report(name, error)


def _report(name: str, error: BaseException) -> None:
    log.error("unexpected error in %s", name, exc_info=error)
    for reporter in _reporters:
        reporter(error)
