"""What happens by itself is said to a screen reader too."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from desktop.shell.sending_line import SendingLine
from desktop.shell.toasts import Toasts
from desktop.state.connection import Connection
from desktop.state.sending import Sending


class Announcer(QObject):
    """Toasts, and how sending and the connection stand whenever that is something else. Countdowns are not said.

    Signals:
        announced: this was handed to the screen reader, if there is one.
    """

    announced = Signal(str)

    def __init__(
        self, window: QWidget, toasts: Toasts, line: SendingLine, sending: Sending, connection: Connection
    ) -> None:
        super().__init__(window)
        self._window = window
        self._line = line
        self._sending = sending
        self._connection = connection
        self._standing = self._stand()
        toasts.appeared.connect(self.say)
        for changed in (sending.changed, connection.changed):
            changed.connect(self._look)

    def say(self, text: str) -> None:
        """Have it read out when what is being read is over."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._window, text))
        self.announced.emit(text)

    def _look(self) -> None:
        if (standing := self._stand()) != self._standing:
            self._standing = standing
            self.say(self._line.accessibleName())

    def _stand(self) -> tuple[object, ...]:
        status = self._sending.status
        return self._connection.phase, None if status is None or self._sending.stale else status.state
