"""Moments and lengths of time, for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime


def ago(moment: datetime) -> str:
    """How long ago, in one unit."""
    passed = datetime.now(UTC) - moment
    if passed < timedelta(seconds=5):
        return QCoreApplication.translate("Time", "just now")
    return QCoreApplication.translate("Time", "{0} ago").format(_length(passed))


def until(moment: datetime) -> str:
    """How long until then, in one unit."""
    left = moment - datetime.now(UTC)
    if left <= timedelta():
        return QCoreApplication.translate("Time", "next batch")
    return QCoreApplication.translate("Time", "in {0}").format(_length(left))


def _length(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    if seconds < 60:
        return QCoreApplication.translate("Time", "{0} s").format(max(1, seconds))
    if seconds < 3600:
        return QCoreApplication.translate("Time", "{0} min").format(seconds // 60)
    if seconds < 86400:
        return QCoreApplication.translate("Time", "{0} h").format(seconds // 3600)
    return QCoreApplication.translate("Time", "{0} d").format(seconds // 86400)


def clock(moment: datetime, *, seconds: bool = False) -> str:
    """The time of day here."""
    local = moment.astimezone()
    time = QTime(local.hour, local.minute, local.second)
    return QLocale().toString(time, "HH:mm:ss") if seconds else QLocale().toString(time, QLocale.FormatType.ShortFormat)


def about_when(moment: datetime) -> str:
    """The time, and the day unless it is today."""
    local = moment.astimezone()
    if local.date() == datetime.now().astimezone().date():
        return clock(moment)
    day = QLocale().toString(QDate(local.year, local.month, local.day), QLocale.FormatType.ShortFormat)
    return f"{day}, {clock(moment)}"
