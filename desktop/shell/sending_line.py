"""How sending stands, in the sidebar, and when the queue should be empty."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from desktop.models.standing import standing
from desktop.state.clock import screen_clock
from desktop.state.connection import Connection
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from desktop.theme.icons import pixmap
from desktop.theme.style import mark, theme
from desktop.theme.tokens import Space

_SIGN = 18


class SendingLine(QFrame):
    """The state's name with its sign, and what there is to say of it; counts down by itself."""

    def __init__(self, sending: Sending, queue: QueueState, connection: Connection) -> None:
        super().__init__()
        self._sending = sending
        self._queue = queue
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
        for changed in (sending.changed, queue.changed, connection.changed, theme.changed, screen_clock.ticked):
            changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        now = standing(self._sending, self._queue, self._connection)
        self._sign.setPixmap(pixmap(now.icon, getattr(theme.colors, now.color), _SIGN, 2.0))
        self.headline.setText(now.headline)
        self.caption.setText(now.caption)
        self.caption.setVisible(bool(now.caption))
        self.setAccessibleName(f"{now.headline}. {now.caption}" if now.caption else now.headline)
