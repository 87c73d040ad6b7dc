"""Up to where the mailbox of bounces was read, for whichever service reads it next."""

from __future__ import annotations

from dataclasses import dataclass

from server.store.client import Database


@dataclass(frozen=True)
class Mark:
    """Everything up to this message was looked at (RFC 9051, 2.3.1.1)."""

    #: While this is the same, so are the numbers of the messages.
    validity: int
    #: Number of the message, the UID.
    uid: int


class BounceMailboxStore:
    """The one row on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mark(self, mailbox: str) -> Mark | None:
        """None: nothing was looked at yet."""
        row = await self._database.meta.find_one({"_id": _id(mailbox)})
        return None if row is None else Mark(row["uidValidity"], row["uid"])

    async def keep(self, mailbox: str, mark: Mark) -> None:
        """Instead of the one before."""
        changed = {"uidValidity": mark.validity, "uid": mark.uid}
        await self._database.meta.update_one({"_id": _id(mailbox)}, {"$set": changed}, upsert=True)


def _id(mailbox: str) -> str:
    return f"bounces:{mailbox}"
