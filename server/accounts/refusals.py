"""What is refused to admins and to strangers, in the audit log: refusals of one kind that follow each other are one
entry that counts them."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta

from bson import ObjectId

from server.contract import AuditResult, Sentence
from server.store.audit import AuditLog

_JOINED = 600.0  # seconds
_MOST = 1000


class Refusals:
    """Those of one service."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit
        self._entries: OrderedDict[tuple[str, ...], tuple[ObjectId, float]] = OrderedDict()

    async def note(
        self, action: str, by: str, address: str, reason: Sentence, details: Mapping[str, str] | None = None
    ) -> None:
        """One more."""
        details = {"reason": reason.english, **(details or {})}
        key, now = (action, by, address, *details.values()), time.monotonic()
        entry, begun = self._entries.get(key, (ObjectId(), now))
        if now - begun > _JOINED:
            entry, begun = ObjectId(), now
        self._entries[key] = entry, begun
        if len(self._entries) > _MOST:
            self._entries.popitem(last=False)
        await self._audit.note(
            entry,
            action,
            by=by,
            count=1,
            session=None,
            details=details,
            result=AuditResult.REFUSED,
            more_within=timedelta(seconds=max(1.0, begun + _JOINED - now)),
        )
