"""A quiet line beside something else."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy

from desktop.pages.action_bar import Sentence


class Note(Sentence):
    """As wide as what it says, where there is room: something may stand beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Another sentence has another width, and has it at once."""
        self.setToolTip(text)
        self.updateGeometry()
        if (parent := self.parentWidget()) is not None and (row := parent.layout()) is not None:
            row.activate()
        super().say(text)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Of all of it, not of what is left of it now."""
        return QSize(self.fontMetrics().horizontalAdvance(self.toolTip()) + 1, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It gives way to the name, and to buttons."""
        return QSize(0, super().minimumSizeHint().height())
