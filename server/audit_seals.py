"""The audit log is sealed while it is written: a few seconds after an entry grows no more it has its number."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from server.store.audit_sealing import AuditSealing
from server.store.client import Database
from server.store.vault import Locked

log = structlog.get_logger(__name__)

#: Seconds in which entries gather that are sealed together, at most: several services do not come all at once.
_GATHER = 1.0
#: Seconds after which it is looked whether the time of the oldest entries is over, and whether anything was missed.
_LOOK = 600.0


class AuditSealer:
    """Seals entries, and lets go of those whose time is over."""

    def __init__(self, database: Database, sealing: AuditSealing) -> None:
        self._database = database
        self._sealing = sealing
        self._woken = asyncio.Event()
        self._is_locked = False

    def wake(self) -> None:
        """Something was written."""
        self._woken.set()

    async def run(self) -> None:
        """Seal what there is, then whenever it is woken or an entry is closed by its time, until cancelled."""
        look_at = time.monotonic()
        while True:
            self._woken.clear()
            try:
                await _to_the_end(self._sealing.seal)
                if time.monotonic() >= look_at:
                    await _to_the_end(self._sealing.let_go)
                    look_at = time.monotonic() + _LOOK
                pause = await self._until_next()
                self._is_locked = False
            except Locked as error:
                if not self._is_locked:
                    log.warning("the audit log is not sealed here", reason=error.message)
                self._is_locked = True
                pause = _LOOK / 10
            await self._wait(pause)

    async def _until_next(self) -> float:
        """Seconds until there may be something to do though nobody wakes it."""
        closes = await self._sealing.next_closing()
        if closes is None:
            return _LOOK
        left = closes - await self._database.now()
        return min(_LOOK, max(timedelta(), left).total_seconds())

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        await asyncio.sleep(random.uniform(0, _GATHER))  # noqa: S311 - no secret


async def _to_the_end(step: Callable[[], Awaitable[int]]) -> None:
    """Step by step; each of them waits for the database, so that requests have their turn."""
    while await step():
        pass
