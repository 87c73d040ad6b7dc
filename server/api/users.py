"""Users: list."""

from __future__ import annotations

from fastapi import APIRouter

from server.api.access import The
from server.api.parameters import After, Limit, Search, Skip
from server.contract import Page, User, UserSort

router = APIRouter(prefix="/api/users", tags=["users"])


@router.get("")
async def list_users(
    the: The,
    search: Search = "",
    online: bool = False,
    sort: UserSort = UserSort.ACTIVATED_AT,
    descending: bool = False,
    after: After = None,
    skip: Skip = 0,
    limit: Limit = 100,
) -> Page[User]:
    """One page of the users that match."""
    return await the.users.page(
        search, online=online, sort=sort, descending=descending, after=after, skip=skip, limit=limit
    )
