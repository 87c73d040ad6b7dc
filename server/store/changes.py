"""What changes in the database, whoever changed it: one change stream, handed on to whom it concerns."""

from __future__ import annotations

import asyncio
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
        """Listen until cancelled. A broken stream is opened again, and everyone told that anything may have changed."""
        token: Mapping[str, Any] | None = None
        attempt = 0
        while True:
            try:
                async with await self._open(token) as stream:
                    if token is None:
                        self._tell_all(Change(ChangeKind.UNKNOWN))
                    attempt = 0
                    self.open.set()
                    async for event in stream:
                        token = stream.resume_token
                        self._tell(event)
                        if event["operationType"] == "invalidate":
                            token = None
            except PyMongoError as error:
                log.warning("change stream interrupted, opening it again", reason=str(error), attempt=attempt)
                # A token can be too old to go on from; a fresh stream and a full refresh always work.
                token = None
            finally:
                self.open.clear()
            await asyncio.sleep(_WAITS[min(attempt, len(_WAITS) - 1)])
            attempt += 1

    async def _open(self, token: Mapping[str, Any] | None) -> Any:
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
            resume_after=token,
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
