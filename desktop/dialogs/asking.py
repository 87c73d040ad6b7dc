"""A question that stays on screen until the server has said yes to its answer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from desktop.dialogs.dialog import Dialog
from desktop.theme.style import mark
from desktop.theme.tokens import Space


class AskingDialog(Dialog):
    """A yes, a no, and a place for the reason why the server does not take it.

    Whoever has filled ``body`` calls :meth:`finish`.

    Signals:
        agreed: the answer is in the fields; try it.
    """

    agreed = Signal()

    def __init__(self, parent: QWidget | None, title: str) -> None:
        super().__init__(parent, title)
        self._fields: tuple[QWidget, ...] = ()
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        mark(self.problem, "error")
        self.problem.hide()

    def finish(self, yes: str, *fields: QWidget) -> None:
        """The text of the button, and what is to be filled in."""
        self._fields = fields
        self.body.addSpacing(Space.XS)
        self.body.addWidget(self.problem)
        self.cancel_button = self.add_button(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        self.yes_button = self.add_button(yes, primary=True)
        self.yes_button.clicked.connect(self.agree)
        if fields:
            fields[0].setFocus()

    def agree(self) -> None:
        """The user has answered."""
        self.say("")
        self._set_busy(busy=True)
        self.agreed.emit()

    def refuse(self, reason: str) -> None:
        """The server does not take it."""
        self._set_busy(busy=False)
        self.say(reason)
        if self._fields:
            self._fields[0].setFocus()

    def say(self, text: str) -> None:
        """What is wrong with the answer; empty: nothing."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.fit()

    def _set_busy(self, *, busy: bool) -> None:
        for widget in (*self._fields, self.yes_button):
            widget.setEnabled(not busy)
