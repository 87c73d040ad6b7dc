"""Days, moments and lengths of time, in the one form that they have everywhere."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime

from desktop.wording.numbers import unbroken

#: The digits of fonts are of one width, so one day and one time stand for all that have as many.
_WIDEST = datetime(2028, 12, 28, 22, 58)  # noqa: DTZ001 - of any zone
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def day(at: datetime) -> str:
    """The day here, its month by name: what is 11/12 in one country is 12/11 in the next."""
    local = at.astimezone()
    return _day(QLocale().name(), local.year, local.month, local.day)


@lru_cache(maxsize=512)
def _day(_locale: str, year: int, month: int, number: int) -> str:
    form = QCoreApplication.translate("Time", "d MMM yyyy")
    return QLocale().toString(QDate(year, month, number), form)


def clock(at: datetime, *, seconds: bool = False) -> str:
    """The time of day here."""
    local = at.astimezone()
    time = QTime(local.hour, local.minute, local.second)
    return QLocale().toString(time, "HH:mm:ss") if seconds else QLocale().toString(time, QLocale.FormatType.ShortFormat)


def moment(at: datetime) -> str:
    """Day and time."""
    return f"{day(at)}, {clock(at)}"


def form_to_enter() -> str:
    """Of a field in which day and time are entered."""
    return f"{QCoreApplication.translate('Time', 'd MMM yyyy')} HH:mm"


def to_enter(at: datetime) -> QDateTime:
    """What stands in such a field: the clock on the wall, to the minute."""
    return QDateTime(QDate(at.year, at.month, at.day), QTime(at.hour, at.minute))


def days() -> tuple[str, ...]:
    """One of each width that :func:`day` can have: no day here has more digits than the 28th."""
    return tuple(_day(QLocale().name(), _WIDEST.year, month, _WIDEST.day) for month in range(1, 13))


def moments() -> tuple[str, ...]:
    """One of each width that :func:`moment` and :func:`about_when` can have."""
    return tuple(f"{day}, {clock(_WIDEST)}" for day in days())


def exactly(at: datetime) -> str:
    """Day and time to the second: what "5 min ago" stands for."""
    return f"{day(at)}, {clock(at, seconds=True)}"


def about_when(at: datetime, *, seconds: bool = False) -> str:
    """The time, and the day unless it is today."""
    is_today = at.astimezone().date() == datetime.now().astimezone().date()
    return clock(at, seconds=seconds) if is_today else f"{day(at)}, {clock(at, seconds=seconds)}"


def length(seconds: float) -> str:
    """In the largest unit of which it is a whole number."""
    whole = max(1, round(seconds))
    unit, name = next((unit, name) for unit, name in _UNITS if whole % unit == 0)
    number = QLocale().toString(whole // unit)
    translate = QCoreApplication.translate
    match name:
        case "d":
            text = translate("Time", "{0} d")
        case "h":
            text = translate("Time", "{0} h")
        case "min":
            text = translate("Time", "{0} min")
        case _:
            text = translate("Time", "{0} s")
    return unbroken(text.format(number))
