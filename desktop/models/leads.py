"""The table of leads."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QModelIndex, Qt

from desktop.backend.api import Api
from desktop.models.paged import ROW_ROLE, SHOWN_ROLES, Index, PagedModel
from desktop.state.selection import LeadSelection
from desktop.tasks import ask
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

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """One for each :class:`LeadColumn`."""
        return len(LeadColumn)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            LeadColumn.CHECK: "",
            LeadColumn.NAME: self.tr("Name"),
            LeadColumn.EMAIL: self.tr("Email"),
            LeadColumn.COMPANY: self.tr("Company"),
            LeadColumn.STATUS: self.tr("Status"),
            LeadColumn.CREATED_AT: self.tr("Added"),
        }[LeadColumn(section)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        if role not in SHOWN_ROLES or not index.isValid():
            return None
        lead = self.row_at(index.row())
        if role == ROW_ROLE:
            return lead
        column = LeadColumn(index.column())
        if role == Qt.ItemDataRole.CheckStateRole:
            if column is not LeadColumn.CHECK or lead is None or lead.status not in SELECTABLE:
                return None
            checked = self._selection.is_selected(lead.id)
            return Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked
        if lead is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            both = column is LeadColumn.EMAIL and lead.ascii_email
            return f"{lead.email}\n{lead.ascii_email}" if both else None
        match column:
            case LeadColumn.CHECK:
                return None
            case LeadColumn.NAME:
                return lead.name
            case LeadColumn.EMAIL:
                return lead.email
            case LeadColumn.COMPANY:
                return lead.company
            case LeadColumn.STATUS:
                return status_text(lead.status)
            case LeadColumn.CREATED_AT:
                day = lead.created_at.astimezone()
                return QLocale().toString(QDate(day.year, day.month, day.day), "d MMM yyyy")

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Pick a lead, or not."""
        lead = self.row_at(index.row())
        if role != Qt.ItemDataRole.CheckStateRole or lead is None or lead.status not in SELECTABLE:
            return False
        self._selection.set_selected(lead.id, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Leads that can be activated can be picked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        lead = self.row_at(index.row())
        if index.column() == LeadColumn.CHECK and lead is not None and lead.status in SELECTABLE:
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
