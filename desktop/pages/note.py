"""A quiet line beside something else."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy

from desktop.pages.action_bar import Sentence, fitted
from desktop.theme.tips import set_tip

_BETWEEN = "  ·  "


class Note(Sentence):
    """As wide as what it says, where there is room: something may stand beside it. What it says first stays longest."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def say(self, text: str = "", *more: str) -> None:
        """Another sentence has another width, and has it at once. ``more``: the last is the first to give way."""
        self._parts = (text, *more)
        set_tip(self, _BETWEEN.join(self._parts))
        self.updateGeometry()
        if (parent := self.parentWidget()) is not None and (row := parent.layout()) is not None:
            row.activate()
        super().say(self.toolTip())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Of all of it, not of what is left of it now."""
        return QSize(self._width_of(self.toolTip()), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It gives way to the name, and to buttons."""
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        told = self._parts
        while len(told) > 1 and self._width_of(_BETWEEN.join(told)) > self.width():
            told = told[:-1]
        text = _BETWEEN.join(told)
        self.setText(fitted(text, self.fontMetrics(), self.width()))

    def _width_of(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + 1
