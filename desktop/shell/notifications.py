"""What is told to someone who looks elsewhere: which events, how many at once, and how often."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QLocale, QObject, QTimer, Signal

from desktop.models.standing import bounces_unread, endings, left_over, reason, state_name
from desktop.platform.notifier import Notice
from desktop.state.activation_run import ActivationRun
from desktop.state.preferences import Notify, Preferences
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from server.contract import Activation, ActivationState, Param, SendingState, SendingStatus
from server.contract.sentences import ended, joined

PAUSE = 10.0  # seconds between two notifications at least
SNOOZE = 3600.0  # seconds
#: Seconds for which a queue has to be empty before that is news: the next users may be on their way.
SETTLED = 3.0


class Topic(Enum):
    """What a notification is about, the most important first."""

    BLOCKED = "blocked"
    PAUSED = "paused"
    FAILED = "failed"
    ENDING = "ending"
    BOUNCES = "bounces"
    ACTIVATED = "activated"
    EMPTY = "empty"

    @property
    def is_important(self) -> bool:
        """Whether somebody has to look after it."""
        return self in (Topic.BLOCKED, Topic.PAUSED, Topic.FAILED, Topic.ENDING, Topic.BOUNCES)


_STANDSTILLS = {SendingState.PAUSED: Topic.PAUSED, SendingState.BLOCKED: Topic.BLOCKED}


class Notifications(QObject):
    """Watches what is known of the queue; hands over notices one at a time, joined when there are several.

    Signals:
        noticed: there is a :class:`Notice` to show; its key is a :class:`Topic`'s value.
        withdrawn: what was shown under that key is not so any more.
        snooze_changed: nothing is wanted for a while, or no longer so.
    """

    noticed = Signal(Notice)
    withdrawn = Signal(str)
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
        self._failed_known: Counter[str] | None = None
        self._total_known = 0
        self._state_known: SendingState | None = None
        self._endings_known: set[tuple[str, Param | None]] = set()
        self._bounces_unread: str | None = None
        self._new_failures: Counter[str] = Counter()
        self._waiting: dict[Topic, str] = {}
        self._told_at = -PAUSE
        #: Until when nothing is told, by ``time.time``; None: no such wish.
        self.snoozed_until: float | None = None
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.timeout.connect(self._tell)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self._on_settled)
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
            self.seen()
        else:
            self._snoozing.stop()
        self.snooze_changed.emit()

    def stop(self) -> None:
        """Tell nothing any more: the desktop has ended, and nobody is there to show it."""
        for timer in (self._telling, self._settling, self._snoozing):
            timer.stop()
        self._forget()

    def seen(self) -> None:
        """Somebody has looked: the next failures are new ones."""
        self._new_failures.clear()

    # --- What happens ---

    def _on_queue_changed(self) -> None:
        counts = self._queue.counts
        if counts is None:  # nobody is logged in
            self._failed_known, self._total_known = None, 0
            self._settling.stop()
            self._new_failures.clear()
            self._forget()
            return
        if self._queue.stale:
            return
        failed = Counter(not_sent=counts.failed - counts.bounced, came_back=counts.bounced)
        if self._failed_known is not None and (more := failed - self._failed_known):
            self._note_failures(more)
        self._failed_known = failed
        if counts.total or self._queue.creating:
            self._settling.stop()
        elif self._total_known and not self._settling.isActive():
            self._settling.start(round(SETTLED * 1000))
        self._total_known = counts.total or (self._total_known if self._queue.creating else 0)

    def _note_failures(self, more: Counter[str]) -> None:
        """The sum of all that nobody has looked at: it takes the place of the smaller one that was told before."""
        self._new_failures += more
        not_sent, came_back = self._new_failures["not_sent"], self._new_failures["came_back"]
        self._add(
            Topic.FAILED,
            joined(
                self.tr("%Ln email(s) could not be sent.", "", not_sent) if not_sent else "",
                self.tr("%Ln email(s) came back.", "", came_back) if came_back else "",
            ),
        )
        if self._is_watched() or self.snoozed_until is not None:
            self.seen()

    def _on_settled(self) -> None:
        """The queue has been empty for a while, and nobody is about to fill it."""
        if not self._queue.stale and not self._queue.total:
            left = left_over(self._queue.counts)
            self._add(
                Topic.EMPTY, self.tr("The email queue is empty.") + " " + (left or self.tr("Everything has left."))
            )

    def _on_sending_changed(self) -> None:
        status = self._sending.status
        if status is None:
            self._state_known = None
        if status is None or self._sending.stale:
            return
        self._tell_of_endings(status)
        self._tell_of_bounces(status)
        before, self._state_known = self._state_known, status.state
        if status.state is before:
            return
        if before in _STANDSTILLS:
            self._take_back(_STANDSTILLS[before])
        if status.state in _STANDSTILLS:
            self._add(_STANDSTILLS[status.state], f"{state_name(status.state)}. {reason(status)}".rstrip(". ") + ".")

    def _tell_of_endings(self, status: SendingStatus) -> None:
        """Of each once, and again when it is over: not each day that is left."""
        known = {(sentence.code, sentence.params.get("account")) for sentence in status.warnings}
        if known - self._endings_known:
            self._add(Topic.ENDING, endings(status))
        self._endings_known = known

    def _tell_of_bounces(self, status: SendingStatus) -> None:
        """Of each kind of trouble once; its words differ from try to try."""
        why = status.bounces.sentence if status.bounces is not None else None
        code = why.code if why is not None else None
        if code == self._bounces_unread:
            return
        self._bounces_unread = code
        if code is None:
            self._take_back(Topic.BOUNCES)
        else:
            self._add(Topic.BOUNCES, ended(bounces_unread(status)))

    def _take_back(self, topic: Topic) -> None:
        """It is not so any more: neither tell it nor leave it on the screen."""
        self._waiting.pop(topic, None)
        self.withdrawn.emit(topic.value)

    def _on_run_finished(self, activation: Activation) -> None:
        if not activation.done and activation.state is not ActivationState.FAILED:
            return
        users = self.tr("%Ln user(s) created.", "", activation.created)
        if not activation.created:
            users = self.tr("No users were created.")
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
