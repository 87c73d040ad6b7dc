"""What is shown instead of rows."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.theme.icons import pixmap
from desktop.theme.style import mark, theme
from desktop.theme.tokens import Space

_TEXT_WIDTH = 420
_PICTURE = 48  # pixels, both ways


class EmptyState(QWidget):
    """What is shown instead of an empty table: a picture, what it means, and what to do."""

    action_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._icon_name = "inbox"
        self._picture = QLabel()
        self.title = QLabel()
        mark(self.title, "title")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        mark(self.text, "muted")
        self.action_button = QPushButton()
        self.action_button.clicked.connect(self.action_requested)
        layout = QVBoxLayout(self)
        layout.setSpacing(Space.S)
        layout.addStretch(2)
        for widget in (self._picture, self.title, self.text):
            layout.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(Space.S)
        layout.addWidget(self.action_button, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        theme.changed.connect(self._paint_picture)

    def say(self, icon_name: str, title: str, text: str, action: str = "") -> None:
        """What there is to say."""
        self._icon_name = icon_name
        self._paint_picture()
        self.title.setText(title)
        self.text.setText(text)
        self._fit_text()
        self.action_button.setText(action)
        self.action_button.setVisible(bool(action))
        self.action_button.setEnabled(True)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It can do without the picture."""
        least = super().minimumSizeHint()
        return least - QSize(0, _PICTURE + Space.S) if not self._picture.isHidden() else least

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There is more room, or less."""
        super().resizeEvent(event)
        self._picture.setVisible(self.height() >= self.minimumSizeHint().height() + _PICTURE + Space.S)
        self._fit_text()

    def _fit_text(self) -> None:
        """A centred label that wraps gets no height of its own from the layout, and answers none but within the bounds
        that it has already.
        """
        room = min(_TEXT_WIDTH, self.width() - 2 * Space.L)
        font, text = self.text.fontMetrics(), self.text.text()
        width = min(room, font.horizontalAdvance(text) + Space.S)
        lines = font.boundingRect(QRect(0, 0, width, 0), Qt.TextFlag.TextWordWrap, text)
        self.text.setFixedSize(width, lines.height())

    def _paint_picture(self) -> None:
        self._picture.setPixmap(pixmap(self._icon_name, theme.colors.disabled, _PICTURE, 2.0))
