"""Moments as they are given on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import typer

from server.cli.moments import moment

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where summer time ends in the night to 25 October 2026."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


NOW = datetime(2026, 10, 24, 16, 30, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("18:00", datetime(2026, 10, 24, 18, 0, tzinfo=BERLIN)),
        ("9:00", datetime(2026, 10, 25, 9, 0, tzinfo=BERLIN)),
        ("today 18:00", datetime(2026, 10, 24, 18, 0, tzinfo=BERLIN)),
        ("Tomorrow 09:00", datetime(2026, 10, 25, 9, 0, tzinfo=BERLIN)),
        ("2026-12-24 09:00", datetime(2026, 12, 24, 9, 0, tzinfo=BERLIN)),
        ("2026-12-24T09:00:00+00:00", datetime(2026, 12, 24, 10, 0, tzinfo=BERLIN)),
        ("90m", NOW + timedelta(minutes=90)),
        ("2h", NOW + timedelta(hours=2)),
    ],
)
def test_what_is_meant(said: str, meant: datetime) -> None:
    assert moment(said, NOW) == meant


@pytest.mark.parametrize("said", ["", "soon", "25:00", "12:75", "tomorrow", "2026-02-30 09:00", "9", "h"])
def test_what_is_no_moment_is_said(said: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no moment: write 09:00"):
        moment(said, NOW)
