"""The whole desktop against a real service."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator

import aiohttp
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.dialogs.new_password import NewPasswordDialog
from desktop.shell.sidebar import Place
from desktop.state.connection import Phase
from desktop.theme.tokens import Scheme
from server.contract import LeadFilter, LeadStatus
from tests.desktop.conftest import PASSWORD, MemoryTokens, log_in, until
from tests.system.processes import ServerProcess


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


@pytest.fixture
async def desk(service: ServerProcess, tokens: MemoryTokens) -> AsyncIterator[Desk]:
    """A started desktop; nobody is logged in."""
    desk = Desk(service.url, keyring=tokens, scheme=Scheme.LIGHT)
    await desk.start()
    yield desk
    await desk.stop()


async def test_without_a_kept_login_the_login_window_is_shown(desk: Desk) -> None:
    assert desk.login.isVisible()
    assert not desk.window.isVisible()


async def test_login_opens_the_main_window_with_live_numbers(desk: Desk, qtbot: QtBot) -> None:
    await log_in(desk, qtbot)
    await until(lambda: desk.queue.counts is not None, desk.queue.changed)

    assert desk.window.isVisible()
    assert not desk.login.isVisible()
    assert not desk.queue.stale
    assert desk.sidebar.admin_name.text() == "ann"


async def test_wrong_password_is_said_in_the_login_window(desk: Desk, qtbot: QtBot) -> None:
    desk.login.name.setText("ann")
    desk.login.password.setText("wrong")
    qtbot.mouseClick(desk.login.login_button, Qt.MouseButton.LeftButton)
    await until(lambda: "wrong" in desk.login.message.text(), desk.login.password.selectionChanged)

    assert desk.login.message.text() == "Name or password is wrong."
    assert desk.session.admin is None


async def test_stay_logged_in_keeps_the_token_and_the_next_start_uses_it(
    desk: Desk, service: ServerProcess, tokens: MemoryTokens, qtbot: QtBot
) -> None:
    await log_in(desk, qtbot, remember=True)
    assert PASSWORD not in tokens.tokens.values()

    again = Desk(service.url, keyring=tokens)
    await again.start()
    try:
        assert again.window.isVisible()
        assert not again.login.isVisible()
    finally:
        await again.stop()


async def test_logout_forgets_the_token_and_returns_to_the_login(
    desk: Desk, tokens: MemoryTokens, qtbot: QtBot
) -> None:
    await log_in(desk, qtbot, remember=True)
    desk.sidebar.logout_requested.emit()
    await until(lambda: desk.login.isVisible(), desk.session.logged_out)

    assert desk.api.server_url not in tokens.tokens
    assert not desk.window.isVisible()
    assert desk.login.message.text() == ""
    assert desk.queue.counts is None


async def test_the_end_while_it_hangs_up_leaves_no_connection_open(desk: Desk, qtbot: QtBot) -> None:
    await log_in(desk, qtbot)
    sessions = [each for each in gc.get_objects() if type(each) is aiohttp.ClientSession and not each.closed]
    hanging_up = asyncio.create_task(desk.stream.stop())
    for _ in range(3):  # into the middle of it
        await asyncio.sleep(0)
    assert not hanging_up.done()
    hanging_up.cancel()
    await asyncio.wait([hanging_up])
    assert sum(each.closed for each in sessions) == 1


async def test_login_ended_by_the_server_is_explained_and_loses_nothing(
    desk: Desk, service: ServerProcess, qtbot: QtBot
) -> None:
    await log_in(desk, qtbot)
    desk.selection.set_selected("a" * 24, selected=True)
    service.request("POST", "/api/logout", token=desk.api.token)
    await until(lambda: desk.login.isVisible(), desk.session.logged_out)

    assert desk.login.message.text() == "Your login has ended. Log in again."
    await log_in(desk, qtbot)
    assert desk.selection.is_selected("a" * 24)


async def test_activating_leads_blocks_then_says_so_and_the_badge_counts_down(
    desk: Desk, service: ServerProcess, qtbot: QtBot
) -> None:
    service.import_leads(100, prefix="flow")
    await log_in(desk, qtbot)
    badge: list[int] = []
    desk.queue.changed.connect(lambda: badge.append(desk.queue.total))
    blocked: list[bool] = []
    desk.run.changed.connect(
        lambda: blocked.append(desk.activation_desk.progress is not None and desk.activation_desk.progress.isVisible())
    )

    desk.leads_page.select_all_requested.emit(LeadFilter(search="flow", status=(LeadStatus.NEW,)))
    await until(lambda: desk.selection.count == 100, desk.selection.changed)
    qtbot.mouseClick(desk.leads_page.activate_button, Qt.MouseButton.LeftButton)
    await until(lambda: desk.activation_desk.confirm is not None, desk.activation_desk.confirm_opened)
    assert desk.activation_desk.confirm is not None
    qtbot.mouseClick(desk.activation_desk.confirm.activate_button, Qt.MouseButton.LeftButton)
    await until(lambda: len(desk.window.toasts.shown) == 2, desk.activation_desk.concluded)

    assert blocked
    assert all(blocked)
    assert desk.activation_desk.progress is None
    assert desk.selection.count == 0
    first, second = desk.window.toasts.shown
    assert first.label.text() == "100 users created. 100 emails are being sent in the background."
    assert second.label.text() == "Open Email Queue to follow them."
    assert second.action_button is not None
    qtbot.mouseClick(second.action_button, Qt.MouseButton.LeftButton)
    assert desk.window.pages.currentIndex() == Place.EMAIL_QUEUE
    await until(lambda: badge and max(badge) > 0 and badge[-1] == 0, desk.queue.changed)


async def test_a_password_set_by_somebody_else_is_replaced_at_the_first_login(
    desk: Desk, service: ServerProcess, qtbot: QtBot
) -> None:
    said = service.cli("admin", "add", "newcomer", "--role", "operator", "--one-time").stdout
    desk.login.name.setText("newcomer")
    desk.login.password.setText(said.split()[-1])
    qtbot.mouseClick(desk.login.login_button, Qt.MouseButton.LeftButton)
    await until(lambda: desk.login.findChildren(NewPasswordDialog), desk.session.password_wanted)
    (dialog,) = desk.login.findChildren(NewPasswordDialog)
    assert desk.session.admin is None

    async def give(password: str, again: str, answer: str) -> None:
        dialog.password.setText(password)
        dialog.again.setText(again)
        qtbot.mouseClick(dialog.yes_button, Qt.MouseButton.LeftButton)
        await until(lambda: answer in dialog.problem.text(), dialog.password.selectionChanged, what=answer)

    await give("four words of my own", "four words of mine", "Type the same password into both fields.")
    await give("too short", "too short", "at least 12 characters")
    dialog.password.setText("four words of my own")
    dialog.again.setText("four words of my own")
    qtbot.mouseClick(dialog.yes_button, Qt.MouseButton.LeftButton)
    await until(lambda: desk.connection.phase is Phase.ONLINE, desk.connection.changed, what="online")
    assert desk.sidebar.admin_name.text() == "newcomer"
    assert not desk.login.isVisible()
    assert service.login("newcomer", "four words of my own")
