"""The audit log, for those to read whose doings it tells of."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from server.api.access import The
from server.api.parameters import After, Limit, Skip
from server.contract import AuditEntry, Page

router = APIRouter(prefix="/api/audit", tags=["audit"])


@router.get("")
async def entries(
    the: The,
    action: Annotated[str, Query(max_length=100, description="Only actions that begin so, as `queue.`.")] = "",
    by: Annotated[str, Query(max_length=100, description="Only what this admin did.")] = "",
    after: After = None,
    skip: Skip = 0,
    limit: Limit = 100,
) -> Page[AuditEntry]:
    """Who did what, from where, to how many, when, and whether it was done; the latest first."""
    return await the.audit.page(action=action, by=by, after=after, skip=skip, limit=limit)
