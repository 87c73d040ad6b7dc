"""Imports in steps: upload, look, check, start, follow, and perhaps undo."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, UploadFile

from server.api.access import CurrentAdmin, The
from server.api.description import refusals
from server.api.parameters import Id, name_of
from server.contract import Import, ImportCheck, ImportPlan, ImportPreview, ImportProblem, ImportReading
from server.importing.batches import MAX_FILE_SIZE, check_size
from server.importing.check import check
from server.importing.preview import preview
from server.threads import FILES

router = APIRouter(prefix="/api/imports", tags=["imports"])


@router.post("", status_code=201)
async def upload(file: UploadFile, admin: CurrentAdmin, the: The) -> ImportPreview:
    """Keep a CSV or XLSX file for a day, and say what it looks like. Nothing is imported yet."""
    content = await file.read(MAX_FILE_SIZE + 1)
    check_size(content)
    name = name_of(file)
    looked_at = await FILES.run(preview, "", name, content, ImportReading())  # nonsense is not kept
    return looked_at.model_copy(update={"id": await the.imports.upload(content, name, by=admin.username)})


@router.get("")
async def list_imports(the: The, limit: Annotated[int, Query(ge=1, le=100)] = 100) -> list[Import]:
    """The latest first."""
    return await the.imports.latest(limit=limit)


@router.get("/{import_id}")
async def get_import(import_id: Id, the: The) -> Import:
    """How far it is."""
    return await the.imports.get(import_id)


@router.get("/{import_id}/problems")
async def problems(import_id: Id, the: The) -> list[ImportProblem]:
    """The first refused rows, and why."""
    return await the.imports.problems(import_id)


@router.post("/{import_id}/preview")
async def preview_again(import_id: Id, reading: ImportReading, the: The) -> ImportPreview:
    """What the file looks like when it is read in another way."""
    found = await the.imports.get(import_id)
    content = await the.imports.file(import_id)
    return await FILES.run(preview, import_id, found.file_name, content, reading)


@router.post("/{import_id}/check")
async def check_import(import_id: Id, plan: ImportPlan, the: The) -> ImportCheck:
    """What the import would do; nothing is written."""
    await the.imports.get(import_id)
    return await check(await the.imports.file(import_id), plan, the.leads.known_addresses)


@router.post("/{import_id}/start", status_code=202)
async def start(import_id: Id, plan: ImportPlan, admin: CurrentAdmin, the: The) -> Import:
    """Import it; the work goes on whatever happens to who asked."""
    return await the.imports.start(import_id, plan, by=admin.username)


@router.post("/{import_id}/stop", status_code=202, responses=refusals(409))
async def stop(import_id: Id, admin: CurrentAdmin, the: The) -> Import:
    """End a running import after the rows in hand; what came in stays, and can be taken back."""
    return await the.imports.ask_to_stop(import_id, by=admin.username)


@router.post("/{import_id}/undo", status_code=202, responses=refusals(409))
async def undo(import_id: Id, admin: CurrentAdmin, the: The) -> Import:
    """Take the leads away again; whoever is a user by then stays."""
    return await the.imports.undo(import_id, by=admin.username)
