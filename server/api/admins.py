"""Accounts of admins, for owners."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from server.api.access import CurrentAdmin, The
from server.api.description import refusals
from server.api.parameters import Id
from server.contract import Admin, AdminAccount, AdminInvitation, LoginSession, OneTimePassword, RoleChange

router = APIRouter(prefix="/api/admins", tags=["admins"])

_REVOKE = "admin.revoke"


async def _chosen(admin_id: Id, the: The) -> Admin:
    return (await the.admins.get(admin_id)).admin


Chosen = Annotated[Admin, Depends(_chosen)]


@router.get("")
async def list_admins(the: The) -> list[AdminAccount]:
    """All of them by name, disabled ones too."""
    return await the.admins.all()


@router.post("", status_code=201, responses=refusals(409))
async def invite(invitation: AdminInvitation, admin: CurrentAdmin, the: The) -> OneTimePassword:
    """Another admin, with a password for the first login."""
    return await the.accounts.invite(invitation.username, invitation.role, by=admin.username)


@router.post("/{admin_id}/disable", responses=refusals(409))
async def disable(chosen: Chosen, admin: CurrentAdmin, the: The) -> Admin:
    """End all their logins and allow no other; what they have begun goes on. Not the last owner."""
    return await the.accounts.disable(chosen, by=admin.username)


@router.post("/{admin_id}/enable")
async def enable(chosen: Chosen, admin: CurrentAdmin, the: The) -> Admin:
    """Let them log in again."""
    return await the.accounts.enable(chosen, by=admin.username)


@router.post("/{admin_id}/reset")
async def reset(chosen: Chosen, admin: CurrentAdmin, the: The) -> OneTimePassword:
    """Another password for one login; the logins that are open end."""
    return await the.accounts.reset(chosen, by=admin.username)


@router.post("/{admin_id}/role", responses=refusals(409))
async def change_role(chosen: Chosen, wish: RoleChange, admin: CurrentAdmin, the: The) -> Admin:
    """What they may do from now on. Not the last owner."""
    return await the.accounts.change_role(chosen, wish.role, by=admin.username)


@router.get("/{admin_id}/sessions")
async def sessions(chosen: Chosen, the: The) -> list[LoginSession]:
    """Their logins, the last used first."""
    return await the.tokens.sessions(chosen.id)


@router.delete("/{admin_id}/sessions", status_code=204)
async def revoke_sessions(chosen: Chosen, admin: CurrentAdmin, the: The) -> None:
    """End all of them."""
    await the.tokens.end_all(chosen, by=admin.username, action=_REVOKE)


@router.delete("/{admin_id}/sessions/{session_id}", status_code=204)
async def revoke_session(chosen: Chosen, session_id: Id, admin: CurrentAdmin, the: The) -> None:
    """End one of them."""
    await the.tokens.end_one(chosen, session_id, by=admin.username, action=_REVOKE)
