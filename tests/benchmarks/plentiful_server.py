"""The service's command line, with a queue that seems to change all the time.

``python -m tests.benchmarks.announcing_server``: from SIGUSR1 to SIGUSR2 its own Socket.IO server announces, as often
a second as ``ANNOUNCEMENTS`` says, a number that nobody counted and the moment in which it is sent.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import UTC, datetime
from itertools import cycle

import server.app
from server.cli import main
from server.contract import Event, QueueStatus
from server.live.hub import Hub
from server.operations.tasks import run_together


class AnnouncingHub(Hub):
    """Announces what it is told to."""

    announces = False

    async def run(self) -> None:
        """As always, and more."""
        await run_together(super().run(), self._announce_more())

    async def _announce_more(self) -> None:
        pause = 1 / float(os.environ["ANNOUNCEMENTS"])
        due = time.monotonic()
        for total in cycle(range(1, 100)):
            due = max(due + pause, time.monotonic() - pause)
            await asyncio.sleep(due - time.monotonic())
            if AnnouncingHub.announces:
                now = datetime.now(UTC)
                status = QueueStatus(pending=total, processing=0, failed=0, total=total, timestamp=now)
                await self._send(Event.EMAIL_QUEUE_UPDATE, status)


def _set_announces(number: int, _: object) -> None:
    AnnouncingHub.announces = number == signal.SIGUSR1


if __name__ == "__main__":
    for each in (signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(each, _set_announces)
    server.app.Hub = AnnouncingHub  # type: ignore[misc]
    main()
