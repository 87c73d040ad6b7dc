"""The questions before something is done about an admin, and the password that is shown once."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from desktop.dialogs.asking import AskingDialog
from desktop.dialogs.dialog import Dialog
from desktop.dialogs.role_choice import RoleChoice
from desktop.models.admins import role_text
from desktop.state.admin_actions import AdminAction
from desktop.theme.style import mark
from desktop.theme.tokens import Space
from server.contract import AdminAccount, OneTimePassword, Role

_NAME_LENGTH = 100


class AddAdmin(AskingDialog):
    """Asks for name and role."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, QCoreApplication.translate("AddAdmin", "Add an admin"))
        self.add_text(
            self.tr("You get a password for the first login, to pass on. They then choose one of their own."), "muted"
        )
        label = QLabel(self.tr("Name to log in with"))
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name to log in with"))
        self.name.setMaxLength(_NAME_LENGTH)
        label.setBuddy(self.name)
        self.roles = RoleChoice(Role.OPERATOR)
        self.body.addSpacing(Space.XS)
        self.body.addWidget(label)
        self.body.addWidget(self.name)
        self.body.addSpacing(Space.S)
        self.body.addWidget(self.roles)
        self.finish(self.tr("Add"), self.name, self.roles)
        self.name.textChanged.connect(self._on_edited)
        self._on_edited()

    def refuse(self, reason: str) -> None:
        """The server does not take it: another name, most likely."""
        super().refuse(reason)
        self.name.selectAll()

    def _on_edited(self) -> None:
        self.yes_button.setEnabled(bool(self.name.text().strip()))


class ChangeRole(AskingDialog):
    """Asks for another role."""

    def __init__(self, admin: AdminAccount, *, is_me: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent, "")
        self._role = admin.role
        self.heading.setText(self.tr("Change the role of {0}").format(admin.username))
        self.setWindowTitle(self.heading.text())
        text = self.tr("It applies at once, wherever they are logged in.")
        if is_me:
            text = self.tr("This is you. It applies at once, and only another owner can make you an owner again.")
        self.add_text(text, "muted")
        self.roles = RoleChoice(admin.role)
        self.body.addSpacing(Space.XS)
        self.body.addWidget(self.roles)
        self.finish(self.tr("Change role"), self.roles)
        self.roles.changed.connect(self._on_changed)
        self._on_changed()

    def _on_changed(self) -> None:
        self.yes_button.setEnabled(self.roles.role is not self._role)


class ConfirmAdmin(AskingDialog):
    """Names the admin and what follows, before an account is disabled, enabled or reset."""

    def __init__(self, action: AdminAction, admin: AdminAccount, parent: QWidget | None = None) -> None:
        question, consequence, yes = _words(action)
        super().__init__(parent, question.format(admin.username))
        self.add_text(f"{admin.username}  ·  {role_text(admin.role)}", "strong")
        self.consequence = self.add_text(consequence, "muted")
        self.finish(yes)
        if action is AdminAction.DISABLE:
            mark(self.yes_button, "danger")
            self.cancel_button.setDefault(True)  # what shuts somebody out is not what Return does
            self.cancel_button.setFocus()


class ShowPassword(Dialog):
    """The one time that a password can be seen."""

    def __init__(self, made: OneTimePassword, parent: QWidget | None = None) -> None:
        super().__init__(parent, "")
        self.heading.setText(self.tr("Password for the first login of {0}").format(made.admin.username))
        self.setWindowTitle(self.heading.text())
        self.add_text(
            self.tr("Pass it on by a way that nobody else can see. After the first login it is good no more.")
        )
        self.password = QLineEdit(made.password)
        self.password.setReadOnly(True)
        self.password.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.password.setAccessibleName(self.tr("Password"))
        self.copy_button = QPushButton(self.tr("Copy"))
        self.copy_button.setAutoDefault(True)
        self.copy_button.setDefault(True)
        mark(self.copy_button, "primary")
        self.copy_button.clicked.connect(self._copy)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.password, 1)
        row.addWidget(self.copy_button)
        self.body.addSpacing(Space.XS)
        self.body.addLayout(row)
        self.add_text(
            self.tr("It is shown only now: once this is closed nobody can see it again, and a lost one is reset."),
            "muted",
        )
        self.close_button = self.add_button(self.tr("Close"))
        self.close_button.clicked.connect(self.accept)
        self.copy_button.setFocus()

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.password.text())
        self.copy_button.setText(self.tr("Copied"))


def _words(action: AdminAction) -> tuple[str, str, str]:
    """The question, what follows from a yes, and the yes."""
    translate = QCoreApplication.translate
    return {
        AdminAction.RESET: (
            translate("ConfirmAdmin", "Reset the password of {0}?"),
            translate(
                "ConfirmAdmin",
                "They are logged out everywhere. You get a password for one login, to pass on; they then choose one of "
                "their own.",
            ),
            translate("ConfirmAdmin", "Reset password"),
        ),
        AdminAction.DISABLE: (
            translate("ConfirmAdmin", "Disable {0}?"),
            translate(
                "ConfirmAdmin",
                "They are logged out everywhere and cannot log in until an owner enables them. Activations that they "
                "have started go on.",
            ),
            translate("ConfirmAdmin", "Disable"),
        ),
        AdminAction.ENABLE: (
            translate("ConfirmAdmin", "Enable {0}?"),
            translate("ConfirmAdmin", "They can log in again, with the password they had."),
            translate("ConfirmAdmin", "Enable"),
        ),
    }[action]
