"""The service goes away under the desktop, and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.state.connection import Phase
from server.contract import Selection
from tests.desktop.conftest import MemoryTokens, eventually, log_in, until
from tests.system.processes import ServerProcess, free_port

LEADS = 5


@pytest.fixture
def own_service(tmp_path: Path) -> Iterator[ServerProcess]:
    """A service that the test may kill. It sends one email and then none for an hour, so that the others wait."""
    server = ServerProcess(tmp_path / "data", QUEUE_BATCH_SIZE="1", QUEUE_INTERVAL="3600")
    server.start()
    server.add_admin()
    server.import_leads(2 * LEADS)
    yield server
    server.end()


@pytest.fixture
async def desk(own_service: ServerProcess, qtbot: QtBot) -> AsyncIterator[Desk]:
    """A desktop with a lead picked, while emails wait in the queue."""
    desk = Desk(own_service.url, keyring=MemoryTokens())
    await desk.start()
    await log_in(desk, qtbot)
    picked = [lead["id"] for lead in leads_of(own_service, desk)]
    await desk.run.start(Selection(ids=tuple(picked[:LEADS])))
    await until(lambda: not desk.run.busy, desk.run.finished)
    await until(
        lambda: desk.queue.total == LEADS - 1 and any(own_service.mailbox.glob("*.eml")),
        desk.queue.changed,
        what="all but one wait",
    )
    await until(lambda: desk.leads_model.total == 2 * LEADS, desk.leads_model.loaded)
    desk.selection.set_selected(picked[-1], selected=True)
    yield desk
    await desk.stop()


def leads_of(service: ServerProcess, desk: Desk) -> list[dict[str, str]]:
    """Every lead, as the service tells anybody who asks."""
    leads: list[dict[str, str]] = service.request("GET", "/api/leads?limit=100", token=desk.api.token)["items"]
    return leads


async def test_a_lost_server_is_said_and_the_desktop_comes_back_by_itself(
    desk: Desk, own_service: ServerProcess
) -> None:
    def connected() -> None:
        assert desk.window.banner.isHidden()
        assert desk.sidebar.badge.property("kind") == "badge"
        assert desk.leads_page.activate_button.isEnabled()

    await eventually(connected)

    own_service.kill()

    def lost() -> None:
        assert desk.connection.phase is Phase.OFFLINE
        assert desk.window.banner.isVisible()
        assert desk.window.banner.label.text()
        assert not desk.leads_page.activate_button.isEnabled()
        assert not desk.leads_page.import_button.isEnabled()
        assert desk.queue.stale
        assert desk.sidebar.badge.isVisible()
        assert desk.sidebar.badge.text() == str(LEADS - 1)
        assert desk.sidebar.badge.property("kind") == "badgeStale"
        assert desk.tray.icon.toolTip().endswith("Not connected")

    await eventually(lost)
    assert desk.leads_model.total == 2 * LEADS
    assert desk.leads_model.row_at(0) is not None
    assert desk.selection.count == 1
    assert not desk.login.isVisible()

    own_service.environment["QUEUE_BATCH_SIZE"] = "50"
    own_service.start()  # sends the rest now

    def back() -> None:
        assert desk.connection.is_online
        assert desk.queue.total == 0
        assert not desk.queue.stale
        assert desk.window.banner.isHidden()
        assert desk.sidebar.badge.isHidden()
        assert desk.tray.icon.toolTip() == "Activation Desk\nEmail Queue: empty\nNothing to send"
        assert desk.leads_page.activate_button.isEnabled()

    await eventually(back)
    assert desk.window.isVisible()


async def test_what_was_missed_is_on_screen_after_a_retry_by_hand(
    desk: Desk, own_service: ServerProcess, qtbot: QtBot
) -> None:
    own_service.kill()
    address = own_service.port, own_service.url
    own_service.port = free_port()  # where the desktop does not see what goes on
    own_service.url = f"http://127.0.0.1:{own_service.port}"
    own_service.start()
    own_service.import_leads(LEADS, prefix="late")
    own_service.stop()
    await until(desk.window.banner.isVisible, desk.connection.changed, desk.window.banner._patience.timeout)
    own_service.port, own_service.url = address
    own_service.start()

    retry = desk.window.banner.retry_button
    await until(lambda: retry.isEnabled() or desk.connection.is_online, desk.connection.changed)
    qtbot.mouseClick(retry, Qt.MouseButton.LeftButton)

    def up_to_date() -> None:
        assert desk.connection.is_online
        assert desk.leads_model.total == 3 * LEADS
        assert not desk.queue.stale
        assert desk.sidebar.badge.property("kind") == "badge"

    await eventually(up_to_date)
    assert desk.selection.count == 1


async def test_a_server_that_is_back_ends_a_long_wait(
    desk: Desk, own_service: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.backend.patience._WAITS", (600.0,))
    own_service.kill()
    await until(lambda: desk.connection.phase is Phase.OFFLINE, desk.connection.changed, what="offline")
    await asyncio.to_thread(own_service.start)
    await until(lambda: desk.connection.is_online, desk.connection.changed, what="online again")
    await until(lambda: not desk.queue.stale, desk.queue.changed, what="the numbers of now")

    assert desk.queue.total == LEADS - 1
