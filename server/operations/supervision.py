"""Loops that never end by themselves: what goes wrong in one is told, and it is begun again."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable

import structlog

from server.errors import DatabaseAway, StartError

log = structlog.get_logger(__name__)

#: Seconds before a loop is begun again after an error that nobody expected: twice as long each time, within these.
SHORTEST, LONGEST = 1.0, 30.0
#: Seconds between two looks whether the database is back. Not more and more: what waits for it shall go on at once.
AWAY = 1.0
#: Seconds without trouble after which what comes next is taken for something new.
_WELL = 60.0
#: Of each wait, more or less: loops that fell together do not get up together.
_JITTER = 0.25

#: How often each loop was begun again since the start because of an error that nobody expected.
restarts: Counter[str] = Counter()


class Waits:
    """How long to wait after each trouble of a row; a good while without any ends the row."""

    def __init__(self) -> None:
        self._growing = SHORTEST
        self._said = False
        self._last_at = float("-inf")

    def after(self, error: Exception, *, task: str) -> float:
        """Seconds to wait after this one. Says it in the log: an absent database once in a row, all else each time."""
        now = time.monotonic()
        if now - self._last_at > _WELL:
            self._growing, self._said = SHORTEST, False
        if isinstance(error, DatabaseAway):
            seconds = AWAY
            if not self._said:
                log.warning("database away, waiting for it", task=task, reason=str(error))
            self._said = True
        else:
            seconds = self._growing
            self._growing = min(2 * self._growing, LONGEST)
            restarts[task] += 1
            log.error("unexpected error, tried again later", task=task, wait=seconds, exc_info=error)
        self._last_at = now + seconds
        return seconds * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - nothing secret


async def keep_running(name: str, work: Callable[[], Awaitable[None]], *, until: asyncio.Event | None = None) -> None:
    """Run ``work`` until it ends by itself, again and again where it raises; once ``until`` is set, not again.

    An absent database is waited for. Any other error is logged with its cause and counted. Raises :class:`StartError`
    alone, which a person has to mend: the service ends.
    """
    waits = Waits()
    while True:
        try:
            await work()
        except StartError:
            raise
        except Exception as error:  # noqa: BLE001 - told, and not the end of what goes on by itself
            seconds = waits.after(error, task=name)
        else:
            return
        if await is_set_within(seconds, until):
            return


async def each_of(works: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """One after the other, all of them: raises the first error when the last one is done."""
    errors: list[Exception] = []
    for work in works:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - raised below
            errors.append(error)
    if errors:
        raise errors[0]


async def is_set_within(seconds: float, event: asyncio.Event | None) -> bool:
    """Wait that long, or until the event is set; answers whether it is."""
    if event is None:
        await asyncio.sleep(seconds)
        return False
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
