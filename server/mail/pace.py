"""How many connections to use at once, and how fast: less when the mail server has enough of us, more again later.

Additive increase, multiplicative decrease (Chiu and Jain, 1989), as TCP finds its share of a line: halved when the
server throttles, one more after a run of successes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

#: Messages accepted in a row that earn one more connection.
SUCCESSES = 20

_FIRST_GAP = 0.1  # seconds between two messages after the first throttling
_LONGEST_GAP = 30.0
_SHORTEST_GAP = 0.05
#: Refusals closer together than this are one: they were under way at the same time.
_ONE_REFUSAL = 1.0  # seconds

#: How much the newest message counts in the average.
_NEWEST = 0.1


class Pace:
    """One account's pace in this process."""

    def __init__(self, connections: int) -> None:
        self._most = connections
        self._granted = connections
        self._limit = connections
        self._gap = 0.0
        self._active = 0
        self._successes = 0
        self._slowed_at = float("-inf")
        self._next_start = 0.0
        self._freed = asyncio.Condition()
        #: What one message takes on one connection, the latest counting most; None: none was taken yet.
        self.seconds_per_email: float | None = None

    @property
    def connections(self) -> int:
        """How many may be in use at once now."""
        return min(self._limit, self._granted)

    @property
    def is_throttled(self) -> bool:
        """Whether the mail server has had enough of us lately."""
        return self._limit < self._most or self._gap > 0

    @property
    def gap(self) -> timedelta:
        """The least time between the starts of two messages."""
        return timedelta(seconds=self._gap)

    async def grant(self, connections: int) -> None:
        """Other workers leave us so many."""
        self._granted = connections
        async with self._freed:
            self._freed.notify_all()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """One's turn to send."""
        async with self._freed:
            await self._freed.wait_for(lambda: self._active < self.connections)
            self._active += 1
        try:
            await self._wait_for_gap()
            yield
        finally:
            self._active -= 1
            async with self._freed:
                self._freed.notify()

    async def _wait_for_gap(self) -> None:
        if self._gap:
            now = time.monotonic()
            start = max(now, self._next_start)
            self._next_start = start + self._gap
            await asyncio.sleep(start - now)

    def slow_down(self) -> None:
        """The server has throttled."""
        now = time.monotonic()
        self._successes = 0
        if now - self._slowed_at < _ONE_REFUSAL:
            return
        self._slowed_at = now
        self._limit = max(1, self._limit // 2)
        self._gap = min(max(self._gap * 2, _FIRST_GAP), _LONGEST_GAP)

    def succeeded(self, seconds: float) -> None:
        """The server has taken a message, in so many seconds."""
        before = self.seconds_per_email
        self.seconds_per_email = seconds if before is None else before + (seconds - before) * _NEWEST
        if not self.is_throttled:
            return
        self._successes += 1
        if self._successes % SUCCESSES == 0:
            self._limit = min(self._most, self._limit + 1)
            self._gap = self._gap / 2 if self._gap / 2 >= _SHORTEST_GAP else 0.0
