"""Ending tasks for certain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

_INSISTENCE = 0.5  # seconds between two cancellations


async def end(tasks: Iterable[asyncio.Task[Any]], *, insistence: float = _INSISTENCE) -> None:
    """Cancel until they are gone, again after so many seconds.

    One cancellation may not be enough: Python 3.11 loses it when it meets the end of a call that has a time limit, as
    every call to the server has (https://github.com/python/cpython/issues/81839).
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=insistence)
