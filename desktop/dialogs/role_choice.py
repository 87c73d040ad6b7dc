"""One of the roles, each with what it means."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QRadioButton, QVBoxLayout, QWidget

from desktop.models.admins import role_meaning, role_text
from desktop.theme.one_of import OneOf
from desktop.theme.style import mark
from desktop.theme.tokens import Space
from server.contract import Role

_INDENT = 24  # device-independent pixels: below the text of the button


class RoleChoice(QWidget):
    """``changed`` when another one is chosen."""

    changed = Signal()

    def __init__(self, role: Role) -> None:
        super().__init__()
        self._group = OneOf(self)
        self.buttons: dict[Role, QRadioButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for number, each in enumerate(Role):
            button = QRadioButton(role_text(each))
            button.setAccessibleDescription(role_meaning(each))
            meaning = QLabel(role_meaning(each))
            meaning.setWordWrap(True)
            meaning.setContentsMargins(_INDENT, 0, 0, Space.S)
            mark(meaning, "caption")
            self._group.addButton(button, number)
            self.buttons[each] = button
            layout.addWidget(button)
            layout.addWidget(meaning)
        self.buttons[role].setChecked(True)
        self._group.idClicked.connect(lambda _: self.changed.emit())

    @property
    def role(self) -> Role:
        """The one that is chosen."""
        return next(role for role, button in self.buttons.items() if button.isChecked())
