"""Which emails are meant, and what can be done about them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from desktop.state.email_actions import EmailAction
from desktop.theme.style import mark
from desktop.theme.tips import set_tip
from desktop.theme.tokens import BAR_HEIGHT, Space

_GOES_ON = re.compile(r"[.,]?\d")
_NUMBER_BEFORE = re.compile(r"[\d.,]+$")


class Sentence(QLabel):
    """One line that ends in an ellipsis where there is no room for all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setTextFormat(Qt.TextFormat.PlainText)
        mark(self, "strong")

    def say(self, text: str) -> None:
        """All of it is in the tool tip."""
        set_tip(self, text)
        self.setAccessibleName(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There is another width for it."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(fitted(self.toolTip(), self.fontMetrics(), self.width()))


def fitted(text: str, font: QFontMetrics, width: int) -> str:
    """As much of a text as there is room for. A number is whole or left out: cut, it is another number."""
    short = font.elidedText(text, Qt.TextElideMode.ElideRight, width)
    kept = short.removesuffix("…")
    if short != text and _GOES_ON.match(text, len(kept)):
        kept = _NUMBER_BEFORE.sub("", kept).rstrip()
        return f"{kept}…" if kept else ""
    return short


class ActionBar(QFrame):
    """A sentence, and a button for each action that is possible. Has its place whether or not anything is chosen: the
    rows below do not move under the hand.

    Signals:
        requested: one of the actions.
        widen_requested, clear_requested: the links beside them.
    """

    requested = Signal(EmailAction)
    widen_requested = Signal()
    clear_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(BAR_HEIGHT)
        self.label = Sentence()
        self.widen_button = QPushButton()
        self.widen_button.clicked.connect(self.widen_requested)
        self.clear_button = QPushButton(self.tr("Clear"))
        self.clear_button.clicked.connect(self.clear_requested)
        for link in (self.widen_button, self.clear_button):
            mark(link, "link")
        self.buttons = {action: QPushButton(action_text(action)) for action in EmailAction}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.S, 0)
        layout.setSpacing(Space.XS)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.widen_button)
        layout.addSpacing(Space.S)
        for action, button in self.buttons.items():
            mark(button, "quiet")
            button.clicked.connect(lambda _checked=False, action=action: self.requested.emit(action))
            layout.addWidget(button)
        layout.addSpacing(Space.S)
        layout.addWidget(self.clear_button)

    def show_choice(
        self, text: str, actions: Sequence[EmailAction], *, why_not: str, widen: str = "", clear: str = ""
    ) -> None:
        """``why_not``: why nothing can be done at the moment; empty: it can."""
        mark(self, "selectionBar")
        mark(self.label, "strong")
        self.label.say(text)
        for action, button in self.buttons.items():
            button.setVisible(action in actions)
            button.setEnabled(not why_not)
            set_tip(button, why_not)
        for link, name in ((self.widen_button, widen), (self.clear_button, clear)):
            link.setText(name)
            link.setVisible(bool(name))

    def show_nothing(self, hint: str) -> None:
        """Nothing is chosen: what to do about it."""
        self.show_choice(hint, (), why_not="")
        mark(self, "plainBar")
        mark(self.label, "muted")


def action_text(action: EmailAction) -> str:
    """On a button or in a menu."""
    translate = QCoreApplication.translate
    return {
        EmailAction.RETRY: translate("EmailAction", "Retry now"),
        EmailAction.CORRECT: translate("EmailAction", "Correct address…"),
        EmailAction.HOLD: translate("EmailAction", "Hold"),
        EmailAction.RELEASE: translate("EmailAction", "Release"),
        EmailAction.DISCARD: translate("EmailAction", "Discard"),
    }[action]


def emails_text(count: int) -> str:
    """So many emails."""
    translate = QCoreApplication.translate
    if count == 1:
        return translate("EmailAction", "1 email")
    return translate("EmailAction", "{0} emails").format(QLocale().toString(count))
