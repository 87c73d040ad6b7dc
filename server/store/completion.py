"""Rows that another program has written, made whole: its leads and users to be found, its emails to be sent.

What is missing is added, and what cannot be used as it is is replaced; the other fields stay. An email that cannot be
sent is set aside among the failed ones, with the reason. Everything is done row by row (or portion by portion), as long
as the row is what was read: it may be killed at any point and run again, and by several services at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from bson.binary import Binary
from pymongo import UpdateOne

from server.contract import EmailState, LeadStatus, Phrase
from server.store import rows
from server.store.client import Collection, Database, Document, Session
from server.store.emails import Reason, Stage, failed_document, message_id
from server.store.search import lead_keys, person_keys

log = structlog.get_logger(__name__)

#: Encrypts a password.
Seal = Callable[[str], Awaitable[Binary]]

_PORTION = 500
_LONGEST_PASSWORD = 200
#: A password begins with this that is none any more: bcrypt and argon2 (Modular Crypt Format).
_HASHED = ("$2", "$argon2", "$pbkdf2", "$scrypt")
_OTHER = "another program"  # whose lease it is where one in hand names nobody

#: Pending, and never due; in hand, and of nobody; or neither of both.
_FOREIGN: Mapping[str, Any] = {
    "$or": [
        {"status": EmailState.PENDING.value, "nextAttemptAt": None},
        {"status": EmailState.PENDING.value, "nextAttemptAt": {"$type": "string"}},
        {"status": EmailState.PENDING.value, "nextAttemptAt": {"$type": "number"}},
        {"status": EmailState.PROCESSING.value, "leaseExpiresAt": None},
        {"status": {"$nin": [EmailState.PENDING.value, EmailState.PROCESSING.value]}},
    ]
}


def _problem(row: rows.Row) -> Phrase | None:
    """Why it cannot be sent, whatever is added."""
    if row.get("status") not in (None, EmailState.PENDING.value, EmailState.PROCESSING.value):
        return Phrase.FOREIGN_EMAIL_STATUS
    if not rows.is_plain_id(row.get("_id")):
        return Phrase.FOREIGN_EMAIL_ID
    if not rows.text(row.get("email")).strip():
        return Phrase.FOREIGN_EMAIL_WITHOUT_ADDRESS
    if not rows.is_sealed(row.get("password")):
        return Phrase.FOREIGN_EMAIL_WITHOUT_PASSWORD
    return None


class QueueCompletion:
    """Emails that another program has put into the queue."""

    def __init__(self, database: Database, *, seal: Seal | None = None, mail_from: str = "desk@localhost") -> None:
        """``seal`` encrypts the passwords that stand in them; without it they are set aside."""
        self._database = database
        self._seal = seal
        self._mail_from = mail_from

    async def look(self) -> int:
        """Deal with those that no worker would ever take, a portion of them; answers how many."""
        return await self.complete(_FOREIGN)

    async def complete(self, criteria: Mapping[str, Any]) -> int:
        """Deal with those that cannot be sent as they are; answers how many."""
        found = await self._database.pending.find(criteria).limit(_PORTION).to_list()
        dealt_with = 0
        for row in found:
            if not rows.can_be_sent(row) or _is_nobodys(row):
                await self._complete(row)
                dealt_with += 1
        return dealt_with

    async def _complete(self, row: Document) -> None:
        now = await self._database.now()
        changes = rows.missing(row, rows.PENDING)
        password = row.get("password")
        if self._seal is not None and isinstance(password, str) and _is_password(password):
            changes["password"] = await self._seal(password)
        if not rows.text({**row, **changes}.get("messageId")):
            changes["messageId"] = message_id(row["_id"], self._mail_from)
        if _is_nobodys(row):  # whether it was sent nobody knows
            changes |= {"stage": Stage.HANDED_OVER.value, "leaseOwner": _OTHER, "leaseExpiresAt": now}
        mended = {**row, **changes}
        changes |= person_keys(mended["email"], mended["name"])
        problem = _problem({**row, "password": mended.get("password")})
        as_read = {"_id": row["_id"], **{name: _as_it_is(row, name) for name in {*changes, "status", "leaseOwner"}}}
        if problem is None:
            await self._database.pending.update_one(as_read, {"$set": changes})
            return
        await self._set_aside(as_read, mended, problem, now)

    async def _set_aside(self, as_read: Mapping[str, Any], row: Document, problem: Phrase, now: datetime) -> None:
        why = problem.says().english

        async def work(session: Session) -> bool:
            if not (await self._database.pending.delete_one(as_read, session=session)).deleted_count:
                return False
            kept = {name: value for name, value in row.items() if name not in rows.PENDING}
            await self._database.failed.insert_one(kept | failed_document(row, Reason(why, why), now), session=session)
            return True

        if await self._database.transaction(work):
            log.warning("an email of another program cannot be sent", id=str(row["_id"]), reason=why)


def _is_nobodys(row: rows.Row) -> bool:
    """In hand, by what it says, and nobody's lease will ever end."""
    return row.get("status") == EmailState.PROCESSING.value and not (
        isinstance(row.get("leaseExpiresAt"), datetime) and isinstance(row.get("leaseOwner"), str)
    )


def _is_password(value: str) -> bool:
    return 0 < len(value) <= _LONGEST_PASSWORD and value.isprintable() and not value.startswith(_HASHED)


def _as_it_is(row: rows.Row, name: str) -> Any:
    return {"$eq": row[name]} if name in row else {"$exists": False}


async def complete_rows(database: Database) -> int:
    """Add to leads, users and failed emails of another program what lists and searches go by; answers to how many.

    Looks through the collections once; a portion of rows is one write, and nobody waits for it.
    """
    leads = await _complete_all(database.leads, ("searchText", "nameKey", "companyKey", "status", "createdAt"), _lead)
    users = await _complete_all(database.users, ("searchText", "createdAt"), _user)
    return leads + users + await _complete_all(database.failed, ("searchText", "cause", "lastAttemptDate"), _failure)


async def _complete_all(
    collection: Collection, needed: Sequence[str], make: Callable[[rows.Row], dict[str, Any]]
) -> int:
    lacking = {"$or": [{name: None} for name in needed]}
    completed = 0
    after: dict[str, Any] = {}
    while found := await collection.find({**lacking, **after}).sort("_id", 1).limit(_PORTION).to_list():
        writes = []
        for row in found:
            new = {name: value for name, value in make(row).items() if row.get(name) is None}
            as_read = {"_id": row["_id"], **dict.fromkeys(new)}
            writes.append(UpdateOne(as_read, {"$set": new}))
        result = await collection.bulk_write(writes, ordered=False)
        completed += result.modified_count
        if len(found) < _PORTION:
            break
        after = {"_id": {"$gt": found[-1]["_id"]}}
    if completed:
        log.info("rows of another program were completed", collection=collection.name, rows=completed)
    return completed


def _lead(row: rows.Row) -> dict[str, Any]:
    lead = rows.whole(row, rows.LEAD)
    keys = lead_keys(lead["email"], lead["name"], lead["company"], lead["phone"])
    return {**keys, "status": LeadStatus.NEW.value, "createdAt": lead["createdAt"]}


def _user(row: rows.Row) -> dict[str, Any]:
    user = rows.whole(row, rows.USER)
    return {**person_keys(user["email"], user["name"]), "createdAt": user["createdAt"]}


def _failure(row: rows.Row) -> dict[str, Any]:
    failed = rows.whole(row, rows.FAILED)
    keys = person_keys(failed["email"], failed["name"])
    return {**keys, "cause": failed["cause"], "lastAttemptDate": failed["lastAttemptDate"]}
