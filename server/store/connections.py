"""How many connections to a mail server each worker may hold, so that all together hold no more than it takes.

Workers that have emails to send share them evenly: one that comes late gets what is free, and the rest as soon as the
others renew. Those of a worker that is idle or gone are free again when its lease ends. Times are the database's.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from server.store.client import Database


class ConnectionStore:
    """Every query on leased connections."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connections = database.connections

    async def lease(
        self, account: str, owner: str, *, total: int, lease: timedelta, seconds_per_email: float | None
    ) -> int:
        """This worker's connections of the account's ``total``, for the length of the lease; 0: others hold them yet.

        To be asked again before the lease ends, for as long as there are emails to send. ``seconds_per_email``: what
        one email takes on one connection, as measured; kept for estimates.
        """
        while True:
            now = await self._database.now()
            row = await self._connections.find_one({"_id": account})
            if row is None:
                with suppress(DuplicateKeyError):  # another worker made it in the same moment
                    await self._connections.insert_one({"_id": account, "version": 0, "holders": []})
                continue
            others = [each for each in row["holders"] if each["until"] > now and each["owner"] != owner]
            share = _share(owner, [owner, *(each["owner"] for each in others)], total)
            held = max(0, min(share, total - sum(int(each["connections"]) for each in others)))
            mine = {"owner": owner, "connections": held, "until": now + lease}
            changed: dict[str, Any] = {"holders": [*others, mine], "total": total}
            if seconds_per_email is not None:
                changed["secondsPerEmail"] = seconds_per_email
            result = await self._connections.update_one(
                {"_id": account, "version": row["version"]}, {"$set": changed, "$inc": {"version": 1}}
            )
            if result.modified_count:
                return held

    async def release(self, account: str, owner: str) -> None:
        """Leave them to others."""
        await self._connections.update_one(
            {"_id": account}, {"$pull": {"holders": {"owner": owner}}, "$inc": {"version": 1}}
        )

    async def free_all(self) -> None:
        """End every lease: for a server that has the database to itself, where nobody else can hold one."""
        await self._database.update_many(self._connections, {}, {"$set": {"holders": []}, "$inc": {"version": 1}})

    async def emails_per_second(self, account: str) -> float | None:
        """How fast the mail server takes emails over all connections, as last measured; None: not known yet."""
        row = await self._connections.find_one({"_id": account})
        if row is None or not row.get("secondsPerEmail"):
            return None
        return float(row["total"]) / float(row["secondsPerEmail"])


def _share(owner: str, owners: list[str], total: int) -> int:
    """An even part; what does not divide goes to the first by name."""
    part, rest = divmod(total, len(owners))
    return part + (sorted(owners).index(owner) < rest)
