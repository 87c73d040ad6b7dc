"""The import, step by step: file, columns, check, progress, result."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFileDialog, QPushButton, QStackedWidget, QWidget

from desktop.backend.errors import DeskError
from desktop.dialogs.dialog import Dialog
from desktop.dialogs.import_steps.check import CheckStep
from desktop.dialogs.import_steps.file import FileStep
from desktop.dialogs.import_steps.mapping import MappingStep
from desktop.dialogs.import_steps.progress import ProgressStep
from desktop.dialogs.import_steps.result import ResultStep
from desktop.state.import_run import ImportRun, ImportStep
from desktop.theme.style import mark
from desktop.theme.tokens import Space
from server.contract import ImportState, LeadField

Step = FileStep | MappingStep | CheckStep | ProgressStep | ResultStep


class ImportWizard(Dialog):
    """Shows the run and passes on what the admin wants. Closing it forgets the run, not what the server does."""

    def __init__(self, run: ImportRun, parent: QWidget | None = None) -> None:
        super().__init__(parent, "")
        self._run = run
        self.resize_to(940, 600)
        self.file_step, self.mapping_step, self.check_step = FileStep(), MappingStep(), CheckStep()
        self.progress_step, self.result_step = ProgressStep(), ResultStep()
        self._steps: dict[ImportStep, Step] = {
            ImportStep.FILE: self.file_step,
            ImportStep.MAPPING: self.mapping_step,
            ImportStep.CHECK: self.check_step,
            ImportStep.PROGRESS: self.progress_step,
            ImportStep.RESULT: self.result_step,
        }
        self.note = self.add_text("", "muted")
        self._stack = QStackedWidget()
        for step in self._steps.values():
            self._stack.addWidget(step)
        self.body.addSpacing(Space.XS)
        self.body.addWidget(self._stack, 1)
        self.problem = self.add_text("", "error")
        self.back_button = self.add_button(self.tr("Back"))
        self.undo_button = self.add_button(self.tr("Undo import"))
        self.close_button = self.add_button(self.tr("Cancel"))
        self.next_button = self.add_button("", primary=True)
        for button in self._others():
            button.setAutoDefault(True)  # Return does what has the focus
        self._focus_step: ImportStep | None = None
        self._wire()
        self._show()

    def has_unsaved(self) -> bool:
        """Whether columns were chosen by hand for an import that has not begun."""
        run = self._run
        begun = run.step in (ImportStep.PROGRESS, ImportStep.RESULT)
        return not begun and run.preview is not None and run.mapping != run.preview.mapping

    def give_up(self) -> None:
        """What has begun goes on."""
        self._run.reset()
        super().give_up()

    def _wire(self) -> None:
        run = self._run
        self.file_step.choose_requested.connect(self.choose_file)
        self.file_step.dropped.connect(run.open)
        self.mapping_step.reading_changed.connect(run.read)
        self.mapping_step.mapping_changed.connect(run.set_mapping)
        self.back_button.clicked.connect(run.back)
        self.undo_button.clicked.connect(run.undo)
        self.close_button.clicked.connect(self.reject)
        self.next_button.clicked.connect(self._go_on)
        run.changed.connect(self._show)

    def choose_file(self) -> None:
        """Let the admin look for one."""
        kinds = self.tr("Lists of leads (*.csv *.tsv *.txt *.xlsx *.ods)")
        dialog = QFileDialog(self, self.tr("Import leads"), str(Path.home()), kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self._run.open(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _go_on(self) -> None:
        match self._run.step:
            case ImportStep.FILE:
                self.choose_file()
            case ImportStep.MAPPING:
                self._run.look()
            case ImportStep.CHECK:
                self._run.start()
            case ImportStep.PROGRESS | ImportStep.RESULT:
                self.reject()

    def _show(self) -> None:
        run = self._run
        step = self._steps[run.step]
        step.show_run(run)
        self._stack.setCurrentWidget(step)
        self.setWindowTitle(self._title())
        self.heading.setText(self._title())
        self.note.setText(self._note())
        self.note.setVisible(bool(self._note()))
        error = run.error
        self.problem.setText(_said(error) if error is not None else "")
        self.problem.setVisible(error is not None)
        self._show_buttons()

    def _show_buttons(self) -> None:
        run, step = self._run, self._run.step
        over = step in (ImportStep.PROGRESS, ImportStep.RESULT)
        self.back_button.setVisible(step in (ImportStep.MAPPING, ImportStep.CHECK))
        self.back_button.setEnabled(not run.busy)
        done = run.progress is not None and run.progress.state.can_be_undone and run.progress.imported > 0
        self.undo_button.setVisible(step is ImportStep.RESULT and done)
        self.undo_button.setEnabled(not run.busy and not run.reconnecting)
        self.close_button.setVisible(not over)
        self.next_button.setText(self._next_text())
        self.next_button.setVisible(step is not ImportStep.FILE)
        can = {
            ImportStep.MAPPING: LeadField.EMAIL in run.mapping,
            ImportStep.CHECK: run.check is not None and run.check.importable > 0,
        }.get(step, True)
        was_on = self.next_button.isEnabled()
        self.next_button.setEnabled(over or (can and not run.busy and not run.reconnecting))
        mark(self.next_button, "primary")
        if self.next_button.isEnabled() and not was_on and self.focusWidget() in (None, *self._others()):
            self.next_button.setFocus()  # Qt took it away when the button was off; it is what Return does
        self._lead_focus()

    def _others(self) -> tuple[QPushButton, ...]:
        return self.back_button, self.undo_button, self.close_button

    def _lead_focus(self) -> None:
        """Once in each step to what leads on: what the ring is on is what Return does."""
        leads_on = self.file_step.choose_button if self._run.step is ImportStep.FILE else self.next_button
        if self._focus_step is not self._run.step and leads_on.isEnabled():
            self._focus_step = self._run.step
            leads_on.setFocus()

    def _next_text(self) -> str:
        run = self._run
        if run.step is ImportStep.MAPPING:
            return self.tr("Checking…") if run.busy else self.tr("Check")
        if run.step is ImportStep.CHECK:
            count = run.check.importable if run.check is not None else 0
            if count == 1:
                return self.tr("Import 1 lead")
            return self.tr("Import {0} leads").format(QLocale().toString(count)) if count else self.tr("Import")
        return self.tr("Close")

    def _title(self) -> str:
        run = self._run
        match run.step:
            case ImportStep.FILE:
                return self.tr("Import leads")
            case ImportStep.MAPPING:
                return self.tr("What is in which column?")
            case ImportStep.CHECK:
                return self.tr("Ready to import")
            case ImportStep.PROGRESS:
                return self.tr("Importing leads…")
            case ImportStep.RESULT:
                state = run.progress.state if run.progress is not None else ImportState.FINISHED
                if state is ImportState.FAILED:
                    came_in = run.progress is not None and run.progress.imported
                    return self.tr("The import failed") if came_in else self.tr("Nothing was imported")
                return self.tr("Import undone") if state is ImportState.UNDONE else self.tr("Import finished")

    def _note(self) -> str:
        run = self._run
        if run.step is ImportStep.MAPPING and run.preview is not None:
            if LeadField.EMAIL not in run.mapping:
                return self.tr("Choose the column that holds the email addresses.")
            return self.tr("{0}: check that the columns are understood.").format(run.preview.file_name)
        if run.step is ImportStep.CHECK:
            if run.check is not None and not run.check.importable:
                return self.tr("Nothing in this file is new and usable.")
            return self.tr("Nothing is written yet.")
        return ""


def _said(error: DeskError) -> str:
    """What a refused file is, or what else went wrong."""
    return error.message if "fault" in error.facts else f"{error.title} {error.message}"
