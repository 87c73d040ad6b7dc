"""The tray icon, and what becomes of the window where there is no tray."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.shell.badge import badge_icon
from desktop.shell.tray import Tray
from desktop.state.connection import Connection, Phase
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from server.contract import Phrase, SendingState
from server.contract.snapshot import QueueCounts
from tests.desktop.conftest import MemoryTokens, log_in, stands
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
def sending() -> Sending:
    return Sending()


@pytest.fixture
def connection() -> Connection:
    connection = Connection()
    connection.set_phase(Phase.ONLINE)
    return connection


@pytest.fixture
def tray(qapp: QApplication, queue: QueueState, sending: Sending, connection: Connection) -> Tray:
    return Tray(queue, sending, connection)


def waiting(total: int, *, failed: int = 0) -> QueueCounts:
    """What the server says when so many emails wait."""
    processing = min(total, 50)
    return QueueCounts(pending=total - processing, processing=processing, failed=failed, held=0)


def painted(tray: Tray) -> QImage:
    """The icon as a tray of usual size shows it."""
    return tray.icon.icon().pixmap(22, 22).toImage()


def test_the_menu_and_the_tooltip_say_the_exact_number(tray: Tray, queue: QueueState, sending: Sending) -> None:
    assert tray.queue_action.text() == "Email Queue"
    assert tray.icon.toolTip() == "Activation Desk\nEmail Queue"

    sending.set_status(stands(SendingState.IDLE))
    queue.set_counts(waiting(0))
    assert tray.queue_action.text() == "Email Queue: empty"
    assert tray.icon.toolTip() == "Activation Desk\nEmail Queue: empty\nNothing to send"

    sending.set_status(stands(SendingState.SENDING))
    queue.set_counts(waiting(7, failed=2))
    assert tray.queue_action.text() == "Email Queue: 7 to send"
    assert tray.icon.toolTip() == "Activation Desk\nEmail Queue: 7 to send\n2 failed\nSending"

    queue.set_counts(waiting(1000))
    number = tray.icon.toolTip().splitlines()[1].removeprefix("Email Queue: ").removesuffix(" to send")
    assert "".join(filter(str.isdigit, number)) == "1000"


@pytest.mark.parametrize(("state", "name"), [(SendingState.PAUSED, "Paused"), (SendingState.BLOCKED, "Blocked")])
def test_why_nothing_leaves_is_in_the_tooltip(
    tray: Tray, queue: QueueState, sending: Sending, state: SendingState, name: str
) -> None:
    queue.set_counts(waiting(1))
    sending.set_status(stands(state, Phrase.PAUSED_BY.says(name="bob")))
    assert tray.icon.toolTip().splitlines()[-1] == f"{name}: bob has paused sending."


def test_the_painted_number_follows_the_queue(tray: Tray, queue: QueueState) -> None:
    for total in (0, 7, 8, 1000, 0):
        queue.set_counts(waiting(total))
        assert painted(tray) == badge_icon(total).pixmap(22, 22).toImage(), total


def test_numbers_from_before_the_connection_was_lost_are_marked(
    tray: Tray, queue: QueueState, sending: Sending, connection: Connection
) -> None:
    sending.set_status(stands(SendingState.SENDING))
    queue.set_counts(waiting(7))
    connection.set_phase(Phase.OFFLINE, "It is gone.", 1.0)
    queue.put(queue.counts, stale=True)
    queue.changed.emit()
    assert tray.icon.toolTip() == "Activation Desk\nEmail Queue: 7 to send\nNot connected"

    connection.set_phase(Phase.ONLINE)
    queue.set_counts(waiting(6))
    assert tray.icon.toolTip() == "Activation Desk\nEmail Queue: 6 to send\nSending"

    queue.put(None)
    queue.changed.emit()
    assert tray.icon.toolTip() == "Activation Desk\nEmail Queue"
    assert painted(tray) == badge_icon(0).pixmap(22, 22).toImage()


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


def test_without_a_login_only_opening_another_server_and_quitting_are_offered(tray: Tray) -> None:
    tray.set_logged_in(False)
    assert [action.text() for action in tray.menu.actions() if action.isEnabled() and not action.isSeparator()] == [
        "Open Activation Desk",
        "Another server…",
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
