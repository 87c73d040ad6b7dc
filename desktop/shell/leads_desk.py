"""The Leads page at work: leads come in, go out into a file, are picked all at once, and are looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.dialogs.import_wizard import ImportWizard
from desktop.models.leads import LeadsModel
from desktop.pages.leads import LeadsPage
from desktop.shell.main_window import MainWindow
from desktop.shell.toasts import ToastKind
from desktop.state.import_run import ImportRun
from desktop.state.lead_details import LeadDetailsState
from desktop.state.selection import LeadSelection
from desktop.tasks import ask
from server.contract import Lead, LeadFilter, LeadSort, Page


class LeadsDesk(QObject):
    """Between the page, its dialogs and the server. What is activated is not its concern."""

    def __init__(
        self,
        page: LeadsPage,
        model: LeadsModel,
        selection: LeadSelection,
        details: LeadDetailsState,
        import_run: ImportRun,
        api: Api,
        window: MainWindow,
        *,
        fail: Callable[[DeskError], None],
    ) -> None:
        """``fail`` shows an error."""
        super().__init__(window)
        self._model = model
        self._selection = selection
        self._import_run = import_run
        self._api = api
        self._window = window
        self._fail = fail
        self.wizard: ImportWizard | None = None
        page.select_all_requested.connect(self._select_all)
        page.import_requested.connect(self.open_import)
        page.file_dropped.connect(self.open_import)
        page.export_requested.connect(self.ask_where_to_export)
        page.details_requested.connect(details.show)

    def forget_dialogs(self) -> None:
        """Somebody else takes them off the screen."""
        self.wizard = None
        self._import_run.reset()

    def _select_all(self, leads: LeadFilter) -> None:
        def select(page: Page[Lead]) -> None:
            self._selection.select_all_matching(leads, page.total)

        count = self._api.leads(leads, sort=LeadSort.CREATED_AT, descending=False, after=None, skip=0, limit=1)
        ask(self, count, done=select, failed=self._fail, name="count leads")

    # --- In ---

    def open_import(self, path: Path | None = None) -> None:
        """The way from a file to leads, beginning with the file if there is one already."""
        if self.wizard is None:
            self._import_run.reset()
            self.wizard = ImportWizard(self._import_run, self._window)
            self.wizard.finished.connect(self._forget_wizard)
            self.wizard.open()
        if path is not None:
            self._import_run.open(path)

    def _forget_wizard(self) -> None:
        self.wizard = None

    # --- Out ---

    def ask_where_to_export(self) -> None:
        """Let the admin choose a file."""
        dialog = QFileDialog(self._window, self.tr("Export leads"), str(Path.home() / "leads.csv"), "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self.export_leads(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export_leads(self, path: Path) -> None:
        """Save the leads that match, in the order of the list."""

        def saved(_: None) -> None:
            self._window.toasts.show(self.tr("Saved as {0}.").format(path.name), ToastKind.SUCCESS)

        ask(self, self._model.export(path), done=saved, failed=self._fail, name="export leads")
