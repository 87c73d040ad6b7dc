"""Some rows of a file, and what each of its columns is taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from desktop.theme.drop_down import DropDown
from desktop.theme.style import mark, theme
from desktop.theme.tips import set_tip
from desktop.theme.tokens import CONTROL_HEIGHT, Space
from desktop.wording.imports import field_names, problem_worded
from server.contract import ImportPreview, LeadField

_LEAST_WIDTH = 150
_WIDTH = 700  # for few columns
_MOST_COLUMNS = 60  # shown; files with more have them, and nobody could read them
_CAPTION_HEIGHT = 22
_PADDING = Space.S  # the style sheet's, of a cell: what is in it has that much less


class SampleTable(QTableWidget):
    """Below each title what the column holds, to be chosen; then the rows, by the lines on which they begin."""

    mapping_changed = Signal(dict)

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[DropDown] = []
        self.examples: list[QLabel] = []
        self.setAccessibleName(self.tr("Rows of the file"))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QTableWidget.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_preview(self, preview: ImportPreview, mapping: Mapping[LeadField, int]) -> None:
        """These rows, and what the columns are taken for."""
        width = min(_MOST_COLUMNS, len(preview.columns))
        self.clear()
        self.setColumnCount(width)
        self.setRowCount(1 + len(preview.rows))
        titles = self._titles(preview)[:width]
        self.setHorizontalHeaderLabels(titles)
        lines = preview.row_lines or range(1, len(preview.rows) + 1)
        self.setVerticalHeaderLabels(["", *(QLocale().toString(line) for line in lines)])
        self._show_choices(preview, mapping, titles)
        self._show_cells(preview, width)

    def _titles(self, preview: ImportPreview) -> list[str]:
        if preview.header_row == "none":
            return [self.tr("Column {0}").format(number) for number in range(1, len(preview.columns) + 1)]
        return list(preview.columns)

    def _show_choices(self, preview: ImportPreview, mapping: Mapping[LeadField, int], titles: Sequence[str]) -> None:
        fields = {column: field for field, column in mapping.items()}
        self.columns, self.examples = [], []
        widest, height = 0, CONTROL_HEIGHT + _CAPTION_HEIGHT + 2 * Space.XS
        for column, title in enumerate(titles):
            example = next((row[column] for row in preview.rows if column < len(row) and row[column]), "")
            combo, frame = self._choice(column, title, example, fields.get(column))
            self.setCellWidget(0, column, frame)
            combo.ensurePolished()  # only then it knows how much room it needs
            widest = max(widest, combo.sizeHint().width() + 2 * _PADDING)
        for column, caption in enumerate(self.examples):
            width = max(_LEAST_WIDTH, widest, _WIDTH // len(titles))
            self.setColumnWidth(column, width)
            caption.ensurePolished()
            room = width - 2 * _PADDING
            caption.setText(caption.fontMetrics().elidedText(caption.text(), Qt.TextElideMode.ElideRight, room))
            self.cellWidget(0, column).resize(room, height)  # Qt does it for those only that it shows
        self.setRowHeight(0, height)
        for before, after in pairwise((self, *self.columns)):
            self.setTabOrder(before, after)

    def _choice(self, column: int, title: str, example: str, field: LeadField | None) -> tuple[DropDown, QWidget]:
        combo = DropDown()
        combo.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToContents)
        combo.setAccessibleName(self.tr("Column {0} holds").format(title or column + 1))
        combo.addItem(self.tr("Not imported"), None)
        for each, name in field_names().items():
            combo.addItem(name, each)
        combo.setCurrentIndex(0 if field is None else combo.findData(field))
        combo.activated.connect(lambda _, column=column: self._on_field_chosen(column))
        caption = QLabel(self.tr("e.g. {0}").format(example) if example else self.tr("empty in these rows"))
        caption.setTextFormat(Qt.TextFormat.PlainText)
        set_tip(caption, example)
        mark(caption, "caption")
        combo.setAccessibleDescription(caption.text())
        self.columns.append(combo)
        self.examples.append(caption)
        frame = QWidget()
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(0, Space.XS, 0, Space.XS)
        inside.setSpacing(2)
        inside.addWidget(combo)
        inside.addWidget(caption)
        return combo, frame

    def _show_cells(self, preview: ImportPreview, width: int) -> None:
        refused = {problem.line: problem_worded(problem) for problem in preview.problems}
        for y, row in enumerate(preview.rows):
            reason = refused.get(preview.row_lines[y]) if y < len(preview.row_lines) else None
            for x, value in enumerate(row[:width]):
                item = QTableWidgetItem(value)
                set_tip(item, value if reason is None else reason)
                if reason is not None:
                    item.setForeground(QColor(theme.colors.danger))
                    item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, reason)
                self.setItem(y + 1, x, item)

    def _on_field_chosen(self, chosen: int) -> None:
        """A field comes from one column: whichever had it before has it no more."""
        field = self.columns[chosen].currentData()
        for column, combo in enumerate(self.columns):
            if field is not None and column != chosen and combo.currentData() == field:
                combo.setCurrentIndex(0)
        mapping = {combo.currentData(): column for column, combo in enumerate(self.columns)}
        mapping.pop(None, None)
        self.mapping_changed.emit(mapping)
