"""Choosing a password of one's own: after a login with one that somebody else has set, or whenever one likes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop.dialogs.asking import AskingDialog
from desktop.theme.tokens import Space

_LENGTH = 1000  # of the longest password that the server looks at


class NewPasswordDialog(AskingDialog):
    """Asks for it twice, and for the present one where nobody has just typed it.

    Signals:
        password_given: try this one.
    """

    password_given = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, asks_for_present: bool = False) -> None:
        title = QCoreApplication.translate("NewPasswordDialog", "Choose your own password")
        if asks_for_present:
            title = QCoreApplication.translate("NewPasswordDialog", "Change your password")
        super().__init__(parent, title)
        self.add_text(
            self.tr("You are logged out everywhere else. Take at least 12 characters, such as four words.")
            if asks_for_present
            else self.tr(
                "The one you have typed was set by somebody else. Take at least 12 characters, such as four words."
            ),
            "muted",
        )
        self.body.addSpacing(Space.XS)
        self.present = self._field(self.tr("Present password")) if asks_for_present else None
        self.password = self._field(self.tr("New password"))
        self.again = self._field(self.tr("The same again"))
        fields = (self.password, self.again) if self.present is None else (self.present, self.password, self.again)
        self.finish(self.tr("Set password"), *fields)

    def refuse(self, reason: str) -> None:
        """The server does not take it."""
        super().refuse(reason)
        (self.present or self.password).selectAll()

    def agree(self) -> None:
        """Only when both fields hold the same."""
        if not self.password.text() or self.password.text() != self.again.text():
            self.say(self.tr("Type the same password into both fields."))
            return
        super().agree()
        self.password_given.emit(self.password.text())

    def _field(self, name: str) -> QLineEdit:
        label, field = QLabel(name), QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setAccessibleName(name)
        field.setMaxLength(_LENGTH)
        label.setBuddy(field)
        self.body.addWidget(label)
        self.body.addWidget(field)
        return field
