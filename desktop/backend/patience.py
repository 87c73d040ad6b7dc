"""The waits between two attempts to reach the server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from desktop.backend.ending import end
from desktop.lasting import growing, keep, spread

log = logging.getLogger(__name__)

_WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds before each attempt; the last one repeats
_LOOK_EVERY = 0.9  # seconds, meanwhile


class Patience:
    """Waits longer each time, but not longer than the server is away."""

    def __init__(self, is_ready: Callable[[], Awaitable[bool]]) -> None:
        """``is_ready`` asks the server whether it is back, so that a long wait ends when it is."""
        self._is_ready = is_ready
        self._attempt = 0
        self._was_called = False
        self._retry = asyncio.Event()

    def forget(self) -> None:
        """It was reached: the next wait is the first one."""
        self._attempt, self._was_called = 0, False

    def retry_now(self) -> None:
        """Do not wait for the next attempt."""
        self._retry.set()

    async def wait(self, told: Callable[[float], None]) -> None:
        """Until the next attempt is due. ``told`` hears in how many seconds that is at the latest."""
        seconds = spread(growing(_WAITS, self._attempt))
        self._attempt += 1
        # A server that says it is ready and then does not take the connection is given the whole wait.
        look = not self._was_called
        self._was_called = await self._pause(seconds, told, look=look)

    async def _pause(self, seconds: float, told: Callable[[float], None], *, look: bool) -> bool:
        """Answers whether it was called back before its time."""
        self._retry.clear()
        told(seconds)
        looking = asyncio.get_running_loop().create_task(self._look(), name="look for the server") if look else None
        try:
            async with asyncio.timeout(seconds):
                await self._retry.wait()
        except TimeoutError:
            return False
        finally:
            if looking is not None:
                await end([looking])
        return looking is not None and not looking.cancelled()

    async def _look(self) -> None:
        """Ask the server until it is ready."""

        async def ask() -> None:
            await asyncio.sleep(spread(_LOOK_EVERY))
            if await self._is_ready():
                self._retry.set()

        await keep(
            ask,
            failed=lambda error: log.info("cannot look for the server: %s", error),
            wanted=lambda: not self._retry.is_set(),
        )
