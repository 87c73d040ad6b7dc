"""For the machinery around the service, and for who looks for it: no login, and nothing to learn but its version."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Response

from server.api.access import The
from server.contract.health import Health
from server.errors import DatabaseGone, DatabaseUnreachable
from server.store.pulse import Trouble

router = APIRouter(tags=["health"])

_STATUS: Mapping[Trouble | None, str] = {
    None: "database unreachable",
    Trouble.SILENT: "the database does not answer",
    Trouble.UNCONFIRMED: "the database does not confirm writes",
    Trouble.GONE: "the database was dropped or replaced",
}


@router.get("/healthz")
async def healthz(the: The) -> Health:
    """The process lives."""
    return Health(version=the.about.version)


@router.get("/readyz", responses={503: {"model": dict[str, str], "description": "It cannot, for now."}})
async def readyz(the: The, response: Response) -> dict[str, str]:
    """The service can work: its database does what it is asked."""
    try:
        await the.pulse.feel()
    except (DatabaseUnreachable, DatabaseGone):
        response.status_code = 503
        return {"status": _STATUS[the.pulse.trouble]}
    return {"status": "ok"}
