"""Logins that are open. Of a token only the hash is stored; the first part of that names the login to its admin."""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from server.contract import Admin, LoginSession, Phrase
from server.errors import NotFound
from server.store.admins import admin_of
from server.store.audit import AuditLog
from server.store.client import Database, Session

#: A use within this time of the one before is not written down.
_FRESH = timedelta(minutes=1)

_PUBLIC_DIGITS = 24


@dataclass(frozen=True)
class StoredToken:
    """A login that is still good. ``id`` is the hash of the token, which is all that is stored of it."""

    id: str
    admin: Admin
    expires_at: datetime

    @property
    def session_id(self) -> str:
        """Its name."""
        return _public(self.id)


class TokenStore:
    """Every query on tokens but the one that opens a login, which belongs to its admin."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tokens = database.tokens
        self._audit = AuditLog(database)

    async def find(self, token_id: str) -> StoredToken | None:
        """The login behind a token's hash, if it is still good; it counts as used."""
        row = await self._tokens.find_one({"_id": token_id})
        now = await self._database.now()
        if row is None or row["expiresAt"] <= now:
            return None
        admin = await self._database.admins.find_one({"_id": row["adminId"]})
        if admin is None or admin.get("disabledAt") is not None:
            return None
        if now - _FRESH > (row.get("lastUsedAt") or row["createdAt"]):
            await self.mark_used([token_id])
        return StoredToken(token_id, admin_of(admin), row["expiresAt"])

    async def mark_used(self, token_ids: Sequence[str]) -> None:
        """They are in use right now."""
        await self._database.update_many(
            self._tokens, {"_id": {"$in": list(token_ids)}}, {"$set": {"lastUsedAt": await self._database.now()}}
        )

    async def sessions(self, admin_id: str, *, current: str = "") -> list[LoginSession]:
        """The admin's logins, the last used first; ``current``: the hash of the token that asks."""
        now = await self._database.now()
        rows = await self._tokens.find({"adminId": ObjectId(admin_id), "expiresAt": {"$gt": now}}).to_list()
        sessions = [_session(row, current=row["_id"] == current) for row in rows]
        return sorted(sessions, key=lambda session: session.last_used_at, reverse=True)

    async def end_one(self, admin: Admin, session_id: str, *, by: str, action: str) -> None:
        """End that login of the admin. Raises :class:`NotFound`."""
        rows = await self._tokens.find({"adminId": ObjectId(admin.id)}, {"_id": 1}).to_list()
        found = [row["_id"] for row in rows if _public(row["_id"]) == session_id]
        if not found or not await self._end({"_id": found[0]}, admin, by=by, action=action):
            raise NotFound(Phrase.NO_SUCH_LOGIN)

    async def end_all(self, admin: Admin, *, by: str, action: str, spare: Some[str] = ()) -> int:
        """End all logins of the admin but those with these hashes; answers how many."""
        criteria = {"adminId": ObjectId(admin.id), "_id": {"$nin": list(spare)}}
        return await self._end(criteria, admin, by=by, action=action)

    async def _end(self, criteria: Mapping[str, Any], admin: Admin, *, by: str, action: str) -> int:
        note = ObjectId()

        async def work(session: Session) -> int:
            ended = (await self._tokens.delete_many(criteria, session=session)).deleted_count
            if ended:
                details = {"admin": admin.username}
                await self._audit.note(note, action, by=by, count=ended, details=details, session=session)
            return ended

        return await self._database.transaction(work)


def _public(token_id: str) -> str:
    return token_id[:_PUBLIC_DIGITS]


def _session(row: Mapping[str, Any], *, current: bool) -> LoginSession:
    return LoginSession(
        id=_public(row["_id"]),
        device=row.get("device", ""),
        address=row.get("address", ""),
        created_at=row["createdAt"],
        last_used_at=row.get("lastUsedAt", row["createdAt"]),
        expires_at=row["expiresAt"],
        current=current,
    )
