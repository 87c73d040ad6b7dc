"""The email queue without a database: what each email must be after each step, in plain Python.

:class:`QueueModel` says what ought to be, :func:`stored` what the database says; the two must agree.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from server.contract import EmailState
from server.store.client import Database
from server.store.emails import CUT_OFF, REPEATS, ClaimedEmail, Recovered, Stage
from server.store.limits import Rate


@dataclass(frozen=True)
class Email:
    """What is known of one email; a field that its state does not have is at its default."""

    id: ObjectId
    address: str
    state: EmailState
    attempts: int
    #: How often it may have reached the mail server without anybody knowing.
    uncertain: int = 0
    due_at: datetime | None = None
    token: str | None = None
    lease_ends_at: datetime | None = None
    handed_over: bool = False
    #: Why it failed, and when; when it was sent.
    cause: str | None = None
    ended_at: datetime | None = None
    #: Whether an admin keeps it back; it then stands among the failed ones.
    held: bool = False

    def freed(self, **changes: Any) -> Email:
        """Pending, in nobody's hands."""
        free = {"state": EmailState.PENDING, "token": None, "lease_ends_at": None, "handed_over": False}
        return replace(self, **(free | changes))

    def requeued(self, now: datetime) -> Email:
        """To be sent at once, all attempts before it."""
        return self.freed(attempts=0, due_at=now, cause=None, ended_at=None, held=False)

    def failed(self, cause: str, now: datetime, **changes: Any) -> Email:
        """Given up."""
        return self.freed(state=EmailState.FAILED, due_at=None, cause=cause, ended_at=now, **changes)


async def stored(database: Database) -> dict[ObjectId, Email]:
    """Every email as the database has it. Each must be in exactly one place."""
    found: dict[ObjectId, list[Email]] = defaultdict(list)
    for row in await database.pending.find({}).to_list():
        found[row["_id"]].append(
            Email(
                id=row["_id"],
                address=row["email"],
                state=EmailState(row["status"]),
                attempts=row["attempts"],
                uncertain=row["uncertain"],
                due_at=row["nextAttemptAt"],
                token=row["leaseOwner"],
                lease_ends_at=row["leaseExpiresAt"],
                handed_over=row["stage"] == Stage.HANDED_OVER,
            )
        )
    for row in await database.failed.find({}).to_list():
        found[row["_id"]].append(
            Email(
                id=row["_id"],
                address=row["email"],
                state=EmailState.FAILED,
                attempts=row["attempts"],
                uncertain=row["uncertain"],
                cause=row["cause"],
                ended_at=row["lastAttemptDate"],
                held="held" in row,
            )
        )
    for row in await database.deliveries.find({}).to_list():
        found[row["_id"]].append(
            Email(
                id=row["_id"],
                address=row["email"],
                state=EmailState.SENT,
                attempts=row["attempts"],
                uncertain=row["uncertain"],
                ended_at=row["sentAt"],
            )
        )
    for places in found.values():
        assert len(places) == 1, f"in more than one place: {places}"
    return {id_: places[0] for id_, places in found.items()}


@dataclass
class QueueModel:
    """The queue, and what the mail server has received of it."""

    emails: dict[ObjectId, Email] = field(default_factory=dict)
    discarded: set[ObjectId] = field(default_factory=set)
    #: Entries of the audit log: action and count.
    audit: list[tuple[str, int]] = field(default_factory=list)
    #: How often the mail server got each, and how often that may happen: once, and once more per uncertain mark.
    received: dict[ObjectId, int] = field(default_factory=lambda: defaultdict(int))
    marks: dict[ObjectId, int] = field(default_factory=lambda: defaultdict(int))
    paused: bool = False
    #: When how many were let go.
    grants: list[tuple[datetime, int]] = field(default_factory=list)

    # --- Workers ---

    def due(self, now: datetime) -> list[ObjectId]:
        """What may be claimed, in the order in which it is."""
        rows = [each for each in self.emails.values() if each.state is EmailState.PENDING and each.due_at <= now]
        return [each.id for each in sorted(rows, key=lambda each: (each.due_at, each.id))]

    def claim(self, claims: Iterable[ClaimedEmail], now: datetime, lease: timedelta) -> None:
        """Claimed, each under its token, the attempt charged."""
        for claim in claims:
            email = self.emails[claim.id]
            assert email.state is EmailState.PENDING, f"taken while {email.state}"
            assert email.due_at is not None
            assert email.due_at <= now, "taken before its time"
            assert claim.attempts == email.attempts + 1
            assert claim.email == email.address
            self.emails[email.id] = replace(
                email,
                state=EmailState.PROCESSING,
                attempts=claim.attempts,
                token=claim.token,
                lease_ends_at=now + lease,
            )

    def holds(self, claim: ClaimedEmail) -> bool:
        """Whether the claim still counts."""
        email = self.emails.get(claim.id)
        return email is not None and email.token == claim.token

    def renew(self, token: str, now: datetime, lease: timedelta) -> None:
        """All that is left of the claim is held for longer."""
        for email in list(self.emails.values()):
            if email.token == token:
                self.emails[email.id] = replace(email, lease_ends_at=now + lease)

    def hand_over(self, claims: Iterable[ClaimedEmail]) -> set[ClaimedEmail]:
        """Noted as about to leave; answers which may."""
        held = {claim for claim in claims if self.holds(claim)}
        for claim in held:
            self._put(replace(self.emails[claim.id], handed_over=True))
        return held

    def receive(self, id_: ObjectId) -> None:
        """The mail server has it; twice only if it was known that this may happen."""
        assert self.received[id_] <= self.marks[id_], "sent twice without an uncertain mark"
        self.received[id_] += 1

    def deliver(self, claim: ClaimedEmail, now: datetime) -> None:
        """Settled as sent."""
        if self.holds(claim):
            self._put(self.emails[claim.id].freed(state=EmailState.SENT, due_at=None, ended_at=now))

    def postpone(self, claim: ClaimedEmail, due_at: datetime, *, charged: bool, uncertain: bool) -> None:
        """Settled as to be tried again."""
        if self.holds(claim):
            email = self._mark(claim.id) if uncertain else self.emails[claim.id]
            self._put(email.freed(due_at=due_at, attempts=email.attempts - (not charged)))

    def give_up(self, claim: ClaimedEmail, cause: str, now: datetime, *, uncertain: bool) -> None:
        """Settled as failed."""
        if self.holds(claim):
            email = self._mark(claim.id) if uncertain else self.emails[claim.id]
            self._put(email.failed(cause, now))

    def give_back(self, claim: ClaimedEmail) -> None:
        """As it was before the claim."""
        if self.holds(claim):
            email = self.emails[claim.id]
            self._put(email.freed(attempts=email.attempts - 1))

    def defer(self, claim: ClaimedEmail, until: datetime) -> None:
        """Put off untried."""
        if self.holds(claim):
            self._put(self.emails[claim.id].freed(due_at=until, attempts=self.emails[claim.id].attempts - 1))

    def recover(self, now: datetime, *, hold: bool, everything: bool) -> Recovered:
        """What workers left behind is pending again; failed, where it may have arrived and is to be held."""
        returned = uncertain = 0
        for email in list(self.emails.values()):
            if email.lease_ends_at is None or not (everything or email.lease_ends_at <= now):
                continue
            if not email.handed_over:
                returned += 1
                self._put(email.freed(attempts=email.attempts - 1))
            else:
                uncertain += 1
                marked = self._mark(email.id)
                self._put(marked.failed(CUT_OFF, now) if hold or marked.uncertain > REPEATS else marked.freed())
        return Recovered(returned=returned, uncertain=uncertain)

    # --- Admins ---

    def retry(self, ids: Iterable[ObjectId], now: datetime) -> int:
        """Queued anew, where that changes anything and nobody is sending it; answers how many."""
        chosen = [self.emails[id_] for id_ in ids if self.emails[id_].state in (EmailState.PENDING, EmailState.FAILED)]
        changed = [each for each in chosen if each.due_at is None or each.attempts or each.due_at > now]
        for email in changed:
            self._put(email.requeued(now))
        return self._note("queue.retry", changed)

    def release(self, ids: Iterable[ObjectId], now: datetime) -> int:
        """What was held, queued anew."""
        changed = [self.emails[id_] for id_ in ids if self.emails[id_].held]
        for email in changed:
            self._put(email.requeued(now))
        return self._note("queue.release", changed)

    def hold(self, ids: Iterable[ObjectId], by: str, now: datetime) -> int:
        """What is pending, kept back."""
        changed = [self.emails[id_] for id_ in ids if self.emails[id_].state is EmailState.PENDING]
        for email in changed:
            self._put(email.failed(f"Held by {by}", now, held=True))
        return self._note("queue.hold", changed)

    def discard(self, ids: Iterable[ObjectId]) -> int:
        """Gone for good, unless somebody is sending it."""
        changed = [self.emails[id_] for id_ in ids if self.emails[id_].state in (EmailState.PENDING, EmailState.FAILED)]
        for email in changed:
            del self.emails[email.id]
            self.discarded.add(email.id)
        return self._note("queue.discard", changed)

    def correct(self, id_: ObjectId, address: str, now: datetime) -> None:
        """Sent to another address; what is held stays so."""
        email = replace(self.emails[id_], address=address)
        self._put(email if email.held else email.requeued(now))
        self._note("queue.correct", [email])

    def pause(self, *, paused: bool) -> bool:
        """Whether nothing may be sent; answers whether that is new."""
        changed = paused != self.paused
        self.paused = paused
        if changed:
            self.audit.append(("queue.pause" if paused else "queue.resume", 1))
        return changed

    # --- Limits ---

    def room(self, now: datetime, rate: Rate) -> int:
        """How many may leave, so that no window of the rate's interval sees more than its count."""
        return rate.count - self._granted_after(now - rate.interval)

    def sure_room(self, now: datetime, rate: Rate) -> int:
        """How many must be let go, though grants close together may be kept as one."""
        return rate.count - self._granted_after(now - rate.interval * 1.01)

    def _granted_after(self, moment: datetime) -> int:
        return sum(emails for at, emails in self.grants if at > moment)

    # --- What is asked of it ---

    def ids(self, *states: EmailState) -> list[ObjectId]:
        """Those in these states."""
        return [each.id for each in self.emails.values() if each.state in states]

    def copy(self) -> QueueModel:
        """Another one, for what may come next."""
        return copy.deepcopy(self)

    def _put(self, email: Email) -> None:
        self.emails[email.id] = email

    def _mark(self, id_: ObjectId) -> Email:
        self.marks[id_] += 1
        email = self.emails[id_]
        return replace(email, uncertain=email.uncertain + 1)

    def _note(self, action: str, changed: Sequence[Email]) -> int:
        if changed:
            self.audit.append((action, len(changed)))
        return len(changed)
