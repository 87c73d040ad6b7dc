"""The Email Queue page at work: what it asks for is confirmed, done, and answered."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.dialogs.captured_email import CapturedEmailDialog
from desktop.dialogs.email_actions import ConfirmEmails, CorrectAddress, PauseSending, answer_text
from desktop.dialogs.email_history import EmailHistoryDialog
from desktop.dialogs.template import TemplateDialog
from desktop.models.emails import EmailFilter, EmailsModel
from desktop.pages.action_bar import action_text
from desktop.pages.email_queue import EmailQueuePage
from desktop.shell.template_desk import TemplateDesk
from desktop.shell.toasts import ToastKind, Toasts
from desktop.state.email_actions import Chosen, EmailAction, one
from desktop.state.held_updates import HeldUpdates
from desktop.state.queue_status import QueueState
from desktop.state.session import Session
from desktop.tasks import ask
from desktop.wording.times import about_when
from server.contract import CapturedEmail, Changed, EmailState, QueuedEmail


class QueueDesk(QObject):
    """Between the page, its dialogs and the server."""

    def __init__(
        self,
        page: EmailQueuePage,
        api: Api,
        session: Session,
        queue: QueueState,
        window: QWidget,
        toasts: Toasts,
        *,
        fail: Callable[[DeskError], None],
    ) -> None:
        """``fail`` shows an error."""
        super().__init__(window)
        self._page = page
        self._api = api
        self._session = session
        self._queue = queue
        self.templates = TemplateDesk(api, session, window)
        self._window = window
        self._toasts = toasts
        self._fail = fail
        page.queue_actions.requested.connect(self._on_action_requested)
        page.queue_actions.open_requested.connect(self.show_history)
        page.queue_actions.captured_requested.connect(self._show_captured)
        page.queue_actions.select_all_requested.connect(self._select_all)
        page.template_requested.connect(self.show_template)
        page.pause_requested.connect(self._ask_to_pause)
        page.resume_requested.connect(lambda: self._do(self._api.resume(), self.tr("Sending goes on.")))
        page.try_requested.connect(lambda: self._do(self._api.try_now(), self.tr("It is tried again.")))
        for state, table in page.lists.tables.items():
            table.updates.changed.connect(partial(self._count_news, state))
        causes = page.lists.causes
        causes.updates.changed.connect(lambda: causes.say_new(None))

    # --- Actions ---

    def _on_action_requested(self, action: EmailAction, chosen: Chosen) -> None:
        if action is EmailAction.CORRECT:
            if chosen.email is not None:
                self._correct(chosen.email)
            return
        dialog = ConfirmEmails(action, chosen, self._window)
        dialog.accepted.connect(lambda: self._act(action, chosen))
        dialog.open()

    def _act(self, action: EmailAction, chosen: Chosen) -> None:
        def done(changed: Changed) -> None:
            kind = ToastKind.WARNING if changed.skipped else ToastKind.SUCCESS
            self._toasts.show(answer_text(action, changed), kind)
            self._after_change()

        work = self._api.act_on_emails(action.value, chosen.selection)
        ask(self, work, done=done, failed=self._fail, name=f"{action.value} emails")

    def _correct(self, email: QueuedEmail) -> None:
        dialog = CorrectAddress(email, self._window)

        def done(_: None) -> None:
            dialog.accept()
            self._toasts.show(answer_text(EmailAction.CORRECT, Changed(changed=1)), ToastKind.SUCCESS)
            self._after_change()

        def give(address: str) -> None:
            work = self._api.correct_email(email.id, address)
            ask(dialog, work, done=done, failed=lambda error: dialog.refuse(error.message), name="correct the address")

        dialog.address_given.connect(give)
        dialog.open()

    def _after_change(self) -> None:
        """What was picked is somewhere else now, and whoever has done it wants to see that."""
        for table in self._page.lists.tables.values():
            table.updates.forget()
        for state in EmailState:
            self._page.model_of(state).picks.clear()
        self._page.lists.table.updates.apply()
        self._page.lists.table.setFocus()  # the button that was pressed may be gone

    def _ask_to_pause(self) -> None:
        dialog = PauseSending(self._window)

        def pause() -> None:
            until = dialog.until.moment
            said = self.tr("Sending is paused.")
            if until is not None:
                said = self.tr("Sending is paused until {0}.").format(about_when(until))
            self._do(self._api.pause(dialog.reason.text().strip(), until), said)

        dialog.accepted.connect(pause)
        dialog.open()

    def _do(self, work: Coroutine[Any, Any, None], said: str) -> None:
        ask(self, work, done=lambda _: self._say(said), failed=self._fail, name="pause or resume")

    def _say(self, text: str) -> None:
        self._toasts.show(text, ToastKind.SUCCESS)

    # --- To look at ---

    def show_history(self, email: QueuedEmail) -> None:
        """Open the history of an email; it follows what happens while it is open."""
        dialog = EmailHistoryDialog(
            email,
            why_not=self._page.queue_actions.why_not,
            captured=self._session.captures_mail and email.state is EmailState.SENT,
            names={action: action_text(action) for action in EmailAction},
            parent=self._window,
        )

        def load() -> None:
            ask(
                dialog,
                self._api.email_history(email.id),
                done=dialog.show_events,
                failed=dialog.show_problem,
                name="history",
            )

        def act(action: EmailAction) -> None:
            dialog.accept()
            self._on_action_requested(action, one(email))

        news = HeldUpdates(dialog)  # which joins them; nobody holds them
        self._queue.changed.connect(news.note)
        news.due.connect(load)
        dialog.action_requested.connect(act)
        dialog.captured_requested.connect(lambda: self._show_captured(email))
        dialog.open()
        load()

    def show_template(self) -> None:
        """Open the template, once."""
        if not any(dialog.isVisible() for dialog in self._window.findChildren(TemplateDialog)):
            self.templates.open()

    def _show_captured(self, email: QueuedEmail) -> None:
        def show(captured: CapturedEmail) -> None:
            CapturedEmailDialog(captured, self._window).open()

        ask(self, self._api.captured_email(email.id), done=show, failed=self._fail, name="captured email")

    # --- Numbers that the page needs ---

    def _select_all(self, state: EmailState) -> None:
        model = self._page.model_of(state)
        wanted = model.filter

        def select(total: int) -> None:
            whole = self._page.queue_actions.whole_list(state, total)
            if whole is not None and model.filter == wanted:
                model.picks.pick_all(*whole)

        ask(self, model.count(), done=select, failed=self._fail, name="count emails")

    def _count_news(self, state: EmailState) -> None:
        """How much is kept back. What is searched for is not counted each time: that costs the server too much."""
        model, table = self._page.model_of(state), self._page.lists.tables[state]
        status = self._queue.counts
        if not table.updates.waiting or status is None:
            return
        if model.filter == EmailFilter() and state in (EmailState.PENDING, EmailState.PROCESSING):
            total = status.pending if state is EmailState.PENDING else status.processing
            self._say_news(state, model, total)
            return
        if model.filter.search:
            table.say_new(None)
            return
        ask(
            self,
            model.count(),
            done=lambda total: self._say_news(state, model, total),
            failed=lambda _: table.say_new(None),
            name="count what is new",
        )

    def _say_news(self, state: EmailState, model: EmailsModel, total: int) -> None:
        if state is EmailState.SENT and not model.filter.search:
            self._page.tabs.set_number(state, total)
        self._page.lists.tables[state].say_new(total - model.total)
