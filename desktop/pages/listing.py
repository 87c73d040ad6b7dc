"""A card with a table over a paged model, or with what there is to say when it has no rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout

from desktop.models.paged import PagedModel
from desktop.pages.empty_state import EmptyState
from desktop.pages.not_here import has_rows, say_why_not_here
from desktop.pages.table import Table
from desktop.state.connection import Connection
from desktop.theme.style import mark


class Listing(QFrame):
    """``say_empty`` fills the empty state; it is asked when the server has said that there are no rows.

    Signals:
        empty_action_requested: the button that ``say_empty`` has offered.
    """

    empty_action_requested = Signal()

    def __init__(
        self,
        model: PagedModel[Any],
        name: str,
        connection: Connection,
        *,
        say_empty: Callable[[EmptyState], None],
    ) -> None:
        super().__init__()
        self._model = model
        self._connection = connection
        self._say_empty = say_empty
        #: What is shown instead of rows is about the server, not about the list.
        self._is_not_here = False
        mark(self, "card")
        self.table = Table()
        self.table.setModel(model)
        self.table.setAccessibleName(name)
        self.empty = EmptyState()
        self.empty.action_requested.connect(self._on_action_requested)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self._stack)
        for changed in (model.total_changed, model.freshness.changed, model.modelReset, connection.changed):
            changed.connect(self.show_rows)
        self.show_rows()

    def show_rows(self) -> None:
        """The rows, or why there are none."""
        if has_rows(self._model):
            self._stack.setCurrentWidget(self.table)
            return
        self._is_not_here = say_why_not_here(self.empty, self._model, lost=self._connection.is_lost)
        if not self._is_not_here:
            self._say_empty(self.empty)
        self._stack.setCurrentWidget(self.empty)

    def _on_action_requested(self) -> None:
        if self._is_not_here:
            self._model.refresh()
            self.show_rows()
        else:
            self.empty_action_requested.emit()
