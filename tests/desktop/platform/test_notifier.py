"""Notifications on a real session bus, with a service that really answers."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from desktop.platform.bus_notifier import BusNotifier
from desktop.platform.notifier import Notice, TrayNotifier
from tests.conftest import require
from tests.waiting import LIMIT

SERVICE = Path(__file__).with_name("notification_service.py")


class StandIn:
    """Notes what it is asked to show."""

    def __init__(self) -> None:
        self.shown: list[Notice] = []

    async def show(self, notice: Notice) -> None:
        self.shown.append(notice)

    async def close(self) -> None:
        return


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A session bus of the test's own."""
    daemon = subprocess.Popen(
        [require("dbus-daemon"), "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
    yield
    daemon.terminate()
    daemon.wait(LIMIT)
    daemon.stdout.close()


class Service:
    """The notification service as a process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def told(self) -> dict[str, Any]:
        """The next notification it was asked to show."""
        assert self.process.stdout is not None
        async with asyncio.timeout(LIMIT):
            answer: dict[str, Any] = json.loads(await self.process.stdout.readline())
            return answer

    async def click(self, number: int, action: str = "default") -> None:
        """As if its user had clicked on that one."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{number} {action}\n".encode())
        await self.process.stdin.drain()


@pytest.fixture
async def notifications(bus: None) -> AsyncIterator[Service]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SERVICE), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert process.stdout is not None
    async with asyncio.timeout(LIMIT):
        assert await process.stdout.readline() == b"ready\n"
    yield Service(process)
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    await process.wait()


@pytest.fixture
def clicked() -> asyncio.Queue[str]:
    return asyncio.Queue()


@pytest.fixture
async def notifier(clicked: asyncio.Queue[str]) -> AsyncIterator[BusNotifier]:
    notifier = BusNotifier(StandIn(), activated=clicked.put_nowait)
    yield notifier
    await notifier.close()


async def test_a_notice_is_shown_by_the_service_and_a_click_comes_back(
    notifications: Service, notifier: BusNotifier, clicked: asyncio.Queue[str]
) -> None:
    await notifier.show(Notice("failed", "Activation Desk", "3 emails <b>could</b> not be sent.", "Open", urgent=True))
    told = await notifications.told()
    assert told["text"] == "3 emails &lt;b&gt;could&lt;/b&gt; not be sent."
    assert told["actions"] == ["default", "Open", "open", "Open"]
    assert told["urgency"] == 2

    await notifications.click(told["id"] + 1000)  # another program's
    await notifications.click(told["id"], "open")
    async with asyncio.timeout(LIMIT):
        assert await clicked.get() == "failed"
    assert clicked.empty()


async def test_a_later_notice_on_the_same_takes_the_place_of_the_earlier(
    notifications: Service, notifier: BusNotifier
) -> None:
    for text in ("one", "two"):
        await notifier.show(Notice("failed", "Activation Desk", text, "Open"))
    await notifier.show(Notice("empty", "Activation Desk", "three", "Open"))
    first, second, other = [await notifications.told() for _ in range(3)]
    assert first["id"] == second["id"]
    assert other["id"] != first["id"]


async def test_without_a_service_the_tray_stands_in_until_there_is_one(bus: None) -> None:
    stand_in = StandIn()
    notifier = BusNotifier(stand_in, activated=lambda _: None)
    notice = Notice("failed", "Activation Desk", "text", "Open")
    await notifier.show(notice)
    assert stand_in.shown == [notice]
    await notifier.close()


async def test_without_a_bus_the_tray_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    stand_in = StandIn()
    notifier = BusNotifier(stand_in, activated=lambda _: None)
    await notifier.show(Notice("failed", "Activation Desk", "text", "Open"))
    assert len(stand_in.shown) == 1
    await notifier.close()


async def test_a_service_that_ended_does_no_harm(notifications: Service, notifier: BusNotifier) -> None:
    notice = Notice("failed", "Activation Desk", "text", "Open")
    await notifier.show(notice)
    await notifications.told()
    notifications.process.terminate()
    await notifications.process.wait()

    await notifier.show(notice)

    stand_in = notifier._stand_in
    assert isinstance(stand_in, StandIn)
    assert stand_in.shown == [notice]


async def test_a_click_on_the_trays_message_tells_which_it_was(qapp: QApplication) -> None:
    icon, clicked = QSystemTrayIcon(), []
    notifier = TrayNotifier(icon, activated=clicked.append)
    icon.messageClicked.emit()
    assert clicked == []
    await notifier.show(Notice("empty", "Activation Desk", "text", "Open"))
    icon.messageClicked.emit()
    assert clicked == ["empty"]
