"""The email queue: pending emails, what failed, and what was delivered.

An email is in exactly one place: each move from one to another is a transaction, and what a worker leaves behind is
dealt with by :meth:`EmailStore.recover`. Whatever changes a claimed row names the claim's token: a worker that lost its
lease changes nothing. Times are the database's.
"""

from __future__ import annotations

import re
import secrets
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr
from enum import StrEnum
from typing import Any, Protocol

import structlog
from bson import ObjectId
from bson.binary import Binary
from pymongo import UpdateOne
from pymongo.errors import WriteError

from server.contract import EmailEventKind, EmailState, Page, Phrase, QueuedEmail
from server.errors import Invalid
from server.explaining import explained
from server.store import rows as rows_
from server.store.client import Database, Document, Session
from server.store.history import event, history_with, push
from server.store.ids import wire_id
from server.store.left_room import LeftRoom
from server.store.paging import fetch_page
from server.store.search import finding, person_keys
from server.store.throughput import Ending, Tally

log = structlog.get_logger(__name__)

#: How often an email is sent again of which it is not known whether it arrived: each time may be one copy more.
REPEATS = 2
#: How many ids of due emails are read at once, so that not every claim has to search for its own.
READ_AHEAD = 10_000
#: An engine may compare each row with each of the ids it is asked for.
_IDS_AT_ONCE = 100
#: How often in a row a claim may find that all it took is another program's, and has to be made whole first.
_ROUNDS = 3


class Stage(StrEnum):
    """How far a claimed email has come; a row without a stage has not left this program."""

    #: The mail server may have the message from here on. Written before it is handed over.
    HANDED_OVER = "handedOver"


_MESSAGE_ID = re.compile(r"<(?P<id>[0-9a-f]{24})(?:\.(?P<sending>\d{1,4}))?@(?P<domain>[^<>@\s]+)>")


def message_id(email_id: ObjectId, mail_from: str) -> str:
    """The email's Message-ID (RFC 5322, 3.6.4): the same however often it is tried.

    From it come the envelope id and the address for bounces (see :mod:`server.mail.rendering`). What came back and is
    sent once more, or goes to another address, is another message: a dot and a number behind the id say so, and a
    report on the earlier one is not taken for one on the later.
    """
    return f"<{email_id}@{parseaddr(mail_from)[1].rpartition('@')[2]}>"


def sending_of(message_id: str) -> int:
    """Which sending of the email this Message-ID is for: 0 is the first."""
    found = _MESSAGE_ID.fullmatch(message_id)
    return int(found["sending"] or 0) if found else 0


def next_message_id(message_id: str) -> str:
    """That of the next sending; one that another program has made stays."""
    found = _MESSAGE_ID.fullmatch(message_id)
    return f"<{found['id']}.{sending_of(message_id) + 1}@{found['domain']}>" if found else message_id


def pending_document(
    *,
    email_id: ObjectId,
    user_id: ObjectId,
    lead_id: ObjectId,
    activation_id: ObjectId,
    email: str,
    name: str,
    password: Binary,
    message_id: str,
    now: datetime,
    due_at: datetime,
    not_before: datetime | None = None,
) -> Document:
    """A row of ``PendingActivationEmail``, to be sent from ``due_at`` on. ``password`` is encrypted.

    ``not_before``: sooner than that it is not to leave whatever happens to it, unless an admin wants it sent now.
    """
    is_for_later = not_before is not None and not_before > due_at
    return {
        "_id": email_id,
        "userId": user_id,
        "email": email,
        "password": password,
        "status": EmailState.PENDING.value,
        "attempts": 0,
        "createdAt": now,
        "queuedAt": now,
        "nextAttemptAt": not_before if is_for_later else due_at,
        **({"notBefore": not_before} if is_for_later else {}),
        "name": name,
        "messageId": message_id,
        "leadId": lead_id,
        "activationId": activation_id,
        "leaseOwner": None,
        "leaseExpiresAt": None,
        "leaseSeconds": None,
        "stage": None,
        "account": None,
        "uncertain": 0,
        "lastError": None,
        "lastAttemptAt": None,
        **person_keys(email, name),
    }


@dataclass(frozen=True)
class ClaimedEmail:
    """A pending email in the hands of a worker. ``token`` is new for each claim."""

    id: ObjectId
    token: str
    user_id: ObjectId
    email: str
    name: str
    password: Binary
    message_id: str
    #: Including the one this claim is for.
    attempts: int
    created_at: datetime
    #: When it was queued, or last queued again by an admin.
    queued_at: datetime
    #: It has waited for the limit of its recipient's domain already.
    in_line: bool = False
    #: What has happened to it before.
    history: Sequence[Document] = field(default=(), hash=False)
    #: How often the mail server may have had it before, without an answer that arrived here.
    uncertain: int = 0
    #: Accounts by which it was refused in a way that may be their fault.
    doubted_by: tuple[str, ...] = ()
    #: Whose address and activation it is about.
    lead_id: Any = None
    activation_id: Any = None


@dataclass(frozen=True)
class Deferred:
    """The limit of its recipient's domain has no room for it before ``until``."""

    email: ClaimedEmail
    until: datetime


@dataclass(frozen=True)
class Leaving:
    """The message is about to be handed over to the account's mail server."""

    email: ClaimedEmail
    account: str


@dataclass(frozen=True)
class Delivered:
    """The mail server has accepted it."""

    email: ClaimedEmail
    reply: str
    account: str
    duration: timedelta


@dataclass(frozen=True)
class Postponed:
    """It will be tried again after ``wait``. ``charged``: this attempt counts against the limit of attempts."""

    email: ClaimedEmail
    error: str
    wait: timedelta
    charged: bool = True
    #: The mail server may have it all the same.
    uncertain: bool = False
    #: It was the account that could not send: the try says nothing of the email, and is not counted.
    blocked: bool = False
    #: By which account it was tried.
    account: str = ""
    #: That account's refusal may be its own fault, or this email's: it is told from what comes next.
    doubtful: bool = False


@dataclass(frozen=True)
class Reason:
    """Why an email was given up: in full, and without what differs from email to email."""

    error: str
    cause: str
    #: The mail server may have it all the same.
    uncertain: bool = False
    #: By which account it was tried last.
    account: str = ""


@dataclass(frozen=True)
class GivenUp:
    """It will not be tried again by itself."""

    email: ClaimedEmail
    reason: Reason


@dataclass(frozen=True)
class Recovered:
    """What was found of workers that are gone."""

    #: Had not been handed over: simply pending again.
    returned: int = 0
    #: Had been handed over, the answer is not known.
    uncertain: int = 0

    def __bool__(self) -> bool:
        return self != Recovered()


@dataclass(frozen=True)
class Outlook:
    """When the queue wants attention next: a pending email falls due, or a claim runs out. None: nothing in sight.

    Where several emails are due already, ``due_at`` is when any one of them fell due.
    """

    due_at: datetime | None
    lease_ends_at: datetime | None


class Foreign(Protocol):
    """Deals with rows of another program: makes them whole or sets them aside."""

    async def look(self) -> int:
        """Those that no worker would ever take."""

    async def complete(self, criteria: Mapping[str, Any]) -> int:
        """Those of these that cannot be sent as they are."""


class _LeaseLost(Exception):
    """Some of the emails are not this worker's any more."""


class EmailStore:
    """Every query on the queue."""

    def __init__(
        self,
        database: Database,
        *,
        hold_uncertain: bool = False,
        tally: Tally | None = None,
        foreign: Foreign | None = None,
    ) -> None:
        """``hold_uncertain``: what may have been delivered is left to an admin instead of being sent again.

        Otherwise it is sent again :data:`REPEATS` times.

        ``tally``: where it is counted what becomes of emails. ``foreign``: who deals with those of another program;
        None: they are left as they are, as nothing is sent by this store.
        """
        self._foreign = foreign
        self._database = database
        self._pending = database.pending
        self._repeats = 0 if hold_uncertain else REPEATS
        self._tally = tally
        self._left_room = LeftRoom(database)
        self._read_ahead: deque[ObjectId] = deque()

    @property
    def database(self) -> Database:
        """Where the queue is."""
        return self._database

    # --- The worker's side ---

    async def claim(self, limit: int, lease: timedelta) -> list[ClaimedEmail]:
        """Take up to ``limit`` due emails, oldest first. Two workers that ask at once never get the same one."""
        now = await self._database.now()
        rounds = 0
        while rounds < _ROUNDS and (ids := await self._next_due(limit, now)):
            rows, met_foreign = await self._take(ids, now, lease)
            if rows:
                return [_claimed(row) for row in rows]
            rounds += met_foreign
        return []

    async def take_in_foreign(self) -> int:
        """Deal with emails of another program that would never be due; answers how many."""
        return 0 if self._foreign is None else await self._foreign.look()

    async def _next_due(self, limit: int, now: datetime) -> list[ObjectId]:
        """Ids of the oldest due emails, several claims' worth read at once; some may be gone when they are taken."""
        if len(self._read_ahead) < limit:
            rows = self._pending.find(due(now), {"_id": 1}).sort([("nextAttemptAt", 1), ("_id", 1)])
            self._read_ahead = deque([row["_id"] async for row in rows.limit(max(limit, READ_AHEAD))])
        return [self._read_ahead.popleft() for _ in range(min(limit, len(self._read_ahead)))]

    async def _take(self, ids: Sequence[ObjectId], now: datetime, lease: timedelta) -> tuple[list[Document], bool]:
        """The rows that are still free and due, marked as this claim's; and whether there were foreign ones."""
        token = secrets.token_hex(12)
        taken = {
            "$set": {
                "status": EmailState.PROCESSING.value,
                "leaseOwner": token,
                "leaseExpiresAt": now + lease,
                "leaseSeconds": lease.total_seconds(),
                "stage": None,
                "lastAttemptAt": now,
            },
            "$inc": {"attempts": 1},
        }
        rows: list[Document] = []
        met_foreign = False
        for start in range(0, len(ids), _IDS_AT_ONCE):
            among: dict[str, Any] = {"_id": {"$in": ids[start : start + _IDS_AT_ONCE]}}
            # Worded so that every engine looks for the ids, and not through all that is due.
            free = among | {"status": EmailState.PENDING.value, "nextAttemptAt": {"$not": {"$gt": now}}}
            try:
                await self._database.update_many(self._pending, free, taken)
            except WriteError:  # a number of another program that cannot be counted up
                log.warning("emails of another program are among those that are due")
                await self._complete(among | {"status": EmailState.PENDING.value})
                met_foreign = True
            found = await self._pending.find(among | {"leaseOwner": token}).sort("_id", 1).to_list()
            ours = await self._without_foreign(found)
            met_foreign = met_foreign or len(ours) < len(found)
            rows += ours
        return rows, met_foreign

    async def _without_foreign(self, taken: Sequence[Document]) -> list[Document]:
        """Those that can be sent; the others are put back, made whole or set aside."""
        ours = [row for row in taken if rows_.can_be_sent(row)]
        if len(ours) < len(taken):
            others = {"_id": {"$in": [row["_id"] for row in taken if row not in ours]}}
            held = others | {"leaseOwner": taken[0]["leaseOwner"]}
            await self._database.update_many(self._pending, held, {"$set": _FREE, "$inc": {"attempts": -1}})
            await self._complete(others)
        return ours

    async def _complete(self, criteria: Mapping[str, Any]) -> None:
        if self._foreign is not None:
            await self._foreign.complete(criteria)

    async def renew(self, token: str, lease: timedelta) -> None:
        """A sign of life for what is left of a claim."""
        await self._database.update_many(
            self._pending,
            {"leaseOwner": token, "status": EmailState.PROCESSING.value},
            {"$set": {"leaseExpiresAt": await self._database.now() + lease}},
        )

    async def advance(self, leaving: Sequence[Leaving], delivered: Sequence[Delivered]) -> set[ClaimedEmail]:
        """Note that messages are about to leave, and move others that have arrived to the log of deliveries.

        All in one transaction, which costs little more than either alone; where a lease was lost, each by itself.
        Answers which of those that want to leave are still this worker's to send.
        """
        now = await self._database.now()
        by_account: dict[str, list[ClaimedEmail]] = defaultdict(list)
        for each in leaving:
            by_account[each.account].append(each.email)

        async def work(session: Session) -> None:
            for account, emails in by_account.items():
                if await self._note_leaving(emails, account, session) < len(emails):
                    raise _LeaseLost
            if delivered:
                await self._log_delivered({each.email: each for each in delivered}, now, session)

        try:
            await self._database.transaction(work)
        except _LeaseLost:
            await self.settle_delivered(delivered)
            ours = [await self.mark_handed_over(emails, account) for account, emails in by_account.items()]
            return set().union(*ours)
        self._count(Ending.ACCEPTED, len(delivered), now)
        return {each.email for each in leaving}

    async def mark_handed_over(self, emails: Sequence[ClaimedEmail], account: str) -> set[ClaimedEmail]:
        """Note that the messages are about to leave; answers which of them are still this worker's to send."""

        async def work(session: Session) -> int:
            return await self._note_leaving(emails, account, session)

        if await self._database.transaction(work) == len(emails):
            return set(emails)
        return await self._still_held(emails, None)

    async def settle_delivered(self, deliveries: Sequence[Delivered]) -> None:
        """Move emails from the queue to the log of deliveries, in one step.

        What may have arrived more than once stays marked as such. What is not this worker's any more stays as it is: it
        was found uncertain, and may be another worker's or an admin's by now.
        """
        now = await self._database.now()
        ours = {each.email: each for each in deliveries}

        async def work(session: Session) -> None:
            await self._log_delivered(ours, now, session)

        while ours:
            try:
                await self._database.transaction(work)
                break
            except _LeaseLost:
                ours = {email: ours[email] for email in await self._still_held(list(ours), None)}
        self._count(Ending.ACCEPTED, len(ours), now)

    async def _note_leaving(self, emails: Sequence[ClaimedEmail], account: str, session: Session) -> int:
        """Answers how many of them were still held."""
        leaving = {"$set": {"stage": Stage.HANDED_OVER.value, "account": account}}
        still_held = 0
        for held in _held_by_claim(emails):
            still_held += (await self._pending.update_many(held, leaving, session=session)).matched_count
        return still_held

    async def _log_delivered(
        self, deliveries: Mapping[ClaimedEmail, Delivered], now: datetime, session: Session
    ) -> None:
        """All of them; raises :class:`_LeaseLost` when one is not this worker's any more."""
        removed = 0
        for held in _held_by_claim(deliveries):
            removed += (await self._pending.delete_many(held, session=session)).deleted_count
        if removed < len(deliveries):
            raise _LeaseLost
        rows = [_delivery_document(each, now) for each in deliveries.values()]
        await self._database.deliveries.insert_many(rows, session=session)

    async def settle_postponed(self, postponements: Sequence[Postponed]) -> None:
        """Put emails back to be tried again later."""
        now = await self._database.now()
        await self._pending.bulk_write(
            [
                UpdateOne(
                    _held(each.email),
                    {
                        "$set": _FREE | {"nextAttemptAt": now + each.wait, "lastError": each.error},
                        "$inc": {"attempts": 0 if each.charged else -1, "uncertain": int(each.uncertain)},
                    }
                    | (push(_postponement(each, now)) if each.charged or each.doubtful else {})
                    | ({"$addToSet": {"doubtedBy": each.account}} if each.doubtful else {}),
                )
                for each in postponements
            ],
            ordered=False,
        )
        uncertain = sum(each.uncertain for each in postponements)
        self._count(Ending.UNCERTAIN, uncertain, now)
        self._count(Ending.RETRIED, sum(not each.blocked for each in postponements) - uncertain, now)

    async def settle_given_up(self, given_up: Sequence[GivenUp]) -> None:
        """Move emails to ``FailedEmail``, each in one step with its removal from the queue."""
        now = await self._database.now()

        async def work(session: Session) -> int:
            held = await self._still_held([each.email for each in given_up], session)
            reasons = {each.email.id: each.reason for each in given_up if each.email in held}
            rows = await self._pending.find({"_id": {"$in": list(reasons)}}, session=session).to_list()
            if rows:
                await self._database.failed.insert_many(
                    [failed_document(row, reasons[row["_id"]], now) for row in rows], session=session
                )
                await self._pending.delete_many({"_id": {"$in": list(reasons)}}, session=session)
            return len(rows)

        self._count(Ending.FAILED, await self._database.transaction(work), now)

    async def defer(self, emails: Sequence[Deferred]) -> None:
        """Put off what the limit of a domain has no room for; the attempt is not charged."""
        if emails:
            await self._pending.bulk_write(
                [
                    UpdateOne(
                        _held(each.email),
                        {"$set": _FREE | {"nextAttemptAt": each.until, "inLine": True}, "$inc": {"attempts": -1}},
                    )
                    for each in emails
                ],
                ordered=False,
            )

    async def give_back(self, emails: Sequence[ClaimedEmail]) -> None:
        """Return what was claimed and not tried: due at once, the attempt not charged."""
        for held in _held_by_claim(emails):
            await self._database.update_many(self._pending, held, {"$set": _FREE, "$inc": {"attempts": -1}})

    async def recover(self, lease: timedelta = timedelta(), *, everything: bool = False) -> Recovered:
        """Deal with what workers left behind: emails whose lease has ended. Not while the database's clock cannot be
        trusted with the end of a ``lease``.

        ``everything``: whatever its lease says, for a server that has the database to itself, where nobody else can
        hold one.
        """
        now = await self._database.now()
        if self._foreign is not None:
            await self._foreign.look()
        if not everything and not self._database.clock.is_steady(lease):
            return Recovered()
        criteria: dict[str, Any] = {"status": EmailState.PROCESSING.value}
        if not everything:
            criteria["leaseExpiresAt"] = {"$lte": now}
        await self._complete(criteria)
        rows = await self._pending.find(criteria, {"leaseOwner": 1, "stage": 1, "account": 1, "uncertain": 1}).to_list()
        if not rows:
            return Recovered()
        await self._left_room.settle(rows)
        returned, uncertain, held = [], [], []
        for row in rows:
            # Names the old lease and stage: a worker that comes back in this moment and renews the one keeps its email,
            # and if it hands the email over, that is not overlooked.
            left: dict[str, Any] = {"_id": row["_id"], **{each: row.get(each) for each in ("leaseOwner", "stage")}}
            if not everything:
                left["leaseExpiresAt"] = {"$lte": now}
            if left["stage"] is None:
                untried = {"$set": _FREE, "$inc": {"attempts": -1}}
                returned.append(UpdateOne(left, untried | push(event(EmailEventKind.INTERRUPTED, now))))
            elif rows_.count(row.get("uncertain")) >= self._repeats:
                held.append(left)
            else:
                cut_off = {"$set": _FREE | {"lastError": CUT_OFF}, "$inc": {"uncertain": 1}}
                uncertain.append(UpdateOne(left, cut_off | push(_cut_off_event(row, now))))
        counted = [
            (await self._pending.bulk_write(writes, ordered=False)) if writes else None
            for writes in (returned, uncertain)
        ]
        sent_again = counted[1].modified_count if counted[1] else 0
        given_up = await self._hold(held, now)
        self._count(Ending.UNCERTAIN, sent_again, now)
        self._count(Ending.FAILED, given_up, now)
        return Recovered(
            returned=counted[0].modified_count if counted[0] else 0,
            uncertain=sent_again + given_up,
        )

    async def _hold(self, left: Sequence[Mapping[str, Any]], now: datetime) -> int:
        """Give up what workers left behind unanswered, each as it was found; answers how many."""

        async def work(session: Session) -> int:
            found = {each["_id"]: each for each in left}
            as_left = self._pending.find({"_id": {"$in": list(found)}, "status": _PROCESSING}, session=session)
            rows = [row async for row in as_left if _is_as(row, found[row["_id"]])]
            if rows:
                await self._pending.delete_many({"_id": {"$in": [row["_id"] for row in rows]}}, session=session)
                reason = Reason(CUT_OFF, CUT_OFF, uncertain=True)
                await self._database.failed.insert_many(
                    [failed_document(row, reason, now) for row in rows], session=session
                )
            return len(rows)

        return await self._database.transaction(work) if left else 0

    def _count(self, ending: Ending, count: int, at: datetime) -> None:
        if self._tally is not None:
            self._tally.note(ending, count, at)

    async def now(self) -> datetime:
        """The database's time."""
        return await self._database.now()

    async def outlook(self) -> Outlook:
        """What the queue will want next."""
        pending = {"status": EmailState.PENDING.value, "nextAttemptAt": _A_MOMENT}
        found = await self._pending.find_one(pending, {"nextAttemptAt": 1})
        due_at = None if found is None else found["nextAttemptAt"]
        # Any email that is due will do. Which one is the first, an engine may have to sort all of them to say.
        if due_at is not None and due_at > await self._database.now():
            due_at = await self._earliest(EmailState.PENDING, "nextAttemptAt")
        return Outlook(due_at=due_at, lease_ends_at=await self._earliest(EmailState.PROCESSING, "leaseExpiresAt"))

    async def reasons(self, most: int) -> list[str]:
        """Why pending emails were put off, of so many of them."""
        put_off = {"status": EmailState.PENDING.value, "lastError": {"$ne": None}}
        rows = await self._pending.find(put_off, {"lastError": 1}).limit(most).to_list()
        return [row["lastError"] for row in rows]

    async def last_due_at(self) -> datetime | None:
        """When the last pending email falls due that is not due yet; None: all of them are, or there is none."""
        later = {"status": EmailState.PENDING.value, "nextAttemptAt": {"$gt": await self._database.now()}}
        row = await self._pending.find_one(later, {"nextAttemptAt": 1}, sort=[("nextAttemptAt", -1)])
        return None if row is None else row["nextAttemptAt"]

    async def is_for_later(self, due_at: datetime) -> bool:
        """Whether something that falls due then was activated for that moment."""
        waits = {"status": EmailState.PENDING.value, "nextAttemptAt": due_at, "notBefore": due_at}
        return await self._pending.find_one(waits, {"_id": 1}) is not None

    async def count_later(self) -> int:
        """How many are not due yet."""
        later = {"status": EmailState.PENDING.value, "nextAttemptAt": {"$gt": await self._database.now()}}
        return await self._pending.count_documents(later)

    async def _earliest(self, status: EmailState, name: str) -> datetime | None:
        row = await self._pending.find_one({"status": status.value, name: _A_MOMENT}, {name: 1}, sort=[(name, 1)])
        return None if row is None else row[name]

    async def _still_held(self, emails: Sequence[ClaimedEmail], session: Session | None) -> set[ClaimedEmail]:
        """Those whose claim still counts: a worker may have lost one to another claim of its own."""
        found = self._pending.find({"_id": {"$in": [each.id for each in emails]}}, {"leaseOwner": 1}, session=session)
        owners = {row["_id"]: row.get("leaseOwner") async for row in found}
        return {email for email in emails if owners.get(email.id) == email.token}

    # --- The admins' side ---

    async def counts(self) -> tuple[int, int, int]:
        """How many emails are pending, being sent, and failed or held."""
        groups = await self._pending.aggregate([{"$group": {"_id": "$status", "n": {"$sum": 1}}}])
        by_status = {group["_id"]: int(group["n"]) async for group in groups}
        failed = await self._database.failed.count_documents({})
        return by_status.get(EmailState.PENDING.value, 0), by_status.get(EmailState.PROCESSING.value, 0), failed

    async def count_held(self) -> int:
        """How many of the failed ones have not failed: an admin keeps them back."""
        return await self._database.failed.count_documents({"held": {"$exists": True}})

    async def count_bounced(self) -> int:
        """How many of the failed ones had been accepted, and came back."""
        return await self._database.failed.count_documents({"bounced": {"$exists": True}})

    async def page(
        self,
        state: EmailState,
        *,
        search: str,
        after: str | None,
        skip: int,
        limit: int,
        cause: str | None = None,
        held: bool | None = None,
        bounced: bool | None = None,
    ) -> Page[QueuedEmail]:
        """One page of a list: what waits, oldest first; what is done with, newest first. Never the password.

        ``cause``, ``held`` and ``bounced`` narrow the failed ones. Raises :class:`Invalid` for other states.
        """
        if state is not EmailState.FAILED and any(each is not None for each in (cause, held, bounced)):
            raise Invalid(Phrase.ONLY_FAILED)
        collection, sort, descending = {
            EmailState.PENDING: (self._pending, "_id", False),
            EmailState.PROCESSING: (self._pending, "_id", False),
            EmailState.FAILED: (self._database.failed, "lastAttemptDate", True),
            EmailState.SENT: (self._database.deliveries, "sentAt", True),
        }[state]
        criteria: dict[str, Any] = {"status": state.value} if collection is self._pending else {}
        criteria |= finding(search)
        if cause is not None:
            criteria["cause"] = cause
        if held is not None:
            criteria["held"] = {"$ne": None} if held else None
        if bounced is not None:
            criteria["bounced"] = {"$ne": None} if bounced else None
        rows, total, cursor = await fetch_page(
            collection,
            criteria,
            sort=sort,
            descending=descending,
            after=after,
            skip=skip,
            limit=limit,
            projection={"password": 0, "history": 0},
        )
        return Page[QueuedEmail](items=tuple(_queued(state, row) for row in rows), total=total, next=cursor)


#: A row that nobody holds.
_FREE: dict[str, Any] = {
    "status": EmailState.PENDING.value,
    "leaseOwner": None,
    "leaseExpiresAt": None,
    "leaseSeconds": None,
    "stage": None,
}

#: Why an email is uncertain whose worker is gone.
CUT_OFF = Phrase.CUT_OFF.says().english


_PROCESSING = EmailState.PROCESSING.value


def _is_as(row: Document, left: Mapping[str, Any]) -> bool:
    """Whether it is still as a worker has left it."""
    until, lease = left.get("leaseExpiresAt"), row.get("leaseExpiresAt")
    if until is not None and not (isinstance(lease, datetime) and lease <= until["$lte"]):
        return False
    return all(row.get(name) == left[name] for name in ("leaseOwner", "stage"))


#: What another program may have written instead comes to no order with moments.
_A_MOMENT = {"$type": "date"}


def _claimed(row: Document) -> ClaimedEmail:
    return ClaimedEmail(
        id=row["_id"],
        token=row["leaseOwner"],
        user_id=row["userId"],
        email=row["email"],
        name=row["name"],
        password=row["password"],
        message_id=row["messageId"],
        attempts=row["attempts"],
        created_at=row["createdAt"],
        history=row.get("history", ()),
        queued_at=max([row["queuedAt"] if "queuedAt" in row else row["createdAt"], *_not_before(row)]),
        in_line=row.get("inLine", False),
        uncertain=row["uncertain"],
        doubted_by=tuple(row.get("doubtedBy", ())),
        lead_id=row["leadId"],
        activation_id=row["activationId"],
    )


def _not_before(row: Mapping[str, Any]) -> list[datetime]:
    """The moment before which it is not to leave, where there is one."""
    at = row.get("notBefore")
    return [at] if isinstance(at, datetime) else []


def due(now: datetime) -> dict[str, Any]:
    """Criteria of what may be sent now; up to the end of this millisecond, the unit in which times are stored."""
    return {"status": EmailState.PENDING.value, "nextAttemptAt": {"$lt": now + timedelta(milliseconds=1)}}


def _held(email: ClaimedEmail) -> dict[str, Any]:
    return {"_id": email.id, "leaseOwner": email.token}


def _held_by_claim(emails: Iterable[ClaimedEmail]) -> Iterator[dict[str, Any]]:
    """The emails as one criterion for each claim they are of: few writes, each still fenced by its own token."""
    ids: dict[str, list[ObjectId]] = defaultdict(list)
    for email in emails:
        ids[email.token].append(email.id)
    for token, claimed in ids.items():
        yield {"_id": {"$in": claimed}, "leaseOwner": token}


def _delivery_document(delivered: Delivered, now: datetime) -> Document:
    email = delivered.email
    return {
        "_id": email.id,
        "userId": email.user_id,
        "leadId": email.lead_id,
        "activationId": email.activation_id,
        "email": email.email,
        "name": email.name,
        "messageId": email.message_id,
        "attempts": email.attempts,
        "createdAt": email.created_at,
        "sentAt": now,
        "reply": delivered.reply,
        "account": delivered.account,
        "uncertain": email.uncertain,
        "durationMs": round(delivered.duration.total_seconds() * 1000),
        **person_keys(email.email, email.name),
        **({"history": email.history} if email.history else {}),
    }


def _postponement(postponed: Postponed, now: datetime) -> Document:
    kind = EmailEventKind.UNCERTAIN if postponed.uncertain else EmailEventKind.POSTPONED
    return event(kind, now, postponed.error, account=postponed.account)


def _cut_off_event(row: Mapping[str, Any], now: datetime) -> Document:
    return event(EmailEventKind.UNCERTAIN, now, CUT_OFF, account=row.get("account") or "")


def failed_document(
    row: Mapping[str, Any], reason: Reason, now: datetime, kind: EmailEventKind = EmailEventKind.FAILED
) -> Document:
    """A row of the queue as one of ``FailedEmail``."""
    row = rows_.whole(row, rows_.PENDING)
    kept = ("_id", "userId", "email", "password", "attempts", "createdAt", "name", "messageId", "leadId")
    account = reason.account or row["account"]
    return {name: row[name] for name in (*kept, "activationId", "notBefore") if name in row} | {
        "account": account,
        "uncertain": row["uncertain"] + reason.uncertain,
        "error": reason.error,
        "cause": reason.cause,
        "lastAttemptDate": now,
        "history": history_with(
            row, event(kind, now, reason.error, account=account if kind is EmailEventKind.FAILED else "")
        ),
        **person_keys(row["email"], row["name"]),
    }


def held_document(row: Mapping[str, Any], by: str, now: datetime) -> Document:
    """A pending email as one that an admin keeps back; ``held`` also remembers what was known of it."""
    row = rows_.whole(row, rows_.PENDING)
    reason = Reason(error=Phrase.HELD_BY.says(name=by).english, cause=f"Held by {by}")
    held = {"by": by, "lastError": row["lastError"], "lastAttemptAt": row["lastAttemptAt"]}
    return failed_document(row, reason, now, EmailEventKind.HELD) | {"held": held}


def requeued_document(row: Mapping[str, Any], by: str, now: datetime, *, at_once: bool = False) -> Document:
    """A failed, held or pending email queued anew: with the same Message-ID (unless it came back), due at once, all its
    attempts to come."""
    row = {name: value for name, value in row.items() if not (at_once and name == "notBefore")}
    return pending_again(row, now, due_at=now) | {
        "history": history_with(row, event(EmailEventKind.REQUEUED, now, Phrase.BY.says(name=by).english)),
    }


def pending_again(row: Mapping[str, Any], now: datetime, *, due_at: datetime) -> Document:
    """The same without its history."""
    row = rows_.whole(row, rows_.PENDING if "nextAttemptAt" in row else rows_.FAILED)
    known = row.get("held") or row
    return pending_document(
        email_id=row["_id"],
        user_id=row["userId"],
        lead_id=row["leadId"],
        activation_id=row["activationId"],
        email=row["email"],
        name=row["name"],
        password=row["password"],
        message_id=next_message_id(row["messageId"]) if rows_.is_bounced(row) else row["messageId"],
        now=row["createdAt"],
        due_at=due_at,
        not_before=next(iter(_not_before(row)), None),
    ) | {
        "uncertain": row["uncertain"],
        "lastError": known["lastError"] if "lastError" in known else row["error"],
        "lastAttemptAt": known["lastAttemptAt"] if "lastAttemptAt" in known else row["lastAttemptDate"],
        "queuedAt": now,
    }


_FIELDS: Mapping[EmailState, rows_.Fields] = {
    EmailState.PENDING: rows_.PENDING,
    EmailState.PROCESSING: rows_.PENDING,
    EmailState.FAILED: rows_.FAILED,
    EmailState.SENT: rows_.DELIVERY,
}


def _for_later(state: EmailState, row: Mapping[str, Any]) -> datetime | None:
    """The moment it waits for, unless it was tried since and waits for something else."""
    is_later = state is EmailState.PENDING and row.get("notBefore") == row["nextAttemptAt"]
    return row["nextAttemptAt"] if is_later else None


def _queued(state: EmailState, row: Mapping[str, Any]) -> QueuedEmail:
    row = rows_.whole(row, _FIELDS[state])
    match state:
        case EmailState.FAILED:
            last, detail = row["lastAttemptDate"], row["error"]
        case EmailState.SENT:
            last, detail = row["sentAt"], row["reply"]
        case EmailState.PENDING | EmailState.PROCESSING:
            last, detail = row["lastAttemptAt"], row["lastError"] or ""
    return QueuedEmail(
        id=wire_id(row["_id"]),
        state=state,
        email=row["email"],
        name=row["name"],
        attempts=row["attempts"],
        created_at=row["createdAt"],
        next_attempt_at=row["nextAttemptAt"] if state is EmailState.PENDING else None,
        not_before=_for_later(state, row),
        last_attempt_at=last,
        detail=detail,
        sentence=explained(detail),
        held=rows_.is_held(row.get("held")),
        bounced=rows_.is_bounced(row),
    )
