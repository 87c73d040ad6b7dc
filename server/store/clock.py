"""The database's time, by which leases, limits and waits are measured, as this process knows it.

Servers may disagree about the time, so each asks the database for it now and then, and counts on by a clock that nobody
can set: neither the administrator nor a time server of this machine moves the database's time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

log = structlog.get_logger(__name__)

#: After so long the database is asked again: two clocks drift apart by some milliseconds meanwhile.
MAX_AGE = timedelta(seconds=60)
#: What the database's time may differ by from what was reckoned; more than this is a clock that was set, or another
#: server's. Far less than the shortest lease, far more than a slow answer makes of it.
JUMP = timedelta(seconds=3)

_BOOT_TIME: int | None = getattr(time, "CLOCK_BOOTTIME", None)  # Linux: there the usual one stands still in sleep
_DRIFT = 1e-4  # of the time, at most: a clock of quartz is five times better
_MEASUREMENTS = 3  # the one that came back soonest says it best


def elapsed() -> float:
    """Seconds since some moment, those in which the machine slept among them."""
    return time.monotonic() if _BOOT_TIME is None else time.clock_gettime(_BOOT_TIME)


@dataclass(frozen=True)
class _Reading:
    """The database's time at a moment of this machine's own."""

    time: datetime
    at: float
    #: Seconds that the answer took; it may be wrong by half of them.
    round_trip: float

    def now(self) -> datetime:
        return self.time + timedelta(seconds=elapsed() - self.at)


class Clock:
    """Tells the database's time, and notices when it jumps."""

    def __init__(self, ask: Callable[[], Awaitable[datetime]]) -> None:
        """``ask``: what the database's clock says now."""
        self._ask = ask
        self._reading: _Reading | None = None
        self._is_stale = True
        self._measuring = asyncio.Lock()
        self._jumped_at: float | None = None
        #: Set when a jump was noticed; for one who waits for it, who clears it.
        self.jumped = asyncio.Event()

    async def now(self) -> datetime:
        """The database's time (UTC). Raises what asking raises."""
        if self._must_ask():
            async with self._measuring:
                if self._must_ask():
                    await self._measure()
        assert self._reading is not None  # noqa: S101 - just measured
        return self._reading.now()

    def measure_anew(self) -> None:
        """Another server answers from now on, with a clock of its own."""
        self._is_stale = True

    def is_steady(self, lease: timedelta) -> bool:
        """Whether the end of a lease that long can be trusted.

        Not so after a jump: leases were written by the clock before it, and are renewed by it until each service has
        noticed. To take such a lease for one that has ended is to do a second time what somebody is just doing.
        """
        return self._jumped_at is None or elapsed() - self._jumped_at > (lease + MAX_AGE).total_seconds()

    def _must_ask(self) -> bool:
        return self._is_stale or self._reading is None or elapsed() - self._reading.at > MAX_AGE.total_seconds()

    async def _measure(self) -> None:
        self._is_stale = False  # another server may take over meanwhile
        try:
            reading = min([await self._read() for _ in range(_MEASUREMENTS)], key=lambda each: each.round_trip)
        except BaseException:
            self._is_stale = True
            raise
        before, self._reading = self._reading, reading
        if before is not None:
            self._compare(before, reading)

    async def _read(self) -> _Reading:
        asked = elapsed()
        answer = await self._ask()
        at = elapsed()
        return _Reading(answer + timedelta(seconds=(at - asked) / 2), at, at - asked)

    def _compare(self, before: _Reading, reading: _Reading) -> None:
        by = reading.now() - before.now()
        drift = (reading.at - before.at) * _DRIFT
        uncertain = timedelta(seconds=(before.round_trip + reading.round_trip) / 2 + drift)
        if abs(by) > JUMP + uncertain:
            self._jumped_at = elapsed()
            self.jumped.set()
            log.warning(
                "the database's clock jumped: what others left is taken over later than usual",
                seconds=round(by.total_seconds(), 1),
            )
