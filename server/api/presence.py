"""Who is online, and signs of life of users from the applications they log in to."""

from __future__ import annotations

from fastapi import APIRouter

from server.api.access import Address, CurrentAdmin, The
from server.contract import Presence, SignsOfLife

router = APIRouter(prefix="/api/presence", tags=["presence"])


@router.get("")
async def presence(the: The) -> Presence:
    """Admins by name, users by number."""
    return await the.admins.presence()


@router.post("", status_code=204)
async def signs_of_life(signs: SignsOfLife, admin: CurrentAdmin, address: Address, the: The) -> None:
    """These users were seen just now. For programs with the role reporter, operators and owners."""
    await the.reports.take(signs.user_ids, by=admin.username, address=address)
