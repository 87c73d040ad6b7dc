"""A few numbers and what they count."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from desktop.theme.style import mark
from desktop.theme.tokens import Space

_IN_A_LINE = 5


class Numbers(QFrame):
    """A few numbers and what they count."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, "status")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self._grid.setHorizontalSpacing(Space.XL)
        self._grid.setVerticalSpacing(Space.XS)
        self._labels: list[QLabel] = []
        self.texts: dict[str, str] = {}

    def show_numbers(self, numbers: Mapping[str, int]) -> None:
        """Side by side, in as many lines as they need."""
        texts = {name: QLocale().toString(number) for name, number in numbers.items()}
        if texts == self.texts:
            return
        self.texts = texts
        for label in self._labels:
            self._grid.removeWidget(label)
            label.deleteLater()
        self._labels.clear()
        for place, (name, text) in enumerate(texts.items()):
            line, column = divmod(place, _IN_A_LINE)
            number, caption = QLabel(text), QLabel(name)
            mark(number, "title")
            mark(caption, "caption")
            caption.setWordWrap(True)
            if place + _IN_A_LINE < len(texts):
                caption.setContentsMargins(0, 0, 0, Space.S)
            self._grid.addWidget(number, 2 * line, column)
            self._grid.addWidget(caption, 2 * line + 1, column, Qt.AlignmentFlag.AlignTop)
            self._grid.setColumnStretch(column, 1)
            self._labels += (number, caption)
