"""Users: list and export."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from server.api.access import AsLongAsAllowed, CurrentAdmin, The
from server.api.csv_export import DESCRIBED, csv_answer, every
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


@router.get("/export.csv", response_class=StreamingResponse, responses=DESCRIBED)
async def export_users(
    admin: CurrentAdmin,
    allowed: AsLongAsAllowed,
    the: The,
    search: Search = "",
    online: bool = False,
    sort: UserSort = UserSort.ACTIVATED_AT,
    descending: bool = False,
) -> StreamingResponse:
    """All users that match, as CSV in the order of the list."""

    async def page(after: str | None, limit: int) -> Page[User]:
        return await the.users.page(
            search, online=online, sort=sort, descending=descending, after=after, skip=0, limit=limit
        )

    count = (await page(None, 1)).total
    await the.audit.note_alone("users.export", by=admin.username, count=count, details={"search": search})
    columns = ("name", "email", "online", "last seen", "activated")
    return csv_answer("users.csv", columns, (_row(user) async for user in every(page)), allowed)


def _row(user: User) -> tuple[str, ...]:
    seen = "" if user.last_seen is None else user.last_seen.isoformat(timespec="seconds")
    activated = user.activated_at.isoformat(timespec="seconds")
    return (user.name, user.email, "yes" if user.is_online else "no", seen, activated)
