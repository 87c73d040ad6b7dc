"""Rows that the database itself removes when they are old enough."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from pymongo.errors import OperationFailure

from server.store.calls import ask
from server.store.client import Collection, Database

_INDEX = "retention"
_INDEX_NOT_FOUND, _OTHER_OPTIONS, _OTHER_KEYS = 27, 85, 86


async def keep_for(database: Database, collection: Collection, field: str, retention: timedelta | None) -> None:
    """Let rows go so long after the time in ``field``, None: never. Of several servers that disagree, the one started
    last decides."""
    index: dict[str, Any] | None = (await collection.index_information()).get(_INDEX)
    if retention is None:
        if index is not None:
            with _ignored(_INDEX_NOT_FOUND):
                await collection.drop_index(_INDEX)
        return
    seconds = int(retention.total_seconds())
    if index is None:
        with _ignored(_OTHER_OPTIONS, _OTHER_KEYS):
            await collection.create_index([(field, 1)], name=_INDEX, expireAfterSeconds=seconds)
            return
    elif index.get("expireAfterSeconds") == seconds:
        return
    change = {"name": _INDEX, "expireAfterSeconds": seconds}
    await ask(database.raw.command("collMod", collection.name, index=change))


@contextmanager
def _ignored(*codes: int) -> Iterator[None]:
    """Errors that mean that another server has been faster."""
    try:
        yield
    except OperationFailure as error:
        if error.code not in codes:
            raise
