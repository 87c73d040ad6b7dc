"""How sending stands, in the sidebar: running, limited, paused or blocked, and when the queue should be empty."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from desktop.state.connection import Connection, Phase
from desktop.state.sending import Sending
from desktop.theme.icons import pixmap
from desktop.theme.style import mark, theme
from desktop.theme.tokens import Space
from desktop.wording.times import about_when
from server.contract import SendingState, SendingStatus

_TICK_MS = 1000
_SIGN = 18


class SendingLine(QFrame):
    """Two lines with a sign; counts down by itself."""

    def __init__(self, sending: Sending, connection: Connection) -> None:
        super().__init__()
        self._sending = sending
        self._connection = connection
        mark(self, "status")
        self._sign = QLabel()
        self.headline = QLabel()
        self.headline.setWordWrap(True)
        mark(self.headline, "strongCaption")
        self.caption = QLabel()
        self.caption.setWordWrap(True)
        mark(self.caption, "caption")
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.headline)
        texts.addWidget(self.caption)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        layout.setSpacing(Space.S)
        layout.addWidget(self._sign)
        layout.addLayout(texts, 1)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show)
        sending.changed.connect(self._show)
        connection.changed.connect(self._show)
        theme.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        status = self._sending.status
        if self._connection.phase is not Phase.ONLINE or status is None or self._sending.stale:
            self._say("cloud-off", theme.colors.muted, self._connection_text(), "")
            self._tick.stop()
            return
        name, color = _sign(status)
        headline, caption = sending_text(status, datetime.now(UTC))
        self._say(name, color, headline, caption)
        if status.next_at is None:
            self._tick.stop()
        elif not self._tick.isActive():
            self._tick.start()

    def _connection_text(self) -> str:
        if self._connection.phase is Phase.OFFLINE:
            return self.tr("Not connected")
        return self.tr("Connecting…")

    def _say(self, icon_name: str, color: str, headline: str, caption: str) -> None:
        self._sign.setPixmap(pixmap(icon_name, color, _SIGN, 2.0))
        self.headline.setText(headline)
        self.caption.setText(caption)
        self.caption.setVisible(bool(caption))
        self.setAccessibleName(f"{headline}. {caption}" if caption else headline)


def sending_text(status: SendingStatus, now: datetime) -> tuple[str, str]:
    """What to say of it: in a few words, and what else there is to know (perhaps nothing)."""
    translate = QCoreApplication.translate
    wait = span((status.next_at - now).total_seconds()) if status.next_at is not None else ""
    end = (
        translate("Sending", "Queue empty at about {0}").format(about_when(status.finished_at))
        if status.finished_at is not None
        else ""
    )
    match status.state:
        case SendingState.IDLE:
            return translate("Sending", "Nothing to send"), ""
        case SendingState.SENDING:
            return translate("Sending", "Sending"), end
        case SendingState.LIMITED if wait and status.next_count:
            return translate("Sending", "Limited: next {0} in {1}").format(status.next_count, wait), end
        case SendingState.LIMITED:
            return translate("Sending", "Limited"), end
        case SendingState.WAITING:
            headline = translate("Sending", "Next try in {0}").format(wait) if wait else translate("Sending", "Waiting")
            return headline, end
        case SendingState.BLOCKED:
            again = translate("Sending", "Next try in {0}").format(wait) if wait else ""
            return translate("Sending", "Blocked"), " ".join(filter(None, (status.message, again)))
        case SendingState.PAUSED:
            return translate("Sending", "Paused"), status.message


def span(seconds: float) -> str:
    """A length of time to count down by, in one unit or two."""
    whole = max(0, math.ceil(seconds))
    translate = QCoreApplication.translate
    if whole < 60:
        return translate("Sending", "{0} s").format(whole)
    if whole < 3600:
        return translate("Sending", "{0} min {1} s").format(whole // 60, whole % 60)
    return translate("Sending", "{0} h {1} min").format(whole // 3600, whole % 3600 // 60)


def _sign(status: SendingStatus) -> tuple[str, str]:
    colors = theme.colors
    return {
        SendingState.IDLE: ("check-circle", colors.success),
        SendingState.SENDING: ("send", colors.accent),
        SendingState.LIMITED: ("clock", colors.accent),
        SendingState.WAITING: ("clock", colors.warning),
        SendingState.BLOCKED: ("alert", colors.danger),
        SendingState.PAUSED: ("pause", colors.warning),
    }[status.state]
