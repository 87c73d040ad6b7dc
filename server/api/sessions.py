"""Logging in and out."""

from __future__ import annotations

from fastapi import APIRouter

from server.api.access import CurrentAdmin, LoggedIn, The
from server.contract import Admin, Credentials, Service, Token

#: The one route that needs no login.
public = APIRouter(prefix="/api", tags=["sessions"])
router = APIRouter(prefix="/api", tags=["sessions"])


@public.post("/login")
async def log_in(credentials: Credentials, the: The) -> Token:
    """Name and password for a token."""
    return await the.login.log_in(credentials)


@router.post("/logout", status_code=204)
async def log_out(stored: LoggedIn, the: The) -> None:
    """End this login; nothing about sending depends on it."""
    await the.login.log_out(stored)


@router.get("/me")
async def me(admin: CurrentAdmin) -> Admin:
    """Who is logged in."""
    return admin


@router.get("/service")
async def service(the: The) -> Service:
    """What this server is set up to do."""
    return the.about
