"""What is told to someone who looks elsewhere: which events, how many at once, and how often."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QLocale, QObject, QTimer, Signal

from desktop.platform.notifier import Notice
from desktop.state.activation_run import ActivationRun
from desktop.state.preferences import Notify, Preferences
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from server.contract import Activation, ActivationState, SendingState

PAUSE = 10.0  # seconds between two notifications at least
SNOOZE = 3600.0  # seconds


class Topic(Enum):
    """What a notification is about, the most important first."""

    BLOCKED = "blocked"
    PAUSED = "paused"
    FAILED = "failed"
    ACTIVATED = "activated"
    EMPTY = "empty"

    @property
    def is_important(self) -> bool:
        """Whether somebody has to look after it."""
        return self in (Topic.BLOCKED, Topic.PAUSED, Topic.FAILED)


class Notifications(QObject):
    """Watches what is known of the queue; hands over notices one at a time, joined when there are several.

    Signals:
        noticed: there is a :class:`Notice` to show; its key is a :class:`Topic`'s value.
        snooze_changed: nothing is wanted for a while, or no longer so.
    """

    noticed = Signal(Notice)
    snooze_changed = Signal()

    def __init__(
        self,
        queue: QueueState,
        sending: Sending,
        run: ActivationRun,
        preferences: Preferences,
        *,
        is_watched: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """``is_watched``: whether the window is looked at, where everything that is not important can be seen."""
        super().__init__(parent)
        self._queue = queue
        self._sending = sending
        self._preferences = preferences
        self._is_watched = is_watched
        self._failed_known: int | None = None
        self._total_known = 0
        self._state_known: SendingState | None = None
        self._new_failures = 0
        self._waiting: dict[Topic, str] = {}
        self._told_at = -PAUSE
        #: Until when nothing is told, by ``time.time``; None: no such wish.
        self.snoozed_until: float | None = None
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.timeout.connect(self._tell)
        self._snoozing = QTimer(self)
        self._snoozing.setSingleShot(True)
        self._snoozing.timeout.connect(lambda: self.snooze(wanted=False))
        queue.changed.connect(self._on_queue_changed)
        sending.changed.connect(self._on_sending_changed)
        run.finished.connect(self._on_run_finished)

    def snooze(self, *, wanted: bool) -> None:
        """Tell nothing for an hour, or tell again."""
        self.snoozed_until = time.time() + SNOOZE if wanted else None
        if wanted:
            self._snoozing.start(round(SNOOZE * 1000))
            self._forget()
        else:
            self._snoozing.stop()
        self.snooze_changed.emit()

    def stop(self) -> None:
        """Tell nothing any more: the desktop has ended, and nobody is there to show it."""
        self._telling.stop()
        self._snoozing.stop()
        self._forget()

    # --- What happens ---

    def _on_queue_changed(self) -> None:
        status = self._queue.status
        if status is None:  # nobody is logged in
            self._failed_known, self._total_known = None, 0
            self._forget()
            return
        if self._queue.stale:
            return
        if self._failed_known is not None and status.failed > self._failed_known:
            self._new_failures += status.failed - self._failed_known
            self._add(Topic.FAILED, self.tr("%n email(s) could not be sent.", "", self._new_failures))
        self._failed_known = status.failed
        if self._total_known and not status.total:
            self._add(Topic.EMPTY, self.tr("The email queue is empty: everything has left."))
        self._total_known = status.total

    def _on_sending_changed(self) -> None:
        status = self._sending.status
        if status is None:
            self._state_known = None
        if status is None or self._sending.stale:
            return
        before, self._state_known = self._state_known, status.state
        if status.state is before:
            return
        if status.state is SendingState.PAUSED:
            self._add(Topic.PAUSED, self.tr("Sending is paused. {0}").format(status.message))
        elif status.state is SendingState.BLOCKED:
            self._add(Topic.BLOCKED, self.tr("Sending is blocked. {0}").format(status.message))
        else:
            self._waiting.pop(Topic.PAUSED, None)
            self._waiting.pop(Topic.BLOCKED, None)

    def _on_run_finished(self, activation: Activation) -> None:
        users = self.tr("%n user(s) created.", "", activation.created)
        if activation.skipped:
            users += " " + self.tr("{0} skipped.").format(QLocale().toString(activation.skipped))
        if activation.state is ActivationState.FAILED:
            users = self.tr("The activation could not be finished.") + " " + users
        self._add(Topic.ACTIVATED, users)

    # --- What is told ---

    def _add(self, topic: Topic, text: str) -> None:
        level = self._preferences.notify
        if level is Notify.NONE or self.snoozed_until is not None:
            self._forget()
            return
        if not topic.is_important and (level is Notify.IMPORTANT or self._is_watched()):
            return
        self._waiting[topic] = text
        if not self._telling.isActive():
            self._telling.start(max(0, round((self._told_at + PAUSE - time.monotonic()) * 1000)))

    def _tell(self) -> None:
        if not self._waiting:
            return
        topics = [topic for topic in Topic if topic in self._waiting]
        text = "\n".join(self._waiting[topic] for topic in topics)
        self._told_at = time.monotonic()
        self._forget()
        self.noticed.emit(
            Notice(
                key=topics[0].value,
                title="Activation Desk",
                text=text,
                action=self.tr("Open"),
                urgent=topics[0] is Topic.BLOCKED,
            )
        )

    def _forget(self) -> None:
        self._waiting.clear()
        self._new_failures = 0
