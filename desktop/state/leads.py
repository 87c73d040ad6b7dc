"""That leads have changed somewhere."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class LeadsFeed(QObject):
    """Says when leads on screen may be out of date.

    Signals:
        changed: ask again for what is on screen.
    """

    changed = Signal()
