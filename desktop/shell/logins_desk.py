"""The list of logins at work: one's own, or those of another admin."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.dialogs.logins import LoginsDialog
from desktop.tasks import ask
from server.contract import LoginSession


def show_logins(window: QWidget, api: Api, username: str, admin_id: str | None = None) -> LoginsDialog:
    """Open the list; ``admin_id``: of that admin, None: one's own."""
    dialog = LoginsDialog(username, is_me=admin_id is None, parent=window)

    def load() -> None:
        ask(dialog, api.logins(admin_id), done=dialog.show_logins, failed=complain, name="logins")

    def end(work: Coroutine[Any, Any, None]) -> None:
        ask(dialog, work, done=lambda _: load(), failed=complain, name="end logins")

    def complain(error: DeskError) -> None:
        dialog.show_problem(error.message)

    def end_one(login: LoginSession) -> None:
        end(api.end_login(login.id, admin_id))

    dialog.end_requested.connect(end_one)
    dialog.end_all_requested.connect(lambda: end(api.end_logins(admin_id)))
    dialog.open()
    load()
    return dialog
