"""The current row of a table belongs to what is in it, not to its place."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject

from desktop.models.rows import RowsModel
from desktop.pages.table import Table

_WHOLE_ROW = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class CurrentRow(QObject):
    """When rows come or go above it, the current row moves along; when it goes itself, none is current: whatever is
    asked for by keyboard would be for somebody else.
    """

    def __init__(self, table: Table, model: RowsModel[Any]) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._key: Any = None
        table.selectionModel().currentRowChanged.connect(lambda *_: self._note())
        model.begun.connect(self._forget)
        model.loaded.connect(self._keep)

    def _note(self) -> None:
        self._key = self._key_now()

    def _forget(self) -> None:
        self._key = None

    def _key_now(self) -> Any:
        """Of what is in the current row, as far as it is here."""
        number = self._table.currentIndex().row()
        row = self._model.row_at(number) if number >= 0 else None
        return None if row is None else self._model.key(row)

    def _keep(self) -> None:
        now = self._key_now()
        if self._key is None or now == self._key:
            self._key = now
            return
        place = self._model.position_of(self._key)
        if place is None and now is None:
            return  # its page is still on the way
        column = max(0, self._table.currentIndex().column())
        # Nobody has moved: what is on screen stays there.
        scrolls = self._table.hasAutoScroll()
        self._table.setAutoScroll(False)
        to = self._model.index(place, column) if place is not None else QModelIndex()
        self._table.selectionModel().setCurrentIndex(to, _WHOLE_ROW)
        self._table.setAutoScroll(scrolls)
