"""Rows that are refused, and why."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.dialogs.rows import Columns, RowsTable
from desktop.theme.drop_down import DropDown
from desktop.theme.style import mark
from desktop.wording.imports import problem_worded
from desktop.wording.numbers import MANY, whole
from server.contract import ImportProblem


class ProblemList(QWidget):
    """The refused rows, all or those of one reason; to be saved as CSV."""

    def __init__(self) -> None:
        super().__init__()
        self._problems: tuple[ImportProblem, ...] = ()
        self.heading = QLabel()
        mark(self.heading, "strong")
        self.reasons = DropDown()
        self.reasons.setAccessibleName(self.tr("Reason"))
        self.heading.setBuddy(self.reasons)
        self.reasons.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.reasons.setMinimumContentsLength(28)
        self.reasons.activated.connect(lambda _: self._show_rows())
        columns: Columns = {self.tr("Line"): (whole(MANY),), self.tr("Value"): 240, self.tr("Reason"): 0}
        self.table = RowsTable(self.tr("Rows that cannot be used"), columns)
        self.save_button = QPushButton(self.tr("Save as CSV…"))
        mark(self.save_button, "link")
        self.save_button.clicked.connect(self.table.ask_where_to_save)
        head = QHBoxLayout()
        head.addWidget(self.heading)
        head.addStretch()
        head.addWidget(self.reasons)
        head.addWidget(self.save_button)
        self._inside = QWidget()
        layout = QVBoxLayout(self._inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._inside)

    def show_problems(self, problems: tuple[ImportProblem, ...], total: int) -> None:
        """The first of ``total``."""
        self._inside.setVisible(bool(problems))
        if problems != self._problems:
            self._problems = problems
            self._show_reasons()
            self._show_rows()
        number = QLocale().toString(total)
        text = self.tr("1 row cannot be used") if total == 1 else self.tr("{0} rows cannot be used").format(number)
        if total > len(problems):
            text += self.tr(", the first {0} are listed").format(QLocale().toString(len(problems)))
        self.heading.setText(text)

    def _show_reasons(self) -> None:
        """One of each, the most frequent first."""
        counts = Counter(problem.code for problem in self._problems)
        names = {problem.code: problem_worded(problem) for problem in reversed(self._problems)}
        self.reasons.clear()
        self.reasons.addItem(self.tr("All reasons ({0})").format(QLocale().toString(len(self._problems))), None)
        for code, count in counts.most_common():
            self.reasons.addItem(f"{names[code]} ({QLocale().toString(count)})", code)
        self.reasons.setVisible(len(counts) > 1)

    def _show_rows(self) -> None:
        code = self.reasons.currentData()
        shown = [problem for problem in self._problems if code is None or problem.code is code]
        self.table.rows.set_rows([(str(each.line), each.value, problem_worded(each)) for each in shown])
