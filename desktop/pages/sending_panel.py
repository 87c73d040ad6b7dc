"""How sending stands, and what became of emails in the last hour."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.models.times import until
from desktop.pages.throughput_chart import ThroughputChart
from desktop.state.sending import Sending
from desktop.state.throughput import ThroughputFeed
from desktop.theme.icons import pixmap, set_icon
from desktop.theme.style import mark, theme
from desktop.theme.tokens import Space
from desktop.wording.times import about_when
from server.contract import EstimateBasis, SendingState, SendingStatus

_TICK_MS = 1000
_TEXT_WIDTH = 330


class SendingPanel(QFrame):
    """State, time left and a button at the left; the picture at the right.

    Signals:
        pause_requested, resume_requested: the button.
    """

    pause_requested = Signal()
    resume_requested = Signal()

    def __init__(self, sending: Sending, throughput: ThroughputFeed) -> None:
        super().__init__()
        self._sending = sending
        self._throughput = throughput
        self._why_not = ""
        mark(self, "card")
        self._build()
        # Times tick by themselves; nothing is fetched for it.
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show_status)
        sending.changed.connect(self._show_status)
        throughput.changed.connect(self._show_throughput)
        theme.changed.connect(self._show_status)
        self._show_status()
        self._show_throughput()

    def _build(self) -> None:
        self._sign = QLabel()
        self.state = QLabel()
        mark(self.state, "title")
        self.reason = QLabel()
        self.left = QLabel()
        for label in (self.reason, self.left):
            label.setWordWrap(True)
            mark(label, "muted")
        self.button = QPushButton()
        self.button.clicked.connect(self._on_button_clicked)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._sign)
        head.addWidget(self.state, 1)
        text = QVBoxLayout()
        text.setSpacing(Space.XS)
        text.addLayout(head)
        text.addWidget(self.reason)
        text.addWidget(self.left)
        text.addStretch()
        text.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignLeft)
        side = QWidget()
        side.setFixedWidth(_TEXT_WIDTH)
        side.setLayout(text)
        text.setContentsMargins(0, 0, 0, 0)
        self.chart = ThroughputChart()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.XL)
        layout.addWidget(side)
        layout.addWidget(self.chart, 1)

    def set_why_not(self, reason: str) -> None:
        """Why the button cannot be used; empty: it can."""
        self._why_not = reason
        self._show_status()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Only what is seen is kept fresh."""
        super().showEvent(event)
        self._clock.start()
        self._show_status()
        self._throughput.watch(on=True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks."""
        super().hideEvent(event)
        self._clock.stop()
        self._throughput.watch(on=False)

    def _on_button_clicked(self) -> None:
        status = self._sending.status
        if status is not None and status.state is SendingState.PAUSED:
            self.resume_requested.emit()
        else:
            self.pause_requested.emit()

    def _show_status(self) -> None:
        status, colors = self._sending.status, theme.colors
        paused = status is not None and status.state is SendingState.PAUSED
        icon, color = _sign_of(status.state if status else None)
        if self._sending.stale:
            icon, color = "cloud-off", "muted"
        self._sign.setPixmap(pixmap(icon, getattr(colors, color), 20, 2.0))
        self.state.setText(self._title(status))
        reason, left = self._reason(status), self._time_left(status)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self.left.setText(left)
        self.left.setVisible(bool(left))
        self.button.setText(self.tr("Resume sending") if paused else self.tr("Pause sending…"))
        set_icon(
            self.button, "send" if paused else "pause", colors.disabled if self._why_not or not status else colors.text
        )
        self.button.setEnabled(status is not None and not self._why_not)
        self.button.setToolTip(self._why_not)

    def _title(self, status: SendingStatus | None) -> str:
        if status is None:
            return self.tr("Not known yet")
        if self._sending.stale:
            return self.tr("Not connected")
        match status.state:
            case SendingState.IDLE:
                return self.tr("Nothing waits")
            case SendingState.SENDING:
                return self.tr("Sending")
            case SendingState.LIMITED if status.next_at and status.next_count:
                number = QLocale().toString(status.next_count)
                return self.tr("Next {0}: {1}").format(number, until(status.next_at))
            case SendingState.LIMITED:
                return self.tr("Waiting for the limits")
            case SendingState.WAITING if status.next_at:
                return self.tr("Next try: {0}").format(until(status.next_at))
            case SendingState.WAITING:
                return self.tr("Waiting for the next try")
            case SendingState.BLOCKED:
                return self.tr("Sending stands still")
            case SendingState.PAUSED:
                return self.tr("Paused")

    def _reason(self, status: SendingStatus | None) -> str:
        if status is None:
            return self.tr("The server has not told yet how sending stands.")
        if self._sending.stale:
            return self.tr("Sending goes on without this window; what is known of it may be old.")
        if status.state is SendingState.BLOCKED and status.next_at is not None and status.next_at > datetime.now(UTC):
            return self.tr("{0} Next try: {1}.").format(status.message, until(status.next_at))
        if status.state is SendingState.LIMITED:
            return self.tr("The sending limits leave room again then.")
        if status.state is SendingState.WAITING:
            return self.tr("All that is left was put off and is tried again by itself.")
        return status.message

    def _time_left(self, status: SendingStatus | None) -> str:
        if status is None or self._sending.stale or status.state is SendingState.IDLE:
            return ""
        if status.state is SendingState.PAUSED:
            return self.tr("Nothing leaves until somebody resumes.")
        if status.finished_at is None:
            return self.tr("When the queue will be empty cannot be said.")
        when = about_when(status.finished_at)
        if status.basis is EstimateBasis.MEASURED:
            return self.tr("Empty at about {0}, at the measured speed.").format(when)
        if status.basis is EstimateBasis.DUE:
            return self.tr("Empty at about {0}, when the last email is due.").format(when)
        return self.tr("Empty at about {0}, by the limits.").format(when)

    def _show_throughput(self) -> None:
        feed = self._throughput
        note = self.tr("Loading…")
        if feed.error is not None and feed.throughput is None:
            note = self.tr("The last hour could not be loaded. {0}").format(feed.error.message)
        self.chart.show_throughput(feed.throughput, note)


def _sign_of(state: SendingState | None) -> tuple[str, str]:
    """Icon and the name of its colour."""
    match state:
        case None:
            return "clock", "muted"
        case SendingState.IDLE:
            return "check-circle", "success"
        case SendingState.SENDING:
            return "send", "accent"
        case SendingState.LIMITED | SendingState.WAITING:
            return "clock", "accent"
        case SendingState.BLOCKED:
            return "alert", "danger"
        case SendingState.PAUSED:
            return "pause", "warning"
