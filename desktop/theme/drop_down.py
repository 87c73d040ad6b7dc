"""A list to choose from, with an arrow in the theme's colour: a style sheet cannot paint one."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from desktop.theme.icons import pixmap
from desktop.theme.style import theme
from desktop.theme.tokens import Space

_ARROW = 16


class DropDown(QComboBox):
    """A combo box."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The arrow on top of the rest."""
        super().paintEvent(event)
        colors = theme.colors
        arrow = pixmap("chevron-down", colors.muted if self.isEnabled() else colors.disabled, _ARROW, 2.0)
        QPainter(self).drawPixmap(self.width() - _ARROW - Space.S, (self.height() - _ARROW) // 2, arrow)
