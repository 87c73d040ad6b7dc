"""How many connections to use at once, and how fast: less when the mail server has enough of us, more again later.

Additive increase, multiplicative decrease (Chiu and Jain, 1989), as TCP finds its share of a line: halved when the
server throttles, one more after a run of successes.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
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

#: Seconds for which messages are taken in hand: whatever leaves later is better off in the queue, where it is seen to
#: wait, may go by another account, and has not used up a limit that is measured when it leaves.
AHEAD = 2.0
#: So many for each connection while it is not known how long one takes.
_UNMEASURED = 5


class SentAway(Exception):
    """The turn will not come: the message goes back into the queue."""


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
        #: Set, and replaced by another one, when all who wait are sent away.
        self._away = asyncio.Event()
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

    @property
    def emails_per_second(self) -> float | None:
        """How many leave at this pace; None: not measured yet."""
        speeds = [1 / self._gap] if self._gap else []
        if self.seconds_per_email:
            speeds.append(self.connections / self.seconds_per_email)
        return min(speeds, default=None)

    def room(self, in_hand: int) -> int:
        """How many more messages to take in hand, where so many are; 0 until it is worth asking for more."""
        if self._gap:
            return max(0, self._starts_ahead() - max(0, in_hand - self._active))
        speed = self.emails_per_second
        ahead = _UNMEASURED * self.connections if speed is None else math.ceil(AHEAD * speed)
        waiting = in_hand - self.connections
        return max(0, ahead - waiting) if waiting <= ahead // 2 else 0

    def room_in(self) -> timedelta:
        """How long until a slowed account has room again, if nothing in hand takes it."""
        return timedelta(seconds=max(0.0, self._next_start - AHEAD - time.monotonic()))

    def _starts_ahead(self) -> int:
        """How many messages can start within the time for which they are taken in hand."""
        now = time.monotonic()
        left = now + AHEAD - max(now, self._next_start)
        return 0 if left < 0 else 1 + int(left / self._gap)

    async def grant(self, connections: int) -> None:
        """Other workers leave us so many."""
        self._granted = connections
        async with self._freed:
            self._freed.notify_all()

    @asynccontextmanager
    async def slot(self, *, urgent: bool = False) -> AsyncIterator[None]:
        """One's turn to send; ``urgent``: as soon as a connection is free. Raises :class:`SentAway` instead."""
        away = self._away
        async with self._freed:
            await self._freed.wait_for(lambda: away.is_set() or self._active < self.connections)
            if away.is_set():
                raise SentAway
            self._active += 1
        try:
            if not urgent:
                await self._wait_for_gap(away)
            yield
        finally:
            self._active -= 1
            async with self._freed:
                self._freed.notify()

    async def _wait_for_gap(self, away: asyncio.Event) -> None:
        if not self._gap:
            return
        now = time.monotonic()
        start = max(now, self._next_start)
        self._next_start = start + self._gap
        with suppress(TimeoutError):
            async with asyncio.timeout(start - now):
                await away.wait()
        if away.is_set():
            raise SentAway

    async def send_away(self) -> None:
        """Whoever waits for a turn gets none."""
        away, self._away = self._away, asyncio.Event()
        away.set()
        # Those who were to start have not.
        self._next_start = min(self._next_start, time.monotonic() + self._gap)
        async with self._freed:
            self._freed.notify_all()

    async def slow_down(self) -> None:
        """The server has throttled. What waits here would all leave at a pace that it does not want."""
        now = time.monotonic()
        self._successes = 0
        if now - self._slowed_at < _ONE_REFUSAL:
            return
        self._slowed_at = now
        self._limit = max(1, self._limit // 2)
        self._gap = min(max(self._gap * 2, _FIRST_GAP), _LONGEST_GAP)
        self._next_start = now + self._gap
        await self.send_away()

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
