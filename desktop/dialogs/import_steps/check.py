"""What an import would do."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.dialogs.import_steps.numbers import Numbers
from desktop.dialogs.import_steps.problems import ProblemList
from desktop.dialogs.import_steps.sums import sum_of_check
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
        self.numbers.show_numbers(sum_of_check(run.check))
        self.problems.show_problems(run.check.problems, run.check.refused)
