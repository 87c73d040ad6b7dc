"""Which admin is meant, and what can be done with the account."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from desktop.pages.action_bar import Sentence
from desktop.state.admin_actions import AdminAction
from desktop.theme.style import mark
from desktop.theme.tips import set_tip
from desktop.theme.tokens import BAR_HEIGHT, Space


class AdminBar(QFrame):
    """A sentence, and a button for each action that makes sense.

    Signals:
        requested: one of the actions.
    """

    requested = Signal(AdminAction)

    def __init__(self) -> None:
        super().__init__()
        mark(self, "selectionBar")
        self.setFixedHeight(BAR_HEIGHT)  # with and without buttons: the rows below do not move
        self.label = Sentence()
        self.buttons = {action: QPushButton(action_text(action)) for action in AdminAction}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.XS, Space.S, Space.XS)
        layout.setSpacing(Space.XS)
        layout.addWidget(self.label, 1)
        for action, button in self.buttons.items():
            mark(button, "quiet")
            button.clicked.connect(lambda _checked=False, action=action: self.requested.emit(action))
            layout.addWidget(button)

    def show_choice(self, text: str, why_not: Mapping[AdminAction, str]) -> None:
        """``why_not``: the actions there are, and of each why it cannot be done at the moment; empty: it can."""
        self.label.say(text)
        for action, button in self.buttons.items():
            button.setVisible(action in why_not)
            button.setEnabled(not why_not.get(action))
            set_tip(button, why_not.get(action, ""))


def action_text(action: AdminAction) -> str:
    """On a button or in a menu."""
    translate = QCoreApplication.translate
    return {
        AdminAction.LOGINS: translate("AdminAction", "Logins…"),
        AdminAction.CHANGE_ROLE: translate("AdminAction", "Change role…"),
        AdminAction.RESET: translate("AdminAction", "Reset password…"),
        AdminAction.DISABLE: translate("AdminAction", "Disable…"),
        AdminAction.ENABLE: translate("AdminAction", "Enable…"),
    }[action]
