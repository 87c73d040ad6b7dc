"""The template of the activation email: look, try, save, go back, send a test."""

from __future__ import annotations

from fastapi import APIRouter

from server.accounts.permissions import UNSAVED_TEMPLATE, allows
from server.api.access import Address, CurrentAdmin, The
from server.api.description import refusals
from server.contract import (
    Phrase,
    TemplatePreview,
    TemplateReset,
    TemplateSave,
    TemplateState,
    TemplateTry,
    TemplateVersion,
    TrialRequest,
    TrialResult,
)
from server.errors import Forbidden
from server.mail.template_actions import source_of
from server.mail.templates import default_source
from server.store.templates import StoredTemplate

router = APIRouter(prefix="/api/template", tags=["template"])


@router.get("")
async def current(the: The) -> TemplateState:
    """The version in use."""
    return _state(await the.templates.current())


@router.get("/versions")
async def versions(the: The) -> list[TemplateVersion]:
    """Those that are kept, the latest first."""
    return [_version(stored) for stored in await the.templates.versions()]


@router.post("", responses=refusals(409))
async def save(request: TemplateSave, admin: CurrentAdmin, the: The) -> TemplateState:
    """Check it, and write all emails by it from now on."""
    return _state(await the.templates.save(request.template, based_on=request.based_on, by=admin.username))


@router.post("/reset", responses=refusals(409))
async def reset(request: TemplateReset, admin: CurrentAdmin, the: The) -> TemplateState:
    """Back to what comes with the program."""
    return _state(await the.templates.reset(based_on=request.based_on, by=admin.username))


@router.post("/preview", responses=refusals(404))
async def preview(request: TemplateTry, the: The) -> TemplatePreview:
    """The email to a lead or to somebody made up; nothing is sent, and the password is made up."""
    if request.lead_id is not None:
        letter, problems = await the.templates.preview_for_lead(request.template, request.lead_id)
    else:
        letter, problems = await the.templates.preview(request.template, name=request.name, email=request.email)
    return TemplatePreview(subject=letter.subject, text=letter.text, html=letter.html, problems=tuple(problems))


@router.post("/test-send", responses=refusals(409))
async def test_send(request: TrialRequest, admin: CurrentAdmin, address: Address, the: The) -> TrialResult:
    """Send it right now, with a made-up password; what the mail server says comes back.

    Only owners send one that is not in use.
    """
    source = request.template
    if source == source_of(await the.templates.current()):
        source = None
    if source is not None and not allows(UNSAVED_TEMPLATE, admin.role):
        refused = Forbidden(Phrase.UNSAVED_TEMPLATE_FOR_OWNERS)
        await the.login.refusals.note(
            "template.test", admin.username, address, Phrase.UNSAVED_TEMPLATE_FOR_OWNERS.says()
        )
        raise refused
    return await the.trial_sender.send(request.to, source, by=admin.username)


def _version(stored: StoredTemplate) -> TemplateVersion:
    return TemplateVersion(
        version=stored.version,
        by=stored.by,
        at=stored.at,
        is_default=stored.parts is None,
        template=source_of(stored),
    )


def _state(stored: StoredTemplate) -> TemplateState:
    return TemplateState(**dict(_version(stored)), default=default_source())
