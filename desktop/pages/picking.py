"""How rows are picked, in every list alike."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from desktop.models.pickable import PickableModel
from desktop.pages.table import Table


class Picking(QObject):
    """Check box and Space pick one; with Shift, all from the one before. When such a range becomes shorter, what it
    leaves out is as it was before. The box in the head stands for everything that is listed.

    Signals:
        all_requested: pick everything that is listed, on pages never seen too.
    """

    all_requested = Signal()

    def __init__(self, table: Table, model: PickableModel[Any]) -> None:
        super().__init__(table)
        self._head = table.head
        self._model = model
        #: The row at which a range begins, and what is in it; where the range ends; what was picked before it.
        self._anchor: tuple[int, Any] | None = None
        self._end = -1
        self._before: Any = None
        table.pick_requested.connect(self._pick)
        table.range_requested.connect(self._pick_range)
        table.extend_requested.connect(self._extend)
        table.all_requested.connect(self.pick_all)
        self._head.check_clicked.connect(self._on_head_clicked)
        for anew in (model.picks.replaced, model.begun):
            anew.connect(self._forget)
        for changed in (model.modelReset, model.dataChanged, model.rowsInserted, model.rowsRemoved):
            changed.connect(self.show_state)
        self.show_state()

    def pick_all(self) -> None:
        """Everything, if there is anything that can be picked."""
        if self._model.has_pickable and self._model.total:
            self.all_requested.emit()

    def show_state(self) -> None:
        """In the head."""
        self._head.set_check_state(self._state())

    def _pick_range(self, number: int) -> None:
        if self._anchor is None:
            self._pick(number)
        else:
            self._range_to(number)

    def _pick(self, number: int) -> None:
        row = self._model.row_at(number)
        if row is not None and self._model.can_pick(row):
            self._begin_at(number)
            self._model.pick((row,), picked=not self._model.is_picked(row))

    def _extend(self, start: int, to: int) -> None:
        """From the row that was current when Shift was first held down."""
        if self._anchor is None or start != self._end:
            self._begin_at(start)
        self._range_to(to)

    def _begin_at(self, number: int) -> None:
        row = self._model.row_at(number)
        self._anchor = (number, None if row is None else self._model.key(row))
        self._end, self._before = number, None

    def _range_to(self, to: int) -> None:
        number, key = self._anchor or (to, None)
        place = self._model.position_of(key)  # rows may have come above it
        start = number if place is None else place
        if self._before is None:
            self._before = self._model.picks.kept()
        else:
            self._model.picks.put_back(self._before)
        self._end = to
        self._model.set_rows_selected(range(min(start, to), max(start, to) + 1), selected=True)

    def _forget(self) -> None:
        self._anchor = self._before = None

    def _on_head_clicked(self) -> None:
        if self._state() == Qt.CheckState.Checked:
            self._pick_none()
        else:
            self.pick_all()

    def _pick_none(self) -> None:
        """Of what is listed; what was picked elsewhere stays."""
        if self._model.picks.covers_all:
            self._model.picks.clear()
        else:
            self._model.set_rows_selected(range(self._model.total), selected=False)

    def _state(self) -> Qt.CheckState | None:
        """Whether all, some or none of those that can be picked are; None: none can be."""
        model = self._model
        if not model.has_pickable or not model.total:
            return None
        if not model.picks.count:
            return Qt.CheckState.Unchecked
        if model.picks.is_whole:
            return Qt.CheckState.Checked
        picked = [model.is_picked(row) for row in model.rows_kept() if model.can_pick(row)]
        if not any(picked):
            return Qt.CheckState.Unchecked
        whole = all(picked) and model.rows_here(range(model.total)) is not None
        return Qt.CheckState.Checked if whole else Qt.CheckState.PartiallyChecked
