"""The service's command line, with more leads and more changes than there are.

``python -m tests.benchmarks.plentiful_server``: a list of leads that is not searched is ``LEADS`` long, its rows are
computed and not read, which takes the embedded engine seconds. From SIGUSR1 to SIGUSR2 the service's own Socket.IO
server announces, as often a second as ``ANNOUNCEMENTS`` says, a number that nobody counted and the moment in which it
is sent. All else is as always.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import server.wiring
from server.cli import main
from server.contract import Event, Lead, LeadFilter, LeadStatus, Page
from server.contract.snapshot import QueueCounts
from server.live.hub import Hub
from server.operations.tasks import run_together
from server.store.leads import LeadStore
from server.store.paging import decode_cursor, encode_cursor

_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


class PlentifulLeads(LeadStore):
    """Has as many leads as it is told to."""

    async def page(self, leads: LeadFilter, *, after: str | None, skip: int, limit: int, **order: Any) -> Page[Lead]:
        """As always what is searched for; else computed, in an order of its own."""
        if leads.search:
            return await super().page(leads, after=after, skip=skip, limit=limit, **order)
        total = int(os.environ["LEADS"])
        start = (decode_cursor(after)[0] if after is not None else 0) + skip
        end = min(total, start + limit)
        rows = tuple(_lead(number) for number in range(start, end))
        return Page[Lead](items=rows, total=total, next=encode_cursor([end]) if end < total else None)


def _lead(number: int) -> Lead:
    return Lead(
        id=f"{number:024x}",
        email=f"person.{number}@some-company-{number % 997}.example",
        name=f"Person {number}",
        company=f"Some Company {number % 997}",
        status=LeadStatus.NEW,
        created_at=_SINCE + timedelta(minutes=number),
    )


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
                snapshot = await self._snapshots.take()  # which grows with each, so that none is taken for a late one
                counts = QueueCounts(pending=total, processing=0, failed=0, held=0)
                told = {"at": datetime.now(UTC), "counts": counts}
                await self._send(Event.DESK_SNAPSHOT, snapshot.model_copy(update=told))


def _set_announces(number: int, _: object) -> None:
    AnnouncingHub.announces = number == signal.SIGUSR1


if __name__ == "__main__":
    for each in (signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(each, _set_announces)
    server.wiring.Hub = AnnouncingHub  # type: ignore[misc]
    server.wiring.LeadStore = PlentifulLeads  # type: ignore[misc]
    main()
