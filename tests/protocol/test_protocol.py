"""The queue's protocol, each state that it can come to: nothing lost, nothing twice unmarked, nothing stuck.

``make protocol`` explores larger models, for about half an hour; the short form is what a few seconds are enough for.
That the model is what the store does, ``test_replay.py`` says.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

import pytest

from tests.protocol.explorer import Violation
from tests.protocol.mistakes import MISTAKES, explore
from tests.protocol.protocol import Rules, Size, State, shared, wrong

WHOLE = os.environ.get("PROTOCOL") == "whole"

SHORT: Mapping[str, Size] = {
    "one fault": Size(faults=1, actions=0),
    "one fault, what is uncertain is held, admins": Size(faults=1, actions=1, ahead=0, hold=True),
    "admins": Size(faults=0, actions=3),
    "two workers, two emails": Size(emails=2, faults=0, actions=0, attempts=1, ahead=0, lease=1),
    "two emails in one hand": Size(emails=2, workers=1, faults=1, actions=0, attempts=1, ahead=0, lease=1, hold=True),
}
LARGE: Mapping[str, Size] = {
    "one fault, admins": Size(faults=1, actions=2),
    "two faults": Size(faults=2, actions=0),
    "two faults, admins": Size(faults=2, actions=1, ahead=0),
    "two faults, what is uncertain is held, admins": Size(faults=2, actions=1, hold=True),
    "three faults": Size(faults=3, actions=0, ahead=0, attempts=1),
    "three workers": Size(workers=3, faults=1, actions=1),
    "two emails": Size(emails=2, faults=1, actions=0, attempts=1, ahead=0, lease=1),
}


@pytest.mark.parametrize("size", [pytest.param(size, id=name) for name, size in SHORT.items()])
def test_nothing_is_lost_sent_twice_unmarked_or_stuck(size: Size) -> None:
    explored = explore(size)
    assert explored.states > 1000


@pytest.mark.skipif(not WHOLE, reason="make protocol")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("name", "size"), LARGE.items(), ids=LARGE)
def test_nothing_is_lost_sent_twice_unmarked_or_stuck_in_a_larger_model(name: str, size: Size) -> None:
    started = time.monotonic()
    explored = explore(size)
    took = time.monotonic() - started
    print(f"\n{name}: {explored.states:,} states, {explored.steps:,} steps, {explored.depth} deep, {took:.0f} s")
    assert explored.states > 50_000


@pytest.mark.parametrize(
    ("rule", "size", "problem"), [(rule, *found) for rule, found in MISTAKES.items()], ids=MISTAKES
)
def test_a_rule_that_is_left_out_is_missed(rule: str, size: Size, problem: str) -> None:
    explore(size)
    with pytest.raises(Violation) as found:
        explore(size, Rules(**{rule: False}))
    assert problem in found.value.problem
    assert found.value.trace


def test_each_rule_is_left_out_once() -> None:
    assert set(MISTAKES) == set(Rules.__dataclass_fields__)


def wrong_or_shared(state: State) -> str | None:
    return wrong(state) or shared(state)


def test_workers_in_time_never_share_an_email_while_their_clocks_are_less_than_half_a_lease_apart() -> None:
    assert (
        explore(Size(faults=1, actions=0, lease=4, ahead=1, punctual=True), must_not_be=wrong_or_shared).states > 1000
    )


def test_a_clock_half_a_lease_ahead_takes_emails_out_of_others_hands() -> None:
    """Each time marked, but each time it may be sent again."""
    size = Size(faults=1, actions=0, lease=4, ahead=2, punctual=True)
    with pytest.raises(Violation) as found:
        explore(size, must_not_be=wrong_or_shared)
    assert any(step.name == "jumps" for step in found.value.trace)
