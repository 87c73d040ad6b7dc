"""The audit log, for those to read whose doings it tells of."""

from __future__ import annotations

from fastapi import APIRouter

from server.api.access import CurrentAdmin, The
from server.api.parameters import After, Limit, Skip
from server.contract import AuditEntry, Page, Role
from server.errors import Forbidden

router = APIRouter(prefix="/api/audit", tags=["audit"])


@router.get("")
async def entries(
    the: The, admin: CurrentAdmin, after: After = None, skip: Skip = 0, limit: Limit = 100
) -> Page[AuditEntry]:
    """Who did what, to how many, when; the latest first."""
    if admin.role is Role.VIEWER:
        raise Forbidden("The audit log is for operators and owners. Ask one of them.")
    return await the.audit.page(after=after, skip=skip, limit=limit)
