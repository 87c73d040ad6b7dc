"""How a file is read: what was found out about it, to be chosen otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.theme.drop_down import DropDown
from desktop.theme.style import mark
from desktop.theme.tokens import Space
from desktop.wording.encodings import delimiter_names, encoding_names
from server.contract import FileFormat, ImportPreview, ImportReading
from server.contract.import_codes import ImportNoteCode

# Lines that are offered for the titles; one further down is offered where it was found or chosen.
_TITLE_LINES = 30
# By what is chosen: another sheet has its titles elsewhere.
_TO_BE_FOUND_AGAIN: Mapping[str, Mapping[str, None]] = {"sheet": {"header_row": None}}
_MOST_SHOWN = 12  # of a list that drops down, without scrolling


class ReadingChoices(QWidget):
    """``chosen`` carries how the file is to be read: all that was chosen so far, the rest is found out again."""

    chosen = Signal(ImportReading)

    def __init__(self) -> None:
        super().__init__()
        self._chosen = ImportReading()
        self.encoding, self.delimiter, self.sheet = DropDown(), DropDown(), DropDown()
        self.header_row = DropDown()
        self.hidden_rows = QCheckBox()
        self._pairs: dict[DropDown, QWidget] = {}
        line = QHBoxLayout()
        line.setSpacing(Space.L)
        for name, combo, field in (
            (self.tr("Encoding"), self.encoding, "encoding"),
            (self.tr("Delimiter"), self.delimiter, "delimiter"),
            (self.tr("Sheet"), self.sheet, "sheet"),
            (self.tr("Titles"), self.header_row, "header_row"),
        ):
            label = QLabel(name)
            label.setBuddy(combo)
            mark(label, "muted")
            combo.setAccessibleName(name)
            combo.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToContents)
            combo.setMaxVisibleItems(_MOST_SHOWN)
            combo.activated.connect(lambda _, combo=combo, field=field: self._choose(field, combo.currentData()))
            self._pairs[combo] = pair = QWidget()
            side_by_side = QHBoxLayout(pair)
            side_by_side.setContentsMargins(0, 0, 0, 0)
            side_by_side.setSpacing(Space.S)
            side_by_side.addWidget(label)
            side_by_side.addWidget(combo)
            line.addWidget(pair)
        line.addStretch()
        self.hidden_rows.clicked.connect(lambda wanted: self._choose("hidden_rows", wanted))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(line)
        layout.addWidget(self.hidden_rows)

    def show_preview(self, preview: ImportPreview) -> None:
        """How it is read now."""
        self._chosen = preview.chosen
        is_text = preview.format is FileFormat.CSV
        for combo, shown in ((self.encoding, is_text), (self.delimiter, is_text), (self.sheet, not is_text)):
            self._pairs[combo].setVisible(shown)
        _fill(self.encoding, encoding_names(), preview.encoding)
        _fill(self.delimiter, delimiter_names(), preview.delimiter)
        _fill(self.sheet, self._sheet_names(preview), preview.sheet)
        _fill(self.header_row, self._title_lines(preview), preview.header_row)
        self._show_hidden_rows(preview)

    def _sheet_names(self, preview: ImportPreview) -> dict[str, str]:
        hidden = self.tr("{0} (hidden)")
        return {each: hidden.format(each) if each in preview.hidden_sheets else each for each in preview.sheets}

    def _title_lines(self, preview: ImportPreview) -> dict[int | str, str]:
        lines = set(range(1, _TITLE_LINES + 1))
        if isinstance(preview.header_row, int):
            lines.add(preview.header_row)
        return {"none": self.tr("None"), **{line: self.tr("In line {0}").format(line) for line in sorted(lines)}}

    def _show_hidden_rows(self, preview: ImportPreview) -> None:
        counts = [note.params.get("count") for note in preview.notes if note.code is ImportNoteCode.HIDDEN_ROWS]
        self.hidden_rows.setVisible(bool(counts) or preview.chosen.hidden_rows)
        self.hidden_rows.setChecked(preview.chosen.hidden_rows)
        number = counts[0] if counts else None
        text = self.tr("Import the hidden rows, too")
        self.hidden_rows.setText(text if not isinstance(number, int) else f"{text} ({self.locale().toString(number)})")

    def _choose(self, field: str, value: Any) -> None:
        self.chosen.emit(ImportReading(**{**dict(self._chosen), **_TO_BE_FOUND_AGAIN.get(field, {}), field: value}))


def _fill(combo: DropDown, names: Mapping[Any, str], current: object) -> None:
    combo.clear()
    for value, name in names.items():
        combo.addItem(name, value)
    combo.setCurrentIndex(next((number for number, value in enumerate(names) if value == current), -1))
