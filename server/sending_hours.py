"""The hours in which emails leave, by the clock on the wall of a zone.

One or several spans of weekdays and hours, and the zone (IANA) at the end::

    Mon-Fri 08:00-18:00 Europe/Berlin
    Mon-Thu 08:00-18:00, Fri 08:00-14:00, Sun 20:00-24:00 Europe/Vienna

Without days a span holds on each of them; one that ends before it begins goes on into the next day. The hours are those
of the zone also where its clocks are set: a span is then an hour longer or shorter, and never skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "|".join(_DAYS)
_SPAN = re.compile(
    rf"(?:(?P<first>{_DAY})(?:\s*-\s*(?P<last>{_DAY}))?\s+)?"
    r"(?P<start>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2})",
    re.IGNORECASE,
)
_MIDNIGHT = 24 * 60
_WEEK = 7
#: Looked at one after the other; a year without any hour has none.
_YEAR = 366


@dataclass(frozen=True)
class _Span:
    """On one weekday (Monday is 0), in minutes from midnight; ``end`` may lie in the next day."""

    day: int
    start: int
    end: int


@dataclass(frozen=True)
class SendingHours:
    """When emails leave; without spans always."""

    spans: tuple[_Span, ...] = ()
    zone: ZoneInfo | None = None
    #: As it was written.
    text: str = ""

    @property
    def are_always(self) -> bool:
        """Whether there is no hour without."""
        return not self.spans

    def opens_at(self, moment: datetime) -> datetime:
        """The first moment from then on at which emails leave: itself within the hours."""
        if self.are_always:
            return moment
        start, _ = next(self._periods(moment))
        return max(start, moment)

    def changes_at(self, moment: datetime) -> datetime | None:
        """The next moment at which they begin or end; None: never."""
        if self.are_always:
            return None
        start, end = next(self._periods(moment))
        return end if start <= moment else start

    def after(self, start: datetime, hours: timedelta) -> datetime:
        """When so much time within the hours has passed since ``start``."""
        if self.are_always:
            return start + hours
        start = start.astimezone(UTC)  # two moments of one zone differ by their clocks, and not by the time between
        left, at = hours, start
        for opens, closes in self._periods(start):
            begins = max(opens, start)
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
            at = closes
        return at

    def within(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between the two lies within the hours."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if self.are_always:
            return max(timedelta(), end - start)
        passed = timedelta()
        for opens, closes in self._periods(start):
            if opens >= end:
                break
            passed += min(closes, end) - max(opens, start)
        return passed

    def _periods(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Those that end after that moment, in order, those that touch or overlap as one; for a year."""
        assert self.zone is not None  # noqa: S101 - where there are spans
        first = since.astimezone(self.zone).date() - timedelta(days=1)
        current: tuple[datetime, datetime] | None = None
        for number in range(_YEAR):
            day = first + timedelta(days=number)
            for start, end in self._on(day):
                if current is not None and start <= current[1]:
                    current = current[0], max(current[1], end)
                    continue
                if current is not None and current[1] > since:
                    yield current
                current = start, end
        if current is not None and current[1] > since:
            yield current

    def _on(self, day: date) -> Sequence[tuple[datetime, datetime]]:
        """What begins on that day, in order; nothing that the setting of a clock has left no time for."""
        spans = sorted((span.start, span.end) for span in self.spans if span.day == day.weekday())
        found = [(self._at(day, start), self._at(day, end)) for start, end in spans]
        return [(start, end) for start, end in found if start < end]

    def _at(self, day: date, minutes: int) -> datetime:
        days, minutes = divmod(minutes, _MIDNIGHT)
        wall = datetime.combine(day + timedelta(days=days), time(minutes // 60, minutes % 60), self.zone)
        return wall.astimezone(UTC)


ALWAYS = SendingHours()


def parse_sending_hours(text: str) -> SendingHours:
    """What the setting says; empty: always. Raises ValueError with a sentence."""
    said = text.strip()
    if not said:
        return ALWAYS
    hours, _, name = said.rpartition(" ")
    if not hours or ":" in name:
        raise ValueError("names no time zone at its end, as Europe/Berlin")
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"names a time zone that is not known: {name[:80]!r} (as Europe/Berlin)") from error
    spans = [span for part in hours.split(",") for span in _spans(part.strip())]
    return SendingHours(tuple(spans), zone, said)


def _spans(text: str) -> Iterator[_Span]:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:80]!r} is not of the form Mon-Fri 08:00-18:00")
    start, end = _minutes(found["start"]), _minutes(found["end"])
    if start in (end, _MIDNIGHT):
        raise ValueError(f"{text[:80]!r} leaves no time, or begins at 24:00")
    for day in _days(found["first"], found["last"]):
        yield _Span(day, start, end if end > start else end + _MIDNIGHT)


def _days(first: str | None, last: str | None) -> Sequence[int]:
    if first is None:
        return range(_WEEK)
    begin = _DAYS.index(first.lower())
    count = (_DAYS.index(last.lower()) - begin) % _WEEK if last else 0
    return [(begin + number) % _WEEK for number in range(count + 1)]


def _minutes(clock: str) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    if minute >= 60 or hour * 60 + minute > _MIDNIGHT:
        raise ValueError(f"{clock!r} is no time of day")
    return hour * 60 + minute
