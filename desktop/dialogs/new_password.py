"""Choosing a password of one's own, after a login with one that somebody else has set."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop.dialogs.dialog import Dialog
from desktop.theme.style import mark
from desktop.theme.tokens import Space


class NewPasswordDialog(Dialog):
    """Asks for it twice. Stays open until the server has taken it.

    Signals:
        password_given: try this one.
    """

    password_given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, QCoreApplication.translate("NewPasswordDialog", "Choose your own password"))
        self.add_text(
            self.tr(
                "The one you have typed was set by somebody else. Take at least 12 characters, such as four words."
            ),
            "muted",
        )
        self.body.addSpacing(Space.XS)
        self.password = self._field(self.tr("New password"))
        self.again = self._field(self.tr("The same again"))
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        mark(self.problem, "error")
        self.problem.hide()
        self.body.addWidget(self.problem)
        cancel = self.add_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.yes_button = self.add_button(self.tr("Set password"), primary=True)
        self.yes_button.clicked.connect(self._give)
        self.password.setFocus()

    def refuse(self, reason: str) -> None:
        """The server does not take it."""
        self._set_busy(busy=False)
        self._say(reason)
        self.password.setFocus()
        self.password.selectAll()

    def _field(self, name: str) -> QLineEdit:
        label, field = QLabel(name), QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setAccessibleName(name)
        label.setBuddy(field)
        self.body.addWidget(label)
        self.body.addWidget(field)
        return field

    def _give(self) -> None:
        if not self.password.text() or self.password.text() != self.again.text():
            self._say(self.tr("Type the same password into both fields."))
            return
        self._say("")
        self._set_busy(busy=True)
        self.password_given.emit(self.password.text())

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.fit()

    def _set_busy(self, *, busy: bool) -> None:
        for widget in (self.password, self.again, self.yes_button):
            widget.setEnabled(not busy)
