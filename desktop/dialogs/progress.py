"""The blocking dialog while users are created."""

from __future__ import annotations

import math
import time
from collections import deque

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.dialogs.dialog import Dialog
from desktop.state.activation_run import ActivationRun
from desktop.theme.tokens import Space
from desktop.wording.numbers import unbroken
from server.contract import Activation, ActivationState

_WINDOW = 10.0  # seconds over which the pace is taken
_SETTLED = 1.0  # seconds before one speaks of it


class Pace:
    """How fast it went in the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def rate(self, done: int, now: float) -> float | None:
        """Leads per second; None while that cannot be said."""
        if not self._seen or self._seen[-1][1] != done:
            self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > _WINDOW:
            self._seen.popleft()
        since, before = self._seen[0]
        if now - since < _SETTLED or done <= before:
            return None
        return (done - before) / (now - since)


class ProgressDialog(Dialog):
    """Closed by :meth:`finish` when the run is over; until then neither Esc nor the close button does it.

    While the server cannot be reached it would hold the whole window for what goes on without it: then there is a way
    out.

    Signals:
        stop_requested, background_requested, connect_requested: the buttons.
    """

    stop_requested = Signal()
    background_requested = Signal()
    connect_requested = Signal()

    def __init__(self, run: ActivationRun, parent: QWidget | None = None) -> None:
        super().__init__(parent, "")
        self._run = run
        self._over = False
        self._pace = Pace()
        self.heading.setText(self.tr("Creating users… 0%"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Users created"))
        self.body.addSpacing(Space.XS)
        self.body.addWidget(self.bar)
        self.label = self.add_text(self.tr("Preparing…"))
        self.note = self.add_text("", "muted")
        self.stop_button = self.add_button(self.tr("Stop"))
        self.stop_button.clicked.connect(self.stop_requested)
        self.background_button = self.add_button(self.tr("Go on in the background"))
        self.background_button.clicked.connect(self.background_requested)
        self.connect_button = self.add_button(self.tr("Connect now"), primary=True)
        self.connect_button.clicked.connect(self.connect_requested)
        run.changed.connect(self._show_progress)
        run.finished.connect(self._show_end)
        self._show_progress()

    def finish(self) -> None:
        """Close: the run is over, or goes on unseen."""
        self._over = True
        self.accept()

    def reject(self) -> None:
        """Esc: not while the run goes on."""
        if self._over:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """The close button: not while the run goes on."""
        if self._over:
            super().closeEvent(event)
        else:
            event.ignore()

    def _show_progress(self) -> None:
        activation = self._run.activation
        if not self._run.busy:
            return  # over: what it has come to is shown already
        lost = self._run.reconnecting
        for button in (self.background_button, self.connect_button):
            button.setVisible(lost)
        if activation is None or activation.state is ActivationState.CLAIMING:
            self._show_claiming(activation)
        else:
            self._show_creating(activation)
        self.setWindowTitle(self.heading.text())
        # Before the server's first answer stopping means to give up asking, which needs no connection.
        self.stop_button.setEnabled(not self._run.stopping and (activation is None or not lost))
        if lost:
            self.note.setText(self.tr("The connection is lost. The server goes on; this picks up when it is back."))
        elif self._run.stopping:
            self.note.setText(self.tr("Stopping after the leads in hand…"))
        else:
            self.note.setText(self._pace_text() or self.tr("The emails go out by themselves afterwards."))
        self.fit()

    def _show_claiming(self, activation: Activation | None) -> None:
        """A bar of its own would be full, and then begin anew."""
        if activation is None:
            self.bar.setRange(0, 100)
            return
        self.heading.setText(self.tr("Reserving leads…"))
        self.bar.setRange(0, 0)
        if not activation.total:
            return
        number = QLocale().toString
        self.label.setText(
            self.tr("{0} / {1} leads reserved").format(number(activation.claimed), number(activation.total))
        )

    def _show_creating(self, activation: Activation) -> None:
        total = max(1, activation.total)
        percent = activation.done * 100 // total
        self.bar.setRange(0, total)
        self.bar.setValue(activation.done)
        created, skipped, of = map(QLocale().toString, (activation.created, activation.skipped, activation.total))
        if activation.skipped:
            text = self.tr("{0} / {1} users created, {2} skipped ({3}%)").format(created, of, skipped, percent)
        else:
            text = self.tr("{0} / {1} users created ({2}%)").format(created, of, percent)
        self.label.setText(unbroken(text))
        self.heading.setText(unbroken(self.tr("Creating users… {0}%").format(percent)))

    def _pace_text(self) -> str:
        activation = self._run.activation
        if activation is None or activation.state is not ActivationState.RUNNING:
            return ""
        rate = self._pace.rate(activation.done, time.monotonic())
        if rate is None:
            return ""
        left = math.ceil((activation.total - activation.done) / rate)
        number = QLocale().toString(round(rate))
        if left < 60:
            return unbroken(self.tr("{0} per second, {1} s left").format(number, left))
        return unbroken(self.tr("{0} per second, {1} min left").format(number, math.ceil(left / 60)))

    def _show_end(self, activation: Activation) -> None:
        """For the moment until it is closed."""
        if activation.total:
            self._show_creating(activation)
        self.setWindowTitle(self.heading.text())
        self.stop_button.setEnabled(False)
