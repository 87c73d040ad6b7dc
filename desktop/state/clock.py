"""The one clock of the screen: one timer, and one moment for everything that counts down or tells an age."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal

_TICK_MS = 1000


class Clock(QObject):
    """Stands still between two ticks: whatever is painted meanwhile, for whatever reason, shows the same moment.

    Signals:
        ticked: another moment is shown.
    """

    ticked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._now = datetime.now(UTC)
        self._timer: QTimer | None = None

    @property
    def now(self) -> datetime:
        """The moment that is shown."""
        return self._now if self._timer is not None else datetime.now(UTC)

    def start(self) -> None:
        """Tick each second, until :meth:`stop`. Before and afterwards it shows whatever time it is."""
        if self._timer is None:
            self._timer = QTimer(self)
            self._timer.setTimerType(Qt.TimerType.CoarseTimer)
            self._timer.timeout.connect(self.tick)
            self.tick()

    def stop(self) -> None:
        """Nobody looks any more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer.deleteLater()
            self._timer = None

    def tick(self) -> None:
        """Show the present moment now, as before something new is shown."""
        if self._timer is not None:
            self._now = datetime.now(UTC)
            self._timer.start(_TICK_MS)
            self.ticked.emit()


#: Of this program.
screen_clock = Clock()
