"""A quiet line at the foot of the window while the server cannot be reached."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from desktop.backend.stream import Phase
from desktop.state.clock import screen_clock
from desktop.state.connection import Connection
from desktop.theme.icons import pixmap
from desktop.theme.style import mark, theme
from desktop.theme.tokens import Space
from desktop.wording.numbers import unbroken

_PATIENCE_MS = 1000  # a start or a reconnect that is quicker than this is not worth a word


class ConnectionBanner(QFrame):
    """Says what is wrong, when the next attempt is made, and offers to make it now.

    Signals:
        login_requested: somebody wants to log in otherwise, or elsewhere.
    """

    login_requested = Signal()

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        mark(self, "noticeWarning")
        self._sign = QLabel()
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.retry_button = QPushButton(self.tr("Retry now"))
        mark(self.retry_button, "link")
        self.retry_button.clicked.connect(connection.retry_now)
        self.login_button = QPushButton(self.tr("Log in…"))
        mark(self.login_button, "link")
        self.login_button.clicked.connect(self.login_requested)
        self.login_button.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self._sign)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.retry_button)
        layout.addWidget(self.login_button)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._appear)
        connection.changed.connect(self._on_changed)
        screen_clock.ticked.connect(self._show_text)
        theme.changed.connect(self._paint_sign)
        self._paint_sign()
        self.hide()

    def offer_login(self, *, offered: bool) -> None:
        """Whether there is nobody in yet."""
        self.login_button.setVisible(offered)

    def _paint_sign(self) -> None:
        self._sign.setPixmap(pixmap("cloud-off", theme.colors.warning, 20, 2.0))

    def _on_changed(self) -> None:
        if self._connection.is_online:
            self._patience.stop()
            self.hide()
        elif self.isHidden() and not self._patience.isActive():
            self._patience.start()
        self._show_text()

    def _appear(self) -> None:
        self._show_text()
        self.show()

    def _show_text(self) -> None:
        problem = self._connection.problem
        if self._connection.phase is Phase.OFFLINE and self._connection.retry_at is not None:
            seconds = max(0, math.ceil(self._connection.retry_at - time.monotonic()))
            old = (
                self.tr("{0} What you see may be old.").format(problem) if self._connection.has_been_online else problem
            )
            self.label.setText(unbroken(self.tr("{0} Next try in {1} s.").format(old, seconds)))
        elif problem:
            self.label.setText(self.tr("{0} Trying again…").format(problem))
        else:
            self.label.setText(self.tr("Connecting…"))
        self.retry_button.setEnabled(self._connection.phase is Phase.OFFLINE)
