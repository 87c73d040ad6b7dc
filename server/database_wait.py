"""A database that is not there yet is waited for: after a power cut the machines of a rack come up in any order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog

from server.errors import DatabaseAway, NotNow

log = structlog.get_logger(__name__)

#: Seconds between two lines in the log that say the same.
SAID_EVERY = 60.0
_PAUSES = (1.0, 2.0, 5.0, 10.0)  # seconds before each try anew; the last one repeats

Result = TypeVar("Result")


async def until_it_is_there(begin: Callable[[], Coroutine[Any, Any, Result]], stop: asyncio.Event) -> Result | None:
    """What ``begin`` answers, tried again for as long as the database is not there; None when told to stop meanwhile.

    Raises what it raises for other reasons.
    """
    waiting = _Waiting()
    while not stop.is_set():
        beginning = asyncio.create_task(begin())
        await _done_or_stopped(beginning, stop)
        if beginning.cancelled():
            return None
        try:
            result = beginning.result()
        except NotNow as error:
            reason = error.message
        except DatabaseAway as error:
            reason = f"It does not answer: {error}"[:300]
        else:
            waiting.is_over()
            return result
        waiting.goes_on(reason)
        await _pause(waiting.pause, stop)
    return None


async def _done_or_stopped(beginning: asyncio.Task[Any], stop: asyncio.Event) -> None:
    """Wait for it to end; told to stop, see to it that it does."""
    told = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({beginning, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
        if not beginning.done():
            beginning.cancel()
            await asyncio.wait({beginning})


async def _pause(seconds: float, stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass


class _Waiting:
    """Says what it waits for, at once and then once a minute."""

    def __init__(self) -> None:
        self._tries = 0
        self._reason: str | None = None
        self._said_at = 0.0

    @property
    def pause(self) -> float:
        """Seconds before the next try."""
        return _PAUSES[min(self._tries, len(_PAUSES)) - 1]

    def goes_on(self, reason: str) -> None:
        """Another try was in vain."""
        self._tries += 1
        if reason != self._reason or time.monotonic() - self._said_at > SAID_EVERY:
            log.warning("waiting for the database", reason=reason)
            self._reason, self._said_at = reason, time.monotonic()

    def is_over(self) -> None:
        """It is there."""
        if self._tries:
            log.info("the database is there", tries=self._tries + 1)
