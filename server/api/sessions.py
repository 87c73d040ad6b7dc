"""Logging in and out, and what is one's own: password and logins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query

from server.api.access import Address, CurrentAdmin, LoggedIn, The
from server.api.description import refusals
from server.api.parameters import Id
from server.contract import Admin, Credentials, FirstOwner, LoginSession, PartRestarts, PasswordChange, Service, Token

router = APIRouter(prefix="/api", tags=["sessions"])

KeepThis = Annotated[bool, Query(alias="keepThis", description="All but the one that asks.")]

#: What an admin does with logins of their own.
_REVOKE = "session.revoke"


@router.post("/login", responses=refusals(401, 429))
async def log_in(
    credentials: Credentials, the: The, address: Address, user_agent: Annotated[str, Header()] = ""
) -> Token:
    """Name and password for a token."""
    return await the.login.log_in(credentials, address=address, client=user_agent)


@router.post("/first-owner", status_code=201, responses=refusals(409))
async def become_first_owner(wish: FirstOwner, the: The) -> Admin:
    """While there is no admin: become the first owner by the code that the server has printed at its start."""
    return await the.first_owner.claim(wish.code, wish.username, wish.password)


@router.post("/logout", status_code=204)
async def log_out(stored: LoggedIn, the: The) -> None:
    """End this login; nothing about sending depends on it."""
    await the.login.log_out(stored)


@router.get("/me")
async def me(admin: CurrentAdmin) -> Admin:
    """Who is logged in."""
    return admin


@router.post("/password", status_code=204, responses=refusals(409))
async def change_password(change: PasswordChange, stored: LoggedIn, the: The, address: Address) -> None:
    """Another password; all other logins of the admin end."""
    await the.login.change_password(stored, change, address=address)


@router.get("/service")
async def service(the: The) -> Service:
    """What this server is set up to do."""
    return the.about


@router.get("/service/restarts")
async def restarts(the: The) -> list[PartRestarts]:
    """Which parts failed in a way that nobody expected, and were begun again; the last one first."""
    return await the.restarts.read()


@router.get("/sessions")
async def sessions(stored: LoggedIn, the: The) -> list[LoginSession]:
    """The admin's own logins, the last used first."""
    return await the.tokens.sessions(stored.admin.id, current=stored.id)


@router.delete("/sessions", status_code=204)
async def revoke_sessions(stored: LoggedIn, the: The, keep_this: KeepThis = False) -> None:
    """End all of them, or all but the one that asks."""
    spare = (stored.id,) if keep_this else ()
    await the.tokens.end_all(stored.admin, by=stored.admin.username, action=_REVOKE, spare=spare)


@router.delete("/sessions/{session_id}", status_code=204)
async def revoke_session(session_id: Id, admin: CurrentAdmin, the: The) -> None:
    """End one of them."""
    await the.tokens.end_one(admin, session_id, by=admin.username, action=_REVOKE)
