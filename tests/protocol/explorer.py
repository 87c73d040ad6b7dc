"""Every state that a small model can come to, the shortest ones first, and what is wrong with any of them.

A model is a start and a function that answers the steps from a state. States are compared and hashed by the million:
they are tuples.
"""

from __future__ import annotations

import gc
from array import array
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

State = TypeVar("State", bound=Hashable)
Step = TypeVar("Step")


@dataclass(frozen=True)
class Exploration:
    """How far the search went when nothing was wrong."""

    states: int
    steps: int
    #: Steps from the start to the farthest state.
    depth: int


class Violation(AssertionError):
    """A state that must not be, and the shortest way there."""

    def __init__(self, problem: str, trace: Sequence[object]) -> None:
        super().__init__("\n".join([problem, *(f"{number:3} {step}" for number, step in enumerate(trace, 1))]))
        self.problem = problem
        self.trace = tuple(trace)


class Explorer(Generic[State, Step]):
    """Breadth first, each state once, always in the same order."""

    def __init__(
        self,
        steps: Callable[[State], Iterable[tuple[Step, State]]],
        *,
        wrong: Callable[[State], str | None],
        is_end: Callable[[State], bool],
        may_be_waited_for: Callable[[Step], bool],
        at_most: int = 50_000_000,
    ) -> None:
        """``wrong``: what must not be. ``is_end``: all is done. ``may_be_waited_for``: a step that comes if nothing
        else does; faults do not, and nothing may depend on them. A model of more than ``at_most`` states is a mistake.
        """
        self._steps = steps
        self._wrong = wrong
        self._is_end = is_end
        self._may_be_waited_for = may_be_waited_for
        self._at_most = at_most
        self._states: list[State] = []
        self._numbers: dict[State, int] = {}
        self._came_from = array("l")
        self._taken = 0
        # Edges that lead on by themselves, for the way back from the ends.
        self._sources, self._targets = array("l"), array("l")

    def explore(self, start: State) -> Exploration:
        """All of it. Raises :class:`Violation`."""
        gc.disable()  # millions of tuples and no circle among them, which it would look at again and again
        try:
            return self._explore(start)
        finally:
            gc.enable()

    def _explore(self, start: State) -> Exploration:
        self._meet(start, -1)
        number, depth, last_of_depth = 0, 0, 0
        while number < len(self._states):
            if number > last_of_depth:
                depth, last_of_depth = depth + 1, len(self._states) - 1
            for step, after in self._steps(self._states[number]):
                self._taken += 1
                target = self._numbers.get(after)
                if target is None:
                    target = self._meet(after, number)
                if self._may_be_waited_for(step) and target != number:
                    self._sources.append(number)
                    self._targets.append(target)
            number += 1
        self._look_for_stuck_ones()
        return Exploration(len(self._states), self._taken, depth)

    def _meet(self, state: State, came_from: int) -> int:
        number = len(self._states)
        assert number < self._at_most, "the model has no end"
        self._states.append(state)
        self._numbers[state] = number
        self._came_from.append(came_from)
        if (problem := self._wrong(state)) is not None:
            raise Violation(problem, self._trace(number))
        return number

    def _look_for_stuck_ones(self) -> None:
        """From each state an end can be reached without any further fault: else whatever is fair goes on for ever."""
        before: list[list[int]] = [[] for _ in self._states]
        for source, target in zip(self._sources, self._targets, strict=True):
            before[target].append(source)
        ends = bytearray(len(self._states))
        waiting = [number for number, state in enumerate(self._states) if self._is_end(state)]
        for number in waiting:
            ends[number] = 1
        while waiting:
            for source in before[waiting.pop()]:
                if not ends[source]:
                    ends[source] = 1
                    waiting.append(source)
        if (stuck := ends.find(0)) >= 0:
            raise Violation("comes to no end from here", self._trace(stuck))

    def _trace(self, number: int) -> list[Step]:
        way = [number]
        while self._came_from[way[-1]] >= 0:
            way.append(self._came_from[way[-1]])
        way.reverse()
        states = [self._states[each] for each in way]
        return [self._step_between(one, other) for one, other in pairwise(states)]

    def _step_between(self, one: State, other: State) -> Step:
        return next(step for step, after in self._steps(one) if after == other)
