"""How long an optimistic write is tried again that others keep spoiling.

Whoever loses a race reads again and writes again. Without a pause many of them would only spoil each other's tries, and
where a row is never as it was read, the loop would never end.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from server.errors import DatabaseAway

Result = TypeVar("Result")

_FIRST, _LONGEST = 0.005, 0.25  # seconds of the pauses at most, after the first try and after many
#: Tries until it is given up, which takes some ten seconds.
MOST = 80


async def until_won(what: str, attempt: Callable[[], Awaitable[Result | None]]) -> Result:
    """What the first attempt answers that is not None (it lost a race then), each after a pause of random length.

    Raises an error of a database that is away for the moment when all have lost: whoever asked tells of it, and asks
    again.
    """
    for number in range(MOST):
        won = await attempt()
        if won is not None:
            return won
        await asyncio.sleep(random.uniform(0, min(_LONGEST, _FIRST * 2**number)))  # noqa: S311 - no secret
    raise DatabaseAway(f"{what} was changed by others each of the {MOST} times it was to be changed")
