"""What is said of a file of leads: how it was read, why a row or all of it is refused, in the program's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.wording.encodings import delimiter_names, encoding_names
from server.contract import ImportNote, ImportProblem, LeadField
from server.contract.import_codes import FileFault, ImportNoteCode, ImportProblemCode
from server.contract.sentences import names_in, translatable

_PROBLEMS: Mapping[ImportProblemCode, str] = {
    ImportProblemCode.NO_ADDRESS: translatable("ImportProblem", "There is no address."),
    ImportProblemCode.NOT_AN_ADDRESS: translatable("ImportProblem", "This is no email address: it has no @."),
    ImportProblemCode.SEVERAL_ADDRESSES: translatable(
        "ImportProblem", "There are {count} addresses in one cell. Leave one of them."
    ),
    ImportProblemCode.BAD_MAILBOX: translatable(
        "ImportProblem", "What stands before the @ cannot be used in an email address."
    ),
    ImportProblemCode.BAD_DOMAIN: translatable("ImportProblem", "What stands after the @ is no domain."),
    ImportProblemCode.NO_DOT_IN_DOMAIN: translatable(
        "ImportProblem", "The domain {domain} is not whole: it has no dot."
    ),
    ImportProblemCode.RESERVED_DOMAIN: translatable(
        "ImportProblem", "The domain {domain} is reserved; no email can be delivered there."
    ),
    ImportProblemCode.ADDRESS_TOO_LONG: translatable(
        "ImportProblem", "The address is longer than email addresses can be."
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
_FAULTS: Mapping[FileFault, str] = {
    FileFault.EMPTY: translatable(
        "FileFault", "The file is empty. It needs a line of titles and one lead on each line after it."
    ),
    FileFault.NOT_TEXT: translatable(
        "FileFault", "The file is not text. Save the table as CSV (UTF-8) and import that."
    ),
    FileFault.NO_HEADER: translatable(
        "FileFault", "There is nothing where the titles should be. Choose another line of titles."
    ),
    FileFault.NO_ADDRESSES: translatable("FileFault", "The file has no column with email addresses."),
    FileFault.OLD_WORKBOOK: translatable(
        "FileFault", "This is an old or a locked workbook. Save it as XLSX without a password, or as CSV."
    ),
    FileFault.LOCKED_WORKBOOK: translatable(
        "FileFault", "The workbook is protected by a password. Save it without one and import that."
    ),
    FileFault.BROKEN_WORKBOOK: translatable(
        "FileFault", "The workbook cannot be read. Open it, save it again as XLSX or as CSV, and import that."
    ),
    FileFault.TOO_LARGE_WORKBOOK: translatable(
        "FileFault", "The workbook is too large to be read. Save the sheet as CSV and import that."
    ),
    FileFault.EMPTY_SHEET: translatable("FileFault", "The sheet “{sheet}” is empty. Choose another file or sheet."),
    FileFault.HIDDEN_SHEET: translatable(
        "FileFault", "All rows of the sheet “{sheet}” are hidden. Show them in the workbook, save it and try again."
    ),
    FileFault.CALENDAR: translatable("FileFault", "This is a calendar. Export the contacts as CSV and import that."),
    FileFault.DIRECTORY: translatable(
        "FileFault", "This is an export of a directory (LDIF). Export the contacts as CSV and import that."
    ),
    FileFault.NO_SUCH_SHEET: translatable("FileFault", "The workbook has no such sheet."),
    FileFault.ARCHIVE: translatable(
        "FileFault", "This is an archive of files. Unpack it and import the table that is in it."
    ),
    FileFault.DOCUMENT: translatable(
        "FileFault", "This is a document and not a table. Copy its table to a spreadsheet and import that."
    ),
    FileFault.PICTURE: translatable("FileFault", "This is a picture and not a table."),
    FileFault.CONTACT_CARDS: translatable(
        "FileFault", "These are contact cards (vCard). Export the contacts as CSV and import that."
    ),
    FileFault.JSON: translatable("FileFault", "This is JSON and not a table. Save it as CSV and import that."),
    FileFault.WEB_PAGE: translatable(
        "FileFault", "This is a web page (HTML). Open it in a spreadsheet, save it as XLSX and import that."
    ),
    FileFault.XML: translatable(
        "FileFault", "This is XML and not a table. Open it in a spreadsheet, save it as XLSX and import that."
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
    return _worded("ImportProblem", _PROBLEMS.get(problem.code), problem.params) or problem.reason


def note_worded(note: ImportNote) -> str:
    """What should be known of how the file is read; in the server's words where this program knows none."""
    return _worded("ImportNote", _NOTES.get(note.code), note.params) or note.text


def fault_worded(facts: Mapping[str, Any]) -> str:
    """Why a file as a whole is refused, by the details of the refusal; empty where this program has no words for it."""
    fault = facts.get("fault")
    known = next((text for each, text in _FAULTS.items() if each == fault), None)
    return _worded("FileFault", known, facts.get("params", {}))


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
