"""The queue's protocol by itself: who may do what with an email, and what comes of it when things go wrong.

What is here is decided in ``server/store/emails.py`` and ``server/store/actions.py`` by queries; ``replay.py`` does the
same steps to the real ones. An email is a few small numbers, time is ticks, and of what can go wrong only so much does.

- Workers claim, mark before they send, send, settle, renew, and take back what is left behind. To take back is two
  steps: to look, and to write what was decided by what was seen. All other steps are one write or one transaction.
- A worker may be killed between any two steps, and begins anew with nothing in hand.
- Of a write the answer may be lost, whether or not it was done.
- The clock that a worker goes by may jump ahead of the others' by so many ticks, and back.
- Admins hold, retry, release, discard, pause and resume at any moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, auto
from typing import NamedTuple, TypeVar

from server.store.emails import REPEATS

#: No claim, the one that counts, and any that does not count any more: which one it was makes no difference.
NOBODY, CURRENT, LOST = 0, 1, 2


class Place(IntEnum):
    """Where an email is; it is in one place at a time."""

    PENDING = auto()
    PROCESSING = auto()
    FAILED = auto()
    HELD = auto()
    SENT = auto()
    DISCARDED = auto()


#: It is over, or an admin's business.
ENDS = frozenset({Place.FAILED, Place.HELD, Place.SENT, Place.DISCARDED})


class Row(NamedTuple):
    """An email as the database has it. Times are ticks from now on by the right clock, down to 0."""

    place: Place = Place.PENDING
    attempts: int = 0
    #: How often it may have arrived without anybody knowing.
    uncertain: int = 0
    #: Until it may be sent; of what failed, until an admin's action that begins now chooses it.
    due: int = 0
    token: int = NOBODY
    lease: int = 0
    handed_over: bool = False
    #: What no row knows: how often the mail server has it.
    arrived: int = 0


class Has(IntEnum):
    """What a worker knows of an email in its hands."""

    CLAIMED = auto()
    MAY_SEND = auto()
    #: It goes back untried.
    RETURNS = auto()
    # The mail server's answers.
    ACCEPTED = auto()
    LATER = auto()
    BUSY = auto()
    REFUSED = auto()
    LOST = auto()


class Hand(NamedTuple):
    """One claim of one email, as its worker has it in mind."""

    worker: int
    email: int
    token: int
    has: Has


class Find(NamedTuple):
    """What a worker has seen of an email that seems to be left behind, and is about to act upon."""

    worker: int
    email: int
    token: int
    handed_over: bool
    #: Leases that end within so many ticks are over for it.
    by: int


class State(NamedTuple):
    """All of it."""

    rows: tuple[Row, ...]
    hands: tuple[Hand, ...] = ()
    finds: tuple[Find, ...] = ()
    #: By worker, how many ticks its clock is ahead.
    ahead: tuple[int, ...] = ()
    paused: bool = False
    #: Workers that looked before the pause, and may still claim.
    looked: tuple[int, ...] = ()
    #: How much more may go wrong, and how many more actions of admins there are.
    faults: int = 0
    actions: int = 0


class Step(NamedTuple):
    """What happens, to which email, by which worker (-1: nobody's)."""

    name: str
    worker: int = -1
    email: int = -1
    token: int = NOBODY
    #: The answer, what is lost, or what else there is to say.
    detail: str = ""
    #: What the worker knew before.
    has: Has | None = None

    def __str__(self) -> str:
        who = f"worker {self.worker} " if self.worker >= 0 else ""
        which = f" email {self.email}" if self.email >= 0 else ""
        claim = " (claim lost)" if self.token == LOST else ""
        return f"{who}{self.name}{which}{claim}{' ' if self.detail else ''}{self.detail}"


#: Steps that nobody may wait for: they happen, or do not.
_UNSURE = frozenset({"dies", "jumps", "joins, answer lost", "hold", "retry", "release", "discard", "pause"})
DONE, NOT_DONE = "answer lost, done", "answer lost, not done"


def may_be_waited_for(step: Step) -> bool:
    """Whether it comes some time if it can."""
    return step.name not in _UNSURE and step.detail not in (DONE, NOT_DONE)


@dataclass(frozen=True)
class Rules:
    """What the protocol rests on. Each of them left out is a mistake that the explorer has to find."""

    marks_before_sending: bool = True
    settling_names_the_claim: bool = True
    returning_names_the_claim: bool = True
    recovery_names_the_stage: bool = True
    recovery_marks_what_was_handed_over: bool = True
    recovery_takes_what_was_handed_over: bool = True
    an_unknown_mark_is_no_leave_to_send: bool = True
    admins_leave_alone_what_is_sent: bool = True
    queued_anew_keeps_the_marks: bool = True


@dataclass(frozen=True)
class Size:
    """How large the model is."""

    emails: int = 1
    workers: int = 2
    faults: int = 1
    actions: int = 1
    lease: int = 2
    wait: int = 1
    attempts: int = 2
    #: How far a clock may be ahead.
    ahead: int = 2
    #: What may have arrived is left to an admin.
    hold: bool = False
    #: Workers renew what they hold whenever half of the lease is over. Else each lease may end under its worker, which
    #: is a fault like others.
    punctual: bool = False

    @property
    def repeats(self) -> int:
        """How often it is sent again, though it may have arrived."""
        return 0 if self.hold else REPEATS

    @property
    def start(self) -> State:
        """Emails are queued, nothing has happened."""
        return State(rows=(Row(),) * self.emails, ahead=(0,) * self.workers, faults=self.faults, actions=self.actions)


class Protocol:
    """The steps from any state, by the rules."""

    def __init__(self, size: Size, rules: Rules = Rules()) -> None:
        self.size = size
        self.rules = rules

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """Everything that can happen now."""
        for worker in range(self.size.workers):
            yield from self._claims(state, worker)
            yield from self._looks(state, worker)
        for hand in state.hands:
            yield from self._goes_on(state, hand)
            yield from self._renews(state, hand)
        yield from self._joined(state)
        for find in state.finds:
            yield from self._takes_back(state, find)
        yield from self._time_passes(state)
        yield from self._admins_act(state)
        yield from self._goes_wrong(state)

    # --- Workers ---

    def _claims(self, state: State, worker: int) -> Iterator[tuple[Step, State]]:
        if state.paused and worker not in state.looked:
            return
        for email, row in enumerate(state.rows):
            if row.place is not Place.PENDING or row.due > state.ahead[worker]:
                continue
            claimed = row._replace(
                place=Place.PROCESSING,
                attempts=row.attempts + 1,
                token=CURRENT,
                lease=self.size.lease + state.ahead[worker],
                handed_over=False,
            )
            looked = tuple(each for each in state.looked if each != worker)
            after = self._put(state, email, claimed)._replace(looked=looked)
            yield Step("claims", worker, email, CURRENT), _take(after, Hand(worker, email, CURRENT, Has.CLAIMED))
            if state.faults:
                yield Step("claims", worker, email, CURRENT, DONE), _fault(after)

    def _goes_on(self, state: State, hand: Hand) -> Iterator[tuple[Step, State]]:
        match hand.has:
            case Has.CLAIMED:
                yield from self._hands_over(state, hand)
                yield from self._returns(state, hand)
                row = state.rows[hand.email]
                until = self.size.wait + state.ahead[hand.worker]
                put_off = self._freed(row, hand, due=until, attempts=row.attempts - 1)
                yield _step("puts off", hand), self._put(_drop(state, hand), hand.email, put_off)
                for has in (Has.LATER, Has.BUSY, Has.REFUSED):
                    yield _step("is told", hand, has.name), _change(state, hand, has)
            case Has.MAY_SEND:
                yield from self._sends(state, hand)
            case Has.RETURNS:
                yield from self._returns(state, hand)
            case _:
                yield from self._settles(state, hand)

    def _hands_over(self, state: State, hand: Hand) -> Iterator[tuple[Step, State]]:
        """The mark is written, and only then the message may leave."""
        row = state.rows[hand.email]
        if row.token != hand.token and self.rules.marks_before_sending:
            yield _step("marks", hand, "lost the lease"), _drop(state, hand)
            return
        marked = row._replace(handed_over=True) if self.rules.marks_before_sending else row
        after = self._put(state, hand.email, marked)
        yield _step("marks", hand), _change(after, hand, Has.MAY_SEND)
        if state.faults:
            has = Has.RETURNS if self.rules.an_unknown_mark_is_no_leave_to_send else Has.MAY_SEND
            yield _step("marks", hand, DONE), _fault(_change(after, hand, has))
            yield _step("marks", hand, NOT_DONE), _fault(_change(state, hand, has))

    def _sends(self, state: State, hand: Hand) -> Iterator[tuple[Step, State]]:
        row = state.rows[hand.email]
        arrived = self._put(state, hand.email, row._replace(arrived=row.arrived + 1))
        yield _step("sends", hand, Has.ACCEPTED.name), _change(arrived, hand, Has.ACCEPTED)
        for has in (Has.LATER, Has.BUSY, Has.REFUSED, Has.LOST):
            yield _step("sends", hand, has.name), _change(state, hand, has)
        yield _step("sends", hand, "LOST, arrived"), _change(arrived, hand, Has.LOST)

    def _returns(self, state: State, hand: Hand) -> Iterator[tuple[Step, State]]:
        row = state.rows[hand.email]
        named = self.rules.returning_names_the_claim
        freed = self._freed(row, hand, attempts=row.attempts - 1, named=named)
        yield _step("gives back", hand), self._put(_drop(state, hand), hand.email, freed)
        if state.faults:
            after = self._put(_change(state, hand, Has.RETURNS), hand.email, freed)
            yield _step("gives back", hand, DONE), _fault(after)

    def _settles(self, state: State, hand: Hand) -> Iterator[tuple[Step, State]]:
        settled = self._settled(state, hand)
        yield _step("settles", hand, hand.has.name), self._put(_drop(state, hand), hand.email, settled)
        if state.faults and settled != state.rows[hand.email]:
            yield _step("settles", hand, DONE), _fault(self._put(state, hand.email, settled))

    def _settled(self, state: State, hand: Hand) -> Row:
        row, due = state.rows[hand.email], self.size.wait + state.ahead[hand.worker]
        named = self.rules.settling_names_the_claim
        tried_enough = row.attempts >= self.size.attempts
        marks = row.uncertain + 1
        over = {"place": Place.FAILED, "due": state.ahead[hand.worker], "named": named}
        match hand.has:
            case Has.ACCEPTED:
                return self._freed(row, hand, place=Place.SENT, due=0, named=named)
            case Has.BUSY:
                return self._freed(row, hand, due=due, attempts=row.attempts - 1, named=named)
            case Has.LATER if not tried_enough:
                return self._freed(row, hand, due=due, named=named)
            case Has.LOST if not tried_enough and row.uncertain < self.size.repeats:
                return self._freed(row, hand, due=due, uncertain=marks, named=named)
            case Has.LOST:
                return self._freed(row, hand, uncertain=marks, **over)
            case _:
                return self._freed(row, hand, **over)

    def _freed(self, row: Row, hand: Hand, *, named: bool = True, **changes: object) -> Row:
        """Nobody's, if it was still the hand's; else as it is."""
        if row.token != hand.token and (named or row.place in ENDS):
            return row
        return _free(row, **changes)

    def _joined(self, state: State) -> Iterator[tuple[Step, State]]:
        """One transaction for one that is about to leave and one that has arrived; a lost lease parts them again."""
        for leaving in state.hands:
            for accepted in state.hands:
                if (leaving.has, accepted.has) != (Has.CLAIMED, Has.ACCEPTED) or leaving.worker != accepted.worker:
                    continue
                if leaving.email == accepted.email:
                    continue
                if any(state.rows[each.email].token != each.token for each in (leaving, accepted)):
                    continue  # each by itself, as above
                step = _step("joins", leaving, f"with email {accepted.email}")
                yield step, self._both(_change(_drop(state, accepted), leaving, Has.MAY_SEND), leaving, accepted)
                if state.faults:
                    lost = self._both(_change(state, leaving, Has.RETURNS), leaving, accepted)
                    yield step._replace(name="joins, answer lost"), _fault(lost)

    def _both(self, state: State, leaving: Hand, accepted: Hand) -> State:
        done = self._put(state, leaving.email, state.rows[leaving.email]._replace(handed_over=True))
        return self._put(done, accepted.email, self._settled(state, accepted))

    def _renews(self, state: State, hand: Hand) -> Iterator[tuple[Step, State]]:
        row, lease = state.rows[hand.email], self.size.lease + state.ahead[hand.worker]
        if row.token != hand.token or row.lease == lease:
            return
        yield _step("renews", hand), self._put(state, hand.email, row._replace(lease=lease))

    # --- What is left behind ---

    def _looks(self, state: State, worker: int) -> Iterator[tuple[Step, State]]:
        for email, row in enumerate(state.rows):
            if row.place is not Place.PROCESSING or row.lease > state.ahead[worker]:
                continue
            if row.handed_over and not self.rules.recovery_takes_what_was_handed_over:
                continue
            if self._was_renewed_in_time(state, email):
                continue
            find = Find(worker, email, row.token, row.handed_over, state.ahead[worker])
            if all(each[:2] != find[:2] for each in state.finds):
                found = tuple(sorted((*state.finds, find)))
                yield Step("finds", worker, email, row.token), state._replace(finds=found)

    def _takes_back(self, state: State, find: Find) -> Iterator[tuple[Step, State]]:
        after = state._replace(finds=tuple(each for each in state.finds if each != find))
        step = Step("takes back", find.worker, find.email, find.token)
        row = state.rows[find.email]
        if self._was_renewed_in_time(state, find.email):
            return
        if self._is_in_hand(state, find.email) and not self.size.punctual:
            after = _fault(after)
        if not find.handed_over or not self.rules.recovery_marks_what_was_handed_over:
            freed = _free(row, attempts=row.attempts - (not find.handed_over))
        elif row.uncertain >= self.size.repeats:
            freed = _free(row, place=Place.FAILED, uncertain=row.uncertain + 1, due=state.ahead[find.worker])
        else:
            freed = _free(row, uncertain=row.uncertain + 1)
        yield step, self._put(after, find.email, freed)

    def _still_as_found(self, row: Row, find: Find) -> bool:
        """What is written names all that was seen, and so changes nothing that was changed meanwhile."""
        return (
            row.place is Place.PROCESSING
            and row.token == find.token
            and (row.handed_over == find.handed_over or not self.rules.recovery_names_the_stage)
            and row.lease <= find.by
        )

    def _is_in_hand(self, state: State, email: int) -> bool:
        return any(hand.email == email and hand.token == CURRENT for hand in state.hands)

    def _was_renewed_in_time(self, state: State, email: int) -> bool:
        """For a worker to be late is a fault, unless all is told of when they renew."""
        return not state.faults and not self.size.punctual and self._is_in_hand(state, email)

    def _put(self, state: State, email: int, row: Row) -> State:
        """With that row. Claims that do not count any more are forgotten, finds that no write can come of dropped."""
        before = state.rows[email]
        if before == row:
            return state
        hands, finds = state.hands, state.finds
        if before.token != row.token:
            hands = tuple(sorted(_outlives(each, email, row.token) for each in hands))
            finds = tuple(sorted(_outlives(each, email, row.token) for each in finds))
        finds = tuple(each for each in finds if each.email != email or self._still_as_found(row, each))
        rows = (*state.rows[:email], row, *state.rows[email + 1 :])
        return state._replace(rows=rows, hands=hands, finds=finds)

    # --- Time, admins, and what goes wrong ---

    def _time_passes(self, state: State) -> Iterator[tuple[Step, State]]:
        rows = tuple(row._replace(due=max(0, row.due - 1), lease=max(0, row.lease - 1)) for row in state.rows)
        finds = tuple(find._replace(by=max(0, find.by - 1)) for find in state.finds)
        if (rows, finds) == (state.rows, state.finds):
            return
        if self.size.punctual and any(
            row.place is Place.PROCESSING and row.lease < self.size.lease / 2 and self._is_in_hand(state, email)
            for email, row in enumerate(rows)
        ):
            return  # first they are renewed
        yield Step("time passes"), state._replace(rows=rows, finds=finds)

    def _admins_act(self, state: State) -> Iterator[tuple[Step, State]]:
        if state.paused:
            yield Step("resume"), state._replace(paused=False, looked=())
        if not state.actions:
            return
        less = state._replace(actions=state.actions - 1)
        if not state.paused:
            yield Step("pause"), less._replace(paused=True, looked=tuple(range(self.size.workers)))
        for email, row in enumerate(state.rows):
            for name, changed in self._actions(row):
                yield Step(name, email=email), self._put(less, email, changed)

    def _actions(self, row: Row) -> Iterator[tuple[str, Row]]:
        """What an admin may make of it: never of what is being sent, nor of what failed after the action began."""
        pending = row.place is Place.PENDING
        if not self.rules.admins_leave_alone_what_is_sent:
            pending |= row.place is Place.PROCESSING
        chosen = pending or (row.place in (Place.FAILED, Place.HELD) and row.due == 0)
        marks = row.uncertain if self.rules.queued_anew_keeps_the_marks else 0
        anew = _free(row, place=Place.PENDING, attempts=0, due=0, uncertain=marks)
        if pending:
            yield "hold", _free(row, place=Place.HELD, due=0)
        if chosen:
            yield "discard", _free(row, place=Place.DISCARDED, due=0)
            if anew != row and row.place is not Place.HELD:
                yield "retry", anew
            if row.place is Place.HELD:
                yield "release", anew

    def _goes_wrong(self, state: State) -> Iterator[tuple[Step, State]]:
        if not state.faults:
            return
        for worker in range(self.size.workers):
            hands = tuple(each for each in state.hands if each.worker != worker)
            finds = tuple(each for each in state.finds if each.worker != worker)
            if (hands, finds) != (state.hands, state.finds):
                yield Step("dies", worker), _fault(state._replace(hands=hands, finds=finds))
            if self.size.ahead:
                ahead = list(state.ahead)
                ahead[worker] = 0 if ahead[worker] else self.size.ahead
                yield Step("jumps", worker, detail=f"{ahead[worker]} ahead"), _fault(state._replace(ahead=tuple(ahead)))


# --- What must hold ---


def wrong(state: State) -> str | None:
    """What must not be, or None."""
    for email, row in enumerate(state.rows):
        if (row.place is Place.PROCESSING) != (row.token != NOBODY):
            return f"email {email} is {row.place.name}, its token is {row.token}"
        if sum(hand.email == email and hand.token == CURRENT for hand in state.hands) > 1:
            return f"email {email} is held twice under one claim"
        if row.attempts < (row.place is Place.PROCESSING):
            return f"email {email} has {row.attempts} attempts"
        accounted = row.uncertain + (row.place is Place.SENT or row.handed_over)
        if row.arrived > accounted:
            return f"email {email} has arrived {row.arrived} times, the books say at most {accounted}"
        if row.place is Place.SENT and not row.arrived:
            return f"email {email} counts as sent and has not arrived"
    return None


def shared(state: State) -> str | None:
    """Two that believe at the same time that they may send one email, or None."""
    in_work = [hand.email for hand in state.hands if hand.has in (Has.CLAIMED, Has.MAY_SEND)]
    return "two workers are at work on one email" if len(in_work) > len(set(in_work)) else None


def is_end(state: State) -> bool:
    """All emails are sent, failed with a reason, or an admin's business."""
    return all(row.place in ENDS for row in state.rows)


# --- States made from others ---

Claim = TypeVar("Claim", Hand, Find)


def _step(name: str, hand: Hand, detail: str = "") -> Step:
    return Step(name, hand.worker, hand.email, hand.token, detail, hand.has)


def _free(row: Row, **changes: object) -> Row:
    free = {"place": Place.PENDING, "token": NOBODY, "lease": 0, "handed_over": False}
    return row._replace(**(free | changes))  # type: ignore[arg-type]


def _take(state: State, hand: Hand) -> State:
    return state._replace(hands=tuple(sorted((*state.hands, hand))))


def _drop(state: State, hand: Hand) -> State:
    at = state.hands.index(hand)
    return state._replace(hands=state.hands[:at] + state.hands[at + 1 :])


def _outlives(each: Claim, email: int, token: int) -> Claim:
    """As it is when the email has got another token."""
    if each.email != email or each.token == token:
        return each
    return each._replace(token=LOST)


def _change(state: State, hand: Hand, has: Has) -> State:
    return _take(_drop(state, hand), hand._replace(has=has))


def _fault(state: State) -> State:
    return state._replace(faults=state.faults - 1)
