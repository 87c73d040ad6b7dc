"""Windows above and below each other, where the platform has such a thing."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

#: Where windows have an order that a program may change. Wayland lets no program push itself to the front, and
#: offscreen there is nothing to be in front of.
_STACKED = frozenset(("xcb", "windows", "cocoa"))


def bring_to_front(window: QWidget) -> None:
    """Show it above others, with the keyboard; as far as the platform allows."""
    window.show()
    if QGuiApplication.platformName() in _STACKED:
        window.raise_()
    window.activateWindow()
