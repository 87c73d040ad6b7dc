"""Emails that came back after a mail server had accepted them.

A report can do no more than mark an email that was sent: it moves from the deliveries to the failed ones, without a
password, and waits there for an admin. Each report is one transaction: killed at any point it was taken or it was not,
and whoever brings it again changes nothing. Where a report comes before it is known that the email has left, it waits.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum, auto

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from server.contract import MAIL_SERVERS, EmailEventKind, EmailState, Phrase
from server.explaining import cause_of
from server.store.audit import NEXT_STEP, AuditLog
from server.store.client import Collection, Database, Document, Session
from server.store.emails import Stage, sending_of
from server.store.history import delivered, event, history_with, push
from server.store.rows import DELIVERY, FAILED, PENDING, Fields, is_bounced, whole
from server.store.search import person_keys

#: A report on an email that left longer ago is not believed: mail servers give up after five days (RFC 5321, 4.5.4.1).
SENT_WITHIN = timedelta(days=14)
#: How long a report is known by its id: for as long as it can be believed, and then some.
KEPT = 2 * SENT_WITHIN
#: Reports on one sending of one email that are told of; whoever writes more wants to fill something.
_TOLD = 10
_AT_ONCE = 500


class Kind(StrEnum):
    """What a report says of an email; nothing else is kept."""

    #: It will not arrive.
    FAILED = "failed"
    #: It has not arrived yet, and is still tried.
    DELAYED = "delayed"


@dataclass(frozen=True)
class Report:
    """What somebody out there says has become of one email. Anybody may have written it."""

    kind: Kind
    #: Which email it is about; None: it does not say so in a way that can be one of ours.
    email_id: ObjectId | None
    #: To whom it did not go; None: it does not say.
    recipient: str | None
    #: Enhanced status code (RFC 3463), such as "5.1.1", or "".
    code: str
    #: Why, in one line, without secrets.
    reason: str
    #: By which the same report is known when it comes again: its own Message-ID, or a provider's id of the event.
    source_id: str
    #: When it was written, by its own account.
    at: datetime | None
    #: Which sending of the email it is about (see :func:`server.store.emails.message_id`).
    sending: int = 0

    @property
    def key(self) -> str:
        """The same for the same report, however often it comes."""
        of = "\0".join((self.source_id, self.recipient or ""))
        return f"{self.email_id}:{self.sending}:{self.kind.value}:{hashlib.sha256(of.encode()).hexdigest()[:32]}"

    @property
    def words(self) -> str:
        """Why, with the code in front, as an answer at the door would be."""
        if not self.code or self.code in self.reason[: len("550 5.1.1 ") + 2]:
            return self.reason
        return f"{self.code} {self.reason}".rstrip()


@dataclass(frozen=True)
class Taken:
    """What became of reports."""

    #: Emails that are marked now, and were not before.
    bounced: int = 0
    #: Emails that are still tried: a line in their history.
    delayed: int = 0
    #: Nothing is known of these emails having left yet; that is looked at again.
    waiting: int = 0
    #: Have been taken before, or the email is marked already, or was sent once more since.
    known: int = 0
    #: Say of no email that was sent within the last days.
    unknown: int = 0


class _End(Enum):
    """What became of one report; the names are those of :class:`Taken`."""

    BOUNCED = auto()
    DELAYED = auto()
    WAITING = auto()
    KNOWN = auto()
    UNKNOWN = auto()


class BounceInbox:
    """Every query on emails that came back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bounces = database.bounces
        self._audit = AuditLog(database)

    async def take(self, reports: Sequence[Report], *, via: str) -> Taken:
        """Mark the emails that came back. What was answered is written; anything may be brought again.

        ``via``: by which way they came, for the audit log, where all of them are one entry.
        """
        entry = ObjectId()
        ends = Counter[_End]()
        for report in reports:
            ends[await self._take(report, via, entry)] += 1
        return Taken(**{end.name.lower(): count for end, count in ends.items()})

    async def look_again(self) -> Taken:
        """Take the reports that wait, as far as it is known by now what became of their emails."""
        entry = ObjectId()
        ends = Counter[_End]()
        waiting = await self._bounces.find({"waits": True}).sort("at", 1).limit(_AT_ONCE).to_list()
        for row in waiting:
            ends[await self._take(_report(row), row["via"], entry, came_at=row["at"])] += 1
        return Taken(**{end.name.lower(): count for end, count in ends.items()})

    async def _take(self, report: Report, via: str, entry: ObjectId, came_at: datetime | None = None) -> _End:
        if report.email_id is None:
            return _End.UNKNOWN
        now = await self._database.now()
        one = _Taking(self._database, self._audit, report, via, entry, now, came_at or now)
        try:
            return await self._database.transaction(one.work)
        except DuplicateKeyError:  # brought twice at the same moment: the other one has done it
            return _End.KNOWN


@dataclass(frozen=True)
class _Taking:
    """One report in one transaction."""

    database: Database
    audit: AuditLog
    report: Report
    via: str
    entry: ObjectId
    now: datetime
    #: When it came here.
    came_at: datetime

    async def work(self, session: Session) -> _End:
        """The whole of it."""
        key = {"_id": self.report.key}
        before = await self.database.bounces.find_one(key, {"waits": 1, "attempts": 1}, session=session)
        if before is not None and not before.get("waits"):
            return _End.KNOWN
        end, attempts = await self._mark(None if before is None else before.get("attempts"), session)
        if before is None and end is not _End.UNKNOWN:
            waits = {"waits": True, "attempts": attempts} if end is _End.WAITING else {}
            await self.database.bounces.insert_one(self._kept() | waits, session=session)
        elif before is not None and end is not _End.WAITING:
            await self.database.bounces.update_one(key, {"$unset": {"waits": ""}}, session=session)
        return end

    async def _mark(self, attempts: int | None, session: Session) -> tuple[_End, int]:
        """Wherever the email is; ``attempts``: how often it had been tried when the report came and had to wait.

        Answers what became of it, and how often it has been tried by now.
        """
        for place, fields in ((self.database.deliveries, DELIVERY), (self.database.failed, FAILED)):
            if (found := await self._find(place, fields, session)) is not None:
                if (end := self._of_another_sending(found)) is not None:
                    return end, 0
                marks = self._mark_sent if place is self.database.deliveries else self._mark_failed
                return await marks(found, attempts, session), found["attempts"]
        waiting = await self._find(self.database.pending, PENDING, session)
        if waiting is None:
            return _End.UNKNOWN, 0
        return self._of_another_sending(waiting) or _not_settled(waiting), waiting["attempts"]

    async def _find(self, place: Collection, fields: Fields, session: Session) -> Document | None:
        row = await place.find_one({"_id": self.report.email_id}, {"password": 0}, session=session)
        return None if row is None else whole(row, fields)

    def _of_another_sending(self, row: Document) -> _End | None:
        current = sending_of(row["messageId"])
        if current == self.report.sending:
            return None
        return _End.KNOWN if self.report.sending < current else _End.UNKNOWN

    async def _mark_sent(self, row: Document, attempts: int | None, session: Session) -> _End:
        """``attempts``: it was about that try, or an earlier one that may have got through as well."""
        if row["sentAt"] < self.now - SENT_WITHIN:
            return _End.UNKNOWN
        is_failure = self.report.kind is Kind.FAILED
        if not is_failure or (attempts is not None and attempts < row["attempts"]):
            await self._tell(self.database.deliveries, row, session)
            return _End.KNOWN if is_failure else _End.DELAYED
        await self.database.deliveries.delete_one({"_id": row["_id"]}, session=session)
        await self.database.failed.insert_one(self._bounced(row), session=session)
        await self.audit.note(
            self.entry,
            "queue.bounce",
            by=MAIL_SERVERS,
            count=1,
            emails=[row["email"]],
            details={"via": self.via},
            session=session,
            origin="",
            more_within=NEXT_STEP,
        )
        return _End.BOUNCED

    async def _mark_failed(self, row: Document, _attempts: int | None, session: Session) -> _End:
        """It is marked already, or nobody knew whether it had arrived: the report is one thing more that is known."""
        if not is_bounced(row):
            if not row["uncertain"]:
                return _End.UNKNOWN
            await self._tell(self.database.failed, row, session)
            return _End.KNOWN
        await self._tell(self.database.failed, row, session)
        if self.report.kind is Kind.FAILED and self._rank() < (
            row["bounced"]["reportedAt"],
            row["bounced"]["sourceId"],
        ):
            changes = {"error": self._words(row), "cause": self._cause(row), "bounced": self._mark_of_it()}
            await self.database.failed.update_one({"_id": row["_id"]}, {"$set": changes}, session=session)
        return _End.KNOWN

    def _bounced(self, row: Document) -> Document:
        """A delivery as a failed email: why, and everything that was known of it."""
        known = {**row, "history": history_with(row, delivered(row))}
        return {
            "_id": row["_id"],
            "userId": row["userId"],
            "leadId": row["leadId"] or row["userId"],  # of deliveries that an earlier version has noted
            "activationId": row["activationId"],
            "email": row["email"],
            "name": row["name"],
            "messageId": row["messageId"],
            "attempts": row["attempts"],
            "createdAt": row["createdAt"],
            "account": row["account"],
            "uncertain": row["uncertain"],
            "error": self._words(row),
            "cause": self._cause(row),
            "lastAttemptDate": self.now,
            "bounced": self._mark_of_it(),
            "history": history_with(known, self._event(row)),
            **person_keys(row["email"], row["name"]),
        }

    async def _tell(self, collection: Collection, row: Document, session: Session) -> None:
        """One line more in its history."""
        told = 0
        for each in reversed(row.get("history", ())):
            if each["what"] in (EmailEventKind.REQUEUED.value, EmailEventKind.CORRECTED.value):
                break
            told += each["what"] in (EmailEventKind.BOUNCED.value, EmailEventKind.DELAYED.value)
        if told < _TOLD:
            await collection.update_one({"_id": row["_id"]}, push(self._event(row)), session=session)

    def _event(self, row: Document) -> Document:
        kind = EmailEventKind.BOUNCED if self.report.kind is Kind.FAILED else EmailEventKind.DELAYED
        return event(kind, self.now, self._words(row), account=row["account"])

    def _words(self, row: Document) -> str:
        words, recipient = self.report.words, self.report.recipient or ""
        if recipient and recipient.lower() not in (f"{words} {row['email']}").lower():
            words = f"{words} (<{recipient}>)".lstrip()  # to whom it was passed on
        return words or Phrase.CAME_BACK_SILENTLY.says().english

    def _cause(self, row: Document) -> str:
        words = self._words(row)
        silent = Phrase.CAME_BACK_SILENTLY.says().english
        return silent if words == silent else Phrase.CAME_BACK.says(answer=cause_of(words)).english

    def _mark_of_it(self) -> Document:
        reported_at, source_id = self._rank()
        return {"code": self.report.code, "reportedAt": reported_at, "sourceId": source_id, "via": self.via}

    def _rank(self) -> tuple[datetime, str]:
        """Of several reports the earliest is shown, in whatever order they come."""
        at = self.report.at or _NEVER
        return at.replace(microsecond=at.microsecond // 1000 * 1000), self.report.source_id  # as they are stored

    def _kept(self) -> Document:
        report = self.report
        return {
            "_id": report.key,
            "at": self.came_at,
            "via": self.via,
            "kind": report.kind.value,
            "emailId": report.email_id,
            "recipient": report.recipient,
            "code": report.code,
            "reason": report.reason,
            "sourceId": report.source_id,
            "reportedAt": report.at,
            "sending": report.sending,
        }


#: In the place of a moment that is not told.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def _not_settled(row: Document) -> _End:
    """The mail server may have it, and nobody has noted yet that it has."""
    is_out = row["status"] == EmailState.PROCESSING.value and row["stage"] == Stage.HANDED_OVER.value
    return _End.WAITING if is_out or row["uncertain"] else _End.UNKNOWN


def _report(row: Document) -> Report:
    """As it was kept."""
    return Report(
        kind=Kind(row["kind"]),
        email_id=row["emailId"],
        recipient=row["recipient"],
        code=row["code"],
        reason=row["reason"],
        source_id=row["sourceId"],
        at=row["reportedAt"],
        sending=row["sending"],
    )
