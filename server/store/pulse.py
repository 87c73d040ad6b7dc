"""Whether the database works: not only that it listens, but that a write in a transaction comes back."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

from pymongo.errors import PyMongoError

from server.errors import DatabaseAway, DatabaseUnreachable
from server.store.calls import answered_within
from server.store.client import Database, Session

#: For how long one that came back is taken for the next: however many ask, the database is asked once.
FRESH = timedelta(seconds=2)

_SECONDS = 4.0  # whoever asks whether it works wants to know soon
_ID = "pulse"  # of its row in ``meta``


class Pulse:
    """One small write, shared by all who ask in the same moments."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._beat: asyncio.Task[None] | None = None
        self._came_back_at = -FRESH.total_seconds()

    async def feel(self) -> None:
        """Raise :class:`DatabaseUnreachable` if the database does not do what it is asked within some seconds."""
        if time.monotonic() - self._came_back_at < FRESH.total_seconds():
            return
        if self._beat is None or self._beat.done():
            self._beat = asyncio.create_task(self._write(), name="pulse")
        await asyncio.shield(self._beat)

    async def _write(self) -> None:
        async def work(session: Session) -> None:
            await self._database.meta.update_one({"_id": _ID}, {"$inc": {"beats": 1}}, upsert=True, session=session)

        try:
            with answered_within(_SECONDS):
                await self._database.transaction(work)
        except (DatabaseAway, PyMongoError) as error:
            raise DatabaseUnreachable("The database does not do what it is asked.") from error
        self._came_back_at = time.monotonic()
