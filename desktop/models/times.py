"""Moments as lengths of time from now, for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QCoreApplication


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
