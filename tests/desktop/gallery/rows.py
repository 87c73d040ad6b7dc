"""What the database holds when the pictures are taken: nothing, one of everything, or very much."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from bson import Binary, ObjectId

from server.contract import AuditResult, EmailEventKind, EmailState, LeadStatus, Phrase, Role, SkipReason
from server.explaining import cause_of
from server.store.client import Collection, Database, Document
from server.store.emails import pending_document
from server.store.history import event
from server.store.search import lead_keys, person_keys
from tests.system.processes import ServerProcess

_AT_ONCE = 5_000
_SEALED = Binary(b"sealed", 6)
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_NAMES = (
    "Ada Lovelace", "Jürgen Groß", "Søren Kierkegaard", "María José García Fernández de Córdoba", "Li", "O'Brien, Pat",
    "Thandiwe Nkosi", "Ngô Thị Hương", "François d'Aubigné", "Zoë Quinn",
)  # fmt: skip
_COMPANIES = (
    "Firm", "Northern Lights Shipping & Logistics International GmbH & Co. KG", "Acme", "Blue Door Studio", "",
)  # fmt: skip
_FAILURES = (
    ("550 5.1.1 No such user", "550 5.1.1 <{0}>: Recipient address rejected: User unknown in virtual mailbox table"),
    ("552 5.2.2 Mailbox full", "552 5.2.2 The mailbox of {0} is over its quota; try again when it has been emptied"),
    ("554 5.7.1 Rejected as spam", "554 5.7.1 Message of {0} blocked by policy: see https://firm.example/why"),
)
_ADMINS = (("ben", Role.OPERATOR), ("carla.fernandez-de-cordoba", Role.OPERATOR), ("dave", Role.VIEWER))
#: What was done and what was refused, with whatever else is told of it.
_ENTRIES: tuple[tuple[str, dict[str, str], AuditResult], ...] = (
    ("queue.pause", {"reason": "The mail server moves to its new home"}, AuditResult.DONE),
    ("queue.resume", {}, AuditResult.DONE),
    ("queue.retry", {"part": "failed", "cause": "550 5.1.1 No such user"}, AuditResult.DONE),
    ("queue.hold", {"part": "pending", "matching": "groß"}, AuditResult.DONE),
    ("queue.release", {"part": "held", "cause": "Held by ann"}, AuditResult.DONE),
    ("queue.correct", {"address": "lovelace@firm.example"}, AuditResult.DONE),
    ("queue.export", {"state": "sent", "search": "groß"}, AuditResult.DONE),
    ("template.save", {"version": "3"}, AuditResult.DONE),
    ("session.login", {"reason": Phrase.WRONG_LOGIN.english}, AuditResult.REFUSED),
    ("session.login", {"reason": "wrong name or password"}, AuditResult.REFUSED),
    ("session.login", {"reason": "disabled"}, AuditResult.REFUSED),
    ("password.change", {"reason": "wrong password"}, AuditResult.REFUSED),
    ("admin.role", {"admin": "ben", "role": "operator"}, AuditResult.DONE),
    ("admin.role", {"admin": "ann", "reason": Phrase.LAST_OWNER.says(name="ann").english}, AuditResult.REFUSED),
    ("admin.reset", {"admin": "ben", "logins": "2"}, AuditResult.DONE),
)

#: What people and mail servers have written, in whatever language they like: the rows above, and what is sent to users.
WRITTEN_BY_OTHERS = (
    r"[245]\d\d [245]\.\d\.\d [^\n]*",
    r"The mail server moves to its new home",
    r"(\[Test\] )?Your (account|access)[^\n]*",
    r"María José García Fernández de Córdoba|carla\.fernandez-de-cordoba",
    r"\bben\b|\bann\b",
    r"met at the fair",
    r"build-agent-with-a-long-name-17\.berlin\.firm\.example",
    r"timed out",
)


class Rows(IntEnum):
    """How much there is, by the number of leads."""

    NONE = 0
    ONE = 1
    SOME = 12
    MANY = 100_000


def fill(server: ServerProcess, rows: Rows) -> None:
    """Bring the running service's database from the amount before to this one. Nothing of it is sent."""
    if rows is Rows.NONE:
        return

    async def add(database: Database) -> None:
        await _Filling(database, await database.now(), rows).run()

    server.in_database(add)


class _Filling:
    """Rows as the service itself writes them. Always the same ones, but for the times."""

    def __init__(self, database: Database, now: datetime, rows: Rows) -> None:
        self._database = database
        self._now = now
        self._rows = rows
        self._chance = random.Random(rows.value)

    async def run(self) -> None:
        database, rows = self._database, self._rows
        many = rows is Rows.MANY
        few = min(rows, Rows.SOME)  # one, or a screenful
        await _insert(database.leads, [self._lead(n) for n in range(many, rows)])
        await _insert(database.users, [self._user(n) for n in range(2_000 if many else few)])
        await _insert(database.pending, [self._pending(n) for n in range(1_200 if many else few)])
        await _insert(database.pending, [self._processing(n) for n in range(9 if many else few)])
        await _insert(database.failed, [self._failed(n) for n in range(140 if many else few)])
        await _insert(database.failed, [self._bounced(n) for n in range(30 if many else few)])
        await _insert(database.failed, [self._held(n) for n in range(12 if many else few)])
        await _insert(database.deliveries, [self._delivery(n) for n in range(3_000 if many else few)])
        await _insert(database.audit, [self._entry(n) for n in range(300 if many else max(few, len(_ENTRIES)))])
        if many:
            await self._add_throughput()
        elif rows is Rows.ONE:
            await _insert(database.admins, [self._admin(n) for n in range(len(_ADMINS))])

    def _who(self, number: int) -> tuple[str, str]:
        """An address that nobody else has, and a name."""
        name = _NAMES[number % len(_NAMES)]
        return f"{name.split()[-1].strip(',').casefold()}.{self._rows.value}.{number}@firm.example", name

    def _ago(self, most: timedelta) -> datetime:
        return self._now - most * self._chance.random()

    def _lead(self, number: int) -> Document:
        email, name = self._who(number)
        company = _COMPANIES[number % len(_COMPANIES)]
        status = LeadStatus.NEW
        if number % 7 == 3:
            status = LeadStatus.ACTIVATED
        elif number % 11 == 4:
            status = LeadStatus.SKIPPED
        elif number % 13 == 6:
            status = LeadStatus.ACTIVATING
        return {
            "email": email,
            "name": name,
            "company": company,
            "phone": "+44 20 7946 0018",
            **lead_keys(email, name, company, "+44 20 7946 0018"),
            "status": status.value,
            "createdAt": self._now - timedelta(seconds=number),
            "importedBy": "ann",
            **({"activatedAt": self._now} if status is LeadStatus.ACTIVATED else {}),
            **({"skipReason": SkipReason.ADDRESS_REFUSED.value} if status is LeadStatus.SKIPPED else {}),
        }

    def _user(self, number: int) -> Document:
        email, name = self._who(number)
        seen = number % 3 > 0
        return {
            "_id": ObjectId(),
            "email": f"user.{email}",
            "name": name,
            "passwordHash": "",
            "mustChangePassword": True,
            "isOnline": number % 6 == 1,
            "lastSeen": self._ago(_MINUTE / 2 if number % 6 == 1 else 90 * _HOUR) if seen else None,
            "createdAt": self._ago(200 * _HOUR),
            **person_keys(f"user.{email}", name),
        }

    def _pending(self, number: int) -> Document:
        email, name = self._who(number)
        email_id = ObjectId()
        row = pending_document(
            email_id=email_id,
            user_id=ObjectId(),
            lead_id=ObjectId(),
            activation_id=ObjectId(),
            email=email,
            name=name,
            password=_SEALED,
            message_id=f"<{email_id}@firm.example>",
            now=self._ago(_HOUR),
            due_at=self._now + 4 * _HOUR + number * _MINUTE / 7,
        )
        if number % 4 == 0:
            row |= {
                "attempts": 1 + number % 5,
                "lastError": "451 4.7.1 Greylisted, try again in 5 minutes (mx2.firm.example)",
                "lastAttemptAt": self._ago(_HOUR),
            }
        return row

    def _processing(self, number: int) -> Document:
        held = {"leaseOwner": "elsewhere", "leaseExpiresAt": self._now + 24 * _HOUR, "attempts": 1}
        return self._pending(10_000 + number) | held | {"status": EmailState.PROCESSING.value}

    def _given_up(self, number: int, cause: str, error: str, kind: EmailEventKind) -> Document:
        row = self._pending(20_000 + number)
        kept = ("_id", "userId", "email", "password", "createdAt", "name", "searchText", "messageId", "leadId")
        created: datetime = row["createdAt"]
        return {name: row[name] for name in (*kept, "activationId", "account", "uncertain")} | {
            "attempts": 3,
            "error": error,
            "cause": cause,
            "lastAttemptDate": created + 20 * _MINUTE,
            "history": [
                event(EmailEventKind.POSTPONED, created + _MINUTE, "451 4.7.1 Greylisted, try again in 5 minutes"),
                event(
                    EmailEventKind.UNCERTAIN, created + 6 * _MINUTE, Phrase.BROKE_OFF.says(answer="timed out").english
                ),
                event(EmailEventKind.REQUEUED, created + 12 * _MINUTE, "By ann."),
                event(kind, created + 20 * _MINUTE, error),
            ],
        }

    def _failed(self, number: int) -> Document:
        cause, error = _FAILURES[min(number % 5, 2)]
        return self._given_up(number, cause, error.format(self._who(20_000 + number)[0]), EmailEventKind.FAILED)

    def _bounced(self, number: int) -> Document:
        _, error = _FAILURES[min(number % 5, 2)]
        error = error.format(self._who(22_000 + number)[0])
        cause = Phrase.CAME_BACK.says(answer=cause_of(error)).english
        row = self._given_up(2_000 + number, cause, error, EmailEventKind.BOUNCED)
        row.pop("password")
        mark = {"code": "5.1.1", "reportedAt": self._now, "sourceId": f"<{number}@mx.firm.example>", "via": "imap"}
        return row | {"bounced": mark}

    def _held(self, number: int) -> Document:
        row = self._given_up(5_000 + number, "Held by ann", "Held by ann.", EmailEventKind.HELD)
        return row | {"held": {"by": "ann", "lastError": None, "lastAttemptAt": None}}

    def _delivery(self, number: int) -> Document:
        email, name = self._who(30_000 + number)
        return {
            "_id": ObjectId(),
            "userId": ObjectId(),
            "email": email,
            "name": name,
            "messageId": f"<{self._rows.value}.{number}@firm.example>",
            "attempts": 1,
            "createdAt": self._now - 3 * _HOUR,
            "sentAt": self._ago(_HOUR),
            "reply": "250 2.0.0 Ok: queued as 4XyZ9k2Pq7z",
            "account": "default",
            "uncertain": 0,
            "durationMs": 184,
            **person_keys(email, name),
        }

    def _entry(self, number: int) -> Document:
        action, details, result = _ENTRIES[number % len(_ENTRIES)]
        emails = [self._who(n)[0] for n in range(number % 5)] if action.startswith("queue.") else []
        return {
            "_id": ObjectId(),
            "at": self._ago(100 * _HOUR),
            "by": ("ann", "ben")[number % 2],
            "action": action,
            "count": max(1, len(emails) * 7),
            "emails": emails,
            "details": details,
            "result": result.value,
        }

    def _admin(self, number: int) -> Document:
        """One who is online, one who has never logged in, and one who may no more."""
        name, role = _ADMINS[number]
        return {
            "_id": ObjectId(),
            "username": name,
            "passwordHash": "",
            "mustChangePassword": number == 1,
            "role": role.value,
            "disabledAt": self._now if number == 2 else None,
            "isOnline": number == 0,
            "lastSeen": None if number == 1 else self._now - number * _HOUR,
            "createdAt": self._now - 200 * _HOUR,
        }

    async def _add_throughput(self) -> None:
        """An hour that begins quietly, with a burst, a pause and some trouble."""
        hours: dict[datetime, dict[str, dict[str, int]]] = {}
        for ago in range(60):
            at = self._now - ago * _MINUTE
            quiet = ago > 50 or 20 < ago < 28
            counts = {
                "accepted": 0 if quiet else self._chance.randrange(60, 101),
                "retried": self._chance.randrange(0, 30) if 28 < ago < 36 else 0,
                "failed": self._chance.randrange(0, 6) if ago % 9 == 0 else 0,
            }
            minutes = hours.setdefault(at.replace(minute=0, second=0, microsecond=0), {})
            minutes[f"m{at.minute:02}"] = counts
        for hour, minutes in hours.items():
            sums = {name: sum(each[name] for each in minutes.values()) for name in ("accepted", "retried", "failed")}
            row: dict[str, Any] = {"hour": hour, "minutes": minutes, **sums}
            await self._database.throughput.replace_one({"_id": hour}, row, upsert=True)


async def _insert(collection: Collection, rows: Sequence[Document]) -> None:
    for start in range(0, len(rows), _AT_ONCE):
        await collection.insert_many(rows[start : start + _AT_ONCE], ordered=False)
