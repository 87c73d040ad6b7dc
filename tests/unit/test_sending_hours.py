"""The hours in which emails leave, also where a clock is set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.sending_hours import ALWAYS, SendingHours, parse_sending_hours

BERLIN = ZoneInfo("Europe/Berlin")
WORK = parse_sending_hours("Mon-Fri 08:00-18:00 Europe/Berlin")


def at(text: str) -> datetime:
    """By the clock in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        (WORK, "2026-11-27 12:00", "2026-11-27 12:00"),  # a Friday
        (WORK, "2026-11-27 07:59", "2026-11-27 08:00"),
        (WORK, "2026-11-27 18:00", "2026-11-30 08:00"),
        (WORK, "2026-11-28 12:00", "2026-11-30 08:00"),
        (WORK, "2026-03-27 19:00", "2026-03-30 08:00"),  # summer time began in between
        (parse_sending_hours("22:00-06:00 Europe/Berlin"), "2026-11-28 03:00", "2026-11-28 03:00"),
        (parse_sending_hours("22:00-06:00 Europe/Berlin"), "2026-11-28 06:00", "2026-11-28 22:00"),
        (parse_sending_hours("Fri-Mon 00:00-24:00 Europe/Berlin"), "2026-12-01 00:00", "2026-12-04 00:00"),
        (parse_sending_hours("02:15-02:45 Europe/Berlin"), "2026-03-29 00:00", "2026-03-29 03:15"),  # there is no 02:15
        (parse_sending_hours("Mon 08:00-10:00, Mon 09:00-12:00 Europe/Berlin"), "2026-11-30 11:00", "2026-11-30 11:00"),
    ],
)
def test_when_emails_leave_again(hours: SendingHours, moment: str, opens: str) -> None:
    assert hours.opens_at(at(moment)) == at(opens)


def test_always_is_always() -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    assert parse_sending_hours(" ") == ALWAYS
    assert ALWAYS.opens_at(now) == now
    assert ALWAYS.after(now, timedelta(days=3)) == now + timedelta(days=3)
    assert ALWAYS.within(now, now + timedelta(hours=1)) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 23), ("2026-10-24", 25), ("2026-06-20", 24)], ids=["spring", "autumn", "summer"]
)
def test_a_night_is_as_long_as_the_clock_on_the_wall_makes_it(day: str, hours: int) -> None:
    always = parse_sending_hours("12:00-12:01, 12:01-12:00 Europe/Berlin")
    start = at(f"{day} 12:00")
    assert always.within(start, at(f"{day} 12:00") + timedelta(days=1)) == timedelta(hours=hours)


def test_work_of_a_day_is_spread_over_the_days_that_have_hours() -> None:
    assert WORK.after(at("2026-11-27 17:00"), timedelta(hours=1)) == at("2026-11-27 18:00")
    assert WORK.after(at("2026-11-27 17:00"), timedelta(hours=1, seconds=1)) == at("2026-11-30 08:00:01")
    assert WORK.after(at("2026-11-28 17:00"), timedelta(hours=25)) == at("2026-12-02 13:00")
    assert WORK.within(at("2026-11-27 17:00"), at("2026-12-02 13:00")) == timedelta(hours=26)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda each: each.replace(tzinfo=UTC))  # noqa: DTZ001
settings_ = st.sampled_from(
    [
        "Mon-Fri 08:00-18:00 Europe/Berlin",
        "22:00-06:00 America/New_York",
        "Sat 00:00-24:00, Sun 01:30-03:30 Europe/Berlin",
        "Wed 23:30-00:30 Pacific/Auckland",
        "02:00-03:00 Australia/Lord_Howe",
    ]
).map(parse_sending_hours)


@given(settings_, moments, st.timedeltas(timedelta(), timedelta(days=2)))
def test_what_is_reckoned_agrees(hours: SendingHours, start: datetime, length: timedelta) -> None:
    opens = hours.opens_at(start)
    assert opens >= start
    assert hours.opens_at(opens) == opens, "it is open when it opens"
    assert hours.within(start, opens) == timedelta(), "and nothing before"
    end = hours.after(start, length)
    assert hours.within(start, end) == length
    assert end >= start + length


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Mon-Fri 08:00-18:00", "names no time zone"),
        ("08:00-18:00", "names no time zone"),
        ("Mon-Fri 08:00-18:00 Europe/Berlim", "time zone that is not known: 'Europe/Berlim'"),
        ("Mon-Fri 08:00-18:00 ../../etc/passwd", "time zone that is not known"),
        ("Mo-Fr 08:00-18:00 Europe/Berlin", "'Mo-Fr 08:00-18:00' is not of the form"),
        ("Mon 08:00-18:00, Europe/Berlin", "'' is not of the form"),
        ("Mon 08:00-08:00 Europe/Berlin", "leaves no time"),
        ("Mon 08:00-24:30 Europe/Berlin", "'24:30' is no time of day"),
        ("Mon 24:00-06:00 Europe/Berlin", "begins at 24:00"),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem.replace(".", r"\.").replace("'", ".")):
        parse_sending_hours(text)
