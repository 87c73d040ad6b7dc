"""How long it stays known what was sent: the database itself removes deliveries that are old enough.

Recovery finds by its delivery that an email whose server was killed has left (see :meth:`EmailStore.recover`). That is
a matter of seconds, and deliveries are kept for a day at least. Should all servers stay away for longer than that just
then, the email is still marked as handed over: it is treated as uncertain, never as unsent.
"""

from __future__ import annotations

from datetime import timedelta

from server.store.client import Database
from server.store.retention_index import keep_for


async def keep_deliveries(database: Database, retention: timedelta | None) -> None:
    """Let deliveries go after so long, None: never."""
    await keep_for(database, database.deliveries, "sentAt", retention)
