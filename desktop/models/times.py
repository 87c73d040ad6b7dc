"""Moments as lengths of time from now, for people."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from desktop.state.clock import screen_clock
from desktop.wording.numbers import unbroken

#: The longest of each unit.
_LONGEST = (
    timedelta(0),
    timedelta(seconds=58),
    timedelta(minutes=58, seconds=58),
    timedelta(hours=23, minutes=58),
    timedelta(days=888),
)


def ago(moment: datetime) -> str:
    """How long ago, in one unit."""
    passed = screen_clock.now - moment
    if passed < timedelta(seconds=5):
        return QCoreApplication.translate("Time", "just now")
    return unbroken(QCoreApplication.translate("Time", "{0} ago").format(_length(passed)))


def until(moment: datetime) -> str:
    """How long until then."""
    wait = span_until(moment)
    if not wait:
        return QCoreApplication.translate("Time", "next batch")
    return QCoreApplication.translate("Time", "in {0}").format(wait)


def span_until(moment: datetime | None) -> str:
    """A length of time to count down by; empty when there is none left."""
    left = (moment - screen_clock.now).total_seconds() if moment is not None else 0.0
    return span(left) if left > 0 else ""


def span(seconds: float) -> str:
    """A length of time to count down by, in one unit or two."""
    whole = max(0, math.ceil(seconds))
    translate = QCoreApplication.translate
    if whole < 60:
        return unbroken(translate("Time", "{0} s").format(whole))
    if whole < 3600:
        return unbroken(translate("Time", "{0} min {1} s").format(whole // 60, whole % 60))
    return unbroken(translate("Time", "{0} h {1} min").format(whole // 3600, whole % 3600 // 60))


def lengths_ago() -> tuple[str, ...]:
    """One of each width that :func:`ago` can have, of what is less than three years old."""
    now = screen_clock.now
    return tuple(ago(now - length) for length in _LONGEST)


def lengths_until() -> tuple[str, ...]:
    """The same of :func:`until`."""
    now = screen_clock.now
    return tuple(until(now + length) for length in _LONGEST)


def _length(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    if seconds < 60:
        return QCoreApplication.translate("Time", "{0} s").format(max(1, seconds))
    if seconds < 3600:
        return QCoreApplication.translate("Time", "{0} min").format(seconds // 60)
    if seconds < 86400:
        return QCoreApplication.translate("Time", "{0} h").format(seconds // 3600)
    return QCoreApplication.translate("Time", "{0} d").format(seconds // 86400)
