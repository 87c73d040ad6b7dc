"""A start with a kept login: whatever the server does in that moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.state.connection import Phase
from tests.desktop.conftest import PASSWORD, MemoryTokens, until
from tests.desktop.odd_server import Oddity, odd_server
from tests.system.processes import ServerProcess, free_port


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


@pytest.fixture
def own_service(tmp_path: Path, tokens: MemoryTokens) -> Iterator[ServerProcess]:
    """A service that does not run now, with an admin and leads."""
    server = ServerProcess(tmp_path / "data")
    with server.running():
        server.import_leads(3)
        tokens.tokens[server.url] = server.login()
        server.stop()
        yield server


@asynccontextmanager
async def started(url: str, tokens: MemoryTokens) -> AsyncIterator[Desk]:
    desk = Desk(url, keyring=tokens)
    await desk.start()
    try:
        yield desk
    finally:
        await desk.stop()


async def shown(desk: Desk) -> None:
    """Wait until the banner says what is wrong."""
    await until(desk.window.banner.isVisible, desk.connection.changed, desk.window.banner._patience.timeout)


async def test_a_start_before_the_server_goes_in_by_itself_when_that_is_there(
    own_service: ServerProcess, tokens: MemoryTokens
) -> None:
    async with started(own_service.url, tokens) as desk:
        await shown(desk)
        assert desk.window.isVisible()
        assert not desk.login.isVisible()
        # Shown after a moment: between two tries, or while one runs.
        await until(
            lambda: desk.window.banner.label.text().startswith("The server cannot be reached. Next try in "),
            desk.connection.changed,
            what="when it is tried next",
        )
        assert "Not connected" in desk.tray.icon.toolTip()
        assert not desk.leads_page.activate_button.isEnabled()
        desk.window.hide()  # in the tray: it shall not come up by itself
        await asyncio.to_thread(own_service.start)
        await until(lambda: desk.connection.is_online, desk.connection.changed, seconds=60, what="online")
        await until(lambda: desk.leads_model.total == 3, desk.leads_model.loaded, what="the leads")

        assert desk.session.admin is not None
        assert desk.session.admin.username == "ann"
        assert desk.sidebar.admin_name.text() == "ann"
        assert not desk.window.isVisible()
        assert not desk.login.isVisible()
        assert "Not connected" not in desk.tray.icon.toolTip()
        assert own_service.url in tokens.tokens


@pytest.mark.parametrize("oddity", [Oddity.BAD_GATEWAY, Oddity.PAGE, Oddity.REDIRECT, Oddity.EMPTY])
async def test_a_start_behind_what_answers_in_the_servers_place_goes_in_when_that_has_gone(
    service: ServerProcess, tokens: MemoryTokens, oddity: Oddity
) -> None:
    async with odd_server(service.port) as odd:
        tokens.tokens[odd.url] = service.login()
        await odd.be(oddity)
        async with started(odd.url, tokens) as desk:
            await shown(desk)
            assert desk.session.is_expected
            assert not desk.login.isVisible()
            await odd.be(None)
            await until(lambda: desk.connection.is_online, desk.connection.changed, seconds=60, what="online")
            assert desk.window.isVisible()


async def test_a_kept_login_that_has_ended_meanwhile_is_asked_for_again(
    service: ServerProcess, tokens: MemoryTokens
) -> None:
    async with odd_server(service.port) as odd:
        tokens.tokens[odd.url] = token = service.login()
        await odd.be(Oddity.BAD_GATEWAY)
        async with started(odd.url, tokens) as desk:
            assert desk.session.is_expected
            service.request("POST", "/api/logout", token=token)
            await odd.be(None)
            await until(desk.login.isVisible, desk.session.logged_out, seconds=60, what="the login window")
            assert desk.login.message.text() == "Your login has ended. Log in again."
            assert not desk.window.isVisible()
            assert not desk.returning.is_waiting
            assert odd.url not in tokens.tokens


async def test_while_it_waits_another_can_log_in(service: ServerProcess, tokens: MemoryTokens, qtbot: QtBot) -> None:
    async with odd_server(service.port) as odd:
        tokens.tokens[odd.url] = service.login()
        await odd.be(Oddity.BAD_GATEWAY)
        async with started(odd.url, tokens) as desk:
            await shown(desk)
            qtbot.mouseClick(desk.window.banner.login_button, Qt.MouseButton.LeftButton)
            assert desk.login.isVisible()
            desk.login.close()
            assert not desk.login.isVisible()
            assert desk.window.isVisible()
            assert not desk.quit_wanted.is_set()

            qtbot.mouseClick(desk.window.banner.login_button, Qt.MouseButton.LeftButton)
            desk.login.name.setText("ann")
            desk.login.password.setText(PASSWORD)
            qtbot.mouseClick(desk.login.login_button, Qt.MouseButton.LeftButton)
            await until(lambda: "restarting" in desk.login.message.text(), desk.login.password.selectionChanged)
            assert desk.session.is_expected
            await odd.be(None)
            await until(lambda: desk.connection.is_online, desk.connection.changed, seconds=60, what="online")
            assert not desk.login.isVisible()
            assert desk.window.banner.login_button.isHidden()


async def test_logging_out_while_it_waits_forgets_the_login(tokens: MemoryTokens) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    tokens.tokens[url] = "t" * 43
    async with started(url, tokens) as desk:
        assert desk.session.is_expected
        desk.sidebar.logout_requested.emit()
        await until(desk.login.isVisible, desk.session.logged_out, what="the login window")
        assert not desk.window.isVisible()
        assert not desk.session.is_expected
        assert not desk.returning.is_waiting
        assert tokens.tokens == {}


async def test_quitting_while_it_waits_keeps_the_login(tokens: MemoryTokens) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    tokens.tokens[url] = "t" * 43
    async with started(url, tokens) as desk:
        await until(lambda: desk.connection.phase is Phase.OFFLINE, desk.connection.changed)
    assert tokens.tokens == {url: "t" * 43}
