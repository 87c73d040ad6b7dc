"""The steps of the model done to the real queue, on the real engine."""

from __future__ import annotations

import asyncio
import math
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bson import ObjectId
from bson.binary import Binary

from server.contract import EmailSelection, EmailState
from server.store.actions import QueueActions
from server.store.client import Database
from server.store.emails import (
    ClaimedEmail,
    Deferred,
    Delivered,
    EmailStore,
    GivenUp,
    Leaving,
    Postponed,
    Reason,
    Recovered,
)
from server.store.limits import LimitStore
from server.store.vault import Credential
from tests.integration.queue.model import Email, stored
from tests.integration.queue.steered import START, SteeredDatabase
from tests.protocol.protocol import (
    CURRENT,
    DONE,
    LOST,
    NOBODY,
    NOT_DONE,
    Find,
    Hand,
    Has,
    Place,
    Row,
    Size,
    State,
    Step,
)

_TICK = timedelta(seconds=10)
#: Two steps never come at the same moment: whether "now" is over already is a question that engines answer differently.
_BETWEEN_STEPS = timedelta(milliseconds=1)
_ACCOUNT = "desk@mail.example:587"
_DISCARDED = Row(place=Place.DISCARDED)
_PLACES = {
    EmailState.PENDING: Place.PENDING,
    EmailState.PROCESSING: Place.PROCESSING,
    EmailState.FAILED: Place.FAILED,
    EmailState.SENT: Place.SENT,
}


async def _issue(count: int) -> list[Credential]:
    return [Credential("hash", Binary(b"new secret"))] * count


@dataclass(frozen=True)
class _Holding:
    """A claim that a worker has in mind."""

    worker: int
    email: int
    claim: ClaimedEmail
    has: Has


@dataclass(frozen=True)
class _Recovery:
    """One that has looked, and is about to write."""

    worker: int
    email: int
    task: asyncio.Task[Recovered]


class Replay:
    """One queue in a database of its own, whose workers each have a clock of their own."""

    def __init__(self, database: Database, size: Size) -> None:
        self._size = size
        self._admin = SteeredDatabase(database)
        self._workers = [SteeredDatabase(database) for _ in range(size.workers)]
        self._stores = [EmailStore(each, hold_uncertain=size.hold) for each in self._workers]
        self._actions = QueueActions(self._admin, _issue)
        self._limits = LimitStore(self._admin)
        self._ids = [ObjectId(f"{number + 1:024x}") for number in range(size.emails)]
        self._ahead = [0] * size.workers
        self._moment = START
        self._held: list[_Holding] = []
        self._recoveries: list[_Recovery] = []
        self._arrived = Counter[int]()

    async def begin(self) -> None:
        """An empty queue, and the emails."""
        await self._admin.clear()
        await self._admin.enqueue(self._ids)

    async def end(self) -> None:
        """Nothing goes on."""
        for recovery in self._recoveries:
            await self._workers[recovery.worker].turns.give_up(recovery.task)

    async def take(self, step: Step, after: State) -> None:
        """Do the step, and compare with what the model says comes of it."""
        self._moment += _BETWEEN_STEPS
        self._set_clocks()
        await self._do(step)
        await self._let_go_of_what_comes_to_nothing(after.finds)
        rows = await stored(self._admin)
        assert tuple(self._row(number, rows.get(id_)) for number, id_ in enumerate(self._ids)) == _known(after.rows)
        assert sorted(self._hand(each, rows) for each in self._held) == sorted(after.hands)

    # --- Each step ---

    async def _do(self, step: Step) -> None:
        match step.name:
            case "claims":
                await self._claim(step)
            case "finds":
                await self._find(step)
            case "takes back":
                await self._take_back(step)
            case "time passes":
                self._moment += _TICK
            case "jumps":
                self._ahead[step.worker] = 0 if self._ahead[step.worker] else self._size.ahead
            case "dies":
                await self._die(step.worker)
            case "pause":
                await self._limits.pause("ann", "lunch")
            case "resume":
                assert await self._limits.resume("ann")
            case "hold" | "retry" | "release" | "discard":
                act = getattr(self._actions, step.name)
                chosen = EmailSelection(ids=(str(self._ids[step.email]),))
                assert (await act(chosen, by="ann")).changed == 1
            case "joins" | "joins, answer lost":
                await self._join(step, await self._holding(step))
            case _:
                await self._go_on(step, await self._holding(step))

    def _set_clocks(self) -> None:
        self._admin.moment = self._moment
        for worker, ahead in zip(self._workers, self._ahead, strict=True):
            worker.moment = self._moment + ahead * _TICK

    async def _claim(self, step: Step) -> None:
        store = self._stores[step.worker]
        store._read_ahead = deque([self._ids[step.email]])
        (claim,) = await store.claim(1, self._size.lease * _TICK)
        if step.detail != DONE:
            self._held.append(_Holding(step.worker, step.email, claim, Has.CLAIMED))

    async def _go_on(self, step: Step, held: _Holding) -> None:
        """What a worker does with an email in its hands."""
        store, claim = self._stores[step.worker], held.claim
        match step.name:
            case "marks" if step.detail == NOT_DONE:
                self._change(held, Has.RETURNS)
            case "marks":
                ours = await store.advance([Leaving(claim, _ACCOUNT)], [])
                assert ours == (set() if step.detail == "lost the lease" else {claim})
                may_send = Has.RETURNS if step.detail == DONE else Has.MAY_SEND
                self._change(held, may_send if ours else None)
            case "gives back":
                await store.give_back([claim])
                self._change(held, Has.RETURNS if step.detail == DONE else None)
            case "puts off":
                await store.defer([Deferred(claim, await store.now() + self._size.wait * _TICK)])
                self._change(held, None)
            case "is told":
                self._change(held, Has[step.detail])
            case "sends":
                self._arrived[step.email] += step.detail in ("ACCEPTED", "LOST, arrived")
                self._change(held, Has[step.detail.split(",")[0]])
            case "settles":
                await self._settle(store, held)
                self._change(held, held.has if step.detail == DONE else None)
            case "renews":
                await store.renew(claim.token, self._size.lease * _TICK)
            case _:
                raise AssertionError(f"no such step: {step}")

    async def _settle(self, store: EmailStore, held: _Holding) -> None:
        """As the worker does."""
        claim, wait = held.claim, self._size.wait * _TICK
        lost = held.has is Has.LOST
        tries_again = held.has is Has.BUSY or (
            held.has in (Has.LATER, Has.LOST)
            and claim.attempts < self._size.attempts
            and not (lost and claim.uncertain >= self._size.repeats)
        )
        if held.has is Has.ACCEPTED:
            await store.advance([], [_delivered(claim)])
        elif tries_again:
            charged = held.has is not Has.BUSY
            await store.settle_postponed([Postponed(claim, "451", wait, charged=charged, uncertain=lost)])
        else:
            await store.settle_given_up([GivenUp(claim, Reason("550", "550", uncertain=lost))])

    async def _join(self, step: Step, leaving: _Holding) -> None:
        other = int(step.detail.split()[-1])
        rows = await stored(self._admin)
        accepted = next(
            each for each in self._held if self._hand(each, rows) == Hand(step.worker, other, CURRENT, Has.ACCEPTED)
        )
        ours = await self._stores[step.worker].advance([Leaving(leaving.claim, _ACCOUNT)], [_delivered(accepted.claim)])
        assert ours == {leaving.claim}
        if step.name == "joins":
            self._change(accepted, None)
            self._change(leaving, Has.MAY_SEND)
        else:
            self._change(leaving, Has.RETURNS)

    # --- What is left behind ---

    async def _find(self, step: Step) -> None:
        turns = self._workers[step.worker].turns
        task = await turns.begin(self._stores[step.worker].recover())
        await turns.go_on(task)
        assert not task.done(), "it has found nothing"
        self._recoveries.append(_Recovery(step.worker, step.email, task))

    async def _take_back(self, step: Step) -> None:
        recovery = next(each for each in self._recoveries if (each.worker, each.email) == (step.worker, step.email))
        assert await self._write(recovery), "nothing was taken back"

    async def _let_go_of_what_comes_to_nothing(self, finds: Sequence[Find]) -> None:
        """What the model leaves out must be without effect."""
        expected = {(find.worker, find.email) for find in finds}
        for recovery in list(self._recoveries):
            if (recovery.worker, recovery.email) not in expected:
                assert not await self._write(recovery)

    async def _write(self, recovery: _Recovery) -> Recovered:
        self._recoveries.remove(recovery)
        turns = self._workers[recovery.worker].turns
        while not recovery.task.done():
            await turns.go_on(recovery.task)
        recovered = recovery.task.result()
        await turns.give_up(recovery.task)
        return recovered

    async def _die(self, worker: int) -> None:
        self._held = [each for each in self._held if each.worker != worker]
        for recovery in [each for each in self._recoveries if each.worker == worker]:
            self._recoveries.remove(recovery)
            await self._workers[worker].turns.give_up(recovery.task)
        # What takes its place.
        self._stores[worker] = EmailStore(self._workers[worker], hold_uncertain=self._size.hold)

    # --- The real ones as the model has them ---

    async def _holding(self, step: Step) -> _Holding:
        rows = await stored(self._admin)
        wanted = (step.worker, step.email, step.token, step.has)
        return next(each for each in self._held if self._hand(each, rows) == wanted)

    def _change(self, held: _Holding, has: Has | None) -> None:
        self._held.remove(held)
        if has is not None:
            self._held.append(replace(held, has=has))

    def _hand(self, held: _Holding, rows: dict[ObjectId, Email]) -> Hand:
        row = rows.get(held.claim.id)
        is_current = row is not None and row.token == held.claim.token
        return Hand(held.worker, held.email, CURRENT if is_current else LOST, held.has)

    def _row(self, number: int, row: Email | None) -> Row:
        if row is None:
            return _DISCARDED
        return Row(
            place=Place.HELD if row.held else _PLACES[row.state],
            attempts=row.attempts,
            uncertain=row.uncertain,
            due=self._ticks(row.due_at or (row.ended_at if row.state is EmailState.FAILED else None)),
            token=NOBODY if row.token is None else CURRENT,
            lease=self._ticks(row.lease_ends_at),
            handed_over=row.handed_over,
            arrived=self._arrived[number],
        )

    def _ticks(self, moment: datetime | None) -> int:
        return 0 if moment is None else max(0, math.ceil((moment - self._moment) / _TICK))


def _known(rows: Sequence[Row]) -> tuple[Row, ...]:
    """What can be seen of them in the database."""
    return tuple(_DISCARDED if row.place is Place.DISCARDED else row for row in rows)


def _delivered(claim: ClaimedEmail) -> Delivered:
    return Delivered(claim, "250", _ACCOUNT, timedelta())
