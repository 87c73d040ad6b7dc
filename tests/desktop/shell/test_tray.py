"""The tray icon, and what becomes of the window where there is no tray."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.shell.badge import badge_icon
from desktop.shell.tray import Tray
from desktop.state.queue_status import QueueState
from server.contract import QueueStatus
from tests.desktop.conftest import MemoryTokens, log_in
from tests.system.processes import ServerProcess


@pytest.fixture
async def desk(service: ServerProcess) -> AsyncIterator[Desk]:
    """A started desktop; nobody is logged in."""
    desk = Desk(service.url, keyring=MemoryTokens())
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
def queue() -> QueueState:
    return QueueState()


@pytest.fixture
def tray(qapp: QApplication, queue: QueueState) -> Tray:
    return Tray(queue)


def waiting(total: int) -> QueueStatus:
    """What the server says when so many emails wait."""
    processing = min(total, 50)
    return QueueStatus(
        pending=total - processing, processing=processing, failed=0, total=total, timestamp=datetime.now(UTC)
    )


def show(queue: QueueState, total: int, qtbot: QtBot) -> None:
    """So many wait, and that is on the screen."""
    with qtbot.waitSignal(queue.due):
        queue.set_status(waiting(total))


def painted(tray: Tray) -> QImage:
    """The icon as a tray of usual size shows it."""
    return tray.icon.icon().pixmap(22, 22).toImage()


def test_the_menu_and_the_tooltip_say_the_exact_number(tray: Tray, queue: QueueState, qtbot: QtBot) -> None:
    assert tray.queue_action.text() == "Email Queue"

    show(queue, 0, qtbot)
    assert tray.queue_action.text() == "Email Queue: empty"
    assert tray.icon.toolTip() == "Activation Desk\nEmail Queue: empty"

    show(queue, 7, qtbot)
    assert tray.queue_action.text() == "Email Queue: 7 waiting"

    show(queue, 1000, qtbot)
    number = tray.icon.toolTip().removeprefix("Activation Desk\nEmail Queue: ").removesuffix(" waiting")
    assert "".join(filter(str.isdigit, number)) == "1000"


def test_the_painted_number_follows_the_queue(tray: Tray, queue: QueueState, qtbot: QtBot) -> None:
    for total in (0, 7, 8, 1000, 0):
        show(queue, total, qtbot)
        assert painted(tray) == badge_icon(total).pixmap(22, 22).toImage(), total


def test_numbers_that_come_faster_than_a_screen_shows_them_are_shown_once(queue: QueueState, qtbot: QtBot) -> None:
    heard: list[int] = []
    shown: list[int] = []
    queue.changed.connect(lambda: heard.append(queue.total))
    queue.due.connect(lambda: shown.append(queue.total))
    for total in range(10, 0, -1):
        queue.set_status(waiting(total))
    qtbot.waitUntil(lambda: shown[-1] == 1)
    assert heard == list(range(10, 0, -1))
    assert shown == [10, 1]


def test_numbers_from_before_the_connection_was_lost_are_marked(tray: Tray, queue: QueueState, qtbot: QtBot) -> None:
    queue.set_status(waiting(7))
    with qtbot.waitSignal(queue.due):
        queue.set_stale()
    assert tray.icon.toolTip() == "Activation Desk\nEmail Queue: 7 waiting (not connected)"

    show(queue, 6, qtbot)
    assert tray.icon.toolTip() == "Activation Desk\nEmail Queue: 6 waiting"

    with qtbot.waitSignal(queue.due):
        queue.clear()
    assert tray.icon.toolTip() == "Activation Desk\nEmail Queue"
    assert painted(tray) == badge_icon(0).pixmap(22, 22).toImage()


def test_a_late_answer_does_not_turn_the_number_back(tray: Tray, queue: QueueState) -> None:
    late = waiting(9)
    queue.set_status(waiting(8))
    queue.set_status(late)

    assert tray.queue_action.text() == "Email Queue: 8 waiting"


def test_the_menu_asks_for_what_it_says(tray: Tray, qtbot: QtBot) -> None:
    tray.set_may_pause(may=True)
    for action, wish in (
        (tray.open_action, tray.open_requested),
        (tray.queue_action, tray.queue_requested),
        (tray.pause_action, tray.pause_requested),
        (tray.snooze_action, tray.snooze_requested),
        (tray.logout_action, tray.logout_requested),
        (tray.quit_action, tray.quit_requested),
    ):
        with qtbot.waitSignal(wish):
            action.trigger()
    with qtbot.waitSignal(tray.open_requested):
        tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)


def test_without_a_login_only_opening_and_quitting_are_offered(tray: Tray) -> None:
    tray.set_logged_in(False)
    assert [action.text() for action in tray.menu.actions() if action.isEnabled() and not action.isSeparator()] == [
        "Open Activation Desk",
        "Quit",
    ]

    tray.set_logged_in(True)
    tray.set_may_pause(may=True)
    shown = [action for action in tray.menu.actions() if action.isVisible() and not action.isSeparator()]
    assert all(action.isEnabled() for action in shown)
    assert len(shown) == 6


async def test_without_a_tray_closing_the_window_quits_instead_of_hiding_it(desk: Desk, qtbot: QtBot) -> None:
    await log_in(desk, qtbot)
    assert not desk.tray.available
    assert not desk.tray.icon.isVisible()
    assert not desk.quit_wanted.is_set()

    desk.window.close()

    assert desk.quit_wanted.is_set()
    assert desk.window.isVisible()
