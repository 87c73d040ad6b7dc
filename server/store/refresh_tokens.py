"""Refresh tokens that a token server replaces by new ones, and the access tokens that came with them.

Where a token server takes each of them once only, whoever shows an old one may end all that came of it (RFC 9700,
2.2.2): so all services on one database, and the commands beside them, take turns, and the next one finds what the one
before was given. A service that is killed between the answer and the note of it has lost a refresh token; token servers
commonly take the one before for a while.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson.binary import Binary
from pymongo.errors import DuplicateKeyError

from server.store.client import Database

#: For how long a turn lasts at most: longer than a token server is waited for.
TURN = timedelta(seconds=90)


@dataclass(frozen=True)
class KeptTokens:
    """What is kept, encrypted."""

    refresh_token: Binary | None
    access_token: Binary | None
    access_ends_at: datetime | None


class RefreshTokenStore:
    """The row of one refresh token, as it was set: by another one in the settings, what came of it ends."""

    def __init__(self, database: Database, given: str, whose: str) -> None:
        """``given``: the refresh token of the settings; ``whose``: the client and mailbox it is for."""
        self._database = database
        self._id = f"{_PREFIX}{hashlib.sha256(given.encode()).hexdigest()[:32]}"
        self._whose = whose

    async def take_turn(self, owner: str) -> bool:
        """Whether it is the owner's turn now; else somebody else has it."""
        row = await self._database.meta.find_one({"_id": self._id})
        if row is None:
            row = {"_id": self._id, "whose": self._whose, "version": 0, "owner": None, "until": None}
            try:
                await self._database.meta.insert_one(row)
            except DuplicateKeyError:  # somebody else made it in the same moment
                return False
        now = await self._database.now()
        is_held = row["owner"] is not None and (row["until"] > now or not self._database.clock.is_steady(TURN))
        if is_held and row["owner"] != owner:
            return False
        result = await self._database.meta.update_one(
            {"_id": self._id, "version": row["version"]},
            {"$set": {"owner": owner, "until": now + TURN}, "$inc": {"version": 1}},
        )
        return bool(result.modified_count)

    async def end_turn(self, owner: str) -> None:
        """Somebody else may have it."""
        await self._database.meta.update_one(
            {"_id": self._id, "owner": owner}, {"$set": {"owner": None, "until": None}, "$inc": {"version": 1}}
        )

    async def kept(self, scope: str) -> KeptTokens:
        """As the last turn has left it."""
        row = await self._database.meta.find_one({"_id": self._id}) or {}
        access = row.get("access", {}).get(_key(scope), {})
        return KeptTokens(row.get("refreshToken"), access.get("token"), access.get("endsAt"))

    async def keep(
        self, owner: str, scope: str, *, refresh_token: Binary | None, access_token: Binary, lifetime: timedelta
    ) -> bool:
        """Write down what was given, within the owner's turn; answers whether it was still that."""
        access = {"token": access_token, "endsAt": await self._database.now() + lifetime}
        changed: dict[str, Any] = {f"access.{_key(scope)}": access}
        if refresh_token is not None:
            changed["refreshToken"] = refresh_token
        result = await self._database.meta.update_one({"_id": self._id, "owner": owner}, {"$set": changed})
        # What came of another refresh token of the same client is of no use any more.
        others = {"whose": self._whose, "_id": {"$gt": _PREFIX, "$lt": f"{_PREFIX}~", "$ne": self._id}}
        await self._database.meta.delete_one(others)
        return bool(result.matched_count)


_PREFIX = "refreshToken:"


def _key(scope: str) -> str:
    """As the name of a field."""
    return hashlib.sha256(scope.encode()).hexdigest()[:16]
