"""For the machinery around the service, and for who looks for it: no login, and nothing to learn but its version."""

from __future__ import annotations

from fastapi import APIRouter, Response

from server.api.access import The
from server.contract.health import Health
from server.errors import DatabaseUnreachable

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz(the: The) -> Health:
    """The process lives."""
    return Health(version=the.about.version)


@router.get("/readyz", responses={503: {"model": dict[str, str], "description": "It cannot, for now."}})
async def readyz(the: The, response: Response) -> dict[str, str]:
    """The service can work: its database does what it is asked."""
    try:
        await the.pulse.feel()
    except DatabaseUnreachable:
        response.status_code = 503
        return {"status": "database unreachable"}
    return {"status": "ok"}
