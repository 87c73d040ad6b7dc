"""The seals of the audit log as an owner sees them: whether it is what was written down, and a way to look anew."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton

from desktop.state.audit_check import AuditCheckState
from desktop.theme.style import mark
from desktop.theme.tips import set_tip
from desktop.theme.tokens import Space
from desktop.wording.audit import in_detail, verdict


class SealLine(QFrame):
    """Nothing to see for others than owners."""

    def __init__(self, state: AuditCheckState) -> None:
        super().__init__()
        self._state = state
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.copy_button = QPushButton(self.tr("Copy head"))
        set_tip(self.copy_button, self.tr("Kept elsewhere, it proves later that nothing was taken away."))
        mark(self.copy_button, "link")
        self.verify_button = QPushButton(self.tr("Verify now"))
        mark(self.verify_button, "link")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        layout.setSpacing(Space.M)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.copy_button)
        layout.addWidget(self.verify_button)
        self.copy_button.clicked.connect(self._copy)
        self.verify_button.clicked.connect(state.verify)
        state.changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        """As it is known."""
        state, latest = self._state, None if self._state.check is None else self._state.check.latest
        tampered = latest is not None and latest.fault_count > 0
        mark(self, "noticeDanger" if tampered else "notice")
        self.label.setText(self._text())
        set_tip(self.label, "" if latest is None else in_detail(latest))
        self.copy_button.setVisible(latest is not None and bool(latest.head))
        self.verify_button.setEnabled(state.is_possible and not state.is_running)
        self.setVisible(state.check is not None and state.is_for_this_admin)

    def _text(self) -> str:
        check, error = self._state.check, self._state.error
        if check is None:
            return ""
        if error is not None:
            return f"{error.title} {error.message}"
        if check.running:
            return self.tr("The server looks through the whole audit log…")
        if check.latest is None:
            return self.tr("The audit log was not verified since the server has started.")
        return verdict(check.latest)

    def _copy(self) -> None:
        check = self._state.check
        if check is not None and check.latest is not None:
            QApplication.clipboard().setText(check.latest.head)
