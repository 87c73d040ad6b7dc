"""Leads and users that another program writes are made whole now and then, for lists and searches to find them."""

from __future__ import annotations

import asyncio

import structlog

from server.errors import DatabaseAway
from server.store.client import Database
from server.store.completion import complete_rows

log = structlog.get_logger(__name__)

#: Seconds between two passes, each of which looks at every row; and before the next one where the database was away.
_PAUSE, _AWAY = 3600.0, 30.0


class RowCompletion:
    """One pass at the start, and one an hour."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Pass after pass, until cancelled."""
        while True:
            pause = _PAUSE
            try:
                await complete_rows(self._database)
            except DatabaseAway as error:
                log.warning("database away, rows of another program wait to be completed", reason=str(error))
                pause = _AWAY
            await asyncio.sleep(pause)
