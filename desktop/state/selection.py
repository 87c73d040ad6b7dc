"""Which leads are picked, across pages: ids, or everything that matches a filter less exceptions."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject

from desktop.state.picks import Picks
from server.contract import LeadFilter, Selection

_Kept = tuple[dict[str, None], LeadFilter | None, int]


class LeadSelection(Picks):
    """The picked leads. Knows ids only, so it survives sorting, paging and refreshing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # With a filter: the exceptions. Without: the picked ones. A dict, because it keeps the order of picking.
        self._ids: dict[str, None] = {}
        self._matching: LeadFilter | None = None
        self._total = 0

    @property
    def count(self) -> int:
        """How many leads are picked."""
        if self._matching is None:
            return len(self._ids)
        return max(0, self._total - len(self._ids))

    @property
    def covers_all(self) -> bool:
        """Whether everything that matches a filter is picked, perhaps less exceptions."""
        return self._matching is not None

    @property
    def is_whole(self) -> bool:
        """Whether all of it is, without exception."""
        return self.covers_all and not self._ids

    def said_of(self, leads: LeadFilter | None) -> bool:
        """Whether it is everything that matches these."""
        return self._matching is not None and self._matching == leads

    def is_selected(self, lead_id: str) -> bool:
        """Whether this lead, which is on screen, is picked."""
        return (lead_id in self._ids) != self.covers_all

    def set_selected(self, lead_id: str, selected: bool) -> None:
        """Pick one, or not any more."""
        self.set_range((lead_id,), selected)

    def set_range(self, lead_ids: Iterable[str], selected: bool) -> None:
        """Pick several, or not any more."""
        before = len(self._ids)
        for lead_id in lead_ids:
            if selected != self.covers_all:
                self._ids[lead_id] = None
            else:
                self._ids.pop(lead_id, None)
        if len(self._ids) != before:
            self.changed.emit()

    def select_all_matching(self, leads: LeadFilter, total: int) -> None:
        """Pick everything that matches, on pages never seen too."""
        self._ids.clear()
        self._matching = leads
        self._total = total
        self.replaced.emit()
        self.changed.emit()

    def clear(self) -> None:
        """Pick nothing."""
        if self._ids or self.covers_all:
            self._ids.clear()
            self._matching = None
            self._total = 0
            self.replaced.emit()
            self.changed.emit()

    def kept(self) -> _Kept:
        """What is picked now, for :meth:`put_back`."""
        return dict(self._ids), self._matching, self._total

    def put_back(self, kept: _Kept) -> None:
        """Pick what was picked then."""
        ids, self._matching, self._total = kept
        self._ids = dict(ids)
        self.changed.emit()

    def as_request(self) -> Selection:
        """The choice as the server takes it."""
        if self._matching is None:
            return Selection(ids=tuple(self._ids))
        return Selection(matching=self._matching, exclude=tuple(self._ids))
