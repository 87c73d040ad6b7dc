"""How the window was left: place and size, page, columns and filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Protocol, runtime_checkable

from pydantic import BaseModel, Field, ValidationError
from PySide6.QtCore import QByteArray, Qt

from desktop.models.rows import RowsModel
from desktop.pages.table import Table
from desktop.shell.main_window import MainWindow
from desktop.shell.sidebar import Place
from desktop.state.preferences import Preferences


@runtime_checkable
class Viewed(Protocol):
    """A page that shows one of several lists. Which one is worth remembering; what is searched for is not: tomorrow it
    would hide what is new.
    """

    def view_name(self) -> str:
        """The name of what is shown."""

    def show_view_named(self, name: str) -> None:
        """Show that again; a name that means nothing any more changes nothing."""


class Columns(BaseModel):
    """How a table was left. Its columns are remembered by their names: whether there is one is not for memory to say,
    and what another version has named otherwise is left out.
    """

    widths: dict[str, Annotated[int, Field(ge=20, le=4000)]] = {}
    sorted_by: str | None = None
    descending: bool = False


class WindowMemory:
    """Reads and writes what is remembered, each by its own name; when, others say."""

    def __init__(self, window: MainWindow, preferences: Preferences) -> None:
        self._window = window
        self._preferences = preferences

    def restore(self) -> None:
        """Leave the window as it was."""
        recall = self._preferences.recall
        if (geometry := recall("window")) is not None:
            self._window.restoreGeometry(geometry)
        for table in self._tables():
            if (text := recall(f"table/{table.objectName()}")) is not None:
                _arrange(table, text)
        for name, page in self._viewed():
            if (text := recall(f"view/{name}")) is not None:
                page.show_view_named(_text(text))

    @property
    def place(self) -> Place:
        """The page that was shown last."""
        name = self._preferences.recall("page")
        try:
            return Place[_text(name)] if name is not None else Place.LEADS
        except KeyError:  # a page of another version
            return Place.LEADS

    def save(self) -> None:
        """Remember how the window is now."""
        remember = self._preferences.remember
        remember("window", self._window.saveGeometry())
        remember("page", _bytes(self._window.place.name))
        for table in self._tables():
            remember(f"table/{table.objectName()}", _bytes(_columns_of(table).model_dump_json()))
        for name, page in self._viewed():
            remember(f"view/{name}", _bytes(page.view_name()))
        self._preferences.save()

    def _pages(self) -> Iterator[tuple[Place, Any]]:
        return ((place, self._window.pages.widget(place)) for place in Place)

    def _tables(self) -> Iterator[Table]:
        """Those that have a name."""
        return (table for _, page in self._pages() for table in page.findChildren(Table) if table.objectName())

    def _viewed(self) -> Iterator[tuple[str, Viewed]]:
        return ((place.name, page) for place, page in self._pages() if isinstance(page, Viewed))


def _columns_of(table: Table) -> Columns:
    names, head = _names(table), table.head
    widths = {names[column]: width for column, width in table.widths().items()}
    if not head.isSortIndicatorShown():
        return Columns(widths=widths)
    return Columns(
        widths=widths,
        sorted_by=names.get(head.sortIndicatorSection()),
        descending=head.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder,
    )


def _arrange(table: Table, remembered: QByteArray) -> None:
    """As it was left, so far as that makes sense; damaged memory is none."""
    try:
        columns = Columns.model_validate_json(_text(remembered))
    except ValidationError:
        return
    model, by_name = table.model(), {name: column for column, name in _names(table).items()}
    table.set_width_of({by_name[name]: width for name, width in columns.widths.items() if name in by_name})
    column = by_name.get(columns.sorted_by or "")
    if isinstance(model, RowsModel) and column in model.sortable:
        order = Qt.SortOrder.DescendingOrder if columns.descending else Qt.SortOrder.AscendingOrder
        table.head.setSortIndicator(column, order)
        model.sort(column, order)


def _names(table: Table) -> dict[int, str]:
    model = table.model()
    return {column.value: column.name for column in model.columns} if isinstance(model, RowsModel) else {}


def _text(remembered: QByteArray) -> str:
    return bytes(remembered.data()).decode(errors="replace")


def _bytes(text: str) -> QByteArray:
    return QByteArray(text.encode())
