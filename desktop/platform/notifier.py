"""Notifications that can be clicked, through what the platform has for them."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QSystemTrayIcon

_SHOWN_MS = 10_000


@dataclass(frozen=True)
class Notice:
    """What is told. A later one of the same ``key`` takes the place of an earlier one."""

    key: str
    title: str
    text: str
    #: What a click does, in a word or two.
    action: str
    urgent: bool = False


class Notifier(Protocol):
    """Shows notices and tells of clicks."""

    async def show(self, notice: Notice) -> None:
        """Show it, if that is possible at all; never raises for want of a service."""

    async def withdraw(self, key: str) -> None:
        """Take it off the screen, if it is still there and that is possible; never raises for want of a service."""

    async def close(self) -> None:
        """Listen to clicks no longer."""


class TrayNotifier:
    """By the tray icon, which knows of a click only that there was one."""

    def __init__(self, icon: QSystemTrayIcon, *, activated: Callable[[str], None]) -> None:
        self._icon = icon
        self._activated = activated
        self._last = ""
        icon.messageClicked.connect(self._on_clicked)

    async def show(self, notice: Notice) -> None:
        """Show it, if there is a tray."""
        self._last = notice.key
        if self._icon.isVisible():
            kinds = QSystemTrayIcon.MessageIcon
            kind = kinds.Warning if notice.urgent else kinds.Information
            self._icon.showMessage(notice.title, notice.text, kind, _SHOWN_MS)

    async def withdraw(self, key: str) -> None:
        """It goes by itself; a click on it leads nowhere any more."""
        if self._last == key:
            self._last = ""

    async def close(self) -> None:
        """Nothing is held."""

    def _on_clicked(self) -> None:
        if self._last:
            self._activated(self._last)


def system_notifier(icon: QSystemTrayIcon, *, activated: Callable[[str], None]) -> Notifier:
    """The one for this platform; ``activated`` is told the key of a notice that was clicked."""
    by_tray = TrayNotifier(icon, activated=activated)
    if platform.system() != "Linux":
        return by_tray
    from desktop.platform.bus_notifier import BusNotifier  # speaks a protocol that other platforms lack

    return BusNotifier(by_tray, activated=activated)
