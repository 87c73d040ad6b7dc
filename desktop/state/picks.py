"""What of a list is picked, whatever is listed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal


class Picks(QObject):
    """Rows by hand, or everything that a list has.

    Signals:
        changed: others are picked.
        replaced: all at once: nothing is picked any more, or everything.
    """

    changed = Signal()
    replaced = Signal()

    @property
    def count(self) -> int:
        """How many."""
        raise NotImplementedError

    @property
    def covers_all(self) -> bool:
        """Whether everything that is listed is picked, on pages never seen too, perhaps less exceptions."""
        raise NotImplementedError

    @property
    def is_whole(self) -> bool:
        """Whether everything is, without exception."""
        raise NotImplementedError

    def clear(self) -> None:
        """Pick nothing."""
        raise NotImplementedError

    def kept(self) -> Any:
        """What is picked now, for :meth:`put_back`."""
        raise NotImplementedError

    def put_back(self, kept: Any) -> None:
        """Pick what was picked then."""
        raise NotImplementedError
