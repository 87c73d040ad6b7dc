"""Users: listing those who were made from leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.contract import Page, User, UserSort
from server.store.client import Database
from server.store.ids import wire_id
from server.store.paging import fetch_page
from server.store.rows import USER, whole
from server.store.schema import ADDRESS
from server.store.search import finding

#: Nothing secret leaves the database: not even the hash of a password.
_SHOWN = {"email": 1, "name": 1, "createdAt": 1, "isOnline": 1, "lastSeen": 1}
#: By which field a list is sorted. Made is when activated.
_SORT_FIELDS = {UserSort.EMAIL: "email", UserSort.ACTIVATED_AT: "createdAt"}


class UserStore:
    """Every query on users that changes nothing."""

    def __init__(self, database: Database) -> None:
        self._users = database.users

    async def page(
        self, search: str, *, online: bool, sort: UserSort, descending: bool, after: str | None, skip: int, limit: int
    ) -> Page[User]:
        """One page of the users whose name and address ``search`` finds; ``online``: only those who are."""
        criteria: dict[str, Any] = ({"isOnline": True} if online else {}) | finding(search)
        rows, total, cursor = await fetch_page(
            self._users,
            criteria,
            sort=_SORT_FIELDS[sort],
            descending=descending,
            after=after,
            skip=skip,
            limit=limit,
            collation=ADDRESS if sort is UserSort.EMAIL else None,
            projection=_SHOWN,
        )
        return Page[User](items=tuple(_user(row) for row in rows), total=total, next=cursor)


def _user(row: Mapping[str, Any]) -> User:
    user = whole(row, USER)
    return User(
        id=wire_id(row["_id"]),
        email=user["email"],
        name=user["name"],
        activated_at=user["createdAt"],
        is_online=user["isOnline"],
        last_seen=user["lastSeen"],
    )
