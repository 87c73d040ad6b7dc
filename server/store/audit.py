"""The audit log: who did what, to how many, when. Written in the same transaction as what it tells of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId

from server.contract import AuditEntry, Page
from server.store.client import Database, Session
from server.store.paging import fetch_page

#: Addresses that an entry names; more are counted only.
_NAMED = 100


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
        session: Session,
        emails: Sequence[str] = (),
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Add to the entry of that id, or begin it: an action of several transactions is one entry, always as large
        as what is done of it."""
        await self._audit.update_one(
            {"_id": entry_id},
            {
                "$setOnInsert": {
                    "at": await self._database.now(),
                    "by": by,
                    "action": action,
                    "details": dict(details or {}),
                },
                "$inc": {"count": count},
                "$push": {"emails": {"$each": list(emails[:_NAMED]), "$slice": _NAMED}},
            },
            upsert=True,
            session=session,
        )

    async def note_alone(self, action: str, *, by: str, count: int, details: Mapping[str, str] | None = None) -> None:
        """Of something that changes nothing in the database."""
        entry = {"at": await self._database.now(), "by": by, "action": action, "count": count, "emails": []}
        await self._audit.insert_one({**entry, "details": dict(details or {})})

    async def page(self, *, after: str | None, skip: int, limit: int) -> Page[AuditEntry]:
        """One page, the latest first."""
        rows, total, cursor = await fetch_page(
            self._audit, {}, sort="at", descending=True, after=after, skip=skip, limit=limit
        )
        return Page[AuditEntry](items=tuple(_entry(row) for row in rows), total=total, next=cursor)


def _entry(row: Mapping[str, Any]) -> AuditEntry:
    return AuditEntry(
        id=str(row["_id"]),
        at=row["at"],
        by=row["by"],
        action=row["action"],
        count=row["count"],
        emails=tuple(row["emails"]),
        details=row.get("details", {}),
    )
