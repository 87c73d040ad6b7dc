"""Many wishes, few runs: the shape of everything that is announced."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

#: The cheapest of so many runs is taken for the cost: a run that had to wait for an absent database says nothing of it.
_REMEMBERED = 3


class Joined:
    """Runs ``work`` after each :meth:`wake`, but never sooner than ``pause`` after the run before.

    The pause grows with what the work costs, so that it takes at most the share ``share`` of the database's time: the
    slower the count, the longer the pause. The last wake is always followed by a run, unless it is not ``wanted``.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[None]],
        *,
        pause: float,
        share: float = 0.05,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self.name = name
        self._work = work
        self._wanted = wanted
        self._pause = pause
        self._share = share
        self._costs: deque[float] = deque(maxlen=_REMEMBERED)
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something has changed."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled. Raises whatever ``work`` raises, and makes up for that run when it is run again."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            if not self._wanted():
                continue
            started = time.perf_counter()
            try:
                await self._work()
            except Exception:
                self._woken.set()
                raise
            self._costs.append(time.perf_counter() - started)
            await asyncio.sleep(max(self._pause, min(self._costs) * (1 / self._share - 1)))
