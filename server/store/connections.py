"""How many connections to a mail server each worker may hold, so that all together hold no more than it takes.

Workers that have emails to send share them evenly: one that comes late gets what is free, and the rest as soon as the
others renew. Those of a worker that is idle or gone are free again when its lease ends. Times are the database's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from server.store.client import Database
from server.store.patience import until_won


@dataclass(frozen=True)
class Speed:
    """Emails a second by one account, all workers together; None where there is nothing that says so."""

    #: What its mail server takes over all connections.
    measured: float | None = None
    #: What is left of it while all workers keep a distance between two emails, because the mail server wants that.
    slowed: float | None = None

    @property
    def emails_per_second(self) -> float | None:
        """The lower of the two."""
        return min((each for each in (self.measured, self.slowed) if each is not None), default=None)


class ConnectionStore:
    """Every query on leased connections."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connections = database.connections

    async def lease(
        self,
        account: str,
        owner: str,
        *,
        total: int,
        lease: timedelta,
        seconds_per_email: float | None,
        gap: timedelta = timedelta(),
    ) -> int:
        """This worker's connections of the account's ``total``, for the length of the lease; 0: others hold them yet.

        To be asked again before the lease ends, for as long as there are emails to send. ``seconds_per_email``: what
        one email takes on one connection, as measured; ``gap``: the time that this worker leaves between two of them,
        because the mail server wants it slowed. Both are kept for estimates.
        """

        async def attempt() -> int | None:
            now = await self._database.now()
            row = await self._connections.find_one({"_id": account})
            if row is None:
                row = {"_id": account, "version": 0, "holders": []}
                try:
                    await self._connections.insert_one(row)
                except DuplicateKeyError:  # another worker made it in the same moment
                    return None
            ends = self._database.clock.is_steady(lease)
            others = [each for each in row["holders"] if each["owner"] != owner and (each["until"] > now or not ends)]
            share = _share(owner, [owner, *(each["owner"] for each in others)], total)
            held = max(0, min(share, total - sum(int(each["connections"]) for each in others)))
            mine = {
                "owner": owner,
                "connections": held,
                "until": now + lease,
                "leaseSeconds": lease.total_seconds(),
                "gap": gap.total_seconds(),
            }
            changed: dict[str, Any] = {"holders": [*others, mine], "total": total}
            if seconds_per_email is not None:
                changed["secondsPerEmail"] = seconds_per_email
            result = await self._connections.update_one(
                {"_id": account, "version": row["version"]}, {"$set": changed, "$inc": {"version": 1}}
            )
            return held if result.modified_count else None

        return await until_won(f"the number of connections to {account}", attempt)

    async def release(self, account: str, owner: str) -> None:
        """Leave them to others."""
        await self._connections.update_one(
            {"_id": account}, {"$pull": {"holders": {"owner": owner}}, "$inc": {"version": 1}}
        )

    async def free_all(self) -> None:
        """End every lease: for a server that has the database to itself, where nobody else can hold one."""
        await self._database.update_many(self._connections, {}, {"$set": {"holders": []}, "$inc": {"version": 1}})

    async def speed(self, account: str) -> Speed:
        """How fast the account is by what its workers have told last."""
        row = await self._connections.find_one({"_id": account})
        if row is None:
            return Speed()
        now = await self._database.now()
        seconds = row.get("secondsPerEmail")
        gaps = [float(each.get("gap", 0)) for each in row["holders"] if each["until"] > now and each["connections"]]
        return Speed(
            measured=row["total"] / seconds if seconds else None,
            slowed=sum(1 / gap for gap in gaps) if gaps and all(gaps) else None,
        )


def _share(owner: str, owners: list[str], total: int) -> int:
    """An even part; what does not divide goes to the first by name."""
    part, rest = divmod(total, len(owners))
    return part + (sorted(owners).index(owner) < rest)
