"""What is said of a file of leads: how it was read, why a row is refused, in the program's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.wording.encodings import delimiter_names, encoding_names
from server.contract import ImportNote, ImportProblem, LeadField
from server.contract.import_codes import ADDRESS_PHRASES, ImportNoteCode, ImportProblemCode
from server.contract.sentences import names_in, translatable

_PROBLEMS: Mapping[ImportProblemCode, str] = {
    ImportProblemCode.NO_ADDRESS: translatable("ImportProblem", "There is no address."),
    ImportProblemCode.SEVERAL_ADDRESSES: translatable(
        "ImportProblem", "There are {count} addresses in one cell. Leave one of them."
    ),
    ImportProblemCode.DOUBTFUL_LETTERS: translatable(
        "ImportProblem", "The row holds bytes that are no letters in {encoding}."
    ),
    ImportProblemCode.LOST_LETTERS: translatable(
        "ImportProblem", "Letters were lost before: a replacement character stands for them."
    ),
    ImportProblemCode.FEWER_CELLS: translatable(
        "ImportProblem", "The row has fewer cells than there are columns: {cells} of {columns}."
    ),
    ImportProblemCode.MORE_CELLS: translatable(
        "ImportProblem", "The row has more cells than there are columns: {cells} for {columns}."
    ),
    ImportProblemCode.UNCLOSED_QUOTE: translatable("ImportProblem", "A quotation mark is opened and never closed."),
    ImportProblemCode.STRAY_QUOTE: translatable(
        "ImportProblem", "A quotation mark stands where none can be, so it is not certain where cells end."
    ),
    ImportProblemCode.ROWS_IN_CELL: translatable(
        "ImportProblem", "A cell in quotation marks holds what looks like further rows."
    ),
    ImportProblemCode.CELL_TOO_LONG: translatable("ImportProblem", "A cell is longer than {limit} characters."),
    ImportProblemCode.NO_RESULT: translatable(
        "ImportProblem", "The cell holds a formula without its result. Open the workbook, save it, try again."
    ),
    ImportProblemCode.ERROR_VALUE: translatable("ImportProblem", "The cell holds an error: {value}."),
}
_NOTES: Mapping[ImportNoteCode, str] = {
    ImportNoteCode.ENCODING_GUESSED: translatable(
        "ImportNote", "The encoding is a guess: {encoding}. Look at the letters of some names, or choose another one."
    ),
    ImportNoteCode.DOUBTFUL_LETTERS: translatable(
        "ImportNote", "Lines with bytes that are no letters in {encoding}: {count}. The first is line {line}."
    ),
    ImportNoteCode.DELIMITER_GUESSED: translatable(
        "ImportNote", "The delimiter is a guess: {delimiter}. The rows do not agree."
    ),
    ImportNoteCode.ABOVE_HEADER: translatable(
        "ImportNote", "The titles stand in line {line}. Lines above, which are left out: {count}."
    ),
    ImportNoteCode.NO_HEADER: translatable(
        "ImportNote", "No line of titles was found. The first line is taken for a lead, too."
    ),
    ImportNoteCode.COLUMN_BY_LOOK: translatable(
        "ImportNote", "“{field}” was found by the look of the cells and not by a title."
    ),
    ImportNoteCode.NO_ADDRESSES: translatable("ImportNote", "No column seems to hold email addresses."),
    ImportNoteCode.HIDDEN_SHEETS: translatable(
        "ImportNote", "The workbook has sheets that are hidden: {count}. They can be chosen above."
    ),
    ImportNoteCode.HIDDEN_ROWS: translatable(
        "ImportNote", "The sheet has rows that are hidden, by hand or by a filter: {count}."
    ),
}

#: Notes of what may be wrong; the others only say what was done.
WARNINGS = frozenset(
    {
        ImportNoteCode.ENCODING_GUESSED,
        ImportNoteCode.DOUBTFUL_LETTERS,
        ImportNoteCode.DELIMITER_GUESSED,
        ImportNoteCode.NO_ADDRESSES,
        ImportNoteCode.HIDDEN_ROWS,
    }
)


def field_names() -> dict[LeadField, str]:
    """What a column can hold."""
    translate = QCoreApplication.translate
    return {
        LeadField.EMAIL: translate("LeadField", "Email"),
        LeadField.NAME: translate("LeadField", "Name"),
        LeadField.FIRST_NAME: translate("LeadField", "First name"),
        LeadField.LAST_NAME: translate("LeadField", "Last name"),
        LeadField.COMPANY: translate("LeadField", "Company"),
        LeadField.PHONE: translate("LeadField", "Phone"),
    }


def problem_worded(problem: ImportProblem) -> str:
    """Why the row is refused; in the server's words where this program knows none."""
    if (of_address := ADDRESS_PHRASES.get(problem.code)) is not None:
        return _worded("Phrase", of_address.english, problem.params) or problem.reason
    return _worded("ImportProblem", _PROBLEMS.get(problem.code), problem.params) or problem.reason


def note_worded(note: ImportNote) -> str:
    """What should be known of how the file is read; in the server's words where this program knows none."""
    return _worded("ImportNote", _NOTES.get(note.code), note.params) or note.text


def _worded(context: str, text: str | None, params: Mapping[str, str | int]) -> str:
    if text is None or not names_in(text) <= params.keys():
        return ""
    shown = {name: _shown(name, value) for name, value in params.items()}
    return QCoreApplication.translate(context, text).format_map(shown)


def _shown(name: str, value: str | int) -> str:
    if isinstance(value, int):
        return QLocale().toString(value)
    names: Mapping[str, Mapping[Any, str]] = {
        "encoding": encoding_names(),
        "delimiter": delimiter_names(),
        "field": field_names(),
    }
    return names.get(name, {}).get(value, value)
