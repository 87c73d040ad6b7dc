"""The table of failures by cause."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QLocale, QModelIndex, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError
from desktop.models.rows import Index, RowsModel
from desktop.models.times import ago, lengths_ago
from desktop.state.freshness import Freshness
from desktop.tasks import ask
from desktop.wording.numbers import MANY, whole
from desktop.wording.replies import in_full, meaning, own_words
from desktop.wording.times import exactly
from server.contract import FailureGroup


class FailureColumn(IntEnum):
    """From left to right."""

    COUNT = 0
    CAUSE = 1
    FIRST = 2
    LAST = 3
    EXAMPLE = 4


class FailuresModel(RowsModel[FailureGroup]):
    """The groups, the most frequent first; those that contain a text.

    Signals:
        loaded: the server has answered.
        load_failed: it has not.
    """

    columns = FailureColumn

    load_failed = Signal(DeskError)

    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api
        self._all: tuple[FailureGroup, ...] = ()
        self._shown: tuple[FailureGroup, ...] = ()
        self._search = ""
        self._loading = False
        self._again = False
        #: Whether the server has answered at all.
        self.is_known = False
        #: How what is shown stands to what the server has.
        self.freshness = Freshness(self)

    @property
    def error(self) -> DeskError | None:
        """The last answer, if it was one."""
        return self.freshness.error

    @property
    def total(self) -> int:
        """Groups shown."""
        return len(self._shown)

    def row_at(self, row: int) -> FailureGroup | None:
        """The group in that row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def refresh(self) -> None:
        """Ask again; what is shown stays until the answer is here."""
        self._again = self._loading
        if self._loading or self._api.token is None:
            return
        self._loading = True
        self.freshness.ask()
        ask(self, self._api.failures(), done=self._take, failed=self._fail, name="failures by cause")

    def clear(self) -> None:
        """Nobody is logged in."""
        self.is_known = False
        self.freshness.show_from(None)
        self._all = ()
        self._show()

    def set_search(self, search: str) -> None:
        """Show only the groups whose cause, in our words or the mail server's, or example contains it."""
        if search.casefold() != self._search:
            self._search = search.casefold()
            self._show()
            self.begun.emit()

    def key(self, row: FailureGroup) -> Any:
        """What they have in common."""
        return row.cause

    def position_of(self, key: Any) -> int | None:
        """The row of that cause."""
        return next((row for row, group in enumerate(self._shown) if group.cause == key), None)

    def _take(self, groups: tuple[FailureGroup, ...]) -> None:
        self._loading = False
        self.is_known = True
        self._all = groups
        self.freshness.answer()
        self._show()
        self.loaded.emit()
        if self._again:
            self.refresh()

    def _fail(self, error: DeskError) -> None:
        self._loading = False
        self.freshness.fail(error)
        self.load_failed.emit(error)

    def _show(self) -> None:
        shown = tuple(group for group in self._all if any(self._search in text.casefold() for text in _said_of(group)))
        if [group.cause for group in shown] == [group.cause for group in self._shown]:
            self._shown = shown
            if shown:
                self.dataChanged.emit(self.index(0, 0), self.index(len(shown) - 1, len(FailureColumn) - 1))
            return
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Groups shown."""
        return 0 if parent.isValid() else len(self._shown)

    def heading(self, column: int) -> str:
        """Above a column."""
        return {
            FailureColumn.COUNT: self.tr("Emails"),
            FailureColumn.CAUSE: self.tr("Cause"),
            FailureColumn.FIRST: self.tr("First"),
            FailureColumn.LAST: self.tr("Last"),
            FailureColumn.EXAMPLE: self.tr("Example"),
        }[FailureColumn(column)]

    def forms(self, column: int) -> Sequence[str]:
        """Of numbers and lengths of time."""
        match FailureColumn(column):
            case FailureColumn.COUNT:
                return (whole(MANY),)
            case FailureColumn.FIRST | FailureColumn.LAST:
                return lengths_ago()
            case _:
                return ()

    def tip(self, row: FailureGroup, column: int) -> str | None:
        """All of what is cut short, and when it was that is told by how long ago."""
        texts = {
            FailureColumn.FIRST: exactly(row.first),
            FailureColumn.LAST: exactly(row.last),
            FailureColumn.CAUSE: in_full(row.sentence, row.cause),
            FailureColumn.EXAMPLE: own_words(row.sentence, row.example),
        }
        return texts.get(FailureColumn(column))

    def text(self, row: FailureGroup, column: int) -> str | None:
        """In a cell."""
        match FailureColumn(column):
            case FailureColumn.COUNT:
                return QLocale().toString(row.count)
            case FailureColumn.CAUSE:
                return meaning(row.sentence, row.cause)
            case FailureColumn.FIRST:
                return ago(row.first)
            case FailureColumn.LAST:
                return ago(row.last)
            case FailureColumn.EXAMPLE:
                return " ".join(own_words(row.sentence, row.example).split())


def _said_of(group: FailureGroup) -> tuple[str, ...]:
    """What can be read of it in its row."""
    return group.cause, group.example, meaning(group.sentence, group.cause)
