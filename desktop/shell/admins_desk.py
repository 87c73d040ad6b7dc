"""The Admins page at work: what it asks for is confirmed, done, and answered."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from desktop.backend.api import Api
from desktop.dialogs.admins import AddAdmin, ChangeRole, ConfirmAdmin, ShowPassword
from desktop.dialogs.asking import AskingDialog
from desktop.models.admins import role_text
from desktop.pages.admins import AdminsPage
from desktop.platform.logs import hide
from desktop.shell.logins_desk import show_logins
from desktop.shell.main_window import MainWindow
from desktop.shell.toasts import ToastKind
from desktop.state.admin_actions import AdminAction
from desktop.state.session import Session
from desktop.tasks import ask
from server.contract import AdminAccount, OneTimePassword, Role

Result = TypeVar("Result")


class AdminsDesk(QObject):
    """Between the page, its dialogs and the server. What has changed is told by the server, as to all owners."""

    def __init__(self, page: AdminsPage, api: Api, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._page = page
        self._api = api
        self._session = session
        self._window = window
        page.add_requested.connect(self.add)
        page.action_requested.connect(self._on_action_requested)

    def may_add(self) -> bool:
        """Whether this admin may, and the server listens."""
        me = self._session.admin
        return me is not None and me.role is Role.OWNER and self._page.add_button.isEnabled()

    def add(self) -> None:
        """Ask for somebody who shall be able to log in."""
        dialog = AddAdmin(self._window)

        def made(account: OneTimePassword) -> None:
            self._page.choose(account.admin.id)
            self._show_password(account)

        dialog.agreed.connect(
            lambda: self._try(dialog, self._api.add_admin(dialog.name.text().strip(), dialog.roles.role), made)
        )
        dialog.open()

    def _on_action_requested(self, action: AdminAction, admin: AdminAccount) -> None:
        match action:
            case AdminAction.LOGINS:
                show_logins(self._window, self._api, admin.username, admin.id)
            case AdminAction.CHANGE_ROLE:
                self._change_role(admin)
            case AdminAction.RESET:
                self._confirm(action, admin, self._api.reset_admin, self._show_password)
            case AdminAction.DISABLE:
                said = self.tr("{0} is logged out everywhere and cannot log in.").format(admin.username)
                self._confirm(action, admin, self._api.disable_admin, lambda _: self._say(said))
            case AdminAction.ENABLE:
                said = self.tr("{0} can log in again.").format(admin.username)
                self._confirm(action, admin, self._api.enable_admin, lambda _: self._say(said))

    def _change_role(self, admin: AdminAccount) -> None:
        me = self._session.admin
        dialog = ChangeRole(admin, is_me=me is not None and me.id == admin.id, parent=self._window)

        def change() -> None:
            said = self.tr("{0}: {1} from now on.").format(admin.username, role_text(dialog.roles.role))
            self._try(dialog, self._api.change_role(admin.id, dialog.roles.role), lambda _: self._say(said))

        dialog.agreed.connect(change)
        dialog.open()

    def _confirm(
        self,
        action: AdminAction,
        admin: AdminAccount,
        work: Callable[[str], Coroutine[Any, Any, Result]],
        done: Callable[[Result], None],
    ) -> None:
        dialog = ConfirmAdmin(action, admin, self._window)
        dialog.agreed.connect(lambda: self._try(dialog, work(admin.id), done))
        dialog.open()

    def _try(self, dialog: AskingDialog, work: Coroutine[Any, Any, Result], done: Callable[[Result], None]) -> None:
        """Close the dialog when the server has done it, and let it say why when not."""

        def close(result: Result) -> None:
            dialog.accept()
            self._page.refresh()
            done(result)

        ask(dialog, work, done=close, failed=lambda error: dialog.refuse(error.message), name="change an admin")

    def _show_password(self, made: OneTimePassword) -> None:
        hide(made.password)
        ShowPassword(made, self._window).open()

    def _say(self, text: str) -> None:
        self._window.toasts.show(text, ToastKind.SUCCESS)
