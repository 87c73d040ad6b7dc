"""A sentence that stays on the page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from desktop.theme.icons import pixmap
from desktop.theme.style import mark, theme
from desktop.theme.tokens import Space


class Notice(QFrame):
    """One sentence with an icon, coloured by how bad it is."""

    def __init__(self, kind: str, icon_name: str) -> None:
        super().__init__()
        self._icon_name = icon_name
        self._kind = kind
        mark(self, kind)
        self._sign = QLabel()
        self.label = QLabel()
        self.label.setWordWrap(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        layout.setSpacing(Space.M)
        layout.addWidget(self._sign, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 1)
        theme.changed.connect(self._paint_sign)
        self._paint_sign()
        self.hide()

    def say(self, text: str) -> None:
        """Show the sentence, or nothing."""
        self.label.setText(text)
        self.setVisible(bool(text))

    def _paint_sign(self) -> None:
        colors = theme.colors
        color = {"noticeDanger": colors.danger, "noticeWarning": colors.warning}.get(self._kind, colors.accent)
        self._sign.setPixmap(pixmap(self._icon_name, color, 20, 2.0))
