"""The table of leads."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt

from desktop.backend.api import Api
from desktop.models.pickable import PickableModel
from desktop.state.selection import LeadSelection
from desktop.wording.times import day, days, exactly
from server.contract import ChosenLeads, Lead, LeadFilter, LeadSort, LeadStatus, Page, Selection

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


class LeadsModel(PickableModel[Lead]):
    """Searched, filtered and sorted by the server; checked by the admin."""

    columns = LeadColumn
    sortable = frozenset(_SORTS)
    check_column = LeadColumn.CHECK
    asked_by = ("filter", "chosen", "_sort", "_descending")

    def __init__(self, api: Api, selection: LeadSelection) -> None:
        super().__init__(api, selection)
        self._selection = selection
        self.filter = LeadFilter()
        #: Only these are listed, of those that match; None: of all. Whoever unticks one still sees it.
        self.chosen: Selection | None = None
        self._sort = LeadSort.CREATED_AT
        self._descending = True

    def fetch(self, *, after: str | None, skip: int, limit: int) -> Coroutine[Any, Any, Page[Lead]]:
        """Ask the server for one page."""
        sort, descending = self._sort, self._descending
        if self.chosen is None:
            return self._api.leads(self.filter, sort=sort, descending=descending, after=after, skip=skip, limit=limit)
        chosen = ChosenLeads(selection=self.chosen, listed=self.filter)
        return self._api.chosen_leads(chosen, sort=sort, descending=descending, after=after, skip=skip, limit=limit)

    def set_filter(self, leads: LeadFilter, chosen: Selection | None = None) -> None:
        """Show only those that match, of those that are chosen."""
        if (leads, chosen) != (self.filter, self.chosen):
            self.filter, self.chosen = leads, chosen
            self.reset()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By the server, over all pages."""
        wanted = _SORTS.get(LeadColumn(column))
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

    def forms(self, column: int) -> Sequence[str]:
        """Of days and statuses."""
        match LeadColumn(column):
            case LeadColumn.STATUS:
                return [status_text(status) for status in LeadStatus]
            case LeadColumn.CREATED_AT:
                return days()
            case _:
                return ()

    def tip(self, row: Lead, column: int) -> str | None:
        """How a mail server spells an address, where that is not how people do; and the time of the day."""
        if column == LeadColumn.CREATED_AT:
            return exactly(row.created_at)
        return f"{row.email}\n{row.ascii_email}" if column == LeadColumn.EMAIL and row.ascii_email else None

    @property
    def has_pickable(self) -> bool:
        """Whether the filter lets through any that can be activated."""
        return self.selectable() is not None

    def selectable(self) -> LeadFilter | None:
        """The filter, less the leads that cannot be activated; None: it lists no others."""
        wanted = tuple(status for status in (self.filter.status or tuple(LeadStatus)) if status in SELECTABLE)
        return LeadFilter(search=self.filter.search, status=wanted) if wanted else None

    def can_pick(self, row: Lead) -> bool:
        """Leads that can be activated."""
        return row.status in SELECTABLE

    def is_picked(self, row: Lead) -> bool:
        """Whether it is."""
        return self._selection.is_selected(row.id)

    def pick(self, rows: Sequence[Lead], *, picked: bool) -> None:
        """Pick these, or not any more."""
        self._selection.set_range([lead.id for lead in rows], picked)

    def export(self, path: Path) -> Coroutine[Any, Any, None]:
        """All that match, as CSV in the order of the list. Raises :class:`DeskError`."""
        return self._api.export_leads(self.filter, path, sort=self._sort, descending=self._descending)

    async def count(self, leads: LeadFilter) -> int:
        """How many leads match on the server. Raises :class:`DeskError`."""
        page = await self._api.leads(leads, sort=self._sort, descending=False, after=None, skip=0, limit=1)
        return page.total


def status_text(status: LeadStatus) -> str:
    """For people."""
    translate = QCoreApplication.translate
    return {
        LeadStatus.NEW: translate("LeadStatus", "New"),
        LeadStatus.ACTIVATING: translate("LeadStatus", "Activating"),
        LeadStatus.ACTIVATED: translate("LeadStatus", "Activated"),
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
