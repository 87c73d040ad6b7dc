"""Moments as people give them on a terminal."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import typer

#: What is understood.
FORMS = "09:00, tomorrow 09:00, 2026-12-24 09:00, 90m or 2h"

_LENGTH = re.compile(r"(\d{1,5})\s*(m|min|h|d)")
_CLOCK = re.compile(r"(?:(today|tomorrow|\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}):(\d{2})")
_UNITS = {"m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def moment(text: str, now: datetime | None = None) -> datetime:
    """The moment that is meant, by this machine's clock; a time without a day is the next one.

    Raises :class:`typer.BadParameter` for what is none.
    """
    try:
        return _moment(text.strip().lower(), now or datetime.now().astimezone())
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"{text!r} is no moment: write {FORMS}") from error


def _moment(said: str, now: datetime) -> datetime:
    if length := _LENGTH.fullmatch(said):
        return now + int(length[1]) * _UNITS[length[2]]
    clock = _CLOCK.fullmatch(said)
    if clock is None:
        return datetime.fromisoformat(said).astimezone()
    named, at = clock[1], time(int(clock[2]), int(clock[3]))
    today = now.date()
    if named not in (None, "today", "tomorrow"):
        return _on(date.fromisoformat(named), at)
    if named == "tomorrow" or (named is None and _on(today, at) <= now):
        return _on(today + timedelta(days=1), at)
    return _on(today, at)


def _on(day: date, at: time) -> datetime:
    return datetime.combine(day, at).astimezone()
