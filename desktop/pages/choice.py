"""One of a few: buttons side by side, all of which can be read at once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from desktop.theme.one_of import OneOf
from desktop.theme.style import mark
from desktop.theme.tokens import Space, Text

_SLACK = 10

Option = TypeVar("Option", bound=Enum)


class Choice(QFrame, Generic[Option]):
    """``chosen`` carries what the user has picked."""

    chosen = Signal(object)

    def __init__(self, name: str, options: Mapping[Option, str]) -> None:
        super().__init__()
        mark(self, "tabs")
        self.setAccessibleName(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        self._group = OneOf(self)
        self.buttons: dict[Option, QPushButton] = {}
        for number, (option, text) in enumerate(options.items()):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {text}")
            mark(button, "tab")
            button.setMinimumWidth(_width(button))
            self._group.addButton(button, number)
            self.buttons[option] = button
            layout.addWidget(button)
        self._group.idClicked.connect(lambda number: self.chosen.emit(list(self.buttons)[number]))

    def choose(self, option: Option) -> None:
        """What is picked now; nobody is told."""
        self.buttons[option].setChecked(True)


def _width(button: QPushButton) -> int:
    """Enough for the bold text of what is picked, so that nothing moves when something else is."""
    font = button.font()
    font.setPixelSize(Text.BODY)
    font.setWeight(font.Weight.DemiBold)
    return QFontMetrics(font).horizontalAdvance(button.text()) + 2 * Space.S + _SLACK
