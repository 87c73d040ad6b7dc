"""Rows that the database itself removes when they are old enough."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from pymongo.errors import OperationFailure

from server.store.calls import ask
from server.store.client import Collection, Database
from server.store.indexes import INDEX_NOT_FOUND, OTHER_KEYS, OTHER_OPTIONS, drop

log = structlog.get_logger(__name__)

_INDEX = "retention"
_UNAUTHORIZED = 13


async def keep_for(database: Database, collection: Collection, field: str, retention: timedelta | None) -> None:
    """Let rows go so long after the time in ``field``, None: never. Of several servers that disagree, the one started
    last decides."""
    index: dict[str, Any] | None = (await collection.index_information()).get(_INDEX)
    if retention is None:
        if index is not None:
            await drop(collection, _INDEX)
        return
    seconds = int(retention.total_seconds())
    if index is None:
        await _create(collection, field, seconds)
    elif index.get("expireAfterSeconds") != seconds:
        await _change(database, collection, field, seconds)


async def _create(collection: Collection, field: str, seconds: int) -> None:
    with _ignored(OTHER_OPTIONS, OTHER_KEYS):
        await collection.create_index([(field, 1)], name=_INDEX, expireAfterSeconds=seconds)


async def _change(database: Database, collection: Collection, field: str, seconds: int) -> None:
    """Of another time. A user of the role ``readWrite`` may do everything that this program needs, but for
    ``collMod`` (SERVER-20772): the index is made anew then. Killed in between, the next start makes it."""
    try:
        with _ignored(INDEX_NOT_FOUND):
            change = {"name": _INDEX, "expireAfterSeconds": seconds}
            await ask(database.raw.command("collMod", collection.name, index=change))
            return
    except OperationFailure as error:
        if error.code != _UNAUTHORIZED:
            raise
    try:
        await drop(collection, _INDEX)
        await _create(collection, field, seconds)
    except OperationFailure as error:
        if error.code != _UNAUTHORIZED:
            raise
        log.warning(
            "the database's user may not change how long rows are kept: the time before stays",
            collection=collection.name,
            reason=str(error),
        )


@contextmanager
def _ignored(*codes: int) -> Iterator[None]:
    """Errors that mean that another server has been faster."""
    try:
        yield
    except OperationFailure as error:
        if error.code not in codes:
            raise
