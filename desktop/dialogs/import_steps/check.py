"""What an import would do."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.dialogs.import_steps.numbers import Numbers
from desktop.dialogs.import_steps.problems import ProblemList
from desktop.state.import_run import ImportRun
from desktop.theme.tokens import Space


class CheckStep(QWidget):
    """What the import would do."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = Numbers()
        self.problems = ProblemList()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self.numbers)
        layout.addWidget(self.problems, 1)

    def show_run(self, run: ImportRun) -> None:
        """The counts and the refused rows."""
        if run.check is None:
            return
        self.numbers.show_numbers(
            {
                self.tr("Rows in the file"): run.check.rows,
                self.tr("Would be imported"): run.check.importable,
                self.tr("Come twice in the file"): run.check.duplicates_in_file,
                self.tr("Are there already"): run.check.already_there,
                self.tr("Cannot be used"): run.check.refused,
            }
        )
        self.problems.show_problems(run.check.problems, run.check.refused)
