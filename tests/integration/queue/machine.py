"""One run of the queue beside its model: new emails, time, and what must hold after each step."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from bson import ObjectId
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from server.contract import EmailState
from server.store.emails import ClaimedEmail, EmailStore
from server.store.limits import LimitStore, Rate
from tests.integration.queue.model import Email, QueueModel, stored
from tests.integration.queue.steered import SteeredDatabase

ACCOUNT = "desk@mail.example:587"
RATE = Rate(6, timedelta(seconds=30))
WORKERS = 3

seconds = st.sampled_from([0, 1, 5, 29, 30, 31, 120]).map(lambda count: timedelta(seconds=count))
leases = st.sampled_from([10, 60]).map(lambda count: timedelta(seconds=count))
workers = st.integers(0, WORKERS - 1)
wishes = st.lists(st.integers(1, 8), min_size=1, max_size=WORKERS)
causes = st.sampled_from(["550 5.1.1 no such user", "552 5.2.2 full"])
#: In which order the database's calls of several tasks come.
orders = st.lists(st.integers(0, WORKERS - 1), max_size=15)


class Answer(Enum):
    """What a worker has heard of an email."""

    ACCEPTED = auto()
    LATER = auto()
    BUSY = auto()
    REFUSED = auto()
    LOST = auto()


@dataclass(frozen=True)
class Settlement:
    """When what is postponed is due again, why what fails does, and whether what is uncertain is held."""

    wait: timedelta
    cause: str
    hold: bool


settlements = st.builds(Settlement, seconds, causes, st.booleans())


@dataclass
class InHand:
    """An email that a worker believes to hold."""

    claim: ClaimedEmail
    #: Whether it was told that the message may leave.
    may_send: bool = False
    answer: Answer | None = None


def untried(each: InHand) -> bool:
    """Claimed, no more."""
    return not each.may_send and each.answer is None


def silent(each: InHand) -> bool:
    """About to be sent."""
    return each.may_send and each.answer is None


def unanswered(each: InHand) -> bool:
    """Not known to have been sent."""
    return each.answer is None


def answered(each: InHand) -> bool:
    """To be settled."""
    return each.answer is not None


@dataclass
class World:
    """The real parts, shared by all runs: one event loop, one database that is emptied for each run."""

    runner: asyncio.Runner
    database: SteeredDatabase
    done: Counter[str] = field(default_factory=Counter)


class QueueMachine(RuleBasedStateMachine):
    """The real queue and its model, and what several workers believe to hold of it."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.done = world.done
        self.database = world.database
        self.model = QueueModel()
        self.enqueued: set[ObjectId] = set()
        #: By worker, what it believes to hold; of one email it may do so twice, when it lost a lease to itself.
        self.hands: list[dict[ClaimedEmail, InHand]] = [{} for _ in range(WORKERS)]
        self.stores = [EmailStore(self.database) for _ in range(WORKERS)]
        self.limits = LimitStore(self.database)
        self.run(self.database.clear())
        self.done["runs"] += 1

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Let the event loop do it."""
        return self.world.runner.run(work)

    @property
    def now(self) -> datetime:
        """The database's time."""
        return self.database.moment

    # --- New emails, and time ---

    @initialize(count=st.integers(1, 10))
    def begin(self, count: int) -> None:
        self.enqueue(count, timedelta())

    @precondition(lambda self: len(self.model.ids(EmailState.PENDING)) < 10)
    @rule(count=st.integers(1, 5), wait=seconds)
    def enqueue(self, count: int, wait: timedelta) -> None:
        ids = [ObjectId(f"{len(self.enqueued) + number:024x}") for number in range(count)]
        self.enqueued.update(ids)
        for row in self.run(self.database.enqueue(ids, wait=wait)):
            email = Email(row["_id"], row["email"], EmailState.PENDING, 0, due_at=row["nextAttemptAt"])
            self.model.emails[email.id] = email

    @rule(by=seconds)
    def time_passes(self, by: timedelta) -> None:
        self.database.moment += by

    # --- What workers hold ---

    def _take(self, worker: int, claimed: Sequence[ClaimedEmail], lease: timedelta) -> None:
        self.model.claim(claimed, self.now, lease)
        self.hands[worker].update({email: InHand(email) for email in claimed})
        self.done["claimed"] += len(claimed)

    def _holding(self, wanted: Callable[[InHand], bool]) -> list[int]:
        """Workers that hold something like this."""
        return [worker for worker, hand in enumerate(self.hands) if any(map(wanted, hand.values()))]

    def _choose(self, data: st.DataObject, wanted: Callable[[InHand], bool]) -> tuple[int, list[InHand]]:
        """One of those workers, and some of what it holds like this."""
        worker = data.draw(st.sampled_from(self._holding(wanted)))
        choices = [each for each in self.hands[worker].values() if wanted(each)]
        return worker, choices[: data.draw(st.sampled_from(range(len(choices), 0, -1)))]

    def _drop(self, worker: int, chosen: Sequence[InHand]) -> None:
        for each in chosen:
            del self.hands[worker][each.claim]

    # --- What must hold after each step ---

    @invariant()
    def the_database_says_what_the_model_says(self) -> None:
        # No step at the moment of another: whether "now" is due already is a question that engines answer differently.
        self.database.moment += timedelta(milliseconds=1)
        self.done["steps"] += 1
        rows = self.run(stored(self.database))
        assert set(rows) == self.enqueued - self.model.discarded
        assert rows == self.model.emails
        states = Counter(email.state for email in rows.values())
        expected = (states[EmailState.PENDING], states[EmailState.PROCESSING], states[EmailState.FAILED])
        assert self.run(self.stores[0].counts()) == expected
