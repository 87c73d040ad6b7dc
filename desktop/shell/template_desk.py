"""The template dialog at work: what it asks for is asked of the server."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.backend.api import Api
from desktop.backend.errors import DeskError, Refused
from desktop.dialogs.template import TemplateConflict, TemplateDialog
from desktop.state.session import Session
from desktop.tasks import ask
from server.contract import ErrorCode, Role, TemplateProblem, TemplateState, TrialResult


class TemplateDesk(QObject):
    """Opens the dialog, one at a time."""

    def __init__(self, api: Api, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._api = api
        self._session = session
        self._window = window

    def open(self) -> TemplateDialog:
        """Show what is in use."""
        role = self._session.admin.role if self._session.admin is not None else Role.VIEWER
        dialog = TemplateDialog(
            why_not_save="" if role is Role.OWNER else self.tr("Only an owner may change the template."),
            why_not_test="" if role is not Role.VIEWER else self.tr("A viewer may look on but send nothing."),
            parent=self._window,
        )
        _Editing(dialog, self._api)
        dialog.open()
        return dialog


class _Editing(QObject):
    """One dialog, for as long as it is open."""

    def __init__(self, dialog: TemplateDialog, api: Api) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._api = api
        self._previewing: asyncio.Task[None] | None = None
        dialog.preview_wanted.connect(self._preview)
        dialog.save_wanted.connect(self._save)
        dialog.reset_wanted.connect(self._reset)
        dialog.test_wanted.connect(self._test)
        ask(dialog, api.template(), done=dialog.show_state, failed=self._cannot_load, name="template")
        self._load_versions()

    def _load_versions(self) -> None:
        ask(
            self._dialog,
            self._api.template_versions(),
            done=self._dialog.show_versions,
            failed=self._cannot_load,
            name="template versions",
        )

    def _cannot_load(self, error: DeskError) -> None:
        self._dialog.about.setText(f"{error.title} {error.message}")

    def _preview(self) -> None:
        """Of what is written last: an answer that is still on its way would be of something older."""
        written = self._dialog.written
        if self._previewing is not None:
            self._previewing.cancel()
        if written is not None:
            self._previewing = ask(
                self._dialog,
                self._api.preview_template(written),
                done=self._dialog.show_preview,
                failed=self._show_refusal,
                name="preview of the template",
            )

    def _show_refusal(self, error: DeskError) -> None:
        problems = error.facts.get("problems")
        if isinstance(error, Refused) and isinstance(problems, list) and all("part" in each for each in problems):
            self._dialog.show_problems([TemplateProblem.model_validate(each) for each in problems])
        else:
            self._dialog.say(error.message, bad=True)

    def _save(self) -> None:
        written = self._dialog.written
        if written is None:
            return
        self._dialog.set_busy(busy=True)
        work = self._api.save_template(written, based_on=self._dialog.based_on)
        ask(self._dialog, work, done=self._saved, failed=self._not_saved, name="save the template")

    def _reset(self) -> None:
        self._dialog.set_busy(busy=True)
        work = self._api.reset_template(based_on=self._dialog.based_on)
        ask(self._dialog, work, done=self._saved, failed=self._not_saved, name="reset the template")

    def _saved(self, state: TemplateState) -> None:
        self._dialog.set_busy(busy=False)
        self._dialog.show_state(state)
        self._dialog.say(self.tr("Saved. Emails are written by it from now on."), bad=False)
        self._load_versions()

    def _not_saved(self, error: DeskError) -> None:
        self._dialog.set_busy(busy=False)
        if error.code != ErrorCode.CONFLICT:
            self._show_refusal(error)
            return
        ask(self._dialog, self._api.template(), done=self._choose, failed=self._show_refusal, name="their template")

    def _choose(self, theirs: TemplateState) -> None:
        def save_mine() -> None:
            self._dialog.show_state(theirs, keep_written=True)
            self._save()

        conflict = TemplateConflict(theirs, self._dialog)
        conflict.theirs_wanted.connect(lambda: self._dialog.show_state(theirs))
        conflict.mine_wanted.connect(save_mine)
        conflict.open()

    def _test(self, address: str) -> None:
        written = self._dialog.written
        if written is None:
            return
        self._dialog.set_busy(busy=True)
        self._dialog.say(self.tr("Sending…"), bad=False)
        work = self._api.test_send(address, written)
        ask(self._dialog, work, done=self._tested, failed=self._not_tested, name="send a test")

    def _tested(self, result: TrialResult) -> None:
        self._dialog.show_answer(result)

    def _not_tested(self, error: DeskError) -> None:
        self._dialog.set_busy(busy=False)
        self._dialog.say("", bad=False)
        self._show_refusal(error)
