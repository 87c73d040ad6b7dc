"""The service looks through its own audit log: soon after the start, once a day, and whenever an owner asks."""

from __future__ import annotations

import asyncio

import structlog

from server.contract import AuditCheck, AuditVerification
from server.errors import StartError
from server.store.audit_sealing import LoadKeys
from server.store.audit_verification import verify
from server.store.client import Database

log = structlog.get_logger(__name__)

#: Seconds before the first look of its own, after which a start is over, and between two of them.
_FIRST, _DAILY = 60.0, 86400.0


class AuditWatch:
    """One look at a time, however many ask for one."""

    def __init__(self, database: Database, load_keys: LoadKeys) -> None:
        self._database = database
        self._load_keys = load_keys
        self._asked = asyncio.Event()
        self._latest: AuditVerification | None = None

    @property
    def check(self) -> AuditCheck:
        """What was found last by this service, and whether it looks just now."""
        return AuditCheck(running=self._asked.is_set(), latest=self._latest)

    def ask(self) -> None:
        """Look through it now; who asks meanwhile gets the same answer."""
        self._asked.set()

    async def run(self) -> None:
        """Look when it is time or asked for, until cancelled."""
        pause = _FIRST
        while True:
            try:
                async with asyncio.timeout(pause):
                    await self._asked.wait()
            except TimeoutError:
                self._asked.set()
            try:
                await self._look()
            finally:
                self._asked.clear()
            pause = _DAILY

    async def _look(self) -> None:
        try:
            found = await verify(self._database, self._load_keys)
        except StartError as error:  # the master key cannot be read just now: no reason to end the service
            log.warning("the audit log cannot be verified", reason=error.message)
            return
        self._latest = found
        if found.fault_count:
            first = found.faults[0]
            log.error(
                "the audit log was tampered with", faults=found.fault_count, first=first.kind.value, number=first.first
            )
