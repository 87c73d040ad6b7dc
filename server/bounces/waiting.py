"""Reports that came before it was known that their email had left: looked at again until it is."""

from __future__ import annotations

import asyncio

import structlog

from server.store.bounces import BounceInbox, Taken

log = structlog.get_logger(__name__)

_PAUSE = 10.0  # seconds between two looks, each of which an index answers


class WaitingReports:
    """Looks again and again."""

    def __init__(self, inbox: BounceInbox) -> None:
        self._inbox = inbox

    async def run(self) -> None:
        """Until cancelled. Raises whatever a look raises."""
        while True:
            await asyncio.sleep(_PAUSE)
            taken = await self._inbox.look_again()
            if taken != Taken(waiting=taken.waiting):
                log.info("bounces that had come early were taken", bounced=taken.bounced, unknown=taken.unknown)
