"""The tray icon: the number of waiting emails and the state of sending painted on it, its tooltip, and its menu."""

from __future__ import annotations

import time

from PySide6.QtCore import QLocale, QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from desktop.models.standing import reason, standing
from desktop.shell.badge import Standing, badge_icon, badge_text
from desktop.state.connection import Connection
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from desktop.theme.tips import set_tip
from server.contract import SendingState

_LOOK_EVERY_MS = 500
_LOOK_FOR_SECONDS = 10.0
_WATCH_EVERY_MS = 5000


class Tray(QObject):
    """Works without a tray, too: then nothing is shown, and :attr:`available` says so.

    Right after a login the tray may not be up yet, so it is looked for often during some seconds; later it may come
    and go with the panel, so it is watched.
    """

    open_requested = Signal()
    queue_requested = Signal()
    pause_requested = Signal()
    snooze_requested = Signal(bool)
    logout_requested = Signal()
    server_requested = Signal()
    quit_requested = Signal()
    available_changed = Signal(bool)

    def __init__(self, queue: QueueState, sending: Sending, connection: Connection) -> None:
        super().__init__()
        self._queue = queue
        self._sending = sending
        self._connection = connection
        self._shown: tuple[str, Standing] | None = None
        self._waiting = False
        self.available = False
        # One menu whose texts change: some trays keep the first one they were given.
        self.menu = QMenu()
        self.open_action = QAction(self.tr("Open Activation Desk"), self)
        self.queue_action = QAction("", self)
        self.failed_action = QAction("", self)
        self.failed_action.setVisible(False)
        self.pause_action = QAction("", self)
        self.snooze_action = QAction(self.tr("No notifications for an hour"), self)
        self.snooze_action.setCheckable(True)
        self.server_action = QAction(self.tr("Another server…"), self)
        self.logout_action = QAction(self.tr("Log out"), self)
        self.quit_action = QAction(self.tr("Quit"), self)
        self.menu.addAction(self.open_action)
        self.menu.addAction(self.queue_action)
        self.menu.addAction(self.failed_action)
        self.menu.addSeparator()
        self.menu.addAction(self.pause_action)
        self.menu.addAction(self.snooze_action)
        self.menu.addSeparator()
        self.menu.addAction(self.server_action)
        self.menu.addAction(self.logout_action)
        self.menu.addAction(self.quit_action)
        self.icon = QSystemTrayIcon()
        self.icon.setContextMenu(self.menu)
        self._looking_until = time.monotonic() + _LOOK_FOR_SECONDS
        self._looking = QTimer(self)
        self._wire()
        self._show()
        self.set_may_pause(may=False)

    def start(self) -> None:
        """Show the icon as soon as there is a tray."""
        self._look_for_tray()
        self._looking.start(_WATCH_EVERY_MS if self.available else _LOOK_EVERY_MS)

    def stop(self) -> None:
        """Take the icon away."""
        self._looking.stop()
        self.icon.hide()

    def set_logged_in(self, logged_in: bool) -> None:
        """Without a login there is nothing to log out from, but another server to choose."""
        self.server_action.setVisible(not logged_in)
        self.logout_action.setEnabled(logged_in)
        self.queue_action.setEnabled(logged_in)
        self.failed_action.setEnabled(logged_in)
        self.snooze_action.setEnabled(logged_in)

    def set_waiting(self, *, waiting: bool) -> None:
        """Whether there is a login whose server cannot be reached yet."""
        self._waiting = waiting
        self._show()

    def set_may_pause(self, *, may: bool) -> None:
        """Whether pausing and resuming is this admin's to do, now."""
        self.pause_action.setEnabled(may)

    def set_snoozed(self, snoozed: bool) -> None:
        """Whether notifications are wanted later only."""
        self.snooze_action.setChecked(snoozed)

    def _wire(self) -> None:
        self.open_action.triggered.connect(self.open_requested)
        self.queue_action.triggered.connect(self.queue_requested)
        self.failed_action.triggered.connect(self.queue_requested)
        self.pause_action.triggered.connect(self.pause_requested)
        self.snooze_action.triggered.connect(self.snooze_requested)
        self.server_action.triggered.connect(self.server_requested)
        self.logout_action.triggered.connect(self.logout_requested)
        self.quit_action.triggered.connect(self.quit_requested)
        self.icon.activated.connect(self._on_activated)
        for changed in (self._queue.changed, self._sending.changed, self._connection.changed):
            changed.connect(self._show)
        self._looking.timeout.connect(self._look_for_tray)

    def _look_for_tray(self) -> None:
        available = QSystemTrayIcon.isSystemTrayAvailable()
        if available != self.available:
            self.available = available
            self.icon.setVisible(available)
            self.available_changed.emit(available)
        if available or time.monotonic() > self._looking_until:
            self._looking.setInterval(_WATCH_EVERY_MS)

    # --- What is shown ---

    def _show(self) -> None:
        total, sign = self._queue.total, self._standing()
        if (badge_text(total), sign) != self._shown:
            self._shown = (badge_text(total), sign)
            self.icon.setIcon(badge_icon(total, sign))
        waiting = self._waiting_text()
        self.queue_action.setText(waiting)
        failed = self._queue.counts.failed if self._queue.counts is not None else 0
        self.failed_action.setVisible(failed > 0)
        self.failed_action.setText(self.tr("{0} failed").format(QLocale().toString(failed)))
        paused = sign is Standing.PAUSED
        self.pause_action.setText(self.tr("Resume sending") if paused else self.tr("Pause sending"))
        set_tip(self.icon, "\n".join(["Activation Desk", *self._lines(waiting)]))

    def _lines(self, waiting: str) -> list[str]:
        """What there is to know without opening the window. It does not tick, so it tells no countdown."""
        if self._queue.counts is None:
            return [waiting, self.tr("Not connected")] if self._waiting else [waiting]
        failed = [self.failed_action.text()] if self._queue.counts.failed else []
        status = self._sending.status
        now = standing(self._sending, self._queue, self._connection)
        tells_why = status is not None and status.state in (SendingState.PAUSED, SendingState.BLOCKED)
        why = reason(status) if status is not None and tells_why and not self._queue.stale else ""
        return [waiting, *failed, f"{now.headline}: {why}" if why else now.headline]

    def _waiting_text(self) -> str:
        total = self._queue.total
        if self._queue.counts is None:
            return self.tr("Email Queue")
        if total == 0:
            return self.tr("Email Queue: empty")
        return self.tr("Email Queue: {0} to send").format(QLocale().toString(total))

    def _standing(self) -> Standing:
        if self._queue.stale or self._waiting:
            return Standing.OFFLINE
        state = self._sending.status.state if self._sending.status is not None else SendingState.IDLE
        return {SendingState.PAUSED: Standing.PAUSED, SendingState.BLOCKED: Standing.BLOCKED}.get(
            state, Standing.RUNNING
        )

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.open_requested.emit()
