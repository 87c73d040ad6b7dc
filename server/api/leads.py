"""Leads: list, details, export, and import in one step."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, UploadFile
from fastapi.responses import StreamingResponse

from server.api.access import AsLongAsAllowed, CurrentAdmin, The
from server.api.csv_export import DESCRIBED, csv_answer
from server.api.parameters import After, Limit, RowId, Search, Skip, name_of
from server.contract import (
    ChosenLeads,
    ImportResult,
    Lead,
    LeadDetails,
    LeadFilter,
    LeadSort,
    LeadStatus,
    Page,
    Selection,
)
from server.importing.batches import MAX_FILE_SIZE
from server.importing.check import import_file

router = APIRouter(prefix="/api/leads", tags=["leads"])

Statuses = Annotated[list[LeadStatus] | None, Query()]


@router.get("")
async def list_leads(
    the: The,
    search: Search = "",
    status: Statuses = None,
    sort: LeadSort = LeadSort.CREATED_AT,
    descending: bool = False,
    after: After = None,
    skip: Skip = 0,
    limit: Limit = 100,
) -> Page[Lead]:
    """One page of the leads that match."""
    return await the.leads.page(
        LeadFilter(search=search, status=tuple(status or ())),
        sort=sort,
        descending=descending,
        after=after,
        skip=skip,
        limit=limit,
    )


@router.post("/chosen")
async def list_chosen_leads(
    chosen: ChosenLeads,
    the: The,
    sort: LeadSort = LeadSort.CREATED_AT,
    descending: bool = False,
    after: After = None,
    skip: Skip = 0,
    limit: Limit = 100,
) -> Page[Lead]:
    """One page of the chosen leads that a list shows, or of the others. Changes nothing: a choice is too long for an
    address.
    """
    return await the.leads.chosen(chosen, sort=sort, descending=descending, after=after, skip=skip, limit=limit)


@router.get("/export.csv", response_class=StreamingResponse, responses=DESCRIBED)
async def export_leads(
    admin: CurrentAdmin,
    allowed: AsLongAsAllowed,
    the: The,
    search: Search = "",
    status: Statuses = None,
    sort: LeadSort = LeadSort.CREATED_AT,
    descending: bool = False,
) -> StreamingResponse:
    """All leads that match, as CSV in the order of the list."""
    wanted = LeadFilter(search=search, status=tuple(status or ()))
    count = sum((await the.leads.statuses(Selection(matching=wanted))).values())
    await the.audit.note_alone("leads.export", by=admin.username, count=count, details={"search": search})
    leads = the.leads.walk(wanted, sort=sort, descending=descending)
    columns = ("name", "email", "company", "phone", "status", "reason", "added", "activated")
    return csv_answer("leads.csv", columns, (_row(lead) async for lead in leads), allowed)


def _row(lead: Lead) -> tuple[str, ...]:
    added = lead.created_at.isoformat(timespec="seconds")
    activated = "" if lead.activated_at is None else lead.activated_at.isoformat(timespec="seconds")
    reason = lead.skip_reason or ""
    return (lead.name, lead.email, lead.company, lead.phone, lead.status, reason, added, activated)


@router.get("/{lead_id}")
async def lead_details(lead_id: RowId, the: The) -> LeadDetails:
    """One lead, and what has happened to it."""
    return await the.lead_details.details(lead_id)


@router.post("/import")
async def import_leads(file: UploadFile, admin: CurrentAdmin, the: The) -> ImportResult:
    """Leads from a CSV or XLSX file in one step: good rows come in, others are reported with their line number."""
    content = await file.read(MAX_FILE_SIZE + 1)
    note = the.audit.growing("leads.import", by=admin.username, details={"file": name_of(file)})
    return await import_file(the.leads, content, by=admin.username, now=await the.database.now(), note=note)
