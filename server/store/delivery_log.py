"""How long it stays known what was sent: the database itself removes deliveries that are old enough.

Recovery finds by its delivery that an email whose server was killed has left (see :meth:`EmailStore.recover`). That is
a matter of seconds, and deliveries are kept for a day at least. Should all servers stay away for longer than that just
then, the email is still marked as handed over: it is treated as uncertain, never as unsent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from pymongo.errors import OperationFailure

from server.store.client import Database

_INDEX = "retention"
_INDEX_NOT_FOUND, _OTHER_OPTIONS, _OTHER_KEYS = 27, 85, 86


async def keep_deliveries(database: Database, retention: timedelta | None) -> None:
    """Let deliveries go after so long, None: never. Of several servers that disagree, the one started last decides."""
    deliveries = database.deliveries
    index: dict[str, Any] | None = (await deliveries.index_information()).get(_INDEX)
    if retention is None:
        if index is not None:
            with _ignored(_INDEX_NOT_FOUND):
                await deliveries.drop_index(_INDEX)
        return
    seconds = int(retention.total_seconds())
    if index is None:
        with _ignored(_OTHER_OPTIONS, _OTHER_KEYS):
            await deliveries.create_index([("sentAt", 1)], name=_INDEX, expireAfterSeconds=seconds)
            return
    elif index.get("expireAfterSeconds") == seconds:
        return
    change = {"name": _INDEX, "expireAfterSeconds": seconds}
    await database.raw.command("collMod", deliveries.name, index=change)


@contextmanager
def _ignored(*codes: int) -> Iterator[None]:
    """Errors that mean that another server has been faster."""
    try:
        yield
    except OperationFailure as error:
        if error.code not in codes:
            raise
