"""Emails that were given up: why, and for how long their passwords are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from server.contract import FailureGroup
from server.explaining import explained
from server.store.client import Database, Document
from server.store.rows import FAILED, is_bounced, is_held, text, whole

#: Causes that are told at most, the most frequent ones.
_GROUPS = 1000
#: The keys of the index "byCause" (see :mod:`server.store.schema`).
_BY_CAUSE = {"cause": 1, "lastAttemptDate": 1, "_id": 1}
#: Of an example, all that is told.
_EXAMPLE = {"error": 1, "held": 1, "bounced": 1, "lastAttemptDate": 1, "createdAt": 1}
#: Rows that one write deals with.
_BATCH = 500


class FailureStore:
    """Every query on ``FailedEmail`` as a whole."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._failed = database.failed

    async def groups(self) -> list[FailureGroup]:
        """Failures of the same cause together, the most frequent first."""
        groups = await self._failed.aggregate(
            [
                {
                    "$group": {
                        "_id": "$cause",
                        "count": {"$sum": 1},
                        "first": {"$min": "$lastAttemptDate"},
                        "last": {"$max": "$lastAttemptDate"},
                    }
                },
                {"$sort": {"count": -1, "_id": 1}},
                {"$limit": _GROUPS},
            ],
            hint=_BY_CAUSE,  # which holds all that is asked for: no row is read
        )
        return [await self._group(group) async for group in groups]

    async def _group(self, group: Document) -> FailureGroup:
        """With the latest of its emails as the example."""
        latest = await self._failed.find_one({"cause": group["_id"]}, _EXAMPLE, sort=[("lastAttemptDate", -1)])
        example = whole(latest or {"cause": group["_id"]}, FAILED)
        first, last = (each if isinstance(each, datetime) else None for each in (group["first"], group["last"]))
        return FailureGroup(
            cause=text(group["_id"]),
            count=group["count"],
            first=first or example["lastAttemptDate"],
            last=last or example["lastAttemptDate"],
            example=example["error"],
            sentence=explained(example["error"]),
            held=is_held(example.get("held")),
            bounced=is_bounced(example),
        )

    async def wipe_secrets(self, kept_for: timedelta) -> int:
        """Remove the passwords of emails that failed (or were held) longer ago than that; answers how many.

        Batch by batch, each found by an index that holds the rows with a password alone.
        """
        limit = await self._database.now() - kept_for
        wiped = 0
        while True:
            due = {"password": {"$exists": True}, "lastAttemptDate": {"$lte": limit}}
            rows = await self._failed.find(due, {"_id": 1}).sort("lastAttemptDate", 1).limit(_BATCH).to_list()
            if not rows:
                return wiped
            # The date again: it may have been retried and have failed anew, with a password that is still wanted.
            wiped += await self._database.update_many(
                self._failed, {"_id": {"$in": [row["_id"] for row in rows]}, **due}, {"$unset": {"password": ""}}
            )
