"""Which emails of the queue are meant, and what can be done with them: in the bar, in the menu, by keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QLocale, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.models.emails import EmailsModel
from desktop.models.failures import FailuresModel
from desktop.pages.action_bar import ActionBar, action_text, emails_text
from desktop.pages.email_list import EmailList
from desktop.pages.queue_lists import QueueLists
from desktop.pages.queue_view import QueueView
from desktop.state.connection import Connection
from desktop.state.email_actions import (
    Chosen,
    EmailAction,
    for_many,
    of_cause,
    one,
    part_of,
    part_of_cause,
    possible,
)
from desktop.state.session import Session
from desktop.theme.tips import set_tip
from desktop.wording.replies import meaning
from server.contract import EmailState, FailureGroup, QueuedEmail, QueuePart, Role

_Meant = tuple[Chosen, tuple[EmailAction, ...]]


class QueueActions(QObject):
    """Asks for what is to be done; whoever listens does it.

    Signals:
        requested: an action, and the :class:`Chosen` emails it is for.
        open_requested: an email whose history is wanted.
        captured_requested: an email that is wanted as the local mailbox keeps it.
        select_all_requested: the state whose list, all of it, is to be picked.
        cause_requested: a group of failures whose emails are wanted.
        causes_requested: back to all of them.
        search_dropped: Escape, where nothing is picked.
    """

    requested = Signal(EmailAction, object)
    open_requested = Signal(object)
    captured_requested = Signal(object)
    select_all_requested = Signal(EmailState)
    cause_requested = Signal(object)
    causes_requested = Signal()
    search_dropped = Signal()

    def __init__(
        self,
        models: Mapping[EmailState, EmailsModel],
        failures: FailuresModel,
        lists: QueueLists,
        view: QueueView,
        session: Session,
        connection: Connection,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._models = models
        self._failures = failures
        self._lists = lists
        self._view = view
        self._session = session
        self._connection = connection
        self._parent = parent
        self.bar = ActionBar()
        self._wire()

    def _wire(self) -> None:
        self.bar.requested.connect(lambda action: self._request(action, self._meant_by_bar()))
        self.bar.widen_requested.connect(self._on_widen)
        self.bar.clear_requested.connect(lambda: self._model.picks.clear())
        self._lists.rows_shown.connect(self._show_bar)
        for state, table in self._lists.tables.items():
            self._wire_list(state, table)
        causes = self._lists.causes
        causes.open_requested.connect(lambda row: self._open_cause(self._failures.row_at(row)))
        causes.delete_requested.connect(lambda: self._request(EmailAction.DISCARD, self._meant_by_row()))
        causes.menu_requested.connect(lambda _row, where: self._show_menu(where))
        causes.let_go_requested.connect(self.search_dropped)
        causes.selectionModel().currentChanged.connect(lambda *_: self._show_bar())
        self._failures.dataChanged.connect(lambda *_: self._show_bar())

    def _wire_list(self, state: EmailState, table: EmailList) -> None:
        self._models[state].picks.changed.connect(self._show_bar)
        table.open_requested.connect(lambda row: self._open_email(self._models[state].row_at(row)))
        table.delete_requested.connect(lambda: self._request(EmailAction.DISCARD, self._meant_by_row()))
        table.menu_requested.connect(lambda _row, where: self._show_menu(where))
        table.let_go_requested.connect(lambda: self._let_go(state))
        table.picking.all_requested.connect(lambda: self._pick_all(state))

    # --- What can be done ---

    @property
    def why_not(self) -> str:
        """Why nothing can be changed at the moment; empty: it can."""
        if not self._connection.is_online:
            return self.tr("The server cannot be reached.")
        admin = self._session.admin
        if admin is not None and admin.role is Role.VIEWER:
            return self.tr("Viewers may look on but change nothing. Ask an operator or an owner.")
        return ""

    def whole_list(self, state: EmailState, count: int) -> tuple[Chosen, QueuePart] | None:
        """Everything that is listed, counted as so many; None: the server takes no such choice."""
        cause = self._view.cause_in(state)
        whole = self._models[state].whole(count, cause_part=None if cause is None else part_of_cause(cause))
        if whole is None or cause is None:
            return whole
        chosen, part = whole
        return replace(chosen, cause=meaning(cause.sentence, cause.cause)), part

    @property
    def _model(self) -> EmailsModel:
        return self._models[self._view.state]

    def _meant_by_bar(self) -> _Meant | None:
        """The cause that is current or open, or what is picked, and what can be done with it."""
        if self._view.shows_causes:
            group = self._lists.causes.current_group
            return of_cause(group) if group is not None else None
        model = self._model
        picked = model.picks.chosen()
        if picked is not None:
            return picked, model.picks.actions()
        if self._view.cause is None or not model.total:
            return None
        whole = self.whole_list(self._view.state, model.total)
        return (whole[0], for_many(whole[1])) if whole is not None else None

    def _meant_by_row(self) -> _Meant | None:
        """The row that is current, with all that are picked if it is one of them."""
        if self._view.shows_causes:
            return self._meant_by_bar()
        model = self._model
        row = self._lists.table.currentIndex().row()
        email = model.row_at(row) if row >= 0 else None
        if email is None:
            return None
        if model.picks.is_picked(email):
            return self._meant_by_bar()
        return (one(email), actions) if (actions := possible(part_of(email))) else None

    # --- What the user does ---

    def _request(self, action: EmailAction, meant: _Meant | None) -> None:
        if meant is not None and action in meant[1] and not self.why_not:
            self.requested.emit(action, meant[0])

    def _open_cause(self, group: FailureGroup | None) -> None:
        if group is not None:
            self.cause_requested.emit(group)

    def _open_email(self, email: QueuedEmail | None) -> None:
        if email is not None:
            self.open_requested.emit(email)

    def _let_go(self, state: EmailState) -> None:
        if self._models[state].picks.count:
            self._models[state].picks.clear()
        else:
            self.search_dropped.emit()

    def _pick_all(self, state: EmailState) -> None:
        """By hand where all are here: one may be taken out again. Else as "everything", if the server takes that."""
        model = self._models[state]
        if model.rows_here(range(model.total)) is not None:
            model.set_rows_selected(range(model.total), selected=True)
        elif self.whole_list(state, 0) is not None:
            self.select_all_requested.emit(state)

    def _on_widen(self) -> None:
        if self._view.shows_causes:
            self._open_cause(self._lists.causes.current_group)
        elif self._model.picks.count:
            self.select_all_requested.emit(self._view.state)
        else:
            self.causes_requested.emit()

    def _show_menu(self, where: QPoint) -> None:
        meant = self._meant_by_row()
        menu = QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        if self._view.shows_causes:
            group = self._lists.causes.current_group
            menu.addAction(self.tr("Show emails"), lambda: self._open_cause(group))
        else:
            row = self._lists.table.currentIndex().row()
            email = self._model.row_at(row)
            menu.addAction(self.tr("History"), lambda: self._open_email(email))  # whatever stands there by then
            if email is not None and email.state is EmailState.SENT and self._session.captures_mail:
                menu.addAction(self.tr("Open captured email"), lambda: self.captured_requested.emit(email))
        if meant is not None:
            menu.addSeparator()
            for action in meant[1]:
                entry = menu.addAction(action_text(action))
                entry.setEnabled(not self.why_not)
                set_tip(entry, self.why_not)
                entry.triggered.connect(lambda _checked=False, action=action: self._request(action, meant))
        menu.popup(where)

    # --- The bar ---

    def _show_bar(self) -> None:
        # Whether there is a bar depends on the list alone, so that it does not come under the hand.
        listed = self._lists.model.total > 0 or self._view.cause is not None  # from which it leads back
        self.bar.setVisible(listed and (self._view.shows_causes or self._model.has_pickable))
        meant = self._meant_by_bar()
        actions = meant[1] if meant is not None else ()
        if self._view.shows_causes:
            self._show_cause(self._lists.causes.current_group, actions, widen=self.tr("Show emails"))
        elif self._model.picks.count:
            self._show_picks(actions)
        else:
            self._show_cause(self._view.cause, actions, widen=self.tr("All causes"), count=self._model.total)

    def _show_cause(
        self, group: FailureGroup | None, actions: tuple[EmailAction, ...], *, widen: str, count: int | None = None
    ) -> None:
        """``count``: of its emails, as far as they are listed."""
        if group is None:
            self.bar.show_nothing(self._hint())
            return
        text = f"{emails_text(group.count if count is None else count)}: {meaning(group.sentence, group.cause)}"
        self.bar.show_choice(text, actions, why_not=self.why_not, widen=widen)

    def _hint(self) -> str:
        if self._view.shows_causes:
            return self.tr("Choose a cause to deal with all of its emails.")
        return self.tr("Tick emails to deal with several at once.")

    def _show_picks(self, actions: tuple[EmailAction, ...]) -> None:
        model, picks = self._model, self._model.picks
        can_widen = not picks.covers_all and picks.count < model.total
        self.bar.show_choice(
            self.tr("{0} selected").format(QLocale().toString(picks.count)),
            actions,
            why_not=self.why_not,
            widen=self._select_all_text() if can_widen and self.whole_list(self._view.state, 0) is not None else "",
            clear=self.tr("Clear"),
        )

    def _select_all_text(self) -> str:
        if self._view.search:
            return self.tr("Select all that match")
        return self.tr("Select all {0}").format(QLocale().toString(self._model.total))
