"""The table of leads."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt

from desktop.backend.api import Api
from desktop.models.paged import PagedModel
from desktop.models.rows import Index
from desktop.state.selection import LeadSelection
from desktop.tasks import ask
from desktop.wording.times import day
from server.contract import PAGE_LIMIT, Lead, LeadFilter, LeadSort, LeadStatus, Page

#: Statuses in which a lead can be picked.
SELECTABLE = frozenset({LeadStatus.NEW, LeadStatus.SKIPPED})


class LeadColumn(IntEnum):
    """From left to right."""

    CHECK = 0
    NAME = 1
    EMAIL = 2
    COMPANY = 3
    STATUS = 4
    CREATED_AT = 5


_SORTS = {
    LeadColumn.NAME: LeadSort.NAME,
    LeadColumn.EMAIL: LeadSort.EMAIL,
    LeadColumn.COMPANY: LeadSort.COMPANY,
    LeadColumn.STATUS: LeadSort.STATUS,
    LeadColumn.CREATED_AT: LeadSort.CREATED_AT,
}


class LeadsModel(PagedModel[Lead]):
    """Searched, filtered and sorted by the server; checked by the admin."""

    columns = LeadColumn
    check_column = LeadColumn.CHECK

    def __init__(self, api: Api, selection: LeadSelection) -> None:
        super().__init__()
        self._api = api
        self._selection = selection
        self.filter = LeadFilter()
        self._sort = LeadSort.CREATED_AT
        self._descending = True
        selection.changed.connect(self._on_selection_changed)

    def fetch(self, *, after: str | None, skip: int, limit: int) -> Coroutine[Any, Any, Page[Lead]]:
        """Ask the server for one page."""
        return self._api.leads(
            self.filter, sort=self._sort, descending=self._descending, after=after, skip=skip, limit=limit
        )

    def set_filter(self, leads: LeadFilter) -> None:
        """Show only those that match."""
        if leads != self.filter:
            self.filter = leads
            self.reset()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By the server, over all pages."""
        wanted = _SORTS.get(LeadColumn(column))
        descending = order == Qt.SortOrder.DescendingOrder
        if wanted is not None and (wanted, descending) != (self._sort, self._descending):
            self._sort, self._descending = wanted, descending
            self.reset()

    def heading(self, column: int) -> str:
        """Above a column."""
        return {
            LeadColumn.CHECK: "",
            LeadColumn.NAME: self.tr("Name"),
            LeadColumn.EMAIL: self.tr("Email"),
            LeadColumn.COMPANY: self.tr("Company"),
            LeadColumn.STATUS: self.tr("Status"),
            LeadColumn.CREATED_AT: self.tr("Added"),
        }[LeadColumn(column)]

    def text(self, row: Lead, column: int) -> str | None:
        """In a cell."""
        return _TEXTS[column](row)

    def tip(self, row: Lead, column: int) -> str | None:
        """How a mail server spells an address, where that is not how people do."""
        return f"{row.email}\n{row.ascii_email}" if column == LeadColumn.EMAIL and row.ascii_email else None

    def check(self, row: Lead) -> Qt.CheckState | None:
        """Whether it is picked, if it can be."""
        if row.status not in SELECTABLE:
            return None
        return Qt.CheckState.Checked if self._selection.is_selected(row.id) else Qt.CheckState.Unchecked

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Pick a lead, or not."""
        lead = self.row_at(index.row())
        if role != Qt.ItemDataRole.CheckStateRole or lead is None or lead.status not in SELECTABLE:
            return False
        self._selection.set_selected(lead.id, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Leads that can be activated can be picked."""
        flags = super().flags(index)
        lead = self.row_at(index.row()) if index.isValid() and index.column() == LeadColumn.CHECK else None
        if lead is not None and lead.status in SELECTABLE:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def set_rows_selected(self, rows: range, selected: bool) -> None:
        """Pick those of the rows that can be, or not; rows that are not here are fetched for it."""
        leads = self.rows_here(rows)
        if leads is None:
            ask(
                self,
                self._fetch_all(rows),
                done=lambda fetched: self._select(fetched, selected),
                failed=self.load_failed.emit,
                name="rows to pick",
            )
        else:
            self._select(leads, selected)

    def export(self, path: Path) -> Coroutine[Any, Any, None]:
        """All that match, as CSV in the order of the list. Raises :class:`DeskError`."""
        return self._api.export_leads(self.filter, path, sort=self._sort, descending=self._descending)

    async def _fetch_all(self, rows: range) -> list[Lead]:
        leads: list[Lead] = []
        after, skip = None, rows.start
        while len(leads) < len(rows):
            limit = min(PAGE_LIMIT, len(rows) - len(leads))
            page = await self.fetch(after=after, skip=skip, limit=limit)
            leads += page.items
            if page.next is None:
                break
            after, skip = page.next, 0
        return leads

    def _select(self, leads: Sequence[Lead], selected: bool) -> None:
        self._selection.set_range([lead.id for lead in leads if lead.status in SELECTABLE], selected)

    async def count(self, leads: LeadFilter) -> int:
        """How many leads match on the server. Raises :class:`DeskError`."""
        page = await self._api.leads(leads, sort=self._sort, descending=False, after=None, skip=0, limit=1)
        return page.total

    def _on_selection_changed(self) -> None:
        if self.total:
            self.dataChanged.emit(
                self.index(0, LeadColumn.CHECK),
                self.index(self.total - 1, LeadColumn.CHECK),
                [Qt.ItemDataRole.CheckStateRole],
            )


def status_text(status: LeadStatus) -> str:
    """For people."""
    translate = QCoreApplication.translate
    return {
        LeadStatus.NEW: translate("LeadStatus", "New"),
        LeadStatus.ACTIVATING: translate("LeadStatus", "Activating"),
        LeadStatus.ACTIVATED: translate("LeadStatus", "User"),
        LeadStatus.SKIPPED: translate("LeadStatus", "Skipped"),
    }[status]


_TEXTS: dict[int, Callable[[Lead], str | None]] = {
    LeadColumn.CHECK: lambda _: None,
    LeadColumn.NAME: lambda lead: lead.name,
    LeadColumn.EMAIL: lambda lead: lead.email,
    LeadColumn.COMPANY: lambda lead: lead.company,
    LeadColumn.STATUS: lambda lead: status_text(lead.status),
    LeadColumn.CREATED_AT: lambda lead: day(lead.created_at),
}
