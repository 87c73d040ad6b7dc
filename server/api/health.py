"""For the machinery around the service: no login, and nothing to learn from the answers."""

from __future__ import annotations

from fastapi import APIRouter, Response

from server.api.access import The
from server.errors import DatabaseUnreachable

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"model": dict[str, str], "description": "It cannot, for now."}})
async def readyz(the: The, response: Response) -> dict[str, str]:
    """The service can work: its database does what it is asked."""
    try:
        await the.pulse.feel()
    except DatabaseUnreachable:
        response.status_code = 503
        return {"status": "database unreachable"}
    return {"status": "ok"}
