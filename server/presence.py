"""Who is online: every minute, whoever gave no sign of life for too long is marked offline."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from server.store.admins import AdminStore

log = structlog.get_logger(__name__)

SWEEP = 60.0  # seconds
#: Connected desktops are refreshed every 30 s, so two in a row must be missed.
SILENT_FOR = timedelta(seconds=75)


class PresenceSweep:
    """The second worker of the service."""

    def __init__(self, admins: AdminStore) -> None:
        self._admins = admins

    async def run(self) -> None:
        """Sweep at once and then every :data:`SWEEP` seconds, until cancelled. Raises whatever a sweep raises."""
        while True:
            if gone := await self._admins.mark_offline(SILENT_FOR):
                log.info("marked offline", people=gone)
            await asyncio.sleep(SWEEP)
