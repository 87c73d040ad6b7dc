"""A list of texts of any length, to read and to save as CSV."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QHeaderView, QTableView, QWidget

from desktop.backend.errors import DeskError, Refused
from desktop.dialogs.error import show_error
from desktop.tasks import ask
from desktop.theme.tips import plain_tip
from desktop.theme.tokens import Space
from desktop.wording.system import reason_of
from desktop.wording.troubles import Trouble
from server.contract import csv_cell

Rows = Sequence[Sequence[str]]
#: By heading: the least width in pixels, of names and the like, or texts as wide as the widest that can come.
Columns = Mapping[str, int | Sequence[str]]
_CELL_GAP = 2 * Space.S + 6  # pixels between the edges of a cell and its text, both sides together
_Index = QModelIndex | QPersistentModelIndex


class RowsModel(QAbstractTableModel):
    """Texts by row and column: nothing is made of those that are not on screen."""

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.rows: Rows = ()

    def set_rows(self, rows: Rows) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """One for each."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """As many as there are heads."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The heads."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows, and in full when pointed at."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        said = self.rows[index.row()][index.column()]
        return plain_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said


class RowsTable(QTableView):
    """Shows such a list, and saves it."""

    def __init__(self, name: str, columns: Columns, *, stretch: int = -1) -> None:
        """``stretch``: the column that takes what is left; the last one, if nobody says so."""
        super().__init__()
        self.rows = RowsModel(tuple(columns))
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)  # they do not sort
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.ensurePolished()
        self.ensurePolished()
        for column, least in enumerate(columns.values()):
            self.setColumnWidth(column, max(self._width_of(least), header.sectionSizeHint(column)))
        self._stretch = range(len(columns))[stretch]
        self._least = self.columnWidth(self._stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """What is left may be less than the column needs: then the list is scrolled sideways."""
        super().resizeEvent(event)
        header = self.horizontalHeader()
        others = header.length() - header.sectionSize(self._stretch)
        has_room = self.viewport().width() - others >= self._least
        modes = QHeaderView.ResizeMode
        header.setSectionResizeMode(self._stretch, modes.Stretch if has_room else modes.Interactive)
        if not has_room:
            header.resizeSection(self._stretch, self._least)

    def _width_of(self, least: int | Sequence[str]) -> int:
        if isinstance(least, int):
            return least
        return max(self.fontMetrics().horizontalAdvance(text) for text in least) + _CELL_GAP

    def ask_where_to_save(self) -> None:
        """Let the admin choose a file."""
        dialog = QFileDialog(self, self.tr("Save as CSV"), str(Path.home() / "list.csv"), "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, path: Path) -> None:
        """Write the list, in the background."""
        work = _write(path, self.rows.columns, self.rows.rows)
        window: QWidget = self.window()
        ask(
            self,
            work,
            done=lambda _: None,
            failed=lambda error: _complain(window, error),
            name="save as CSV",
        )


def as_csv(columns: Sequence[str], rows: Rows) -> str:
    """RFC 4180, no formulas."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return text.getvalue()


async def _write(path: Path, columns: Sequence[str], rows: Rows) -> None:
    def write() -> None:
        # The byte order mark tells spreadsheets that it is UTF-8.
        path.write_text(as_csv(columns, rows), encoding="utf-8-sig", newline="")

    try:
        await asyncio.to_thread(write)
    except OSError as error:
        raise Refused(Trouble.NOT_SAVED, file=str(path), reason=reason_of(error)) from error


def _complain(parent: QWidget, error: DeskError) -> None:
    show_error(parent, error)
