"""Buttons that exclude each other, such as tabs: one of them is chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QButtonGroup


class OneOf(QButtonGroup):
    """The Tab key stops at the chosen button only, also where the program has chosen; arrows lead to the others."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.idToggled.connect(self._move_tab_stop)

    def addButton(self, button: QAbstractButton, number: int = -1) -> None:  # noqa: N802 - Qt's name
        """To a screen reader it is one of several, not a box to be ticked by itself."""
        button.setAutoExclusive(True)
        super().addButton(button, number)

    def _move_tab_stop(self, number: int, chosen: bool) -> None:
        if not chosen:
            return  # another one is, and says so
        for button in self.buttons():
            is_chosen = self.id(button) == number
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_chosen else Qt.FocusPolicy.ClickFocus)
