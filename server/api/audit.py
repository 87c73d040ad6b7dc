"""The audit log, for those to read whose doings it tells of."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from server.api.access import AsLongAsAllowed, CurrentAdmin, The
from server.api.csv_export import DESCRIBED, csv_answer, every
from server.api.parameters import After, Limit, Search, Skip
from server.contract import AuditCheck, AuditEntry, AuditFilter, AuditResult, Page

router = APIRouter(prefix="/api/audit", tags=["audit"])

Action = Annotated[str, Query(max_length=100, description="Only actions that begin so, as `queue.`.")]
By = Annotated[str, Query(max_length=100, description="Only what this admin did.")]
Phrases = Annotated[list[str] | None, Query(alias="phrase", max_length=100, description="Codes of sentences found.")]
Actions = Annotated[list[str] | None, Query(alias="named", max_length=100, description="Actions found by their name.")]
Result = Annotated[AuditResult | None, Query(description="Only what was done, or what was refused.")]


@router.get("")
async def entries(
    the: The,
    action: Action = "",
    by: By = "",
    result: Result = None,
    search: Search = "",
    phrases: Phrases = None,
    actions: Actions = None,
    after: After = None,
    skip: Skip = 0,
    limit: Limit = 100,
) -> Page[AuditEntry]:
    """Who did what, from where, to how many, when, and whether it was done; the latest first."""
    wanted = AuditFilter(
        action=action, by=by, result=result, search=search, phrases=tuple(phrases or ()), actions=tuple(actions or ())
    )
    return await the.audit.page(wanted, after=after, skip=skip, limit=limit)


@router.get("/verification")
async def verification(the: The) -> AuditCheck:
    """Whether the log is still what was written down, as this service has found last: once a day, or when asked to."""
    return the.audit_watch.check


@router.post("/verification", status_code=202)
async def verify(the: The) -> AuditCheck:
    """Let this service look through the whole log now. Asked meanwhile, it is the same look."""
    the.audit_watch.ask()
    return the.audit_watch.check


@router.get("/export.csv", response_class=StreamingResponse, responses=DESCRIBED)
async def export_entries(
    admin: CurrentAdmin,
    allowed: AsLongAsAllowed,
    the: The,
    action: Action = "",
    by: By = "",
    result: Result = None,
    search: Search = "",
    phrases: Phrases = None,
    actions: Actions = None,
) -> StreamingResponse:
    """All entries that match, as CSV, the latest first."""
    wanted = AuditFilter(
        action=action, by=by, result=result, search=search, phrases=tuple(phrases or ()), actions=tuple(actions or ())
    )
    count = (await the.audit.page(wanted, after=None, skip=0, limit=1)).total
    await the.audit.note_alone("audit.export", by=admin.username, count=count, details={"search": search})
    columns = ("when", "who", "from", "action", "result", "count", "emails", "details")
    rows = every(lambda after, limit: the.audit.page(wanted, after=after, skip=0, limit=limit))
    return csv_answer("activity.csv", columns, (_row(entry) async for entry in rows), allowed)


def _row(entry: AuditEntry) -> tuple[str, ...]:
    details = "; ".join(f"{name}: {value}" for name, value in entry.details.items())
    when = entry.at.isoformat(timespec="seconds")
    emails = " ".join(entry.emails)
    return (when, entry.by, entry.origin, entry.action, entry.result, str(entry.count), emails, details)
