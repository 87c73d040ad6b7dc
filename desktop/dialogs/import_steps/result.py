"""What came of an import."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.dialogs.import_steps.numbers import Numbers
from desktop.dialogs.import_steps.problems import ProblemList
from desktop.dialogs.import_steps.sums import sum_of_import
from desktop.state.import_run import ImportRun
from desktop.theme.tokens import Space
from desktop.wording.sentences import told
from server.contract import Import, ImportState


class ResultStep(QWidget):
    """What came of it."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = Numbers()
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.problems = ProblemList()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self.message)
        layout.addWidget(self.numbers)
        layout.addWidget(self.problems, 1)

    def show_run(self, run: ImportRun) -> None:
        """The counts and the refused rows."""
        progress = run.progress
        if progress is None:
            return
        message = told(progress.sentence, progress.message)
        self.message.setText(message)
        self.message.setVisible(bool(message))
        undone = progress.state is ImportState.UNDONE
        self.numbers.show_numbers(self._sum_of_undo(progress) if undone else sum_of_import(progress))
        self.numbers.setVisible(progress.state is not ImportState.FAILED or progress.imported > 0)
        self.problems.show_problems(() if undone else run.problems, 0 if undone else progress.refused)

    def _sum_of_undo(self, progress: Import) -> dict[str, int]:
        kept = {self.tr("Became users and stay"): progress.kept} if progress.kept else {}
        return {self.tr("Leads taken away again"): progress.removed, **kept}
