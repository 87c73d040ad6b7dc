"""What is to live as long as the desktop does: no error ends it.

A library may raise anything at an answer that its author did not think of, and a task that has ended is missed by
nobody until somebody wonders why nothing happens any more.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

_WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds after each error in a row; the last one repeats


async def keep(
    step: Callable[[], Awaitable[object]],
    *,
    failed: Callable[[Exception], None],
    wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Do it again and again until cancelled, or not ``wanted`` any more.

    Each error is told to ``failed`` and followed by a wait, which grows with the errors in a row.
    """
    errors = 0
    task = asyncio.current_task()
    # A cancellation can be lost on its way, in the end of a call that has a time limit; but not that there was one.
    while wanted() and not (task is not None and task.cancelling()):
        try:
            await step()
        except Exception as error:  # noqa: BLE001 - told, and there is nothing that may end it
            failed(error)
            await asyncio.sleep(spread(growing(_WAITS, errors)))
            errors += 1
        else:
            errors = 0


def growing(waits: tuple[float, ...], attempt: int) -> float:
    """The wait before that attempt, counted from 0; the last wait repeats."""
    return waits[min(attempt, len(waits) - 1)]


def spread(seconds: float) -> float:
    """About as long: many desktops shall not come back in the same moment."""
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load only
