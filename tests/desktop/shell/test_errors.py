"""Errors that nobody expected: said, survived, and fit to be copied."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.start import report_unexpected
from desktop.tasks import spawn
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.system.processes import ServerProcess


@pytest.fixture(autouse=True)
def hooks() -> Iterator[None]:
    """As they were."""
    before = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = before


class FileAutostart:
    """Starts at login, as long as the disk has room."""

    def __init__(self) -> None:
        self.enabled = False
        self.problem: OSError | None = None

    def is_enabled(self) -> bool:
        return self.enabled

    def enable(self) -> None:
        if self.problem is not None:
            raise self.problem
        self.enabled = True

    def disable(self) -> None:
        self.enabled = False


@pytest.fixture
async def desk(service: ServerProcess, qtbot: QtBot) -> AsyncIterator[Desk]:
    desk = Desk(service.url, keyring=MemoryTokens(), autostart=FileAutostart())
    report_unexpected(desk.error_desk.report)
    await desk.start()
    await log_in(desk, qtbot)
    yield desk
    await desk.stop()


async def test_errors_of_all_origins_are_said_in_one_dialog(desk: Desk, qtbot: QtBot) -> None:
    said = QTimer()
    said.start(50)

    async def fail_in_task() -> None:
        raise ValueError("in a task")

    def fail() -> None:
        raise ValueError("in a thread")

    spawn(fail_in_task(), name="failing")
    await until(lambda: desk.error_desk.crash is not None, said.timeout)
    crash = desk.error_desk.crash
    assert crash is not None
    assert crash.isVisible()
    thread = threading.Thread(target=fail)
    thread.start()
    await until(lambda: "in a thread" in crash.report.toPlainText(), said.timeout)
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await until(lambda: "ZeroDivisionError" in crash.report.toPlainText(), said.timeout)
    try:
        raise KeyError("in a slot")
    except KeyError as error:
        sys.excepthook(KeyError, error, error.__traceback__)

    assert desk.error_desk.crash is crash
    text = crash.report.toPlainText()
    assert "in a task" in text
    assert "in a slot" in text
    assert desk.api.token is not None
    assert desk.api.token not in text
    qtbot.mouseClick(crash.copy_button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == text
    qtbot.mouseClick(crash.close_button, Qt.MouseButton.LeftButton)
    assert desk.error_desk.crash is None
    assert desk.window.isVisible()
    assert desk.connection.is_online


async def test_the_log_window_follows_what_is_noted(desk: Desk, qtbot: QtBot) -> None:
    desk.settings_page.log_requested.emit()
    assert desk.log_window.isVisible()
    desk.error_desk.report(ValueError("noted"))
    desk.log_window.close()
    assert desk.log_window.isHidden()


async def test_starting_at_login_is_switched_and_a_problem_is_said(desk: Desk, qtbot: QtBot) -> None:
    box = desk.settings_page.start_at_login
    changed = QTimer()
    changed.start(50)
    autostart = desk.autostart
    assert isinstance(autostart, FileAutostart)

    box.click()
    await until(lambda: autostart.enabled and box.isChecked(), changed.timeout)
    box.click()
    await until(lambda: not autostart.enabled and not box.isChecked(), changed.timeout)

    autostart.problem = OSError(28, "No space left on device")
    box.click()
    await until(lambda: desk.settings_page.start_at_login_note.isVisible() or not box.isChecked(), changed.timeout)
    await until(lambda: "No space left" in desk.settings_page.start_at_login_note.text(), changed.timeout)
    assert not box.isChecked()
