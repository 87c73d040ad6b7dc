"""Emails that failed by no fault of theirs go back into the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bson import ObjectId

from server.contract import EmailEventKind, Phrase
from server.store.client import Database, Session
from server.store.emails import pending_again
from server.store.history import event, history_with


class GivenBack:
    """Every query on emails that are given back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def give_back(self, emails: Sequence[ObjectId], *, account: str, wait: timedelta) -> int:
        """Queue those of them again that have failed, to be tried after ``wait``; answers how many.

        ``account`` is what is at fault. What an admin has dealt with meanwhile, or has lost its password, stays. All in
        one transaction: done twice, it changes nothing more.
        """
        now = await self._database.now()

        async def work(session: Session) -> int:
            chosen = {"_id": {"$in": list(emails)}, "held": None, "password": {"$exists": True}}
            rows = await self._database.failed.find(chosen, session=session).to_list()
            if not rows:
                return 0
            said = event(EmailEventKind.REQUEUED, now, Phrase.NOT_ITS_FAULT.says().english, account=account)
            again = [
                pending_again(row, now, due_at=now + wait)
                | {"history": history_with(row, said), "doubtedBy": [account], "queuedAt": row.get("queuedAt", now)}
                for row in rows
            ]
            await self._database.failed.delete_many({"_id": {"$in": [row["_id"] for row in rows]}}, session=session)
            await self._database.pending.insert_many(again, session=session)
            return len(rows)

        return await self._database.transaction(work)
