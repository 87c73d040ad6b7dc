"""How often parts of the services failed in a way that nobody expected, for who looks after them.

Each is begun again by itself, so that nothing else would show it but the log.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from server.contract import PartRestarts
from server.store.client import Database

#: Between two looks whether there is anything new.
EVERY = timedelta(seconds=5)

_ROW = {"_id": "restarts"}


class Restarts:
    """Of all services on the database, over their own restarts as well."""

    def __init__(self, database: Database) -> None:
        self._meta = database.meta
        self._now = database.now
        self._written = Counter[str]()

    async def keep(self, counted: Mapping[str, int]) -> None:
        """Write down, until cancelled, what is counted by part. What a call may have written counts twice at most."""
        while True:
            new = Counter(counted) - self._written
            if new:
                await self._write(new)
                self._written += new
            await asyncio.sleep(EVERY.total_seconds())

    async def _write(self, new: Mapping[str, int]) -> None:
        now = await self._now()
        names = [f"parts.{part}" for part in new]
        await self._meta.update_one(
            _ROW,
            {
                "$inc": {f"{name}.count": count for name, count in zip(names, new.values(), strict=True)},
                "$set": {f"{name}.lastAt": now for name in names},
                "$min": {f"{name}.since": now for name in names},
            },
            upsert=True,
        )

    async def read(self) -> list[PartRestarts]:
        """All parts that ever failed, the last one first."""
        row = await self._meta.find_one(_ROW)
        parts = {} if row is None else row["parts"]
        read = [
            PartRestarts(part=name, count=each["count"], since=each["since"], last_at=each["lastAt"])
            for name, each in parts.items()
        ]
        return sorted(read, key=lambda each: each.last_at, reverse=True)
