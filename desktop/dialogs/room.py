"""Windows that grow with what is in them, and stay on the screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QResizeEvent
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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A list that was loaded may have made it larger. What a hand on the window does is left alone."""
        super().resizeEvent(event)
        if self.isVisible() and not event.spontaneous():
            keep_on_screen(self)


def room_for(window: QWidget) -> QSize:
    """What the screen has for a window, less its frame."""
    return window.screen().availableGeometry().size() - QSize(2 * Space.S, 2 * Space.XL)


def give_size(window: QWidget, size: QSize) -> None:
    """This one, or less where the screen is smaller."""
    window.resize(size.boundedTo(room_for(window)))
    keep_on_screen(window)


def keep_on_screen(window: QWidget) -> None:
    """Move back what goes over the edge: window managers look after a window where they put it, not when it grows."""
    room, frame = window.screen().availableGeometry(), window.frameGeometry()
    left, top = (
        min(frame.left(), room.right() - frame.width() + 1),
        min(frame.top(), room.bottom() - frame.height() + 1),
    )
    where = QPoint(max(left, room.left()), max(top, room.top()))  # of what is larger than the screen, its head is seen
    if where != frame.topLeft():
        window.move(where)
