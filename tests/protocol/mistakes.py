"""What is found when the protocol leaves out one of its rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.protocol.explorer import Exploration, Explorer
from tests.protocol.protocol import Protocol, Rules, Size, State, Step, is_end, may_be_waited_for, wrong

#: By the rule that is left out: what is found. Whatever it takes is in so small a model.
MISTAKES: Mapping[str, tuple[Size, str]] = {
    "marks_before_sending": (Size(faults=1, actions=0), "has arrived 1 times, the books say at most 0"),
    "settling_names_the_claim": (Size(faults=1, actions=0), "-1 attempts"),
    "returning_names_the_claim": (Size(faults=1, actions=0), "-1 attempts"),
    "recovery_names_the_stage": (Size(faults=1, actions=0), "has arrived 1 times, the books say at most 0"),
    "recovery_marks_what_was_handed_over": (Size(faults=1, actions=0), "has arrived 1 times, the books say at most 0"),
    "recovery_takes_what_was_handed_over": (Size(faults=1, actions=0), "comes to no end"),
    "an_unknown_mark_is_no_leave_to_send": (Size(faults=1, actions=0), "has arrived 1 times, the books say at most 0"),
    "admins_leave_alone_what_is_sent": (Size(faults=0, actions=1), "has arrived 1 times, the books say at most 0"),
    "queued_anew_keeps_the_marks": (Size(faults=0, actions=1), "has arrived 1 times, the books say at most 0"),
}


RULES = Rules()


def explore(
    size: Size,
    rules: Rules = RULES,
    must_not_be: Callable[[State], str | None] = wrong,
) -> Exploration:
    explorer = Explorer[State, Step](
        Protocol(size, rules).steps, wrong=must_not_be, is_end=is_end, may_be_waited_for=may_be_waited_for
    )
    return explorer.explore(size.start)
