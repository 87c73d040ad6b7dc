"""The table of users."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from desktop.backend.api import Api
from desktop.models.paged import PagedModel
from desktop.wording.times import moment, moments
from server.contract import Page, User, UserSort


class UserColumn(IntEnum):
    """From left to right."""

    EMAIL = 0
    NAME = 1
    PRESENCE = 2
    LAST_SEEN = 3
    ACTIVATED_AT = 4


_SORTS = {UserColumn.EMAIL: UserSort.EMAIL, UserColumn.ACTIVATED_AT: UserSort.ACTIVATED_AT}


class UsersModel(PagedModel[User]):
    """Searched, filtered and sorted by the server."""

    columns = UserColumn
    sortable = frozenset(_SORTS)
    asked_by = ("search", "online_only", "_sort", "_descending")

    def __init__(self, api: Api) -> None:
        super().__init__(api)
        self.search = ""
        self.online_only = False
        self._sort = UserSort.ACTIVATED_AT
        self._descending = True

    @property
    def is_filtered(self) -> bool:
        """Whether there may be users that are not listed."""
        return bool(self.search) or self.online_only

    def fetch(self, *, after: str | None, skip: int, limit: int) -> Coroutine[Any, Any, Page[User]]:
        """Ask the server for one page."""
        return self._api.users(
            self.search,
            online=self.online_only,
            sort=self._sort,
            descending=self._descending,
            after=after,
            skip=skip,
            limit=limit,
        )

    def export(self, path: Path) -> Coroutine[Any, Any, None]:
        """All that match, in the order of the list, as a file."""
        return self._api.export_users(
            self.search, path, online=self.online_only, sort=self._sort, descending=self._descending
        )

    def set_filter(self, search: str, *, online_only: bool) -> None:
        """Show only those that match."""
        if (search, online_only) != (self.search, self.online_only):
            self.search, self.online_only = search, online_only
            self.reset()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By the server, over all pages; not every column can be sorted by."""
        wanted = _SORTS.get(UserColumn(column))
        descending = order == Qt.SortOrder.DescendingOrder
        if wanted is not None and (wanted, descending) != (self._sort, self._descending):
            self._sort, self._descending = wanted, descending
            self.reset()

    @property
    def order(self) -> tuple[int, Qt.SortOrder]:
        """As it was chosen."""
        column = next(column for column, sort in _SORTS.items() if sort is self._sort)
        return column, Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder

    def heading(self, column: int) -> str:
        """Above a column."""
        return {
            UserColumn.EMAIL: self.tr("Email"),
            UserColumn.NAME: self.tr("Name"),
            UserColumn.PRESENCE: self.tr("Presence"),
            UserColumn.LAST_SEEN: self.tr("Last seen"),
            UserColumn.ACTIVATED_AT: self.tr("Activated"),
        }[UserColumn(column)]

    def forms(self, column: int) -> Sequence[str]:
        """Of moments and presence."""
        match UserColumn(column):
            case UserColumn.PRESENCE:
                return self.tr("Online"), self.tr("Offline")
            case UserColumn.LAST_SEEN:
                return (*moments(), self.tr("Never"))
            case UserColumn.ACTIVATED_AT:
                return moments()
            case _:
                return ()

    def text(self, row: User, column: int) -> str | None:
        """In a cell."""
        match UserColumn(column):
            case UserColumn.EMAIL:
                return row.email
            case UserColumn.NAME:
                return row.name
            case UserColumn.PRESENCE:
                return self.tr("Online") if row.is_online else self.tr("Offline")
            case UserColumn.LAST_SEEN:
                return moment(row.last_seen) if row.last_seen is not None else self.tr("Never")
            case UserColumn.ACTIVATED_AT:
                return moment(row.activated_at)
