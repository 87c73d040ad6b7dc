"""One's own account: what one may do on each page, password, and logins."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.dialogs.new_password import NewPasswordDialog
from desktop.models.admins import role_text
from desktop.pages.leads import LeadsPage
from desktop.pages.settings import SettingsPage
from desktop.shell.logins_desk import show_logins
from desktop.shell.main_window import MainWindow
from desktop.shell.toasts import ToastKind
from desktop.state.connection import Connection
from desktop.state.session import Session
from desktop.tasks import ask
from server.contract import Role


class AccountDesk(QObject):
    """Follows what becomes of the account while its admin is logged in."""

    def __init__(
        self,
        settings: SettingsPage,
        leads: LeadsPage,
        api: Api,
        session: Session,
        connection: Connection,
        window: MainWindow,
    ) -> None:
        super().__init__(window)
        self._settings = settings
        self._leads = leads
        self._api = api
        self._session = session
        self._connection = connection
        self._window = window
        self._role: Role | None = None
        self._was_online = False
        settings.password_requested.connect(self.change_password)
        settings.logins_requested.connect(self.show_logins)
        session.admin_changed.connect(self._on_admin_changed)
        connection.changed.connect(self._on_connection_changed)
        self._on_connection_changed()

    def show_rights(self) -> None:
        """Open and close what the role of the admin opens and closes."""
        admin = self._session.admin
        if admin is None:
            return
        self._role = admin.role
        self._window.sidebar.set_admin(admin)
        self._leads.set_may_change(admin.role is not Role.VIEWER)
        self._settings.set_account(admin.username, role_text(admin.role))
        self._window.leave_closed_page()

    def change_password(self) -> None:
        """Ask for the present one and another."""
        dialog = NewPasswordDialog(self._window, asks_for_present=True)

        def changed(_: None) -> None:
            dialog.accept()
            text = self.tr("Your password is changed. You are logged out everywhere else.")
            self._window.toasts.show(text, ToastKind.SUCCESS)

        def give(new: str) -> None:
            present = dialog.present.text() if dialog.present is not None else ""
            work = self._api.change_password(present, new)
            ask(
                dialog,
                work,
                done=changed,
                failed=lambda error: dialog.refuse(error.message),
                name="change the password",
            )

        dialog.password_given.connect(give)
        dialog.open()

    def show_logins(self) -> None:
        """Where this admin is logged in."""
        if self._session.admin is not None:
            show_logins(self._window, self._api, self._session.admin.username)

    def _on_admin_changed(self) -> None:
        before = self._role
        self.show_rights()
        if self._role is not None and self._role is not before:
            self._window.toasts.show(self.tr("An owner has changed your role: {0}.").format(role_text(self._role)))

    def _on_connection_changed(self) -> None:
        online = self._connection.is_online
        self._settings.set_online(online=online)
        if online and not self._was_online:  # what became of the account meanwhile was not told
            ask(self, self._api.me(), done=self._session.set_admin, failed=_leave_as_it_is, name="own account")
        self._was_online = online


def _leave_as_it_is(_: DeskError) -> None:
    """It is asked again with the next connection; that a login has ended is told by another way."""
