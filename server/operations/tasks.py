"""Ending tasks for certain."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

_INSISTENCE = 0.5  # seconds between two cancellations


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel until they are gone.

    One cancellation may not be enough: Python 3.11 loses it when it meets the end of a call that has a time limit, as
    every call to the database has (https://github.com/python/cpython/issues/81839).
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_INSISTENCE)


async def run_together(*works: Coroutine[Any, Any, None]) -> None:
    """Run side by side until cancelled; an error of one ends all and is raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        await end(task for task in tasks if not task.done())
