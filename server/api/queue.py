"""The email queue: its numbers and its rows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from server.addresses import usable_address
from server.api.access import AsLongAsAllowed, CurrentAdmin, The
from server.api.csv_export import DESCRIBED, csv_answer, every
from server.api.description import refusals
from server.api.parameters import After, Limit, RowId, Search, Skip
from server.contract import (
    Changed,
    Correction,
    EmailEvent,
    EmailSelection,
    EmailState,
    FailureGroup,
    Page,
    PauseRequest,
    QueuedEmail,
    QueueStatus,
    SendingStatus,
    Throughput,
    ThroughputSpan,
)
from server.contract.snapshot import Snapshot
from server.live.snapshots import queue_status as queue_status_of

router = APIRouter(prefix="/api/queue", tags=["queue"])


@router.get("/status")
async def queue_status(the: The) -> QueueStatus:
    """The same numbers as the event."""
    return queue_status_of(await the.snapshots.take())


@router.get("/sending")
async def sending_status(the: The) -> SendingStatus:
    """How sending stands and when the queue should be empty: the same as the event."""
    return (await the.snapshots.take()).sending


@router.get("/snapshot")
async def snapshot(the: The) -> Snapshot:
    """Numbers, sending and running activations of one moment: the same as the event."""
    return await the.snapshots.take()


@router.get("/emails")
async def queue_emails(
    the: The,
    state: EmailState,
    search: Search = "",
    cause: Annotated[str | None, Query(max_length=1000, description="Failed ones of this cause.")] = None,
    held: Annotated[bool | None, Query(description="Failed ones that an admin keeps back, or the others.")] = None,
    bounced: Annotated[bool | None, Query(description="Failed ones that came back, or the others.")] = None,
    after: After = None,
    skip: Skip = 0,
    limit: Limit = 100,
) -> Page[QueuedEmail]:
    """One page of the emails in that state."""
    return await the.emails.page(
        state, search=search, cause=cause, held=held, bounced=bounced, after=after, skip=skip, limit=limit
    )


@router.get("/emails/export.csv", response_class=StreamingResponse, responses=DESCRIBED)
async def export_emails(
    admin: CurrentAdmin, allowed: AsLongAsAllowed, the: The, state: EmailState, search: Search = ""
) -> StreamingResponse:
    """All emails in that state that match, as CSV in the order of the list."""

    async def page(after: str | None, limit: int) -> Page[QueuedEmail]:
        return await the.emails.page(state, search=search, after=after, skip=0, limit=limit)

    count = (await page(None, 1)).total
    details = {"state": state.value, "search": search}
    await the.audit.note_alone("queue.export", by=admin.username, count=count, details=details)
    columns = ("name", "email", "state", "attempts", "activated", "last attempt", "answer")
    return csv_answer("emails.csv", columns, (_row(email) async for email in every(page)), allowed)


def _row(email: QueuedEmail) -> tuple[str, ...]:
    last = "" if email.last_attempt_at is None else email.last_attempt_at.isoformat(timespec="seconds")
    created = email.created_at.isoformat(timespec="seconds")
    return (email.name, email.email, email.state, str(email.attempts), created, last, email.detail)


@router.get("/emails/{email_id}/history")
async def history(email_id: RowId, the: The) -> list[EmailEvent]:
    """Everything known of one email, the oldest first."""
    return await the.history.events(email_id)


@router.get("/throughput")
async def throughput(the: The, span: ThroughputSpan = ThroughputSpan.HOUR) -> Throughput:
    """What became of emails, period by period up to now."""
    return await the.throughput.throughput(span)


@router.post("/pause", status_code=204)
async def pause(request: PauseRequest, admin: CurrentAdmin, the: The) -> None:
    """Send nothing until resumed, or until the moment that is named; what the mail server has in hand is finished."""
    await the.limits.pause(admin.username, request.reason, until=request.until)


@router.post("/resume", status_code=204)
async def resume(admin: CurrentAdmin, the: The) -> None:
    """Send again."""
    await the.limits.resume(admin.username)


@router.post("/try-now", status_code=204)
async def try_now(admin: CurrentAdmin, the: The) -> None:
    """Try accounts that are blocked at once, and not when their next try is due."""
    await the.limits.try_now(admin.username)


@router.get("/failures")
async def failures(the: The) -> list[FailureGroup]:
    """Failed emails by cause, the most frequent first."""
    return await the.failures.groups()


@router.post("/emails/retry")
async def retry(selection: EmailSelection, admin: CurrentAdmin, the: The) -> Changed:
    """Queue failed or held emails again; let pending ones go now."""
    return await the.actions.retry(selection, by=admin.username)


@router.post("/emails/discard")
async def discard(selection: EmailSelection, admin: CurrentAdmin, the: The) -> Changed:
    """Drop emails for good; the users stay."""
    return await the.actions.discard(selection, by=admin.username)


@router.post("/emails/hold")
async def hold(selection: EmailSelection, admin: CurrentAdmin, the: The) -> Changed:
    """Keep pending emails back, among the failed ones, until they are released."""
    return await the.actions.hold(selection, by=admin.username)


@router.post("/emails/release")
async def release(selection: EmailSelection, admin: CurrentAdmin, the: The) -> Changed:
    """Queue held emails again."""
    return await the.actions.release(selection, by=admin.username)


@router.post("/emails/{email_id}/correct", status_code=204, responses=refusals(409))
async def correct(email_id: RowId, correction: Correction, admin: CurrentAdmin, the: The) -> None:
    """Send a pending or failed email to another address; user and lead follow."""
    await the.actions.correct(email_id, usable_address(correction.email), by=admin.username)
