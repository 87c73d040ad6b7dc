"""The pages that look on: users, and what admins did."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.backend.errors import DeskError
from desktop.models.activity import ActivityColumn
from desktop.models.users import UserColumn
from desktop.shell.sidebar import Place
from desktop.theme.drop_down import DropDown
from server.contract import Role, Selection
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.system.processes import ServerProcess

USERS = 4


@pytest.fixture(scope="module")
def own_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """With leads, and with an admin who may only look on."""
    server = ServerProcess(tmp_path_factory.mktemp("users") / "data")
    server.start()
    server.add_admin()
    server.add_admin("vic", role=Role.VIEWER)
    server.import_leads(USERS, prefix="user")
    yield server
    server.end()


@pytest.fixture
async def desk(own_service: ServerProcess) -> AsyncIterator[Desk]:
    desk = Desk(own_service.url, keyring=MemoryTokens())
    await desk.start()
    yield desk
    await desk.stop()


def column(model: QAbstractItemModel, number: int) -> list[str]:
    """What is shown in it."""
    return [model.index(row, number).data() for row in range(model.rowCount())]


async def test_who_became_a_user_is_listed_and_who_is_online_is_marked(
    desk: Desk, own_service: ServerProcess, qtbot: QtBot
) -> None:
    QAbstractItemModelTester(desk.users_model, QAbstractItemModelTester.FailureReportingMode.Warning)
    await log_in(desk, qtbot)
    desk.window.go_to(Place.USERS)
    page = desk.users_page
    await until(lambda: desk.users_model.is_known, desk.users_model.loaded)
    assert page.listing.empty.isVisible()
    assert page.listing.empty.title.text() == "No users yet"

    leads = own_service.request("GET", "/api/leads?limit=100", token=desk.api.token)["items"]
    await desk.run.start(Selection(ids=tuple(lead["id"] for lead in leads)))
    await until(lambda: not desk.run.busy, desk.run.finished)
    desk.users_model.refresh()
    await until(lambda: desk.users_model.total == USERS, desk.users_model.loaded)
    assert page.listing.table.isVisible()
    assert set(column(desk.users_model, UserColumn.PRESENCE)) == {"Offline"}
    assert set(column(desk.users_model, UserColumn.LAST_SEEN)) == {"Never"}

    first = desk.users_model.row_at(0)
    assert first is not None
    own_service.request("POST", "/api/presence", {"userIds": [first.id]}, token=desk.api.token)
    page.online_only.setChecked(True)
    await until(lambda: desk.users_model.total == 1, desk.users_model.loaded)
    assert column(desk.users_model, UserColumn.EMAIL) == [first.email]
    assert column(desk.users_model, UserColumn.PRESENCE) == ["Online"]

    page.online_only.setChecked(False)
    page.search.setText("user2@")
    await until(lambda: column(desk.users_model, UserColumn.EMAIL) == ["user2@firm.example"], desk.users_model.loaded)
    page.search.setText("nobody")
    await until(lambda: page.listing.empty.isVisible(), desk.users_model.loaded)
    qtbot.mouseClick(page.listing.empty.action_button, Qt.MouseButton.LeftButton)
    await until(lambda: desk.users_model.total == USERS, desk.users_model.loaded)


async def test_users_are_sorted_by_the_server(desk: Desk, qtbot: QtBot) -> None:
    await log_in(desk, qtbot)
    desk.window.go_to(Place.USERS)
    await until(lambda: desk.users_model.total == USERS, desk.users_model.loaded)

    desk.users_model.sort(UserColumn.EMAIL, Qt.SortOrder.DescendingOrder)
    await until(lambda: desk.users_model.total == USERS and desk.users_model.is_known, desk.users_model.loaded)
    await until(lambda: None not in column(desk.users_model, UserColumn.EMAIL), desk.users_model.loaded)

    addresses = column(desk.users_model, UserColumn.EMAIL)
    assert addresses == sorted(addresses, reverse=True)


async def test_what_admins_did_is_listed_with_who_and_when(desk: Desk, qtbot: QtBot) -> None:
    QAbstractItemModelTester(desk.activity_model, QAbstractItemModelTester.FailureReportingMode.Warning)
    await log_in(desk, qtbot)
    await desk.api.pause("mail server is moving")
    await desk.api.resume()
    desk.window.go_to(Place.ACTIVITY)
    await until(lambda: desk.activity_model.total >= 2, desk.activity_model.loaded)

    assert column(desk.activity_model, ActivityColumn.ACTION)[:2] == ["Resumed sending", "Paused sending"]
    assert column(desk.activity_model, ActivityColumn.BY)[:2] == ["ann", "ann"]
    assert "mail server is moving" in column(desk.activity_model, ActivityColumn.CONCERNS)[1]


async def test_refusals_are_told_as_such_and_can_be_looked_for(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    with pytest.raises(DeskError):
        await desk.session.login("ann", "not her password", remember=False)
    await log_in(desk, qtbot)
    await desk.api.pause("the server is moving")
    await desk.api.resume()
    desk.window.go_to(Place.ACTIVITY)
    page, model = desk.activity_page, desk.activity_model
    await until(lambda: model.total >= 3, model.loaded)

    choose(page.results, "Refused only")
    await until(lambda: column(model, ActivityColumn.ACTION) == ["Login refused"], model.loaded)
    assert "Reason: " in column(model, ActivityColumn.CONCERNS)[0]
    choose(page.kinds, "Emails")
    await until(lambda: page.listing.empty.isVisible(), model.total_changed, model.loaded)
    assert page.listing.empty.title.text() == "Nothing matches"
    qtbot.mouseClick(page.listing.empty.action_button, Qt.MouseButton.LeftButton)
    await until(lambda: model.total >= 3, model.loaded)
    qtbot.keyClicks(page.search, "moving ann")
    await until(lambda: set(column(model, ActivityColumn.ACTION)) == {"Paused sending"}, model.loaded)

    qtbot.mouseClick(page.export_button, Qt.MouseButton.LeftButton)
    (dialog,) = desk.window.findChildren(QFileDialog)
    target = tmp_path / "activity.csv"
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    await until(lambda: desk.window.toasts.shown, desk.window.toasts.appeared, what="a toast")
    (toast,) = desk.window.toasts.shown
    assert toast.label.text() == "Saved as activity.csv."
    assert toast.action_button is not None
    assert toast.action_button.text() == "Show in folder"
    assert "the server is moving" in target.read_text()


def choose(drop_down: DropDown, text: str) -> None:
    """As with the keyboard."""
    drop_down.setCurrentText(text)
    drop_down.activated.emit(drop_down.currentIndex())


async def test_the_activity_is_closed_to_viewers(desk: Desk, qtbot: QtBot) -> None:
    await log_in(desk, qtbot, name="vic")
    button = desk.sidebar.buttons[Place.ACTIVITY]
    assert not button.isEnabled()
    assert button.toolTip() == "The activity is for operators and owners."
    desk.window.go_to(Place.ACTIVITY)
    assert desk.window.place is Place.LEADS
