"""A paged table whose rows can be picked by a check box, if they are of the right kind."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import Qt

from desktop.backend.api import Api
from desktop.models.paged import PagedModel
from desktop.models.rows import Index, Row
from desktop.state.picks import Picks
from desktop.tasks import ask
from server.contract import PAGE_LIMIT


class PickableModel(PagedModel[Row]):
    """Subclasses say which rows can be picked and what is; what is picked is kept by ``picks``, not by place."""

    check_column: ClassVar[int] = 0

    def __init__(self, api: Api, picks: Picks) -> None:
        super().__init__(api)
        self.picks = picks
        self._picking: asyncio.Task[None] | None = None
        picks.changed.connect(self._on_picks_changed)

    @property
    def has_pickable(self) -> bool:
        """Whether what is listed is of a kind that can be picked at all."""
        raise NotImplementedError

    def can_pick(self, row: Row) -> bool:
        """Whether this one can be."""
        raise NotImplementedError

    def is_picked(self, row: Row) -> bool:
        """Whether this one is."""
        raise NotImplementedError

    def pick(self, rows: Sequence[Row], *, picked: bool) -> None:
        """Pick these, all of which can be, or not any more."""
        raise NotImplementedError

    def set_rows_selected(self, rows: range, selected: bool) -> None:
        """Pick those of the rows that can be, or not; rows that are not here are fetched for it, and only the last
        wish counts.
        """
        if self._picking is not None:
            self._picking.cancel()
            self._picking = None
        here = self.rows_here(rows)
        if here is not None:
            self._pick_possible(here, selected)
            return
        self._picking = ask(
            self,
            self._fetch_all(rows),
            done=lambda fetched: self._pick_possible(fetched, selected),
            failed=self.load_failed.emit,
            name="rows to pick",
        )

    def check(self, row: Row) -> Qt.CheckState | None:
        """Whether it is picked, if it can be."""
        if not self.can_pick(row):
            return None
        return Qt.CheckState.Checked if self.is_picked(row) else Qt.CheckState.Unchecked

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Pick a row, or not."""
        row = self.row_at(index.row())
        if role != Qt.ItemDataRole.CheckStateRole or row is None or not self.can_pick(row):
            return False
        self.pick((row,), picked=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Whether a cell is a check box."""
        flags = super().flags(index)
        row = self.row_at(index.row()) if index.isValid() and index.column() == self.check_column else None
        if row is not None and self.can_pick(row):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def _pick_possible(self, rows: Sequence[Row], selected: bool) -> None:
        self.pick([row for row in rows if self.can_pick(row)], picked=selected)

    async def _fetch_all(self, rows: range) -> list[Row]:
        found: list[Row] = []
        after, skip = None, rows.start
        while len(found) < len(rows):
            limit = min(PAGE_LIMIT, len(rows) - len(found))
            page = await self.fetch(after=after, skip=skip, limit=limit)
            found += page.items
            if page.next is None:
                break
            after, skip = page.next, 0
        return found

    def _on_picks_changed(self) -> None:
        if self.total:
            self.dataChanged.emit(
                self.index(0, self.check_column),
                self.index(self.total - 1, self.check_column),
                [Qt.ItemDataRole.CheckStateRole],
            )
