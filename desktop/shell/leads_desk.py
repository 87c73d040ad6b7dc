"""The Leads page at work: leads come in, go out into a file, are picked all at once, and are looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLocale, QObject

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.dialogs.import_ending import StopImport, UndoImport
from desktop.dialogs.import_wizard import ImportWizard
from desktop.dialogs.imports import ImportsDialog
from desktop.models.leads import LeadsModel
from desktop.pages.freshness_note import FreshnessNote
from desktop.pages.leads import LeadsPage
from desktop.shell.export_desk import ExportDesk
from desktop.shell.main_window import MainWindow
from desktop.shell.toasts import ToastKind
from desktop.state.import_list import ImportList
from desktop.state.import_run import ImportRun
from desktop.state.lead_details import LeadDetailsState
from desktop.state.selection import LeadSelection
from desktop.state.unseen_import import UnseenImport
from desktop.tasks import ask
from desktop.wording.sentences import told
from server.contract import Import, ImportState, Lead, LeadFilter, LeadSort, Page


class LeadsDesk(QObject):
    """Between the page, its dialogs and the server. What is activated is not its concern."""

    def __init__(
        self,
        page: LeadsPage,
        model: LeadsModel,
        selection: LeadSelection,
        details: LeadDetailsState,
        import_run: ImportRun,
        imports: ImportList,
        unseen_import: UnseenImport,
        api: Api,
        window: MainWindow,
        exports: ExportDesk,
        *,
        fail: Callable[[DeskError], None],
    ) -> None:
        """``fail`` shows an error."""
        super().__init__(window)
        self._model = model
        self._selection = selection
        self._import_run = import_run
        self._imports = imports
        self._page = page
        self._api = api
        self._window = window
        self._fail = fail
        self._exports = exports
        self.wizard: ImportWizard | None = None
        self.imports_dialog: ImportsDialog | None = None
        page.select_all_requested.connect(self._select_all)
        page.import_requested.connect(self.open_import)
        page.file_dropped.connect(self.open_import)
        page.export_requested.connect(self.ask_where_to_export)
        page.details_requested.connect(details.show)
        page.imports_requested.connect(self.show_imports)
        page.import_strip.open_requested.connect(self._show_import)
        page.import_strip.stop_requested.connect(self._ask_to_stop)
        imports.changed.connect(self._show_strip)
        imports.failed.connect(fail)
        unseen_import.ended.connect(self._say_ended)

    def forget_dialogs(self) -> None:
        """Somebody else takes them off the screen."""
        self.wizard = self.imports_dialog = None
        self._import_run.reset()

    def _select_all(self, leads: LeadFilter) -> None:
        def select(page: Page[Lead]) -> None:
            if page.total:
                self._selection.select_all_matching(leads, page.total)

        count = self._api.leads(leads, sort=LeadSort.CREATED_AT, descending=False, after=None, skip=0, limit=1)
        ask(self, count, done=select, failed=self._fail, name="count leads")

    # --- In ---

    def open_import(self, path: Path | None = None) -> None:
        """The way from a file to leads, beginning with the file if there is one already."""
        if self.wizard is None:
            self._import_run.reset()
            self._open_wizard()
        if path is not None:
            self._import_run.open(path)

    def _show_import(self, progress: Import) -> None:
        """One that was begun before; not while somebody is about to begin another one."""
        if self.wizard is None:
            self._import_run.attach(progress)
            self._open_wizard()

    def _open_wizard(self) -> None:
        self.wizard = ImportWizard(self._import_run, self.imports_dialog or self._window)
        self.wizard.finished.connect(self._forget_wizard)
        self.wizard.open()
        self._show_strip()

    def _forget_wizard(self) -> None:
        self.wizard = None
        self._show_strip()

    # --- What was begun ---

    def show_imports(self) -> None:
        """All of them, with what came of each."""
        if self.imports_dialog is not None:
            return
        freshness = FreshnessNote(self._imports)
        dialog = ImportsDialog(self._imports, lambda: self._page.may_import, freshness, self._window)
        dialog.details_requested.connect(self._show_import)
        dialog.stop_requested.connect(self._ask_to_stop)
        dialog.undo_requested.connect(self._ask_to_undo)
        dialog.finished.connect(self._forget_imports_dialog)
        self.imports_dialog = dialog
        self._imports.refresh()
        dialog.open()

    def _forget_imports_dialog(self) -> None:
        self.imports_dialog = None

    def _show_strip(self) -> None:
        """Of what the wizard does not show at this moment."""
        shown = self._import_run.progress if self.wizard is not None else None
        others = [each for each in self._imports.under_way if shown is None or each.id != shown.id]
        self._page.import_strip.show_imports(others, may_stop=self._page.may_import)

    def _ask_to_stop(self, progress: Import) -> None:
        dialog = StopImport(progress, self.imports_dialog or self._window)
        dialog.chosen.connect(lambda take_back: self._imports.stop(progress.id, take_back=take_back))
        dialog.open()

    def _ask_to_undo(self, progress: Import) -> None:
        dialog = UndoImport(progress, self.imports_dialog or self._window)
        dialog.accepted.connect(lambda: self._imports.undo(progress.id))
        dialog.open()

    def _say_ended(self, progress: Import) -> None:
        self._window.toasts.show(
            self._ended_text(progress),
            ToastKind.SUCCESS if progress.state is ImportState.FINISHED else ToastKind.WARNING,
            action_text=self.tr("Details"),
            action=lambda: self._show_import(progress),
        )

    def _ended_text(self, progress: Import) -> str:
        name, message = progress.file_name, told(progress.sentence, progress.message)
        if progress.state is ImportState.UNDONE and progress.kept:
            text = self.tr("The import of {0} is undone. %Ln of its leads became users and stay.", "", progress.kept)
            return text.format(name)
        if progress.state is ImportState.UNDONE:
            return self.tr("The import of {0} is undone.").format(name)
        if progress.state is ImportState.FAILED and progress.imported:
            text = self.tr("%Ln lead(s) came in from {0}, then the import failed. {1}", "", progress.imported)
            return text.format(name, message)
        if progress.state is ImportState.FAILED:
            return self.tr("Nothing was imported from {0}. {1}").format(name, message)
        if progress.imported == 1:
            return self.tr("1 lead was imported from {0}.").format(name)
        return self.tr("{0} leads were imported from {1}.").format(QLocale().toString(progress.imported), name)

    # --- Out ---

    def ask_where_to_export(self) -> None:
        """Let the admin choose a file."""
        self._exports.ask_where(self.tr("Export leads"), "leads.csv", self._model.export)
