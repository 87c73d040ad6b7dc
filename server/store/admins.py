"""Admins, their tokens, and who is online."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from server.contract import Admin, OnlineAdmin, Presence, Role
from server.errors import Conflict
from server.store.client import Database
from server.store.schema import ADDRESS


@dataclass(frozen=True)
class StoredAdmin:
    """An admin with what is needed to check a password."""

    admin: Admin
    password_hash: str


@dataclass(frozen=True)
class StoredToken:
    """A login that is still good. ``id`` is the hash of the token, which is all that is stored of it."""

    id: str
    admin: Admin
    expires_at: datetime


class AdminStore:
    """Every query on admins and tokens, and the signs of life of admins and users."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._admins = database.admins
        self._tokens = database.tokens

    async def add(self, username: str, password_hash: str, role: Role) -> Admin:
        """Raises :class:`Conflict` when the name is taken (whatever its case)."""
        row = {
            "_id": ObjectId(),
            "username": username,
            "passwordHash": password_hash,
            "role": role.value,
            "isOnline": False,
            "lastSeen": None,
            "createdAt": await self._database.now(),
        }
        try:
            await self._admins.insert_one(row)
        except DuplicateKeyError as error:
            raise Conflict(f"There is already an admin named {username!r}. Choose another name.") from error
        return _admin(row)

    async def find(self, username: str) -> StoredAdmin | None:
        """The admin of that name, whatever its case."""
        row = await self._admins.find_one({"username": username}, collation=ADDRESS)
        return None if row is None else StoredAdmin(_admin(row), row["passwordHash"])

    async def is_empty(self) -> bool:
        """Whether nobody can log in yet."""
        return await self._admins.find_one({}, {"_id": 1}) is None

    async def add_token(self, token_id: str, admin: Admin, expires_at: datetime) -> None:
        """Remember a login."""
        await self._tokens.insert_one(
            {
                "_id": token_id,
                "adminId": ObjectId(admin.id),
                "createdAt": await self._database.now(),
                "expiresAt": expires_at,
            }
        )

    async def find_token(self, token_id: str) -> StoredToken | None:
        """The login behind a token's hash, if it is still good."""
        row = await self._tokens.find_one({"_id": token_id})
        if row is None or row["expiresAt"] <= await self._database.now():
            return None
        admin = await self._admins.find_one({"_id": row["adminId"]})
        return None if admin is None else StoredToken(token_id, _admin(admin), row["expiresAt"])

    async def remove_token(self, token_id: str) -> None:
        """End a login."""
        await self._tokens.delete_one({"_id": token_id})

    # --- Presence ---

    async def mark_admins_seen(self, admin_ids: Sequence[str]) -> None:
        """These admins have a desktop connected right now."""
        await self._admins.update_many(
            {"_id": {"$in": [ObjectId(id_) for id_ in admin_ids]}},
            {"$set": {"isOnline": True, "lastSeen": await self._database.now()}},
        )

    async def mark_users_seen(self, user_ids: Sequence[str]) -> int:
        """An application has seen these users right now; answers how many of them exist."""
        result = await self._database.users.update_many(
            {"_id": {"$in": [ObjectId(id_) for id_ in user_ids]}},
            {"$set": {"isOnline": True, "lastSeen": await self._database.now()}},
        )
        return result.matched_count

    async def mark_offline(self, silent_for: timedelta) -> int:
        """Admins and users whose last sign of life is older than that are offline; answers how many."""
        limit = await self._database.now() - silent_for
        gone = {"isOnline": True, "lastSeen": {"$lt": limit}}
        offline = {"$set": {"isOnline": False}}
        admins = await self._admins.update_many(gone, offline)
        users = await self._database.users.update_many(gone, offline)
        return admins.modified_count + users.modified_count

    async def presence(self) -> Presence:
        """Who is online."""
        rows = await self._admins.find({"isOnline": True}).sort("username", 1).to_list()
        return Presence(
            admins=tuple(OnlineAdmin(username=row["username"], last_seen=row["lastSeen"]) for row in rows),
            users_online=await self._database.users.count_documents({"isOnline": True}),
        )


def _admin(row: Mapping[str, Any]) -> Admin:
    return Admin(id=str(row["_id"]), username=row["username"], role=Role(row["role"]))
