"""The lists of the Email Queue page, of which one is shown; while it is seen, it follows what happens."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget

from desktop.models.emails import EmailsModel
from desktop.models.failures import FailuresModel
from desktop.pages.email_list import EmailList
from desktop.pages.empty_state import EmptyState
from desktop.pages.failure_list import FailureList
from desktop.pages.live_table import LiveTable
from desktop.pages.not_here import has_rows, say_why_not_here
from desktop.pages.nothing_there import nothing_there
from desktop.pages.queue_tabs import number_in
from desktop.pages.queue_view import QueueView, part_listed, state_name
from desktop.state.clock import screen_clock
from desktop.state.connection import Connection
from desktop.state.queue_status import QueueState
from desktop.state.session import Session
from server.contract import EmailState


class QueueLists(QStackedWidget):
    """The one that the view names, or what there is to say when it has no rows.

    Signals:
        rows_shown: what is listed may be something else.
        show_all_requested: nothing matches, and everything is wanted again.
    """

    rows_shown = Signal()
    show_all_requested = Signal()

    def __init__(
        self,
        models: Mapping[EmailState, EmailsModel],
        failures: FailuresModel,
        view: QueueView,
        queue: QueueState,
        session: Session,
        connection: Connection,
    ) -> None:
        super().__init__()
        self._models = models
        self._failures = failures
        self._view = view
        self._queue = queue
        self._session = session
        self._connection = connection
        #: What is shown instead of rows is about the server, not about the list.
        self._is_not_here = False
        self.tables = {state: EmailList(model) for state, model in models.items()}
        self.causes = FailureList(failures)
        self.causes.setAccessibleName(self.tr("Failures by cause"))
        self.empty = EmptyState()
        for state, table in self.tables.items():
            table.setAccessibleName(state_name(state))
        for widget in (*self.tables.values(), self.causes, self.empty):
            self.addWidget(widget)
        self._wire()

    def _wire(self) -> None:
        for state, model in self._models.items():
            model.total_changed.connect(lambda _total, state=state: self._on_total_changed(state))
            model.loaded.connect(self.show_rows)
            model.freshness.changed.connect(self.show_rows)
            model.modelReset.connect(self.show_rows)
        for changed in (self._failures.loaded, self._failures.modelReset, self._failures.freshness.changed):
            changed.connect(self.show_rows)
        self._connection.changed.connect(self.show_rows)
        self.empty.action_requested.connect(self._on_empty_action)
        screen_clock.ticked.connect(self._tick)

    @property
    def table(self) -> LiveTable:
        """The one that is looked at, also while it is empty."""
        return self.causes if self._view.shows_causes else self.tables[self._view.state]

    @property
    def model(self) -> EmailsModel | FailuresModel:
        """Its model."""
        return self._failures if self._view.shows_causes else self._models[self._view.state]

    # --- Rows, or why there are none ---

    def show_rows(self) -> None:
        """Of the list that is looked at."""
        if has_rows(self.model):
            self.setCurrentWidget(self.table)
        else:
            self._say_why_empty()
            self.setCurrentWidget(self.empty)
        self.rows_shown.emit()

    def _on_total_changed(self, state: EmailState) -> None:
        if state is self._view.state:
            self.show_rows()

    def _say_why_empty(self) -> None:
        self._is_not_here = say_why_not_here(
            self.empty, self.model, lost=self._connection.is_lost, behind=self._is_behind()
        )
        if self._is_not_here:
            return
        if self._view.search:
            self.empty.say(
                "search", self.tr("Nothing matches"), self.tr("Nothing here contains it."), self.tr("Show all")
            )
        else:
            part = part_listed(self._view.failed)
            self.empty.say(
                *nothing_there(self._view.state, self._queue.counts, part=part, creating=self._queue.creating)
            )

    def _is_behind(self) -> bool:
        """Whether the queue has emails that the list, which is empty yet, will show when it is loaded again."""
        counts = self._queue.counts
        if counts is None or self._queue.stale or self._view.search or self._view.shows_causes or self._view.cause:
            return False
        return {
            EmailState.PENDING: counts.pending,
            EmailState.PROCESSING: counts.processing,
            EmailState.FAILED: number_in(self._view.failed, counts),
            EmailState.SENT: 0,
        }[self._view.state] > 0

    def _on_empty_action(self) -> None:
        if self._is_not_here or not self._view.search:
            self.table.updates.apply()
        else:
            self.show_all_requested.emit()

    # --- Live ---

    def note(self) -> None:
        """Something has happened to the queue."""
        if self.isVisible():
            for table in self._followed():
                table.updates.note()

    def _followed(self) -> list[LiveTable]:
        """What is looked at, and what was sent, for its number."""
        sent = self.tables[EmailState.SENT]
        return [self.table] if self.table is sent else [self.table, sent]

    def _tick(self) -> None:
        if self.isVisible():
            self.table.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What happened meanwhile was not followed."""
        super().showEvent(event)
        if self._session.admin is not None:
            for table in self._followed():
                table.updates.apply()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing is followed that nobody sees."""
        super().hideEvent(event)
        for table in (*self.tables.values(), self.causes):
            table.updates.rest()
