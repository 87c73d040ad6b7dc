"""A card with a table over a paged model, or with what there is to say when it has no rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout

from desktop.models.paged import PagedModel
from desktop.pages.table import EmptyState, Table
from desktop.theme.style import mark


class Listing(QFrame):
    """``say_empty`` fills the empty state; it is asked whenever there are no rows."""

    def __init__(self, model: PagedModel[Any], name: str, *, say_empty: Callable[[EmptyState], None]) -> None:
        super().__init__()
        self._model = model
        self._say_empty = say_empty
        mark(self, "card")
        self.table = Table()
        self.table.setModel(model)
        self.table.setAccessibleName(name)
        self.empty = EmptyState()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self._stack)
        model.total_changed.connect(self._show)

    def _show(self, total: int) -> None:
        if total == 0:
            self._say_empty(self.empty)
        self._stack.setCurrentWidget(self.empty if total == 0 else self.table)
