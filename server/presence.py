"""Who is online: applications report who they see, and whoever gave no sign of life for too long is marked offline."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, timedelta

import structlog

from server.store.admins import AdminStore
from server.store.audit import AuditLog
from server.store.client import Database

log = structlog.get_logger(__name__)

SWEEP = 60.0  # seconds
#: Connected desktops are refreshed every 30 s, so two in a row must be missed.
SILENT_FOR = timedelta(seconds=75)
#: Whose reports are remembered as noted: more than there are programs.
_MOST = 1000


class Reports:
    """Signs of life of users, and who has reported them: that is an entry of the audit log for each day and place.

    One for each report would be thousands a day that say the same. Several services, and one that starts again, have
    an entry each.
    """

    def __init__(self, database: Database, admins: AdminStore, audit: AuditLog) -> None:
        self._database = database
        self._admins = admins
        self._audit = audit
        self._noted: OrderedDict[tuple[str, str], date] = OrderedDict()

    async def take(self, user_ids: Sequence[str], *, by: str, address: str) -> None:
        """These users were seen right now, as that admin says from there."""
        today = (await self._database.now()).date()
        if self._noted.get((by, address)) != today:  # before: what may have been changed must be known
            await self._audit.note_alone("presence.report", by=by, count=len(user_ids))
            self._noted[by, address] = today
            if len(self._noted) > _MOST:
                self._noted.popitem(last=False)
        await self._admins.mark_users_seen(user_ids)


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
