"""Lengths and moments of time as they stand within sentences."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def length(seconds: float) -> str:
    """In the largest unit of which it is a whole number."""
    whole = max(1, round(seconds))
    unit, name = next((unit, name) for unit, name in _UNITS if whole % unit == 0)
    number = QLocale().toString(whole // unit)
    translate = QCoreApplication.translate
    match name:
        case "d":
            return translate("Time", "{0} d").format(number)
        case "h":
            return translate("Time", "{0} h").format(number)
        case "min":
            return translate("Time", "{0} min").format(number)
        case _:
            return translate("Time", "{0} s").format(number)


def moment(text: str) -> str:
    """The time here, and the day unless it is today; ``text`` is ISO 8601."""
    local = datetime.fromisoformat(text).astimezone()
    time = QLocale().toString(QTime(local.hour, local.minute, local.second), QLocale.FormatType.ShortFormat)
    if local.date() == datetime.now().astimezone().date():
        return time
    day = QLocale().toString(QDate(local.year, local.month, local.day), QLocale.FormatType.ShortFormat)
    return f"{day}, {time}"
