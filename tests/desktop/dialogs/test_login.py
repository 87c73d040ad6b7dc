"""The login window, before anybody is logged in: another server, another language."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

import desktop.start
from desktop.app import Desk
from desktop.dialogs.login import LoginDialog
from desktop.platform.instance import SingleInstance
from desktop.platform.language import speak
from desktop.state.preferences import Language, Preferences
from tests.desktop.conftest import MemoryTokens, until
from tests.desktop.gallery.scenes import DIALOGS
from tests.system.processes import ServerProcess, free_port
from tests.waiting import LIMIT


@pytest.fixture
async def desk(qtbot: QtBot) -> AsyncIterator[Desk]:
    """A desktop that was started for a server that is not there."""
    desk = Desk(f"http://127.0.0.1:{free_port()}", keyring=MemoryTokens(), preferences=Preferences())
    await desk.start()
    yield desk
    await desk.stop()


async def said(login: LoginDialog, words: str) -> None:
    await until(lambda: words in login.server_choice.note.text(), login.server_choice.changed, what=words)


async def test_another_server_is_found_while_it_is_typed_and_remembered(
    desk: Desk, service: ServerProcess, qtbot: QtBot
) -> None:
    login, choice = desk.login, desk.login.server_choice
    qtbot.mouseClick(login.server_button, Qt.MouseButton.LeftButton)
    assert choice.isVisible()
    await said(login, "Nothing answers")
    choice.field.clear()
    await said(login, "not a server's address")
    assert not choice.button.isEnabled()
    QTest.keyClicks(choice.field, f"127.0.0.1:{service.port}")
    assert choice.note.text() == "Looking who answers there…"
    await said(login, f"answers at {service.url}.")
    assert choice.button.text() == "Use this server"
    assert choice.note.property("kind") == "caption"

    qtbot.mouseClick(choice.button, Qt.MouseButton.LeftButton)
    assert desk.successor == service.url
    assert desk.preferences.server_url == service.url
    assert desk.quit_wanted.is_set()


async def test_return_uses_the_server_and_does_not_log_in(desk: Desk, service: ServerProcess, qtbot: QtBot) -> None:
    login = desk.login
    login.name.setText("ann")
    login.password.setText("secret")
    login.choose_server()
    login.server_choice.field.setText(service.url)
    QTest.keyClick(login.server_choice.field, Qt.Key.Key_Return)
    await until(lambda: desk.successor, login.server_chosen, what="another server")
    assert desk.successor == service.url
    assert login.login_button.isEnabled()
    assert login.message.text() == ""


async def test_the_platform_is_told_once_how_small_it_may_be(desk: Desk, qtbot: QtBot) -> None:
    """What is told of a window that is on screen already, the offscreen platform complains of."""
    login = LoginDialog(desk.session, desk.preferences)
    qtbot.addWidget(login)
    with heard() as messages:
        login.show_again("You were logged out.")
        QApplication.sendPostedEvents()
        login.choose_server()
        QApplication.sendPostedEvents()
    assert [message for message in messages if "SizeHints" in message] == []


async def test_where_there_is_room_nothing_of_it_scrolls(desk: Desk) -> None:
    (area,) = desk.login.findChildren(QScrollArea)
    scenes = [scene for scene in DIALOGS if scene.name.startswith("dialog-login-") or scene.name == "dialog-login"]
    assert len(scenes) > 2
    scrolling = []
    for scene in scenes:
        await scene.show(desk)
        QApplication.sendPostedEvents()
        if area.verticalScrollBar().isVisible():
            scrolling.append(scene.name)
    assert scrolling == []


async def test_what_was_said_of_it_unseen_is_there_whole_when_it_scrolls(desk: Desk) -> None:
    login = desk.login
    for times in (100, 103):
        login.hide()
        login.show_again("Your password was reset. " * times)
        QApplication.sendPostedEvents()
        (area,) = login.findChildren(QScrollArea)
        assert area.verticalScrollBar().isVisible()
        assert login.message.height() >= login.message.heightForWidth(login.message.width())


async def test_escape_leaves_the_login_where_it_is_and_return_is_no_other_button(desk: Desk) -> None:
    login = desk.login
    QTest.keyClick(login.name, Qt.Key.Key_Escape)
    assert login.isVisible()
    login.server_button.setFocus()
    QTest.keyClick(login.server_button, Qt.Key.Key_Return)
    assert login.server_choice.isHidden()
    assert not login.login_button.isEnabled()  # it is logging in


async def test_a_server_that_is_not_there_yet_can_be_used_all_the_same(desk: Desk, qtbot: QtBot) -> None:
    login = desk.login
    login.choose_server()
    login.server_choice.field.setText("http://desk.invalid:4000")
    await said(login, "Nothing answers at http://desk.invalid:4000.")
    assert login.server_choice.button.text() == "Use it anyway"
    assert login.server_choice.note.property("kind") == "error"
    qtbot.mouseClick(login.server_choice.button, Qt.MouseButton.LeftButton)
    assert desk.successor == "http://desk.invalid:4000"


async def test_the_trays_menu_offers_another_server_until_somebody_is_logged_in(desk: Desk) -> None:
    assert desk.tray.server_action.isVisible()
    desk.login.hide()
    desk.tray.server_action.trigger()
    assert desk.login.isVisible()
    assert desk.login.server_choice.field.isVisible()
    desk.tray.set_logged_in(True)
    assert not desk.tray.server_action.isVisible()


async def test_a_language_chosen_before_the_login_is_spoken_at_once(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the program itself, which makes all that is on screen anew."""
    monkeypatch.setattr(desktop.start, "Keyring", MemoryTokens)
    preferences = Preferences()
    preferences.language = Language.ENGLISH
    instance = SingleInstance(tmp_path)
    running = asyncio.create_task(
        desktop.start._run(f"http://127.0.0.1:{free_port()}", preferences, instance), name="the program"
    )
    try:
        first = await window(lambda login: login.login_button.text() == "Log in")
        first.name.setText("ann")
        first.remember.setChecked(True)
        first.move(40, 30)
        first.language.activated.emit(list(Language).index(Language.GERMAN))
        second = await window(lambda login: login.login_button.text() == "Anmelden")
        assert second.name.text() == "ann"
        assert second.remember.isChecked()
        assert (second.x(), second.y()) == (40, 30)
        assert second.language.currentText() == "Deutsch"
        assert preferences.language is Language.GERMAN
        second.close_requested.emit()
        async with asyncio.timeout(LIMIT):
            await running
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        speak(qapp, "en")


@contextmanager
def heard() -> Iterator[list[str]]:
    """What Qt says meanwhile."""
    messages: list[str] = []
    before = qInstallMessageHandler(lambda _kind, _context, message: messages.append(message))
    try:
        yield messages
    finally:
        qInstallMessageHandler(before)


async def window(fits: Callable[[LoginDialog], bool]) -> LoginDialog:
    """The login window that is shown and fits. It is made in the course of the program, of which nobody is told."""
    async with asyncio.timeout(LIMIT):
        while True:
            for widget in QApplication.topLevelWidgets():
                if isinstance(widget, LoginDialog) and widget.isVisible() and fits(widget):
                    return widget
            await asyncio.sleep(0.02)
