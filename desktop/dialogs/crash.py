"""An unexpected error: said, survived, and fit to be copied to whoever can do something about it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from desktop.dialogs.dialog import Dialog
from desktop.theme.style import mark

_WIDTH = 640
_REPORT_HEIGHT = 220


class CrashDialog(Dialog):
    """Shows one report; further errors meanwhile are counted and added to it."""

    def __init__(self, parent: QWidget | None, report: str) -> None:
        super().__init__(parent, "")
        self.setMinimumWidth(_WIDTH)
        title = self.tr("Something unexpected went wrong")
        self.setWindowTitle(title)
        self.heading.setText(title)
        self.add_text(
            self.tr(
                "You can go on; what runs on the server is not affected. "
                "If it happens again, send the report to whoever looks after the server. It contains no passwords."
            )
        )
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setMinimumHeight(_REPORT_HEIGHT)
        self.report.setAccessibleName(self.tr("Report"))
        self.report.setTabChangesFocus(True)
        mark(self.report, "log")
        self.body.addWidget(self.report)
        self.copy_button = self.add_button(self.tr("Copy report"))
        self.copy_button.clicked.connect(lambda: QApplication.clipboard().setText(self.report.toPlainText()))
        self.close_button = self.add_button(self.tr("Go on"), primary=True)
        self.close_button.clicked.connect(self.accept)

    def add(self, report: str) -> None:
        """One more, while the first is still being read."""
        self.report.appendPlainText("\n---\n" + report)
