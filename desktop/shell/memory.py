"""How the window was left: place and size, page, columns and filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import QByteArray

from desktop.pages.table import Table
from desktop.shell.main_window import MainWindow
from desktop.shell.sidebar import Place
from desktop.state.preferences import Preferences


@runtime_checkable
class Filtered(Protocol):
    """A page whose filter is worth remembering, as text of its own."""

    def filter_text(self) -> str:
        """How it is filtered."""

    def set_filter_text(self, text: str) -> None:
        """Filter it so again; what makes no sense any more is left out."""


class WindowMemory:
    """Reads and writes what is remembered; when, others say."""

    def __init__(self, window: MainWindow, preferences: Preferences) -> None:
        self._window = window
        self._preferences = preferences

    def restore(self) -> None:
        """Leave the window as it was."""
        recall = self._preferences.recall
        if (geometry := recall("window")) is not None:
            self._window.restoreGeometry(geometry)
        for name, table in self._tables():
            if (columns := recall(f"columns/{name}")) is not None:
                header = table.horizontalHeader()
                header.restoreState(columns)
                if header.isSortIndicatorShown():
                    table.model().sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        for name, page in self._filtered():
            if (text := recall(f"filter/{name}")) is not None:
                page.set_filter_text(text.toStdString())

    @property
    def place(self) -> Place:
        """The page that was shown last."""
        name = self._preferences.recall("page")
        try:
            return Place[name.toStdString()] if name is not None else Place.LEADS
        except KeyError:  # a page of another version
            return Place.LEADS

    def save(self) -> None:
        """Remember how the window is now."""
        remember = self._preferences.remember
        remember("window", self._window.saveGeometry())
        remember("page", _bytes(self._window.place.name))
        for name, table in self._tables():
            remember(f"columns/{name}", table.horizontalHeader().saveState())
        for name, page in self._filtered():
            remember(f"filter/{name}", _bytes(page.filter_text()))
        self._preferences.save()

    def _pages(self) -> Iterator[tuple[Place, Any]]:
        return ((place, self._window.pages.widget(place)) for place in Place)

    def _tables(self) -> Iterator[tuple[str, Table]]:
        """Each by the place it has: its page, its number there, and how many columns it has."""
        for place, page in self._pages():
            for number, table in enumerate(page.findChildren(Table)):
                yield f"{place.name}-{number}-{table.horizontalHeader().count()}", table

    def _filtered(self) -> Iterator[tuple[str, Filtered]]:
        for place, page in self._pages():
            if isinstance(page, Filtered):
                yield place.name, page


def _bytes(text: str) -> QByteArray:
    return QByteArray(text.encode())
