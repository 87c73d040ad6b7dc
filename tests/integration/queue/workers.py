"""Steps of workers on the queue, each done to the database and to the model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bson import ObjectId
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from server.contract import EmailState
from server.store.emails import ClaimedEmail, Deferred, Delivered, EmailStore, GivenUp, Leaving, Postponed, Reason
from tests.integration.queue.machine import (
    ACCOUNT,
    RATE,
    WORKERS,
    Answer,
    InHand,
    QueueMachine,
    Settlement,
    answered,
    leases,
    orders,
    seconds,
    settlements,
    silent,
    unanswered,
    untried,
    wishes,
    workers,
)
from tests.integration.queue.model import QueueModel, stored
from tests.integration.room import use_up

#: Without an answer to the message itself, the mail server does not have it.
BEFORE_THE_MESSAGE = [Answer.LATER, Answer.BUSY, Answer.REFUSED]


class Workers(QueueMachine):
    """Several workers, in whatever order hypothesis thinks of."""

    # --- Claiming ---

    @precondition(lambda self: self.model.due(self.now))
    @rule(data=st.data(), worker=workers, limit=st.integers(1, 8), lease=leases)
    def work(self, data: st.DataObject, worker: int, limit: int, lease: timedelta) -> None:
        """As a worker does that nobody disturbs, or the beginning of that."""
        claimed = self.run(self.stores[worker].claim(limit, lease))
        assert 0 < len(claimed) <= limit
        self._take(worker, claimed, lease)
        if data.draw(st.booleans()):
            self._attempt(data, worker, [self.hands[worker][claim] for claim in claimed])

    @precondition(lambda self: self.model.due(self.now))
    @rule(limits=wishes, lease=leases, order=orders)
    def claim_at_once(self, limits: list[int], lease: timedelta, order: list[int]) -> None:
        due = self.model.due(self.now)
        asked = [self.stores[worker].claim(limit, lease) for worker, limit in enumerate(limits)]
        claims = self.run(self.database.turns.interleave(order, *asked))
        self._take_each_once(claims, lease)
        assert any(claims) == bool(due)
        assert all(len(claimed) <= limit for claimed, limit in zip(claims, limits, strict=True))

    @rule(wanted=wishes, lease=leases, order=orders)
    def take_turns_at_once(self, wanted: list[int], lease: timedelta, order: list[int]) -> None:
        """As workers do: claim what there seems to be room for, take the room, give back what is too much."""

        async def turn(store: EmailStore, most: int) -> list[ClaimedEmail]:
            room = await self.limits.room(ACCOUNT, RATE)
            assert (room.paused is not None) == self.model.paused
            if room.paused is not None or room.emails == 0:
                return []
            claimed = await store.claim(min(most, room.emails), lease)
            granted = await use_up(self.limits, ACCOUNT, len(claimed), RATE) if claimed else 0
            await store.give_back(claimed[granted:])
            return claimed[:granted]

        due, room = self.model.due(self.now), self.model.room(self.now, RATE)
        alone = len(wanted) == 1 and not self.model.paused
        least = 1 if alone and due and self.model.sure_room(self.now, RATE) > 0 else 0
        turns = [turn(self.stores[worker], most) for worker, most in enumerate(wanted)]
        claims = self.run(self.database.turns.interleave(order, *turns))
        taken = self._take_each_once(claims, lease)
        assert least <= taken <= room
        self.model.grants.append((self.now, taken))
        self.done["left by the limit"] += len(due) - taken

    def _take_each_once(self, claims: Sequence[Sequence[ClaimedEmail]], lease: timedelta) -> int:
        for worker, claimed in enumerate(claims):
            self._take(worker, claimed, lease)
        return sum(map(len, claims))

    # --- Sending ---

    @precondition(lambda self: self._holding(untried))
    @rule(data=st.data())
    def attempt(self, data: st.DataObject) -> None:
        self._attempt(data, *self._choose(data, untried))

    def _attempt(self, data: st.DataObject, worker: int, chosen: Sequence[InHand]) -> None:
        """Some are refused before the message; the others are handed over, perhaps answered, perhaps settled."""
        for each in chosen:
            each.answer = data.draw(st.sampled_from([None, None, *BEFORE_THE_MESSAGE]))
        leaving = [each for each in chosen if each.answer is None]
        if leaving:
            claims = [each.claim for each in leaving]
            ours = self.run(self.stores[worker].advance([Leaving(claim, ACCOUNT) for claim in claims], []))
            assert ours == self.model.hand_over(claims)
            self._drop(worker, [each for each in leaving if each.claim not in ours])
            leaving = [each for each in leaving if each.claim in ours]
        for each in leaving:
            each.may_send = True
        match data.draw(st.sampled_from(["settle", "send", "wait"])):
            case "settle":
                self._send(data, leaving)
                self._settle(worker, [each for each in chosen if each.answer], data.draw(settlements))
            case "send":
                self._send(data, leaving)

    @precondition(lambda self: self._holding(silent))
    @rule(data=st.data())
    def send_late(self, data: st.DataObject) -> None:
        """The message leaves some time after that was noted, perhaps after the lease has ended."""
        self._send(data, self._choose(data, silent)[1])

    def _send(self, data: st.DataObject, chosen: Sequence[InHand]) -> None:
        for each in chosen:
            each.answer = data.draw(st.sampled_from(Answer))
            if each.answer is Answer.ACCEPTED or (each.answer is Answer.LOST and data.draw(st.booleans())):
                self.model.receive(each.claim.id)
                self.done["received"] += 1
                self.done["received again"] += self.model.received[each.claim.id] > 1

    @precondition(lambda self: any(self.hands))
    @rule(data=st.data(), lease=leases)
    def renew(self, data: st.DataObject, lease: timedelta) -> None:
        worker, chosen = self._choose(data, lambda _: True)
        token = chosen[-1].claim.token
        self.run(self.stores[worker].renew(token, lease))
        self.model.renew(token, self.now, lease)

    # --- Settling ---

    @precondition(lambda self: self._holding(answered))
    @rule(data=st.data(), settlement=settlements, again=st.booleans())
    def settle(self, data: st.DataObject, settlement: Settlement, again: bool) -> None:
        """``again``: the database was away before it could say that it had done so."""
        worker, chosen = self._choose(data, answered)
        if again:
            self.run(self._write(worker, chosen, settlement))
        self._settle(worker, chosen, settlement)

    def _settle(self, worker: int, chosen: Sequence[InHand], settlement: Settlement) -> None:
        self.run(self._write(worker, chosen, settlement))
        in_time = sum(self.model.holds(each.claim) for each in chosen)
        self.done["settled"] += in_time
        self.done["settled too late"] += len(chosen) - in_time
        self._expect(self.model, chosen, settlement)
        self._drop(worker, chosen)

    async def _write(self, worker: int, chosen: Sequence[InHand], settlement: Settlement) -> None:
        """What the worker's store is told."""
        wait, cause = settlement.wait, settlement.cause
        claims = {answer: [each.claim for each in chosen if each.answer is answer] for answer in Answer}
        deliveries = [Delivered(claim, "250", ACCOUNT, timedelta()) for claim in claims[Answer.ACCEPTED]]
        postponements = [Postponed(claim, "451", wait) for claim in claims[Answer.LATER]]
        postponements += [Postponed(claim, "421", wait, charged=False) for claim in claims[Answer.BUSY]]
        given_up = [GivenUp(claim, Reason(cause, cause)) for claim in claims[Answer.REFUSED]]
        if settlement.hold:
            given_up += [GivenUp(claim, Reason(cause, cause, uncertain=True)) for claim in claims[Answer.LOST]]
        else:
            postponements += [Postponed(claim, "lost", wait, uncertain=True) for claim in claims[Answer.LOST]]
        if deliveries:
            await self.stores[worker].advance([], deliveries)
        if postponements:
            await self.stores[worker].settle_postponed(postponements)
        if given_up:
            await self.stores[worker].settle_given_up(given_up)

    def _expect(self, model: QueueModel, chosen: Sequence[InHand], settlement: Settlement) -> None:
        """What must come of it."""
        due_at = self.now + settlement.wait
        for each in chosen:
            match each.answer:
                case Answer.ACCEPTED:
                    model.deliver(each.claim, self.now)
                case Answer.LATER | Answer.BUSY:
                    model.postpone(each.claim, due_at, charged=each.answer is Answer.LATER, uncertain=False)
                case Answer.LOST if not settlement.hold:
                    model.postpone(each.claim, due_at, charged=True, uncertain=True)
                case Answer.LOST | Answer.REFUSED:
                    model.give_up(each.claim, settlement.cause, self.now, uncertain=each.answer is Answer.LOST)

    # --- What is left behind ---

    @precondition(lambda self: self.model.ids(EmailState.PROCESSING))
    @rule(hold=st.booleans(), leases_end=st.booleans())
    def recover(self, hold: bool, leases_end: bool) -> None:
        if leases_end:
            self.database.moment += timedelta(minutes=1)
        self._recover(hold=hold, everything=False)

    @precondition(lambda self: any(self.hands))
    @rule(data=st.data())
    def stop_working(self, data: st.DataObject) -> None:
        """A worker gives back or puts off what it may, or crashes; or the only server crashes, and is back."""
        match data.draw(st.sampled_from(["give back", "defer", "crash", "restart"])):
            case "give back" if self._holding(unanswered):
                self._give_back(*self._choose(data, unanswered), twice=data.draw(st.booleans()))
            case "defer" if self._holding(untried):
                self._defer(*self._choose(data, untried), until=self.now + data.draw(seconds))
            case "restart":
                self._crash(*range(WORKERS))
                self._recover(hold=data.draw(st.booleans()), everything=True)
            case _:
                self._crash(data.draw(st.sampled_from(self._holding(lambda _: True))))

    def _give_back(self, worker: int, chosen: Sequence[InHand], *, twice: bool) -> None:
        for _ in range(2 if twice else 1):
            self.run(self.stores[worker].give_back([each.claim for each in chosen]))
        for each in chosen:
            self.model.give_back(each.claim)
        self._drop(worker, chosen)
        self.done["given back"] += len(chosen)

    def _defer(self, worker: int, chosen: Sequence[InHand], *, until: datetime) -> None:
        self.run(self.stores[worker].defer([Deferred(each.claim, until) for each in chosen]))
        for each in chosen:
            self.model.defer(each.claim, until)
        self._drop(worker, chosen)
        self.done["deferred"] += len(chosen)

    def _crash(self, *crashed: int) -> None:
        for worker in crashed:
            self.done["lost in a crash"] += len(self.hands[worker])
            self.hands[worker].clear()

    def _recover(self, *, hold: bool, everything: bool) -> None:
        store = EmailStore(self.database, hold_uncertain=hold)
        recovered = self.run(store.recover(everything=everything))
        assert recovered == self.model.recover(self.now, hold=hold, everything=everything)
        self.done["recovered"] += recovered.returned
        self.done["recovered as uncertain"] += recovered.uncertain

    @precondition(lambda self: self._holding(untried))
    @rule(data=st.data(), hold=st.booleans(), order=orders)
    def recover_while_handing_over(self, data: st.DataObject, hold: bool, order: list[int]) -> None:
        """What may be sent is either left alone or known to be uncertain."""
        self.database.moment += timedelta(minutes=1)
        worker, chosen = self._choose(data, untried)
        claims = [each.claim for each in chosen]
        recovery = EmailStore(self.database, hold_uncertain=hold).recover()
        marking = self.stores[worker].advance([Leaving(claim, ACCOUNT) for claim in claims], [])
        _, ours = self.run(self.database.turns.interleave(order, recovery, marking))

        recovered, marked = self.model.copy(), self.model.copy()
        recovered.recover(self.now, hold=hold, everything=False)
        marked.hand_over(claims)
        marked_and_recovered = marked.copy()
        marked_and_recovered.recover(self.now, hold=hold, everything=False)
        rows = self.run(stored(self.database))
        leaving = {claim.id for claim in ours}
        for id_ in list(self.model.emails):
            possible = (marked, marked_and_recovered) if id_ in leaving else (recovered, marked_and_recovered)
            like = next((each for each in possible if rows.get(id_) == each.emails[id_]), possible[0])
            self._be_like(like, id_)
        for each in chosen:
            each.may_send = each.claim in ours
        self._drop(worker, [each for each in chosen if not each.may_send])

    @precondition(lambda self: self._holding(answered))
    @rule(data=st.data(), settlement=settlements, hold=st.booleans(), order=orders)
    def recover_while_settling(self, data: st.DataObject, settlement: Settlement, hold: bool, order: list[int]) -> None:
        """Each email must be as if one of the two had come first."""
        worker, chosen = self._choose(data, answered)
        recovery = EmailStore(self.database, hold_uncertain=hold).recover()
        settling = self._write(worker, chosen, settlement)
        self.run(self.database.turns.interleave(order, recovery, settling))

        recovered_first, settled_first = self.model.copy(), self.model.copy()
        recovered_first.recover(self.now, hold=hold, everything=False)
        self._expect(recovered_first, chosen, settlement)
        self._expect(settled_first, chosen, settlement)
        settled_first.recover(self.now, hold=hold, everything=False)
        rows = self.run(stored(self.database))
        for id_, email in recovered_first.emails.items():
            like = recovered_first if rows.get(id_) == email else settled_first
            self._be_like(like, id_)
        self._drop(worker, chosen)

    def _be_like(self, model: QueueModel, id_: ObjectId) -> None:
        """This is what has become of that email."""
        self.model.emails[id_], self.model.marks[id_] = model.emails[id_], model.marks[id_]
