"""What changes in the database, whoever changed it: one change stream, handed on to whom it concerns."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog
from pymongo.errors import PyMongoError

from server.store.client import Collection, Database

log = structlog.get_logger(__name__)

_WAITS = (0.1, 0.5, 1.0, 2.0, 5.0)  # seconds before each attempt to open the stream again; the last one repeats
_WELL = 60.0  # seconds: a stream that was open for so long has nothing to do with what ended the one before
_AWAIT = 30_000  # milliseconds the database holds an idle request open; two calls a minute while nothing happens


class ChangeKind(StrEnum):
    """What happened to a document."""

    INSERTED = "inserted"
    UPDATED = "updated"
    DELETED = "deleted"
    #: The stream was interrupted: anything may have happened to anything.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Change:
    """One change; ``id`` is the document's, None when unknown."""

    kind: ChangeKind
    id: Any = None


Listener = Callable[[Change], None]

_KINDS = {
    "insert": ChangeKind.INSERTED,
    "update": ChangeKind.UPDATED,
    "replace": ChangeKind.UPDATED,
    "delete": ChangeKind.DELETED,
}


class ChangeFeed:
    """Listens for as long as :meth:`run` runs. Listeners are called in the event loop and only take note."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._fields: dict[str, set[str | None]] = defaultdict(set)
        #: Set while the stream is open.
        self.open = asyncio.Event()

    def on(self, collection: Collection, listener: Listener, *, field: str | Sequence[str] | None = None) -> None:
        """Call ``listener`` for every change of ``collection``. To be used before :meth:`run`.

        ``field``: of updates it needs to know only those that change this field (one of these). Where that holds for
        all listeners of the collection, other updates do not even leave the database.
        """
        self._listeners[collection.name].append(listener)
        self._fields[collection.name].update([field] if field is None or isinstance(field, str) else field)

    async def run(self) -> None:
        """Listen until cancelled. A stream that ends is opened anew, and everyone told that anything may have changed.

        It does not go on from where the last one was: that may be too long ago (286), or the end of the whole database,
        after which nothing would ever come (https://www.mongodb.com/docs/manual/reference/change-events/invalidate/).
        """
        attempt = 0
        while True:
            opened_at = time.monotonic()
            try:
                async with await self._open() as stream:
                    self._tell_all(Change(ChangeKind.UNKNOWN))
                    self.open.set()
                    async for event in stream:
                        attempt = 0
                        self._tell(event)
                reason = "the database was dropped"
            except PyMongoError as error:
                reason = str(error)
            finally:
                self.open.clear()
            if time.monotonic() - opened_at > _WELL:
                attempt = 0
            log.warning("change stream ended, opening another one", reason=reason, attempt=attempt)
            await asyncio.sleep(_WAITS[min(attempt, len(_WAITS) - 1)])
            attempt += 1

    async def _open(self) -> Any:
        names = list(self._listeners)
        unwanted = [
            {
                "ns.coll": name,
                "operationType": "update",
                **{f"updateDescription.updatedFields.{field}": {"$exists": False} for field in fields},
            }
            for name, fields in self._fields.items()
            if None not in fields
        ]
        return await self._database.raw.watch(
            [
                {"$match": {"ns.coll": {"$in": names}} | ({"$nor": unwanted} if unwanted else {})},
                {"$project": {"ns": 1, "operationType": 1, "documentKey": 1}},
            ],
            max_await_time_ms=_AWAIT,
        )

    def _tell(self, event: Mapping[str, Any]) -> None:
        kind = _KINDS.get(event["operationType"], ChangeKind.UNKNOWN)
        change = Change(kind, event.get("documentKey", {}).get("_id"))
        for listener in self._listeners[event["ns"]["coll"]] if "ns" in event else ():
            listener(change)

    def _tell_all(self, change: Change) -> None:
        for listeners in self._listeners.values():
            for listener in listeners:
                listener(change)
