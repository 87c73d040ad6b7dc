"""Emails that were given up: why, and for how long their passwords are kept."""

from __future__ import annotations

from datetime import timedelta

from server.contract import FailureGroup
from server.explaining import explained
from server.store.client import Database

#: Rows that one write deals with.
_BATCH = 500


class FailureStore:
    """Every query on ``FailedEmail`` as a whole."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._failed = database.failed

    async def groups(self) -> list[FailureGroup]:
        """Failures of the same cause together, the most frequent first."""
        rows = await self._failed.aggregate(
            [
                {"$sort": {"lastAttemptDate": -1}},
                {
                    "$group": {
                        "_id": "$cause",
                        "count": {"$sum": 1},
                        "first": {"$min": "$lastAttemptDate"},
                        "last": {"$max": "$lastAttemptDate"},
                        "example": {"$first": "$error"},
                        "held": {"$first": "$held"},
                    }
                },
                {"$sort": {"count": -1, "_id": 1}},
            ]
        )
        return [
            FailureGroup(
                cause=row["_id"],
                count=row["count"],
                first=row["first"],
                last=row["last"],
                example=row["example"],
                sentence=explained(row["example"]),
                held=row.get("held") is not None,
            )
            async for row in rows
        ]

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
