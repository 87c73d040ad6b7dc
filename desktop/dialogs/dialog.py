"""What all dialogs share: their frame. They are opened, never executed: the event loop has other work to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.theme.style import mark
from desktop.theme.tokens import Space

_WIDTH = 460


class Dialog(QDialog):
    """A title, a body to fill, and a row of buttons at the right."""

    def __init__(self, parent: QWidget | None, title: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self._has_size = False
        self.heading = QLabel(title)
        self.heading.setWordWrap(True)
        mark(self.heading, "title")
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.S)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(Space.S)
        self._buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(self.heading)
        layout.addLayout(self.body, 1)
        layout.addSpacing(Space.S)
        layout.addLayout(self._buttons)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """One that nobody has given a size takes that of its texts."""
        super().showEvent(event)
        if not self._has_size:
            self.fit()

    def resize_to(self, width: int, height: int) -> None:
        """The size to begin with, for what is more than some texts."""
        self._has_size = True
        self.resize(width, height)

    def fit(self) -> None:
        """As high as the texts are at this width: Qt itself reckons with narrower lines, and spreads them."""
        layout = self.layout()
        if layout is not None and self.isVisible() and not self._has_size:
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def add_text(self, text: str, kind: str = "") -> QLabel:
        """A paragraph."""
        label = QLabel(text)
        label.setWordWrap(True)
        if kind:
            mark(label, kind)
        self.body.addWidget(label)
        return label

    def add_button(self, text: str, *, primary: bool = False) -> QPushButton:
        """One more button at the right; the primary one is what Return does."""
        button = QPushButton(text)
        button.setAutoDefault(primary)
        button.setDefault(primary)
        if primary:
            mark(button, "primary")
        self._buttons.addWidget(button)
        return button
