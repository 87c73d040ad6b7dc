"""A table of rows, whatever they are: what its cells say, and what Qt wants to know of them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt, Signal

from desktop.theme.tips import plain_tip

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

_TEXT = Qt.ItemDataRole.DisplayRole
_SPOKEN = Qt.ItemDataRole.AccessibleTextRole
_TIP = Qt.ItemDataRole.ToolTipRole
_CHECK = Qt.ItemDataRole.CheckStateRole
_SHOWN_ROLES = frozenset((_TEXT, _TIP, _CHECK))


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Subclasses say which row is where, and what is in its columns. Whoever paints asks them and not Qt, whose
    way takes longer than the painting.

    Signals:
        begun: another list altogether: what is searched for or the order is another.
        loaded: rows have come.
        given_up: what was begun is not wanted any more: the list is as it was before.
    """

    begun = Signal()
    loaded = Signal()
    given_up = Signal()

    #: From left to right.
    columns: ClassVar[type[IntEnum]]
    #: The column whose cells are check boxes, if there is one.
    check_column: ClassVar[int | None] = None
    #: The columns by which the rows can be sorted.
    sortable: ClassVar[frozenset[int]] = frozenset()

    def row_at(self, row: int) -> Row | None:
        """What is in that row; None where nothing is, or not yet."""
        raise NotImplementedError

    @property
    def order(self) -> tuple[int, Qt.SortOrder] | None:
        """The column by which the rows are sorted, and which way; None: that is not for people to say."""
        return None

    @property
    def is_answered(self) -> bool:
        """Whether what is listed, and its number, is what was asked for last."""
        return True

    @property
    def can_give_up(self) -> bool:
        """Whether there is a list to go back to while another one is waited for."""
        return False

    def give_up(self) -> None:
        """Wait no longer: the list, and what was asked for, are as before."""

    def key(self, row: Row) -> Any:
        """What makes a row this one, wherever it stands."""
        return getattr(row, "id", row)

    def position_of(self, key: Any) -> int | None:
        """Where it stands; None: not among those that are here."""
        raise NotImplementedError

    def heading(self, column: int) -> str:
        """Above a column."""
        raise NotImplementedError

    def text(self, row: Row, column: int) -> str | None:
        """In a cell."""
        raise NotImplementedError

    def forms(self, _column: int) -> Sequence[str]:
        """Texts as wide as the widest that can stand in a column, where that is known: of moments, numbers, and words
        of a closed set. Such a column has the room for them. Empty: names and the like, which may be cut.
        """
        return ()

    def tip(self, _row: Row, _column: int) -> str | None:
        """What more there is to say of a cell."""
        return None

    def check(self, _row: Row) -> Qt.CheckState | None:
        """Of a row's check box; None: it has none."""
        return None

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """One for each of :attr:`columns`."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = _TEXT
    ) -> Any:
        """Names of the columns; the check boxes have one to be heard only."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _SPOKEN and section == self.check_column:
            return QCoreApplication.translate("RowsModel", "Picked")
        return self.heading(section) if role == _TEXT else None

    def data(self, index: Index, role: int = _TEXT) -> Any:
        """What a cell shows."""
        if role not in _SHOWN_ROLES or not index.isValid():
            return None
        row, column = self.row_at(index.row()), index.column()
        if row is None:
            return None
        if role == _TEXT:
            return self.text(row, column)
        if role == _CHECK:
            return self.check(row) if column == self.check_column else None
        tip = self.tip(row, column)
        return None if tip is None else plain_tip(tip)
