"""The real database, with its time and the order of its calls in the hands of a test."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from bson import ObjectId
from bson.binary import Binary
from pymongo.asynchronous.collection import AsyncCollection

from server.store import emails as queue
from server.store.client import Collection, Database

Result = TypeVar("Result")

START = datetime(2030, 1, 1, tzinfo=UTC)


class Turns:
    """Lets tasks at the database one call at a time, so that their calls interleave in an order that is given."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Task[Any], asyncio.Future[None]] = {}
        self._tasks: list[asyncio.Task[Any]] = []
        self._arrived = asyncio.Event()

    async def mine(self) -> None:
        """Wait for one's turn; nobody waits who is alone."""
        task = asyncio.current_task()
        if task in self._tasks:
            self._waiting[task] = asyncio.get_running_loop().create_future()
            self._arrived.set()
            await self._waiting[task]

    async def interleave(self, order: Iterable[int], *work: Coroutine[Any, Any, Any]) -> list[Any]:
        """Do all the work; ``order`` says which of those that wait comes next, at last the first of them."""
        choices: Iterator[int] = iter(order)
        try:
            for each in work:
                await self.begin(each)
            while waiting := [task for task in self._tasks if task in self._waiting]:
                await self.go_on(waiting[next(choices, 0) % len(waiting)])
            return [task.result() for task in self._tasks]
        finally:
            for task in list(self._tasks):
                await self.give_up(task)

    async def begin(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Do the work as far as its first call."""
        task = asyncio.create_task(work)
        self._tasks.append(task)
        await self._until_it_waits(task)
        return task

    async def go_on(self, task: asyncio.Task[Any]) -> None:
        """Let it make the call that it waits for, and do what it does as far as its next one."""
        self._waiting.pop(task).set_result(None)
        await self._until_it_waits(task)

    async def give_up(self, task: asyncio.Task[Any]) -> None:
        """As if whoever does it had died."""
        self._tasks.remove(task)
        self._waiting.pop(task, None)
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task

    async def _until_it_waits(self, task: asyncio.Task[Any]) -> None:
        self._arrived.clear()
        arrived = asyncio.create_task(self._arrived.wait())
        await asyncio.wait([task, arrived], return_when=asyncio.FIRST_COMPLETED)
        arrived.cancel()


class _InTurn:
    """A collection whose calls wait for their turn. Those of a transaction do not: it is one step."""

    def __init__(self, collection: Collection, turns: Turns) -> None:
        self._collection = collection
        self._turns = turns

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._collection, name)
        return self._in_turn(found) if iscoroutinefunction(found) else found

    def find(self, *args: Any, **options: Any) -> Any:
        cursor = self._collection.find(*args, **options)
        if options.get("session") is None:
            cursor.to_list = self._in_turn(cursor.to_list)
        return cursor

    def _in_turn(self, call: Any) -> Any:
        async def waiting(*args: Any, **options: Any) -> Any:
            if options.get("session") is None:
                await self._turns.mine()
            return await call(*args, **options)

        return waiting


class SteeredDatabase(Database):
    """A database whose clock stands still until it is moved, and whose calls can be interleaved."""

    def __init__(self, plain: Database) -> None:
        super().__init__(plain.client, plain.name, is_embedded=plain.is_embedded)
        self.moment = START
        self.turns = Turns()
        for name, value in list(vars(self).items()):
            if isinstance(value, AsyncCollection):
                setattr(self, name, _InTurn(value, self.turns))

    async def now(self) -> datetime:
        """The time that was set."""
        return self.moment

    async def transaction(self, work: Any) -> Any:
        """As one step."""
        await self.turns.mine()
        return await super().transaction(work)

    async def clear(self) -> None:
        """As if nothing had happened yet."""
        for collection in (self.pending, self.failed, self.deliveries, self.limits, self.audit, self.users, self.leads):
            await collection.delete_many({})
        self.moment = START

    async def enqueue(self, ids: Sequence[ObjectId], *, wait: timedelta = timedelta()) -> list[Mapping[str, Any]]:
        """New emails under these ids, due after that wait, of users with leads; answers their rows."""
        rows = [
            queue.pending_document(
                email_id=id_,
                user_id=ObjectId(),
                lead_id=ObjectId(),
                activation_id=ObjectId(),
                email=f"{id_}@firm.example",
                name="Ann",
                password=Binary(b"secret"),
                message_id=queue.message_id(id_, "desk@sender.example"),
                now=self.moment,
                due_at=self.moment + wait,
            )
            for id_ in ids
        ]
        users = [{"_id": row["userId"], "email": row["email"], "mustChangePassword": True} for row in rows]
        await self.users.insert_many(users)
        await self.leads.insert_many([{"_id": row["leadId"], "email": row["email"]} for row in rows])
        await self.pending.insert_many(rows)
        return rows
