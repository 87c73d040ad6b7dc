"""Owners look after the admins, and these notice at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.dialogs.admins import AddAdmin, ChangeRole, ConfirmAdmin, ShowPassword
from desktop.dialogs.logins import LoginsDialog
from desktop.models.admins import AdminColumn
from desktop.shell.sidebar import Place
from desktop.state.admin_actions import AdminAction
from server.contract import Role
from tests.desktop.conftest import MemoryTokens, accepted, log_in, until
from tests.system.processes import ServerProcess

Kind = TypeVar("Kind", bound=QDialog)


class Appearance(QObject):
    """``seen`` when the widget comes on screen."""

    seen = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Show:
            self.seen.emit()
        return super().eventFilter(watched, event)


@pytest.fixture(scope="module")
def own_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """With one owner, and one each of the others."""
    server = ServerProcess(tmp_path_factory.mktemp("admins") / "data")
    server.start()
    server.add_admin()
    server.add_admin("bob", role=Role.OPERATOR)
    server.add_admin("vic", role=Role.VIEWER)
    yield server
    server.end()


@pytest.fixture
async def desk(own_service: ServerProcess, qtbot: QtBot) -> AsyncIterator[Desk]:
    """An owner looks at the admins."""
    desk = Desk(own_service.url, keyring=MemoryTokens())
    await desk.start()
    await log_in(desk, qtbot)
    desk.window.go_to(Place.ADMINS)
    await until(lambda: desk.admins_model.is_known, desk.admins_model.loaded)
    yield desk
    await desk.stop()


@pytest.fixture
async def bobs(own_service: ServerProcess, qtbot: QtBot) -> AsyncIterator[Desk]:
    """An operator looks at the activity."""
    desk = Desk(own_service.url, keyring=MemoryTokens())
    await desk.start()
    await log_in(desk, qtbot, name="bob")
    desk.window.go_to(Place.ACTIVITY)
    yield desk
    await desk.stop()


def shown(desk: Desk, name: str) -> dict[AdminColumn, str]:
    """What the row of that admin says."""
    model = desk.admins_model
    rows = [{column: model.index(row, column).data() for column in AdminColumn} for row in range(model.rowCount())]
    (found,) = [row for row in rows if row[AdminColumn.NAME] == name] or [{}]
    return found


def choose(desk: Desk, name: str) -> None:
    """Click on the row."""
    table = desk.admins_page.listing.table
    (row,) = [number for number, admin in enumerate(desk.admins_model.admins) if admin.username == name]
    area = table.visualRect(desk.admins_model.index(row, AdminColumn.NAME))
    table.viewport().setFocus()
    table.setCurrentIndex(table.indexAt(area.center()))


def opened(desk: Desk, kind: type[Kind]) -> Kind:
    """The dialog that is on screen."""
    (dialog,) = [each for each in desk.window.findChildren(kind) if each.isVisible()]
    return dialog


def click(desk: Desk, qtbot: QtBot, action: AdminAction) -> None:
    qtbot.mouseClick(desk.admins_page.bar.buttons[action], Qt.MouseButton.LeftButton)


async def test_an_admin_is_added_and_the_password_is_shown_once(
    desk: Desk, own_service: ServerProcess, qtbot: QtBot
) -> None:
    QAbstractItemModelTester(desk.admins_model, QAbstractItemModelTester.FailureReportingMode.Warning)
    qtbot.mouseClick(desk.admins_page.add_button, Qt.MouseButton.LeftButton)
    dialog = opened(desk, AddAdmin)
    assert not dialog.yes_button.isEnabled()
    qtbot.keyClicks(dialog.name, "Bob")
    dialog.roles.buttons[Role.VIEWER].click()
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    await until(dialog.problem.text, dialog.name.selectionChanged, what="a refusal")
    assert dialog.problem.text() == "There is already an admin named 'Bob'. Choose another name."

    dialog.name.setText("abe")
    qtbot.mouseClick(dialog.yes_button, Qt.MouseButton.LeftButton)
    await accepted(dialog)
    password = opened(desk, ShowPassword)
    qtbot.mouseClick(password.copy_button, Qt.MouseButton.LeftButton)
    copied = QApplication.clipboard().text()
    assert copied == password.password.text()
    qtbot.mouseClick(password.close_button, Qt.MouseButton.LeftButton)
    assert not password.isVisible()

    await until(lambda: shown(desk, "abe"), desk.admins_model.loaded, what="the new row")
    row = shown(desk, "abe")
    assert (row[AdminColumn.ROLE], row[AdminColumn.STATE]) == ("Viewer", "Must set a password")
    await until(lambda: desk.admins_page.chosen, desk.admins_model.loaded)
    assert desk.admins_page.chosen is not None
    assert desk.admins_page.chosen.username == "abe"
    assert own_service.request("POST", "/api/login", {"username": "abe", "password": copied})["mustChangePassword"]


async def test_another_role_and_a_closed_account_reach_the_other_desktop_at_once(
    desk: Desk, bobs: Desk, qtbot: QtBot
) -> None:
    await until(lambda: shown(desk, "bob")[AdminColumn.PRESENCE] == "Online", desk.admins_model.loaded)
    assert bobs.window.place is Place.ACTIVITY
    assert bobs.sidebar.buttons[Place.ADMINS].isHidden()
    assert bobs.leads_page.import_button.isEnabled()
    await until(lambda: bobs.pausing.is_possible, bobs.sending.changed)

    choose(desk, "bob")
    click(desk, qtbot, AdminAction.CHANGE_ROLE)
    change = opened(desk, ChangeRole)
    assert not change.yes_button.isEnabled()
    change.roles.buttons[Role.VIEWER].click()
    qtbot.mouseClick(change.yes_button, Qt.MouseButton.LeftButton)
    await until(lambda: bobs.window.place is Place.LEADS, bobs.session.admin_changed, what="the closed page is left")
    assert not bobs.sidebar.buttons[Place.ACTIVITY].isEnabled()
    assert not bobs.leads_page.import_button.isEnabled()
    assert not bobs.pausing.is_possible
    assert bobs.queue_page.queue_actions.why_not
    assert [toast.label.text() for toast in bobs.window.toasts.shown] == ["An owner has changed your role: Viewer."]
    await until(lambda: shown(desk, "bob")[AdminColumn.ROLE] == "Viewer", desk.admins_model.loaded)

    click(desk, qtbot, AdminAction.CHANGE_ROLE)
    opened(desk, ChangeRole).roles.buttons[Role.OWNER].click()
    qtbot.mouseClick(opened(desk, ChangeRole).yes_button, Qt.MouseButton.LeftButton)
    await until(bobs.sidebar.buttons[Place.ADMINS].isVisible, bobs.session.admin_changed, what="the way to the admins")

    click(desk, qtbot, AdminAction.DISABLE)
    confirm = opened(desk, ConfirmAdmin)
    assert "logged out everywhere" in confirm.consequence.text()
    qtbot.mouseClick(confirm.yes_button, Qt.MouseButton.LeftButton)
    await until(bobs.login.isVisible, bobs.session.logged_out, what="bob's login window")
    assert bobs.login.message.text() == "Your account was disabled. Ask an owner to enable it."
    await until(lambda: shown(desk, "bob")[AdminColumn.STATE] == "Disabled", desk.admins_model.loaded)
    assert desk.admins_page.bar.buttons[AdminAction.DISABLE].isHidden()

    click(desk, qtbot, AdminAction.ENABLE)
    qtbot.mouseClick(opened(desk, ConfirmAdmin).yes_button, Qt.MouseButton.LeftButton)
    await until(lambda: shown(desk, "bob")[AdminColumn.STATE] == "Active", desk.admins_model.loaded)


async def test_the_reason_is_told_also_when_a_request_is_refused_first(
    desk: Desk, bobs: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.app._REASON_SECONDS", 30.0)
    assert bobs.session.admin is not None
    bob = bobs.session.admin.id
    await until(lambda: bobs.connection.is_online, bobs.connection.changed)
    bobs.api.token_refused("Your login has ended. Log in again.")
    await desk.api.disable_admin(bob)
    await until(bobs.login.isVisible, bobs.session.logged_out, what="bob's login window")
    assert bobs.login.message.text() == "Your account was disabled. Ask an owner to enable it."
    await desk.api.enable_admin(bob)


async def test_a_password_is_reset_and_logins_of_others_are_ended(
    desk: Desk, own_service: ServerProcess, qtbot: QtBot
) -> None:
    token = own_service.login("vic")
    choose(desk, "vic")
    click(desk, qtbot, AdminAction.LOGINS)
    logins = opened(desk, LoginsDialog)
    await until(lambda: logins.table.rows.rows, logins.table.rows.modelReset, what="the logins")
    qtbot.mouseClick(logins.end_all_button, Qt.MouseButton.LeftButton)
    await until(lambda: not logins.table.rows.rows, logins.table.rows.modelReset, what="no logins")
    assert logins.nowhere.isVisible()
    with pytest.raises(OSError, match="401"):
        own_service.request("GET", "/api/me", token=token)
    logins.accept()

    click(desk, qtbot, AdminAction.RESET)
    confirm = opened(desk, ConfirmAdmin)
    qtbot.mouseClick(confirm.yes_button, Qt.MouseButton.LeftButton)
    await accepted(confirm)
    assert own_service.login("vic", opened(desk, ShowPassword).password.text())


async def test_the_last_owner_stays_one_and_is_told_why(desk: Desk, qtbot: QtBot) -> None:
    choose(desk, "ann")
    for action in (AdminAction.RESET, AdminAction.DISABLE):
        assert not desk.admins_page.bar.buttons[action].isEnabled()
        assert desk.admins_page.bar.buttons[action].toolTip()
    for owner in [admin for admin in desk.admins_model.admins if admin.role is Role.OWNER and admin.username != "ann"]:
        await desk.api.change_role(owner.id, Role.OPERATOR)
    click(desk, qtbot, AdminAction.CHANGE_ROLE)
    dialog = opened(desk, ChangeRole)
    dialog.roles.buttons[Role.VIEWER].click()
    appearance = Appearance(dialog.problem)
    qtbot.mouseClick(dialog.yes_button, Qt.MouseButton.LeftButton)
    await until(dialog.problem.text, appearance.seen, what="a refusal")
    assert dialog.problem.text() == "The last owner who can log in is ann. Make somebody else an owner first."
    assert desk.sidebar.buttons[Place.ADMINS].isVisible()


async def test_the_row_that_is_chosen_stays_so_when_others_come(
    desk: Desk, own_service: ServerProcess, qtbot: QtBot
) -> None:
    choose(desk, "vic")
    own_service.add_admin("aaron", role=Role.VIEWER)
    await until(lambda: shown(desk, "aaron"), desk.admins_model.loaded, what="the new row")
    assert desk.admins_page.chosen is not None
    assert desk.admins_page.chosen.username == "vic"
    assert desk.admins_page.bar.label.toolTip() == "vic"
    qtbot.keyClick(desk.admins_page.listing.table, Qt.Key.Key_Return)
    (menu,) = desk.admins_page.findChildren(QMenu)
    assert [entry.text() for entry in menu.actions()] == ["Logins…", "Change role…", "Reset password…", "Disable…"]
    menu.actions()[-1].trigger()
    assert opened(desk, ConfirmAdmin).heading.text() == "Disable vic?"
