"""How sending stands, and what became of emails in the last hour."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.models.standing import standing, warnings
from desktop.pages.throughput_chart import ThroughputChart
from desktop.state.clock import screen_clock
from desktop.state.connection import Connection
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from desktop.state.throughput import ThroughputFeed
from desktop.theme.icons import pixmap, set_icon
from desktop.theme.style import mark, theme
from desktop.theme.tips import set_tip
from desktop.theme.tokens import Space
from server.contract import SendingState

_TEXT_WIDTH = 330  # beside the picture
_ANY_WIDTH = 16_777_215  # Qt's own: none of its names comes with Python


class SendingPanel(QFrame):
    """State, time left and buttons at the left; the picture at the right, where there is room for it.

    Signals:
        pause_requested, resume_requested, try_requested: the buttons. To try is offered while sending is blocked.
    """

    pause_requested = Signal()
    resume_requested = Signal()
    try_requested = Signal()

    def __init__(self, sending: Sending, queue: QueueState, connection: Connection, throughput: ThroughputFeed) -> None:
        super().__init__()
        self._sending = sending
        self._queue = queue
        self._connection = connection
        self._throughput = throughput
        self._why_not = ""
        self._is_low: bool | None = None
        mark(self, "card")
        self._build()
        for changed in (sending.changed, queue.changed, connection.changed, theme.changed, screen_clock.ticked):
            changed.connect(self._show_status)
        throughput.changed.connect(self._show_throughput)
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
        self.warning = QLabel()
        self.warning.setWordWrap(True)
        mark(self.warning, "warning")
        self.button = QPushButton()
        self.button.clicked.connect(self._on_button_clicked)
        self.try_button = QPushButton(self.tr("Try now"))
        self.try_button.clicked.connect(self.try_requested)
        self._head = QHBoxLayout()
        self._head.setSpacing(Space.S)
        self._head.addWidget(self._sign)
        self._head.addWidget(self.state, 1)
        self._head.addWidget(self.try_button)  # beside the other button there is no room in every language
        self._text = QVBoxLayout()
        self._text.setSpacing(Space.XS)
        self._text.addLayout(self._head)
        self._text.addWidget(self.reason)
        self._text.addWidget(self.left)
        self._text.addWidget(self.warning)
        self._text.addStretch()
        self._side = QWidget()
        self._side.setLayout(self._text)
        self._text.setContentsMargins(0, 0, 0, 0)
        self.chart = ThroughputChart()
        self._whole = QHBoxLayout(self)
        self._whole.setSpacing(Space.XL)
        self._whole.addWidget(self._side)
        self._whole.addWidget(self.chart, 1)
        self.set_low(low=False)

    def set_low(self, *, low: bool) -> None:
        """Where a page is low, the list needs the room more than the picture: the texts have the whole width."""
        if low == self._is_low:
            return
        self._is_low = low
        self.chart.setHidden(low)
        self._side.setMinimumWidth(0 if low else _TEXT_WIDTH)
        self._side.setMaximumWidth(_ANY_WIDTH if low else _TEXT_WIDTH)
        if low:
            self._head.addWidget(self.button)
        else:
            self._text.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignLeft)
        above = Space.S if low else Space.M
        self._whole.setContentsMargins(Space.L, above, Space.S if low else Space.L, above)

    def set_why_not(self, reason: str) -> None:
        """Why the buttons cannot be used; empty: they can."""
        self._why_not = reason
        self._show_status()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Only what is seen is kept fresh."""
        super().showEvent(event)
        self._throughput.watch(on=True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks."""
        super().hideEvent(event)
        self._throughput.watch(on=False)

    def _on_button_clicked(self) -> None:
        status = self._sending.status
        if status is not None and status.state is SendingState.PAUSED:
            self.resume_requested.emit()
        else:
            self.pause_requested.emit()

    def _show_status(self) -> None:
        status = self._sending.status
        now = standing(self._sending, self._queue, self._connection)
        self._sign.setPixmap(pixmap(now.icon, getattr(theme.colors, now.color), 20, 2.0))
        self.state.setText(now.headline)
        warning = warnings(status) if status is not None else ""
        for label, text in ((self.reason, now.why), (self.left, now.end), (self.warning, warning)):
            label.setText(text)
            label.setVisible(bool(text))
        state = status.state if status is not None else None
        may = status is not None and not self._why_not
        paused = state is SendingState.PAUSED
        self.button.setText(self.tr("Resume sending") if paused else self.tr("Pause sending…"))
        set_icon(self.button, "send" if paused else "pause", theme.colors.text if may else theme.colors.disabled)
        set_icon(self.try_button, "refresh", theme.colors.text if may else theme.colors.disabled)
        self.try_button.setVisible(state is SendingState.BLOCKED)
        for button in (self.button, self.try_button):
            button.setEnabled(may)
            set_tip(button, self._why_not)

    def _show_throughput(self) -> None:
        feed = self._throughput
        note = self.tr("Loading…")
        if feed.error is not None and feed.throughput is None:
            note = self.tr("The last hour could not be loaded. {0}").format(feed.error.message)
        self.chart.show_throughput(feed.throughput, note, as_of=feed.answered_at if feed.error is not None else None)
