"""The audit log: who did what, from where, to how many, when. Written in the same transaction as what it tells of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from bson import ObjectId

from server.contract import AuditEntry, AuditFilter, AuditResult, Page, Phrase, Sentence
from server.explaining import explained
from server.store.client import Database, Session
from server.store.paging import fetch_page
from server.store.retention_index import keep_for
from server.store.search import containing

#: The address that what is done now was asked for from; set for each request.
asked_from: ContextVar[str] = ContextVar("asked_from", default="")

#: Addresses that an entry names; more are counted only.
_NAMED = 100
#: What a search looks at: who, from where, whom it concerns, and what else there is to say.
_SEARCHED = (
    "by",
    "origin",
    "emails",
    *(f"details.{name}" for name in ("admin", "address", "reason", "file", "cause", "matching", "search", "device")),
)
#: How refused logins were told of before they were told of by phrases: entries stay for as long as they are kept.
_FORMER_REASONS = {
    "wrong name or password": Phrase.WRONG_LOGIN,
    "wrong password": Phrase.PRESENT_PASSWORD_WRONG,
    "disabled": Phrase.ACCOUNT_IS_DISABLED,
}
#: How the last owner was told of, after the name.
_FORMER_LAST_OWNER = " is the last owner who can log in. Make somebody else an owner first."


async def keep_audit(database: Database, retention: timedelta | None) -> None:
    """Let entries go after so long, None: never."""
    await keep_for(database, database.audit, "at", retention)


class AuditLog:
    """Every query on ``audit``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._audit = database.audit

    async def note(
        self,
        entry_id: ObjectId,
        action: str,
        *,
        by: str,
        count: int,
        session: Session | None,
        emails: Sequence[str] = (),
        details: Mapping[str, str] | None = None,
        result: AuditResult = AuditResult.DONE,
        origin: str | None = None,
    ) -> None:
        """Add to the entry of that id, or begin it: an action of several transactions is one entry, always as large
        as what is done of it.

        ``origin``: the address that it was asked for from, where that is not who asks now.
        """
        await self._audit.update_one(
            {"_id": entry_id},
            {
                "$setOnInsert": {
                    "at": await self._database.now(),
                    "by": by,
                    "origin": asked_from.get() if origin is None else origin,
                    "action": action,
                    "result": result.value,
                    "details": dict(details or {}),
                },
                "$inc": {"count": count},
                "$push": {"emails": {"$each": list(emails[:_NAMED]), "$slice": _NAMED}},
            },
            upsert=True,
            session=session,
        )

    async def note_alone(
        self,
        action: str,
        *,
        by: str,
        count: int,
        details: Mapping[str, str] | None = None,
        result: AuditResult = AuditResult.DONE,
    ) -> None:
        """Of something that changes nothing in the database."""
        await self.note(ObjectId(), action, by=by, count=count, session=None, details=details, result=result)

    def growing(self, action: str, *, by: str, details: Mapping[str, str]) -> Callable[[int], Awaitable[None]]:
        """One entry for an action of many steps, to be told of each: by how much more was done."""
        entry = ObjectId()

        async def note(count: int) -> None:
            await self.note(entry, action, by=by, count=count, session=None, details=details)

        return note

    async def page(self, entries: AuditFilter, *, after: str | None, skip: int, limit: int) -> Page[AuditEntry]:
        """One page of those that match, the latest first."""
        criteria = _matching(entries)
        rows, total, cursor = await fetch_page(
            self._audit, criteria, sort="at", descending=True, after=after, skip=skip, limit=limit
        )
        return Page[AuditEntry](items=tuple(_entry(row) for row in rows), total=total, next=cursor)


def _matching(entries: AuditFilter) -> dict[str, Any]:
    criteria: dict[str, Any] = {}
    if entries.action:  # no pattern: those may hold no NUL
        criteria["action"] = {"$gte": entries.action, "$lt": f"{entries.action}\U0010ffff"}
    if entries.by:
        criteria["by"] = entries.by
    if entries.result is not None:
        criteria["result"] = entries.result.value
    words = entries.search.replace("\0", " ").split()
    if words:
        criteria["$and"] = [{"$or": [{field: containing(word)} for field in _SEARCHED]} for word in words]
    return criteria


def _entry(row: Mapping[str, Any]) -> AuditEntry:
    result = AuditResult(row.get("result", AuditResult.DONE))
    details = _details(row.get("details", {}), result)
    return AuditEntry(
        id=str(row["_id"]),
        at=row["at"],
        by=row["by"],
        origin=row.get("origin", ""),
        action=row["action"],
        count=row["count"],
        result=result,
        emails=tuple(row["emails"]),
        details=details,
        sentences=_sentences(details, result),
    )


def _details(kept: Mapping[str, str], result: AuditResult) -> dict[str, str]:
    """As they would be kept today."""
    if result is not AuditResult.REFUSED or "reason" not in kept:
        return dict(kept)
    return {**kept, "reason": _in_words_of_today(kept["reason"])}


def _in_words_of_today(reason: str) -> str:
    if reason.endswith(_FORMER_LAST_OWNER):
        return Phrase.LAST_OWNER.says(name=reason.removesuffix(_FORMER_LAST_OWNER)).english
    former = _FORMER_REASONS.get(reason)
    return reason if former is None else former.english


def _sentences(details: Mapping[str, str], result: AuditResult) -> dict[str, Sentence]:
    """The cause of failures, and why something was refused; why it was done, an admin has said."""
    told = ("cause", "reason") if result is AuditResult.REFUSED else ("cause",)
    said = {name: explained(details.get(name, "")) for name in told}
    return {name: sentence for name, sentence in said.items() if sentence is not None}
