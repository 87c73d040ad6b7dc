"""Activations: ask for one, follow it, stop it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from server.api.access import AsLongAsAllowed, CurrentAdmin, The
from server.api.csv_export import DESCRIBED, csv_answer
from server.api.description import refusals
from server.api.parameters import Id
from server.contract import Activation, ActivationPreview, ActivationRequest, PreviewRequest, SkippedLead

router = APIRouter(prefix="/api/activations", tags=["activations"])


@router.post("/preview")
async def preview(request: PreviewRequest, the: The) -> ActivationPreview:
    """What an activation of these leads would do."""
    return await the.previews.preview(request.selection, request.listed, request.not_before)


@router.post("", status_code=202, responses=refusals(409))
async def activate(request: ActivationRequest, admin: CurrentAdmin, the: The) -> Activation:
    """Accept the wish; the work goes on whatever happens to who asked."""
    return await the.activations.request(
        request.request_id, request.selection, admin=admin.username, not_before=request.not_before
    )


@router.get("")
async def list_activations(the: The, running: bool = False) -> list[Activation]:
    """The latest first."""
    return await the.activations.latest(running=running)


@router.get("/{activation_id}")
async def get_activation(activation_id: Id, the: The) -> Activation:
    """How far it is."""
    return await the.activations.get(activation_id)


@router.post("/{activation_id}/stop")
async def stop_activation(activation_id: Id, admin: CurrentAdmin, the: The) -> Activation:
    """End it after the leads in hand; the rest stay as they were."""
    return await the.activations.ask_to_stop(activation_id, by=admin.username)


@router.get("/{activation_id}/skipped")
async def skipped_leads(activation_id: Id, the: The) -> list[SkippedLead]:
    """Who did not become a user, and why."""
    await the.activations.get(activation_id)
    return await the.activations.skipped(activation_id)


@router.get("/{activation_id}/skipped.csv", response_class=StreamingResponse, responses=DESCRIBED)
async def export_skipped_leads(
    activation_id: Id, admin: CurrentAdmin, allowed: AsLongAsAllowed, the: The
) -> StreamingResponse:
    """The same as CSV."""
    leads = await skipped_leads(activation_id, the)
    await the.audit.note_alone("activation.exportSkipped", by=admin.username, count=len(leads))

    async def rows() -> AsyncIterator[tuple[str, ...]]:
        for lead in leads:
            yield lead.email or lead.lead_id, lead.name, lead.reason, lead.message

    return csv_answer("skipped-leads.csv", ("email", "name", "reason", "message"), rows(), allowed)
