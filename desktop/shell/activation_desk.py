"""An activation in the window: the question, the dialog that blocks, and what is said at its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from PySide6.QtCore import QLocale, QObject, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.dialogs.confirm import ConfirmActivation
from desktop.dialogs.progress import ProgressDialog
from desktop.dialogs.result import skipped_dialog
from desktop.models.chosen import ChosenModel
from desktop.models.leads import LeadsModel
from desktop.pages.chosen_list import ChosenList
from desktop.pages.leads import LeadsPage
from desktop.shell.main_window import MainWindow
from desktop.shell.toasts import ToastKind
from desktop.state.activation_run import ActivationRun
from desktop.state.selection import LeadSelection
from desktop.tasks import ask, spawn
from desktop.wording.times import about_when
from desktop.wording.troubles import Trouble
from server.contract import (
    Activation,
    ActivationPreview,
    ActivationState,
    ErrorCode,
    LeadFilter,
    Problem,
    Selection,
    SkippedLead,
)

#: Seconds for which the end of an activation waits for the list that shows it.
LIST_SECONDS = 2.0


def faster(activation: Activation, found: Sequence[Activation], *, since: datetime) -> list[Activation]:
    """Those of other admins that have created users after that."""
    return [
        each
        for each in found
        if each.admin != activation.admin and each.created and (each.finished_at is None or each.finished_at >= since)
    ]


class ActivationDesk(QObject):
    """Between the page, the run, and its dialogs.

    Signals:
        confirm_opened: the dialog that asks for confirmation is on screen.
        concluded: an activation is over, and what has become of it is on screen.
        queue_wanted: somebody wants to follow the emails.
    """

    confirm_opened = Signal()
    concluded = Signal(Activation)
    queue_wanted = Signal()

    def __init__(
        self,
        page: LeadsPage,
        leads: LeadsModel,
        run: ActivationRun,
        selection: LeadSelection,
        api: Api,
        window: MainWindow,
        *,
        fail: Callable[[DeskError], None],
    ) -> None:
        """``fail`` shows an error."""
        super().__init__(window)
        self._page = page
        self._list = leads
        self._run = run
        self._selection = selection
        self._api = api
        self._window = window
        self._fail = fail
        #: The dialog that asks for confirmation, and the one that blocks while users are created.
        self.confirm: ConfirmActivation | None = None
        self.progress: ProgressDialog | None = None
        self._asking_preview: asyncio.Task[None] | None = None
        self._concluding: asyncio.Task[None] | None = None
        #: How many leads were to become users, and when that was seen.
        self._expected = 0
        self._looked_at = datetime.now(UTC)
        page.activate_requested.connect(self.ask_to_confirm)
        run.started.connect(self._on_started)
        run.finished.connect(self._on_finished)
        run.failed.connect(self._on_failed)

    def forget_dialogs(self) -> None:
        """Somebody else takes them off the screen."""
        self.confirm = None
        self._forget_progress()
        if self._concluding is not None:
            self._concluding.cancel()

    # --- The question ---

    def ask_to_confirm(self) -> None:
        """With the facts about the leads that are picked; once, and not while users are being created."""
        if self._selection.count == 0 or self._run.busy or self.confirm is not None:
            return
        if self._asking_preview is not None and not self._asking_preview.done():
            return
        selection, listed = self._selection.as_request(), self._page.listed

        def confirm(preview: ActivationPreview) -> None:
            self._expected, self._looked_at = preview.activatable, datetime.now(UTC)
            people = ChosenList(ChosenModel(self._api, selection, listed), preview.beyond)
            self.confirm = opened = ConfirmActivation(preview, self._window, people=people)
            opened.accepted.connect(lambda: self._activate(selection, opened.not_before))
            opened.wants_estimate.connect(lambda: self._estimate_anew(opened, selection, listed))
            self.confirm.finished.connect(self._forget_confirm)
            self.confirm.open()
            self.confirm_opened.emit()

        self._asking_preview = ask(
            self, self._api.preview_activation(selection, listed), done=confirm, failed=self._fail, name="preview"
        )

    def _forget_confirm(self) -> None:
        self.confirm = None

    def _estimate_anew(self, confirm: ConfirmActivation, selection: Selection, listed: LeadFilter) -> None:
        chosen = confirm.not_before

        def show(preview: ActivationPreview) -> None:
            if confirm.not_before == chosen:
                confirm.show_end(preview)

        work = self._api.preview_activation(selection, listed, chosen)
        ask(confirm, work, done=show, failed=self._fail, name="when the last email leaves")

    def _activate(self, selection: Selection, not_before: datetime | None) -> None:
        spawn(self._run.start(selection, not_before), name="activate")

    # --- The progress ---

    def _on_started(self) -> None:
        self.progress = ProgressDialog(self._run, self._window)
        self.progress.stop_requested.connect(self._stop)
        self.progress.background_requested.connect(self._go_on_unseen)
        self.progress.connect_requested.connect(self._run.connect_now)
        self.progress.finished.connect(self._forget_progress)
        self._list.hold(on=True)  # else it would tell another story behind the dialog, some leads ahead or behind
        self.progress.open()

    def _forget_progress(self) -> None:
        self.progress = None
        self._list.hold(on=False)

    def _stop(self) -> None:
        ask(self, self._run.stop(), done=lambda _: None, failed=self._fail, name="stop the activation")

    def _go_on_unseen(self) -> None:
        """The run is the server's, and its end is told as ever."""
        if self.progress is not None:
            self.progress.finish()
        self._window.toasts.show(self.tr("The activation goes on in the background."))

    # --- The end ---

    def _on_failed(self, error: DeskError) -> None:
        if self.progress is not None:
            self.progress.finish()
        self._fail(error)

    def _on_finished(self, activation: Activation) -> None:
        self._concluding = spawn(self._conclude(activation), name="conclude the activation")

    async def _conclude(self, activation: Activation) -> None:
        """What is said then is to be seen in the list, too: it is waited for, though not for long."""
        self._selection.clear()
        self._page.table.setFocus()  # the button that was pressed is off
        with suppress(TimeoutError):
            async with asyncio.timeout(LIST_SECONDS):
                await self._list.brought_up_to_date()
        if self.progress is not None:
            self.progress.finish()
        self._tell_end(activation)
        if not activation.created and activation.state is ActivationState.FINISHED:
            await self._tell_nothing_created(activation)
        self.concluded.emit(activation)

    def _tell_end(self, activation: Activation) -> None:
        toasts = self._window.toasts
        if activation.state is ActivationState.STOPPED:
            toasts.show(self.tr("Stopped. The other leads are as they were."), ToastKind.WARNING)
        elif activation.state is ActivationState.FAILED:
            problem = Problem(code=ErrorCode.INTERNAL, message=activation.message, sentence=activation.sentence)
            self._fail(DeskError(Trouble.ACTIVATION_FAILED, problem=problem))
        if activation.created:
            toasts.show(self._created_text(activation), ToastKind.SUCCESS)
            toasts.show(
                self.tr("Open Email Queue to follow them."),
                ToastKind.INFO,
                action_text=self.tr("Open"),
                action=self.queue_wanted.emit,
            )
        if activation.skipped:
            ask(
                self,
                self._api.skipped(activation.id),
                done=self._show_skipped,
                failed=self._fail,
                name="skipped leads",
            )

    async def _tell_nothing_created(self, activation: Activation) -> None:
        """Two admins may have had the same leads before them, and one was a second faster."""
        try:
            found = await self._api.activations(running=False)
        except DeskError:  # then it cannot be said who
            found = ()
        others = faster(activation, found, since=self._looked_at)
        if not others:
            self._window.toasts.show(self.tr("No users were created."), ToastKind.WARNING)
            return
        names = ", ".join(dict.fromkeys(each.admin for each in others))
        created = sum(each.created for each in others)
        if created >= self._expected > 0:
            text = self.tr("{0} has activated all {1} meanwhile.").format(names, QLocale().toString(self._expected))
        else:
            text = self.tr("No users were created: {0} has activated leads meanwhile.").format(names)
        self._window.toasts.show(text, ToastKind.INFO)

    def _created_text(self, activation: Activation) -> str:
        users = activation.created
        if activation.not_before is not None:
            when = about_when(activation.not_before)
            if users == 1:
                return self.tr("1 user created. The email leaves from {0} on.").format(when)
            text = self.tr("{0} users created. The emails leave from {1} on.")
            return text.format(QLocale().toString(users), when)
        if users == 1:
            return self.tr("1 user created. 1 email is being sent in the background.")
        text = self.tr("{0} users created. {0} emails are being sent in the background.")
        return text.format(QLocale().toString(users))

    def _show_skipped(self, leads: tuple[SkippedLead, ...]) -> None:
        if leads:
            skipped_dialog(self._window, leads).open()
