"""What scrolls on a low screen, and on others does not look as if it could."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from desktop.theme.style import mark


def scrolled(inside: QWidget) -> QScrollArea:
    """Exactly as large as what is in it: with a frame around, it would scroll by the frame's width."""
    mark(inside, "plain")
    area = QScrollArea()
    mark(area, "bare")
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # whatever is in it can have the focus, and is scrolled to
    return area
