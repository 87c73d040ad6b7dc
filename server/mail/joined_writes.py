"""Writes of several emails joined into one call, each email's fate staying its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from server.errors import DatabaseAway

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Most items of one write.
_LIMIT = 200
#: Seconds that a write waits for more items at most: a commit costs as much as writing several emails.
_GATHERING = 0.01


class JoinedWrites(Generic[Item, Result]):
    """Group commit: what comes in while a write is under way goes into the next one.

    Where more can be expected at any moment, a write waits a little for it, so that a busy queue makes few, larger
    writes; a lone email is written at once.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        is_all: Callable[[Sequence[Item]], bool] = lambda _: True,
    ) -> None:
        """``is_all``: whether there is nothing to wait for beside these items."""
        self._write = write
        self._is_all = is_all
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._came = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> Result:
        """Write it, together with others; raises what the write raised."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._came.set()
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await future

    async def _write_all(self) -> None:
        """Nobody waits for ever, whatever happens here."""
        group: Sequence[tuple[Item, asyncio.Future[Result]]] = ()
        try:
            while self._waiting:
                await self._gather()
                group, self._waiting = self._waiting[:_LIMIT], self._waiting[_LIMIT:]
                await self._write_group(group)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            left, self._waiting = [*group, *self._waiting], []
            for _, future in left:
                if not future.done():
                    future.set_exception(error)
        finally:
            self._writing = None

    async def _write_group(self, group: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._write([item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for this write
            if len(group) > 1 and not isinstance(error, DatabaseAway):
                for one in group:  # what is wrong with one of them is none of the others' business
                    await self._write_group([one])
                return
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
        else:
            for (_, future), result in zip(group, results, strict=True):
                if not future.done():
                    future.set_result(result)

    async def _gather(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_GATHERING):
                while not self._is_all([item for item, _ in self._waiting]):
                    self._came.clear()
                    await self._came.wait()
