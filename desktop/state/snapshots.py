"""Where what the server announces becomes what is shown: all of one moment at once."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.state.activation_run import ActivationRun
from desktop.state.clock import screen_clock
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from server.contract.snapshot import Snapshot

_FRAME_MS = 16  # nobody sees more numbers than a screen shows pictures


class Snapshots(QObject):
    """Everything is known before anybody is told of anything: no widget shows half of a snapshot.

    Snapshots that come faster than a screen can show them are shown once: each costs a badge, a title and an icon.

    Signals:
        shown: this one is, on every widget.
    """

    shown = Signal(Snapshot)

    def __init__(self, queue: QueueState, sending: Sending, run: ActivationRun, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._sending = sending
        self._run = run
        #: The newest one since the connection stands.
        self._revision = 0
        self._waiting: Snapshot | None = None
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(_FRAME_MS)
        self._frame.timeout.connect(self._show_waiting)

    def take(self, snapshot: Snapshot) -> None:
        """From the server; one that is older than what is known is late, and changes nothing."""
        if snapshot.revision <= self._revision:
            return
        self._revision = snapshot.revision
        if not self._frame.isActive():
            self._show(snapshot)
        elif self._waiting is None:
            self._waiting = snapshot
        else:  # an end is told once: it is not lost with the snapshot that told it
            newer = {activation.id for activation in snapshot.activations}
            ended = tuple(each for each in self._waiting.activations if each.id not in newer)
            self._waiting = snapshot.model_copy(update={"activations": ended + snapshot.activations})

    def lose(self) -> None:
        """The connection is gone: keep what is known, marked. Whoever connects is told anew."""
        self._drop_waiting()
        queue, sending = self._queue, self._sending
        queue_changed = queue.put(queue.counts, creating=queue.creating, stale=queue.counts is not None)
        sending_changed = sending.put(sending.status, stale=sending.status is not None)
        self._tell(queue=queue_changed, sending=sending_changed)

    def forget(self) -> None:
        """Nothing is known: nobody is logged in."""
        self._drop_waiting()
        self._tell(queue=self._queue.put(None), sending=self._sending.put(None))

    def _drop_waiting(self) -> None:
        """Another connection may be to another service, which counts its revisions by itself."""
        self._revision, self._waiting = 0, None

    def _show_waiting(self) -> None:
        if self._waiting is not None:
            self._show(self._waiting)

    def _show(self, snapshot: Snapshot) -> None:
        self._waiting = None
        self._frame.start()
        creating = any(not activation.state.is_final for activation in snapshot.activations)
        queue_changed = self._queue.put(snapshot.counts, creating=creating)
        sending_changed = self._sending.put(snapshot.sending)
        screen_clock.tick()
        self._tell(queue=queue_changed, sending=sending_changed)
        for activation in snapshot.activations:
            self._run.on_progress(activation)
        self.shown.emit(snapshot)

    def _tell(self, *, queue: bool, sending: bool) -> None:
        if queue:
            self._queue.changed.emit()
        if sending:
            self._sending.changed.emit()
