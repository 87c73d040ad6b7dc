"""The Settings page at work: what it switches, and what it shows of that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject

from desktop.pages.settings import SettingsPage
from desktop.platform.autostart import Autostart
from desktop.shell.notifications import Notifications
from desktop.shell.tray import Tray
from desktop.state.preferences import Preferences
from desktop.tasks import spawn
from desktop.theme.style import theme
from desktop.wording.times import about_when


class SettingsDesk(QObject):
    """Between the page, the preferences, and what they are about."""

    def __init__(
        self,
        page: SettingsPage,
        preferences: Preferences,
        autostart: Autostart,
        notifications: Notifications,
        tray: Tray,
        *,
        server_url: str,
        move_to: Callable[[str], None],
        parent: QObject,
    ) -> None:
        """``move_to`` begins anew with a server, perhaps the same, so that all that is on screen is made anew."""
        super().__init__(parent)
        self._page = page
        self._preferences = preferences
        self._autostart = autostart
        self._notifications = notifications
        self._tray = tray
        self._server_url = server_url
        self._language = preferences.language
        self._move_to = move_to
        page.server_requested.connect(self.choose_server)
        page.start_at_login_requested.connect(self._on_start_at_login_chosen)
        page.snooze_requested.connect(self._on_snooze_chosen)
        tray.snooze_requested.connect(self._on_snooze_chosen)
        tray.available_changed.connect(page.set_tray)
        notifications.snooze_changed.connect(self._show_snooze)
        preferences.changed.connect(self._on_preferences_changed)

    def start(self) -> None:
        """Show how things are."""
        self._page.set_tray(self._tray.available)
        spawn(self._show_autostart(), name="start at login")

    def stop(self) -> None:
        """Follow the preferences no longer: they outlive this desktop."""
        self._preferences.changed.disconnect(self._on_preferences_changed)

    def choose_server(self, server_url: str) -> None:
        """Begin anew with that server, now and at the next start."""
        self._preferences.server_url = server_url
        self._move_to(server_url)

    def _on_preferences_changed(self) -> None:
        if theme.scheme is not self._preferences.scheme:
            theme.choose(self._preferences.scheme)
        if self._preferences.language is not self._language:
            self._move_to(self._server_url)

    # --- Quiet ---

    def _on_snooze_chosen(self, wanted: bool) -> None:
        self._notifications.snooze(wanted=wanted)

    def _show_snooze(self) -> None:
        until = self._notifications.snoozed_until
        self._tray.set_snoozed(until is not None)
        self._page.set_snoozed("" if until is None else about_when(datetime.fromtimestamp(until, UTC)))

    # --- Start at login: a file, or the registry, and so not for the GUI thread ---

    def _on_start_at_login_chosen(self, wanted: bool) -> None:
        spawn(self._switch_autostart(wanted=wanted), name="start at login")

    async def _switch_autostart(self, *, wanted: bool) -> None:
        problem = ""
        try:
            await asyncio.to_thread(self._autostart.enable if wanted else self._autostart.disable)
        except OSError as error:
            problem = self.tr("That did not work: {0}").format(error.strerror or str(error))
        await self._show_autostart(problem)

    async def _show_autostart(self, problem: str = "") -> None:
        try:
            enabled = await asyncio.to_thread(self._autostart.is_enabled)
        except OSError as error:
            enabled, problem = False, self.tr("That cannot be read: {0}").format(error.strerror or str(error))
        self._page.set_start_at_login(enabled, problem)
