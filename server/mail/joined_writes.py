"""Writes of several emails joined into one call, each email's fate staying its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Most items of one write.
_LIMIT = 200


class JoinedWrites(Generic[Item, Result]):
    """Group commit: what comes in while a write is under way goes into the next one.

    Nothing waits for a window of time, so a lone email is written at once, and a busy queue makes few, larger writes.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]) -> None:
        self._write = write
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> Result:
        """Write it, together with others; raises what the write raised."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await future

    async def _write_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:_LIMIT], self._waiting[_LIMIT:]
            try:
                results = await self._write([item for item, _ in group])
            except Exception as error:  # noqa: BLE001 - handed to everyone who waits for this write
                for _, future in group:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_, future), result in zip(group, results, strict=True):
                    if not future.done():
                        future.set_result(result)
        self._writing = None
