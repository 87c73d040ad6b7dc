"""Walks through the model, each step done to the real queue as well: after each, the database says what the model says.

Some walks are random. Others are the shortest ways to what must not be, as they are found where a rule is left out: if
the real queue leaves it out, it parts from the model there.

``make protocol`` walks thirty times as often.
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest

from server.store.client import Database
from tests.protocol.explorer import Violation
from tests.protocol.mistakes import MISTAKES, explore
from tests.protocol.protocol import Protocol, Rules, Size
from tests.protocol.replay import Replay

WHOLE = os.environ.get("PROTOCOL") == "whole"
_STEPS = 40

#: More faults, and longer walks, than could be explored.
_SIZES = {
    "alone": (Size(faults=6, actions=4), 40),
    "held": (Size(faults=6, actions=4, hold=True), 30),
    "together": (Size(emails=2, workers=1, faults=3, actions=2), 20),
}


#: How each walk with two emails begins: one has arrived, the other is about to leave.
_BEGINNING = ("claims", "claims", "marks", "sends")


async def walk(database: Database, size: Size, random: Random, met: Counter[str]) -> None:
    """At random, the rarer steps first, as far as there is something to do."""
    protocol, state = Protocol(size), size.start
    replay = Replay(database, size)
    await replay.begin()
    taken = []
    try:
        for number in range(_STEPS):
            # The real one looks at all emails at once.
            choices = [each for each in protocol.steps(state) if size.emails == 1 or each[0].name != "finds"]
            if not choices:
                break
            if size.emails > 1 and number < len(_BEGINNING):
                choices = [each for each in choices if each[0].name == _BEGINNING[number]][:1]
            weights = [1 / (1 + met[kind(step)]) for step, _ in choices]
            ((step, state),) = random.choices(choices, weights)
            met[kind(step)] += 1
            taken.append(step)
            await replay.take(step, state)
    except AssertionError as error:
        raise AssertionError("\n".join([*map(str, taken), f"{state}", str(error)])) from error
    finally:
        await replay.end()


def kind(step: object) -> str:
    """The step, whoever takes it."""
    name, detail, has, token = (getattr(step, each) for each in ("name", "detail", "has", "token"))
    return f"{name} {has.name if has else ''} {'lost' if token > 1 else ''} {detail.rstrip('0123456789')}"


@pytest.mark.timeout(3600 if WHOLE else 300)
@pytest.mark.parametrize(("size", "walks"), _SIZES.values(), ids=_SIZES)
async def test_the_real_queue_does_what_the_model_does(database: Database, size: Size, walks: int) -> None:
    met: Counter[str] = Counter()
    random = Random(1)
    for _ in range(walks * (30 if WHOLE else 1)):
        await walk(database, size, random, met)
    print(f"\n{met.total()} steps of {len(met)} kinds")
    names = {each.split(" ")[0] for each in met}
    assert {"claims", "marks", "sends", "settles", "gives", "time", "dies", "jumps", "hold"} <= names
    assert {"finds", "takes", "renews"} <= names if size.emails == 1 else "joins" in names


@pytest.mark.parametrize("rule", MISTAKES)
async def test_the_real_queue_does_not_go_the_way_to_a_mistake(database: Database, rule: str) -> None:
    size, _ = MISTAKES[rule]
    with pytest.raises(Violation) as found:
        explore(size, Rules(**{rule: False}))
    protocol, state = Protocol(size), size.start
    replay = Replay(database, size)
    await replay.begin()
    gone = 0
    try:
        for step in found.value.trace:
            after = next((after for possible, after in protocol.steps(state) if possible == step), None)
            if after is None:  # here it is that the rule says no
                break
            state, gone = after, gone + 1
            await replay.take(step, state)
    finally:
        await replay.end()
    assert gone
