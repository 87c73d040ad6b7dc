"""New passwords for emails whose own was wiped: hashed for the user, encrypted for the email, in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from bson import ObjectId
from pymongo import UpdateOne

from server.store.client import Database, Document, Session
from server.store.vault import Credential

#: Makes that many new passwords.
Issue = Callable[[int], Awaitable[Sequence[Credential]]]
#: New passwords by the email they are for.
Credentials = Mapping[ObjectId, Credential]
Result = TypeVar("Result")


class _WipedMeanwhile(Exception):
    """A password that was there is not any more: another one has to be issued."""


class Renewal:
    """Issues passwords before a transaction begins, for hashing takes its time, and gives them out within it."""

    def __init__(self, database: Database, issue: Issue) -> None:
        self._database = database
        self._issue = issue

    async def transaction(
        self,
        read: Callable[[], Awaitable[Iterable[Document]]],
        work: Callable[[Credentials, Session], Awaitable[Result]],
    ) -> Result:
        """``work`` in one transaction, with a new password at hand for each row of ``read`` that has none."""
        while True:
            bare = [row["_id"] for row in await read() if "password" not in row]
            credentials = dict(zip(bare, await self._issue(len(bare)), strict=True)) if bare else {}

            async def attempt(session: Session, credentials: Credentials = credentials) -> Result:
                return await work(credentials, session)

            try:
                return await self._database.transaction(attempt)
            except _WipedMeanwhile:
                continue

    async def complete(self, rows: Sequence[Document], credentials: Credentials, session: Session) -> list[Document]:
        """The rows that can be sent: those with a password, and those whose user got a new one here.

        Left out are those of users who must not change their password any more: they have one of their own by now, and
        to replace it behind their backs would lock them out. (Or they are gone.)
        """
        bare = [row for row in rows if "password" not in row]
        if any(row["_id"] not in credentials for row in bare):
            raise _WipedMeanwhile
        renewable = await self._renew(bare, credentials, session) if bare else set()
        completed = []
        for row in rows:
            if "password" in row:
                completed.append(row)
            elif _may(row, renewable):
                completed.append({**row, "password": credentials[row["_id"]].sealed_password})
        return completed

    async def _renew(self, rows: Sequence[Document], credentials: Credentials, session: Session) -> set[Any]:
        """Give the users of these emails their new passwords, and answer which of them may have one.

        One question and one write, however many they are: a transaction may last a minute.
        """
        users = self._database.users
        may = {"_id": {"$in": [row["userId"] for row in rows]}, "mustChangePassword": True}
        renewable = {user["_id"] async for user in users.find(may, {"_id": 1}, session=session)}
        writes = [
            UpdateOne(
                {"_id": row["userId"], "mustChangePassword": True},
                {"$set": {"passwordHash": credentials[row["_id"]].password_hash}},
            )
            for row in rows
            if _may(row, renewable)
        ]
        if writes:
            await users.bulk_write(writes, ordered=False, session=session)
        return renewable


def _may(row: Document, renewable: set[Any]) -> bool:
    return isinstance(row["userId"], Hashable) and row["userId"] in renewable
