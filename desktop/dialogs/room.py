"""Windows that grow with what is in them, and stay on the screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QDialog, QWidget

from desktop.theme.tokens import Space


class LaidOutDialog(QDialog):
    """Laid out before it is on screen: the platform hears once how small it may be made."""

    def setVisible(self, visible: bool) -> None:  # noqa: N802 - Qt's name
        """Shown or hidden."""
        layout = self.layout()
        if visible and layout is not None:
            layout.activate()
        super().setVisible(visible)


def room_for(window: QWidget) -> QSize:
    """What the screen has for a window, less its frame."""
    return window.screen().availableGeometry().size() - QSize(2 * Space.S, 2 * Space.XL)


def give_size(window: QWidget, size: QSize) -> None:
    """This one, or less where the screen is smaller. What would then go over its edge is moved back: window managers
    look after a window where they put it, not when it grows.
    """
    window.resize(size.boundedTo(room_for(window)))
    room, frame = window.screen().availableGeometry(), window.frameGeometry()
    over = QPoint(max(0, frame.right() - room.right()), max(0, frame.bottom() - room.bottom()))
    if not over.isNull():
        window.move(window.pos() - over)
