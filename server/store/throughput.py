"""How many emails came to which end, by minute and by hour.

Each hour is one document that also holds its minutes, so that a picture of an hour or a week reads a bounded number of
them, however many emails there were. The numbers are approximate by design: they are gathered in memory and written
about once a second, beside the settlements and not in their way, so a kill loses about a second of them. What has
become of each email is in its own row and in the delivery log, which lose nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from pymongo.errors import DuplicateKeyError

from server.contract import Throughput, ThroughputPeriod, ThroughputSpan
from server.store.client import Database

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

#: How long hours are kept: a week, and the one that is under way.
KEPT = timedelta(days=8)

_PAUSE = 1.0  # seconds between two writes at least
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SPANS: Mapping[ThroughputSpan, tuple[timedelta, timedelta]] = {
    ThroughputSpan.HOUR: (HOUR, MINUTE),
    ThroughputSpan.DAY: (timedelta(days=1), HOUR),
    ThroughputSpan.WEEK: (timedelta(days=7), HOUR),
}


class Ending(StrEnum):
    """What has become of a try. Tries that say nothing of the email (an account that is blocked) are not counted."""

    ACCEPTED = "accepted"
    RETRIED = "retried"
    FAILED = "failed"
    #: Not known whether it was delivered; sent again.
    UNCERTAIN = "uncertain"


class Tally:
    """Gathers what is to be counted, and writes it while :meth:`run` runs."""

    def __init__(self, database: Database) -> None:
        self._throughput = database.throughput
        self._counted: Counter[tuple[datetime, Ending]] = Counter()
        self._news = asyncio.Event()

    def note(self, ending: Ending, count: int, at: datetime) -> None:
        """So many more."""
        if count:
            self._counted[_floor(at, MINUTE), ending] += count
            self._news.set()

    async def run(self) -> None:
        """Write, until cancelled. Raises whatever a write raises."""
        while True:
            await self._news.wait()
            await self.write()
            await asyncio.sleep(_PAUSE)

    async def write(self) -> None:
        """Write what was noted so far; what cannot be written stays noted."""
        self._news.clear()
        by_hour: dict[datetime, Counter[str]] = {}
        written = Counter(self._counted)
        for (minute, ending), count in written.items():
            hour = by_hour.setdefault(_floor(minute, HOUR), Counter())
            hour[ending.value] += count
            hour[f"minutes.{_key(minute)}.{ending.value}"] += count
        try:
            for hour_at, increments in by_hour.items():
                await self._increment(hour_at, increments)
        except Exception:
            self._news.set()
            raise
        self._counted -= written

    async def _increment(self, hour: datetime, increments: Mapping[str, int]) -> None:
        update = {"$inc": dict(increments), "$setOnInsert": {"hour": hour}}
        try:
            await self._throughput.update_one({"_id": hour}, update, upsert=True)
        except DuplicateKeyError:  # another server began this hour in the same moment
            await self._throughput.update_one({"_id": hour}, update)


class ThroughputStore:
    """Every query on what was counted."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._throughput = database.throughput

    async def throughput(self, span: ThroughputSpan) -> Throughput:
        """The last hour by minute, the last day or week by hour, up to now; reads at most 169 small documents."""
        length, period = _SPANS[span]
        now = await self._database.now()
        first = _floor(now, period) - length + period
        counted = await self._by_minute(first) if period == MINUTE else await self._by_hour(first)
        starts = [first + number * period for number in range(length // period)]
        return Throughput(
            span=span,
            period_seconds=int(period.total_seconds()),
            periods=tuple(_period(start, counted.get(start, {})) for start in starts),
        )

    async def rate(self, window: timedelta) -> float:
        """Emails accepted per second in the last ``window`` (full minutes, at most an hour).

        Measured from the first minute in which any was accepted, so that a time without work does not make it slower;
        0 when there was none.
        """
        now = await self._database.now()
        counted = await self._by_minute(_floor(now - window, MINUTE))
        accepted = {minute: int(counts.get(Ending.ACCEPTED.value, 0)) for minute, counts in counted.items()}
        since = min((minute for minute, count in accepted.items() if count), default=None)
        if since is None:
            return 0.0
        return sum(accepted.values()) / max((now - since).total_seconds(), 1.0)

    async def _by_hour(self, first: datetime) -> dict[datetime, Mapping[str, Any]]:
        rows = self._throughput.find({"_id": {"$gte": first}}, {"minutes": 0})
        return {row["_id"]: row async for row in rows}

    async def _by_minute(self, first: datetime) -> dict[datetime, Mapping[str, Any]]:
        rows = self._throughput.find({"_id": {"$gte": _floor(first, HOUR)}})
        return {
            minute: counts
            async for row in rows
            for key, counts in row["minutes"].items()
            if (minute := row["_id"] + int(key[1:]) * MINUTE) >= first
        }


def _period(start: datetime, counts: Mapping[str, Any]) -> ThroughputPeriod:
    return ThroughputPeriod(start=start, **{ending.value: counts.get(ending.value, 0) for ending in Ending})


def _floor(moment: datetime, period: timedelta) -> datetime:
    return moment - (moment - _EPOCH) % period


def _key(minute: datetime) -> str:
    """Its name within the hour; not a bare number, which paths take for a position."""
    return f"m{minute.minute:02}"
