"""One's own account: password, logins, and what the server knows the device by."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.backend.api import Api
from desktop.backend.device import device_name
from desktop.dialogs.logins import LoginsDialog
from desktop.dialogs.new_password import NewPasswordDialog
from desktop.shell.sidebar import Place
from desktop.state.connection import Phase
from server.accounts.admins import Admins
from server.contract import IDLE_CONNECTION_SECONDS, Role
from server.store.client import Database
from tests.desktop.conftest import PASSWORD, MemoryTokens, accepted, log_in, until
from tests.system.processes import ServerProcess

NEW_PASSWORD = "four words of my own"


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


@pytest.fixture
async def desk(service: ServerProcess, tokens: MemoryTokens) -> AsyncIterator[Desk]:
    """A started desktop; nobody is logged in."""
    desk = Desk(service.url, keyring=tokens)
    await desk.start()
    yield desk
    await desk.stop()


async def test_the_password_is_changed_in_the_settings(desk: Desk, service: ServerProcess, qtbot: QtBot) -> None:
    service.add_admin("cara", role=Role.VIEWER)
    await log_in(desk, qtbot, name="cara")
    other = service.login("cara")
    desk.window.go_to(Place.SETTINGS)
    assert desk.settings_page.account.text() == "cara  ·  Viewer"
    qtbot.mouseClick(desk.settings_page.password_button, Qt.MouseButton.LeftButton)
    (dialog,) = desk.window.findChildren(NewPasswordDialog)
    assert dialog.present is not None

    dialog.password.setText(NEW_PASSWORD)
    dialog.again.setText(NEW_PASSWORD)
    dialog.present.setText("not the present one")
    qtbot.mouseClick(dialog.yes_button, Qt.MouseButton.LeftButton)
    await until(dialog.problem.text, dialog.present.selectionChanged, what="a refusal")
    assert dialog.problem.text() == "The present password is wrong."
    dialog.present.setText(PASSWORD)
    qtbot.mouseClick(dialog.yes_button, Qt.MouseButton.LeftButton)
    await accepted(dialog)
    (toast,) = desk.window.toasts.shown
    assert toast.label.text() == "Your password is changed. You are logged out everywhere else."
    assert service.login("cara", NEW_PASSWORD)
    with pytest.raises(OSError, match="401"):
        service.request("GET", "/api/me", token=other)
    assert (await desk.api.me()).username == "cara"


async def test_logins_are_listed_and_ended_one_by_one_or_all_others(
    desk: Desk, service: ServerProcess, qtbot: QtBot
) -> None:
    service.add_admin("lou", role=Role.VIEWER)
    await log_in(desk, qtbot, name="lou")
    others = [service.login("lou") for _ in range(3)]
    desk.window.go_to(Place.SETTINGS)
    qtbot.mouseClick(desk.settings_page.logins_button, Qt.MouseButton.LeftButton)
    (dialog,) = desk.window.findChildren(LoginsDialog)
    rows = dialog.table.rows
    await until(lambda: len(rows.rows) == 4, rows.modelReset, what="four logins")
    (own,) = [number for number, row in enumerate(rows.rows) if row[1] == "This login"]
    assert rows.rows[own][0] == device_name()
    assert device_name().startswith("Activation Desk")

    dialog.table.selectRow(own)
    assert not dialog.end_button.isEnabled()
    dialog.table.selectRow((own + 1) % 4)
    qtbot.mouseClick(dialog.end_button, Qt.MouseButton.LeftButton)
    await until(lambda: len(rows.rows) == 3, rows.modelReset, what="three logins")
    qtbot.mouseClick(dialog.end_all_button, Qt.MouseButton.LeftButton)
    await until(lambda: len(rows.rows) == 1, rows.modelReset, what="one login")
    assert not dialog.end_all_button.isEnabled()
    for token in others:
        with pytest.raises(OSError, match="401"):
            service.request("GET", "/api/me", token=token)
    assert (await desk.api.me()).username == "lou"


async def test_a_device_is_known_again_whoever_tries_passwords_meanwhile(
    desk: Desk, service: ServerProcess, tokens: MemoryTokens, qtbot: QtBot
) -> None:
    service.add_admin("dora", role=Role.VIEWER)
    await log_in(desk, qtbot, name="Dora", remember=True)
    before = dict(tokens.tokens)
    desk.sidebar.logout_requested.emit()
    await until(desk.login.isVisible, desk.session.logged_out)
    device = dict(tokens.tokens)
    assert before.keys() - device.keys() == {service.url}, "the token goes, and nothing else"
    assert len(device) == 1

    def try_password() -> str:
        try:
            service.request("POST", "/api/login", {"username": "dora", "password": "wrong"})
        except OSError as error:
            return str(error)
        return "let in"

    assert any("429" in try_password() for _ in range(20))
    await log_in(desk, qtbot, name="dora")
    assert tokens.tokens == device, "one that the server does not know is given another name"


async def test_what_is_asked_after_the_server_has_hung_up_unnoticed_is_answered(service: ServerProcess) -> None:
    """A program that was kept from running for a while does not know of it when it asks for the next thing."""
    api = Api(service.url)
    try:
        api.token = (await api.login("ann", PASSWORD)).token
        time.sleep(IDLE_CONNECTION_SECONDS + 1)  # noqa: ASYNC251 - it is kept from running
        await api.logout()  # may not be asked again, as nobody knows whether it was done
    finally:
        await api.close()
    with pytest.raises(OSError, match="401"):
        service.request("GET", "/api/me", token=api.token)


async def test_a_role_that_was_changed_while_away_applies_as_soon_as_the_server_is_back(
    desk: Desk, service: ServerProcess, qtbot: QtBot
) -> None:
    service.add_admin("rita", role=Role.VIEWER)
    await log_in(desk, qtbot, name="rita")
    token = desk.api.token
    assert token is not None
    await desk.stream.stop()
    desk.connection.set_phase(Phase.OFFLINE)
    assert not desk.settings_page.logins_button.isEnabled()

    async def promote(database: Database) -> None:
        admins = Admins(database)
        await admins.change_role(await admins.named("rita"), Role.OWNER, by="ann")

    service.in_database(promote)
    desk.stream.start(token)
    await until(desk.sidebar.buttons[Place.ADMINS].isVisible, desk.session.admin_changed, what="the way to the admins")
    await until(lambda: desk.connection.is_online, desk.connection.changed)
    assert desk.settings_page.account.text() == "rita  ·  Owner"

    async def demote(database: Database) -> None:
        admins = Admins(database)
        await admins.change_role(await admins.named("rita"), Role.VIEWER, by="ann")

    service.in_database(demote)  # there shall be one owner, for others who use this service
    await until(desk.sidebar.buttons[Place.ADMINS].isHidden, desk.session.admin_changed, what="the way is closed")
