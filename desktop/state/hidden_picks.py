"""How many of the picked leads the list does not show."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.state.selection import LeadSelection
from desktop.tasks import ask
from server.contract import ChosenLeads, Lead, LeadFilter, LeadSort, Page


class HiddenPicks(QObject):
    """Asked of the server when the list shows others: by hand only what is shown is picked.

    Signals:
        changed: another number.
    """

    changed = Signal()

    def __init__(self, api: Api, selection: LeadSelection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._api = api
        self._selection = selection
        self._asking: asyncio.Task[None] | None = None
        self._number: int | None = 0
        selection.replaced.connect(lambda: self._set(0))

    @property
    def number(self) -> int | None:
        """None: not known."""
        return None if self._number is None else min(self._number, self._selection.count)

    def look(self, listed: LeadFilter) -> None:
        """The list shows these now."""
        if self._selection.count == 0 or listed == LeadFilter():
            self._set(0)
            return
        self._set(None)
        others = ChosenLeads(selection=self._selection.as_request(), listed=listed, beyond=True)
        work = self._api.chosen_leads(others, sort=LeadSort.CREATED_AT, descending=False, after=None, skip=0, limit=1)
        self._asking = ask(self, work, done=self._take, failed=self._fail, name="picked leads that are not listed")

    def _take(self, others: Page[Lead]) -> None:
        self._set(others.total)

    def _fail(self, _: DeskError) -> None:
        """It stays unknown, and is not said; the list itself tells what is wrong."""

    def _set(self, number: int | None) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if number != self._number:
            self._number = number
            self.changed.emit()
