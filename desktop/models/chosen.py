"""The table of those whom an activation is for."""

from __future__ import annotations

from collections.abc import Coroutine
from enum import IntEnum
from typing import Any

from desktop.backend.api import Api
from desktop.models.paged import PagedModel
from server.contract import ChosenLeads, Lead, LeadFilter, LeadSort, Page, Selection


class ChosenColumn(IntEnum):
    """From left to right."""

    NAME = 0
    EMAIL = 1
    COMPANY = 2


class ChosenModel(PagedModel[Lead]):
    """The leads of a selection by name; those that the list behind does not show can be looked at alone."""

    columns = ChosenColumn
    asked_by = ("beyond",)

    def __init__(self, api: Api, selection: Selection, listed: LeadFilter) -> None:
        super().__init__(api)
        self._selection = selection
        self._listed = listed
        #: Whether only those are listed that the list behind does not show.
        self.beyond = False

    def show_beyond(self, *, beyond: bool) -> None:
        """Only those whom the list does not show, or all."""
        if beyond != self.beyond:
            self.beyond = beyond
            self.reset()

    def fetch(self, *, after: str | None, skip: int, limit: int) -> Coroutine[Any, Any, Page[Lead]]:
        """Ask the server for one page."""
        listed = self._listed if self.beyond else LeadFilter()
        return self._api.chosen_leads(
            ChosenLeads(selection=self._selection, listed=listed, beyond=self.beyond),
            sort=LeadSort.NAME,
            descending=False,
            after=after,
            skip=skip,
            limit=limit,
        )

    def heading(self, column: int) -> str:
        """Above a column."""
        return {
            ChosenColumn.NAME: self.tr("Name"),
            ChosenColumn.EMAIL: self.tr("Email"),
            ChosenColumn.COMPANY: self.tr("Company"),
        }[ChosenColumn(column)]

    def text(self, row: Lead, column: int) -> str | None:
        """In a cell."""
        return {
            ChosenColumn.NAME: row.name,
            ChosenColumn.EMAIL: row.email,
            ChosenColumn.COMPANY: row.company,
        }[ChosenColumn(column)]
