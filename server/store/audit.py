"""The audit log: who did what, from where, to how many, when. Written in the same transaction as what it tells of.

Entries of actions with several steps grow. What grows no more is sealed (:mod:`server.store.audit_sealing`), and never
changed again: what is told of it later stands in an entry of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from server.contract import AuditEntry, AuditFilter, AuditResult, Page, Phrase, Sentence
from server.explaining import explained, wordings
from server.store.client import Database, Session
from server.store.paging import fetch_page
from server.store.search import containing

#: The address that what is done now was asked for from; set for each request.
asked_from: ContextVar[str] = ContextVar("asked_from", default="")

#: Addresses that an entry names; more are counted only.
_NAMED = 100
#: So long after a step of an action the next one may come, which is told of in the same entry.
NEXT_STEP = timedelta(minutes=2)
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
        more_within: timedelta | None = None,
        is_end: bool = False,
    ) -> None:
        """Add to the entry of that id, or begin it: an action of several transactions is one entry, always as large
        as what is done of it.

        ``origin``: the address that it was asked for from, where that is not who asks now. ``more_within``: the entry
        may grow for so long from now on. ``is_end``: this is its end.
        """
        now = await self._database.now()
        is_part = is_end or more_within is not None
        end = {"$set": {"openUntil": now + (more_within or timedelta())}} if is_part else {}
        update = {
            "$setOnInsert": {
                "at": now,
                "by": by,
                "origin": asked_from.get() if origin is None else origin,
                "action": action,
                "result": result.value,
                "details": dict(details or {}),
            },
            "$inc": {"count": count},
            "$push": {"emails": {"$each": list(emails[:_NAMED]), "$slice": _NAMED}},
            **end,
        }
        entry_id = await self._unsealed(entry_id, session)
        while True:
            try:
                await self._audit.update_one(
                    {"_id": entry_id, "sealed": {"$exists": False}}, update, upsert=True, session=session
                )
            except DuplicateKeyError:  # sealed in just this moment
                if session is not None:
                    raise
                entry_id = _continuation(entry_id)
            else:
                return

    async def _unsealed(self, entry_id: ObjectId, session: Session | None) -> ObjectId:
        """Of the entry, or of the first that goes on with it and may grow."""
        while await self._audit.find_one({"_id": entry_id, "sealed": {"$exists": True}}, {"_id": 1}, session=session):
            entry_id = _continuation(entry_id)
        return entry_id

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
            await self.note(entry, action, by=by, count=count, session=None, details=details, more_within=NEXT_STEP)

        return note

    async def page(self, entries: AuditFilter, *, after: str | None, skip: int, limit: int) -> Page[AuditEntry]:
        """One page of those that match, the latest first."""
        criteria = _matching(entries)
        rows, total, cursor = await fetch_page(
            self._audit, criteria, sort="at", descending=True, after=after, skip=skip, limit=limit
        )
        return Page[AuditEntry](items=tuple(_entry(row) for row in rows), total=total, next=cursor)


def _continuation(entry_id: ObjectId) -> ObjectId:
    """Of the entry that goes on with a sealed one: the same however often it is asked for."""
    return ObjectId(hashlib.sha256(b"continued" + entry_id.binary).digest()[:12])


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
        criteria["$or"] = [
            {"$and": [{"$or": [{field: containing(word)} for field in _SEARCHED]} for word in words]},
            *({f"details.{name}": said} for said in wordings(entries.phrases) for name in ("reason", "cause")),
            {
                "details.reason": {
                    "$in": [text for text, said in _FORMER_REASONS.items() if said.code in entries.phrases]
                }
            },
            {"action": {"$in": list(entries.actions)}},
        ]
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
        number=row.get("sealed"),
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
