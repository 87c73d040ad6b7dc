"""How long secrets are kept: the passwords of emails that failed are wiped when their time is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from server.store.failures import FailureStore

log = structlog.get_logger(__name__)

#: Between two sweeps: a hundredth of the time that passwords are kept, within these bounds. In seconds.
_SHORTEST, _LONGEST = 1.0, 600.0
_SHARE = 0.01


class SecretRetention:
    """Sweeps through the failed emails."""

    def __init__(self, failures: FailureStore, kept_for: timedelta) -> None:
        self._failures = failures
        self._kept_for = kept_for

    async def run(self) -> None:
        """Sweep at once and then again and again, until cancelled. Raises whatever a sweep raises."""
        pause = min(max(self._kept_for.total_seconds() * _SHARE, _SHORTEST), _LONGEST)
        while True:
            if wiped := await self._failures.wipe_secrets(self._kept_for):
                log.info("passwords of old failures wiped", emails=wiped)
            await asyncio.sleep(pause)
