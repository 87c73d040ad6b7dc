"""The heading of a page: its name, and a quiet note beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.pages.action_bar import Sentence
from desktop.theme.style import mark
from desktop.theme.tokens import CONTROL_HEIGHT, Space

_DESCENT = 3  # pixels that the larger font reaches further below its baseline


class Heading(QWidget):
    """As high as a button, so that pages with and without buttons there begin alike."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedHeight(CONTROL_HEIGHT)
        title = QLabel(name)
        mark(title, "display")
        self.note = Sentence()  # gives way to the name, and to buttons
        self.note.setContentsMargins(0, 0, 0, _DESCENT)
        mark(self.note, "muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, Space.XS)
        layout.setSpacing(Space.M)
        layout.addWidget(title, alignment=Qt.AlignmentFlag.AlignBottom)
        layout.addWidget(self.note, 1, Qt.AlignmentFlag.AlignBottom)
