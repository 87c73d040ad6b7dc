"""In no window of a limit's length does the mail server get more than its count, whatever happens to the emails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.smtp_accounts import Rate
from server.store.budget import SPEED, Budget, Use

START = datetime(2030, 1, 1, tzinfo=UTC)
RATES = (Rate(4, timedelta(seconds=30)), Rate(9, timedelta(minutes=20)))


@dataclass
class Worlds:
    """A row of the limits beside what the mail server has counted, and when."""

    row: Mapping[str, Any]
    now: datetime
    counted: list[datetime]

    def budget(self) -> Budget:
        return Budget.of(self.row, RATES, self.now)

    def put_back(self, budget: Budget) -> None:
        row: dict[str, Any] = {"grants": dict(self.row["grants"]), "held": budget.held}
        row["grants"] |= {log.name: [dict(each) for each in log.grants] for log in budget.logs}
        self.row = row


@dataclass
class Email:
    """In hand; the mail server may have counted it already."""

    claim: str
    is_counted: bool = False


steps = st.lists(
    st.tuples(
        st.sampled_from(["take", "count", "settle", "settle", "wait", "wait", "die"]),
        st.integers(0, 5),
        st.sampled_from([0.0, 0.1, 1.0, 29.9, 30.0, 31.0, 600.0, 1200.0]),
    ),
    max_size=60,
)


def most_within(moments: list[datetime], interval: timedelta) -> int:
    """The highest number in any window that is open at one end."""
    return max((sum(start <= each < start + interval for each in moments) for start in moments), default=0)


@given(steps)
@settings(max_examples=300)
@example([("take", 4, 0.0), ("wait", 0, 31.0), ("take", 4, 0.0), ("count", 5, 0.0), ("count", 5, 0.0)])
@example([("take", 4, 0.0), ("wait", 0, 29.9), ("count", 4, 0.0), ("die", 0, 0.0), ("wait", 0, 1.0), ("take", 4, 0.0)])
def test_no_window_holds_more_than_the_count(steps: list[tuple[str, int, float]]) -> None:
    world = Worlds({"grants": {}, "held": {}}, START, [])
    hand: list[Email] = []
    for what, number, seconds in steps:
        budget = world.budget()
        match what:
            case "take":
                claim = f"claim{number % 2}"
                hand += [Email(claim) for _ in range(budget.take(claim, number))]
            case "count":
                for email in [each for each in hand if not each.is_counted][:number]:
                    email.is_counted = True
                    world.counted.append(world.now)
            case "settle" if hand:
                email = hand.pop(number % len(hand))
                use = Use.SENT if email.is_counted else (Use.REFUSED, Use.NOTHING)[number % 2]
                budget.settle(email.claim, use, 1)
            case "die":
                for claim in {each.claim for each in hand}:
                    sent = sum(each.is_counted for each in hand if each.claim == claim)
                    left = Budget.under_all(world.row, world.now)
                    left.settle(claim, Use.SENT, sent)
                    left.settle(claim, Use.NOTHING, left.held.get(claim, 0))
                    world.put_back(left)
                hand.clear()
                budget = world.budget()
            case "wait":
                world.now += timedelta(seconds=seconds)
                continue
        world.put_back(budget)
    for rate in RATES:
        assert most_within(world.counted, rate.interval) <= rate.count


@given(st.lists(st.integers(1, 6), min_size=1, max_size=10))
def test_what_reached_nobody_costs_nothing(wishes: list[int]) -> None:
    budget = Budget.of({"grants": {}, "held": {}}, RATES, START)
    for number, wish in enumerate(wishes):
        taken = budget.take(f"claim{number}", wish)
        assert taken == min(wish, RATES[0].count)
        budget.settle(f"claim{number}", Use.NOTHING, taken)
        assert (budget.free, budget.in_hand, budget.held) == (RATES[0].count, 0, {})


def test_a_refusal_counts_where_the_limit_is_about_speed() -> None:
    short, long = Rate(5, SPEED), Rate(5, SPEED + timedelta(seconds=1))
    budget = Budget.of({}, (short, long), START)
    budget.take("claim", 2)
    budget.settle("claim", Use.REFUSED, 2)
    assert [budget.free_under(log) for log in budget.logs] == [3, 5]


def test_when_there_is_more_is_said_also_of_what_is_in_hand() -> None:
    budget = Budget.of({}, RATES, START)
    assert budget.more_at(budget.fullest) is None
    budget.take("claim", 4)
    assert (budget.more_at(budget.fullest), budget.more(budget.fullest)) == (START + RATES[0].interval, 4)
