"""Tables in files, judged by their content: how they are read is found out unless it is given, and told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from server.contract import FileFormat, ImportNote, ImportReading
from server.contract.import_codes import NOTE_SENTENCES, Encoding, FileFault, ImportNoteCode, ImportProblemCode
from server.importing.delimited import Delimited, count_lines
from server.importing.delimiter import find_delimiter
from server.importing.encoding import MARK, Text, read_text
from server.importing.faults import fault, refuse_strange_text, refuse_strangers
from server.importing.header import LOOKED_AT, find_header
from server.importing.rows import Row, Trouble
from server.importing.workbook import MAGIC, Sheet, read_sheet

#: Rows that can agree on something.
_ENOUGH = 2

HeaderRow = int | Literal["none"]


@dataclass(frozen=True)
class Table:
    """A file opened: how it was read, its header, and the rows after it. These can be gone through once."""

    format: FileFormat
    encoding: Encoding | None
    delimiter: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    hidden_sheets: tuple[str, ...]
    #: Where there is none: made-up titles on no line.
    header: Row
    header_row: HeaderRow
    #: Those that hold something.
    rows: Iterator[Row]
    #: Of the file.
    lines: int
    #: Lines above the header.
    above: int
    #: Rows that are left out as they are hidden.
    hidden: int
    notes: tuple[ImportNote, ...]


def note(code: ImportNoteCode, **params: str | int) -> ImportNote:
    """What should be known, for programs and for people."""
    return ImportNote(code=code, params=params, text=NOTE_SENTENCES[code].format(**params))


def open_table(content: bytes, reading: ImportReading) -> Table:
    """Blocks. Raises :class:`Invalid` when the file as a whole makes no sense."""
    if content.startswith(MAGIC):
        return _open_workbook(content, reading)
    refuse_strangers(content)
    return _open_text(content, reading)


# --- Workbooks --------------------------------------------------------------------------------------------------------


def _open_workbook(content: bytes, reading: ImportReading) -> Table:
    sheet = read_sheet(content, reading.sheet)
    sample = list(islice(_taken(sheet, reading), LOOKED_AT))
    if not sample:
        is_empty = next(sheet.marks(), None) is None
        raise fault(FileFault.EMPTY_SHEET if is_empty else FileFault.HIDDEN_SHEET, sheet=sheet.name)
    wanted = reading.header_row
    candidates = sample
    if isinstance(wanted, int):
        candidates = list(islice((row for row in _taken(sheet, reading) if row.line >= wanted), 1))
    header, header_row = _header_of(candidates, sample, reading)
    above = header.line - 1
    hidden = last = 0
    for last, is_hidden in sheet.marks():
        hidden += is_hidden and last > above
    return Table(
        format=FileFormat.ODS if sheet.is_ods else FileFormat.XLSX,
        encoding=None,
        delimiter=None,
        sheet=sheet.name,
        sheets=sheet.names,
        hidden_sheets=sheet.hidden,
        header=header,
        header_row=header_row,
        rows=(row for row in _taken(sheet, reading) if row.line >= header.line + header.lines),
        lines=last,
        above=above,
        hidden=0 if reading.hidden_rows else hidden,
        notes=(
            *_header_notes(header, header_row, above),
            *([note(ImportNoteCode.HIDDEN_SHEETS, count=len(sheet.hidden))] if sheet.hidden else []),
            *([note(ImportNoteCode.HIDDEN_ROWS, count=hidden)] if hidden else []),
        ),
    )


def _taken(sheet: Sheet, reading: ImportReading) -> Iterator[Row]:
    return (row for row, hidden in sheet.rows() if reading.hidden_rows or not hidden)


# --- Text -------------------------------------------------------------------------------------------------------------


def _open_text(content: bytes, reading: ImportReading) -> Table:
    found = read_text(content, reading.encoding)
    text = found.text.rstrip("\x1a")  # where files ended in DOS
    if not text.strip():
        raise fault(FileFault.EMPTY)
    refuse_strange_text(text)
    delimiter = find_delimiter(text)
    delimited = Delimited(text, reading.delimiter or delimiter.delimiter)
    first_line = 2 if delimiter.said else 1
    sample = list(islice(_filled(delimited.rows(line=first_line)), LOOKED_AT))
    if not sample:
        raise fault(FileFault.EMPTY)
    wanted = reading.header_row
    candidates = list(islice(_filled(delimited.rows(line=wanted)), 1)) if isinstance(wanted, int) else sample
    header, header_row = _header_of(candidates, sample, reading)
    spaced = len(header.cells) > 1 and all(cell.startswith(" ") for cell in header.cells[1:])
    width = len(header.cells)
    blank = _blank_behind(width, [row for row in sample if row.line > header.line])
    rows = delimited.rows(line=header.line + header.lines, width=width, blank=blank, spaced=spaced)
    above = header.line - 1
    guessed = reading.delimiter is None and delimiter.is_guess
    return Table(
        format=FileFormat.CSV,
        encoding=found.encoding,
        delimiter=delimited.delimiter,
        sheet=None,
        sheets=(),
        hidden_sheets=(),
        header=header,
        header_row=header_row,
        rows=_doubted(_filled(rows), found),
        lines=count_lines(text),
        above=above,
        hidden=0,
        notes=(
            *_letter_notes(found),
            *([note(ImportNoteCode.DELIMITER_GUESSED, delimiter=delimited.delimiter)] if guessed else []),
            *_header_notes(header, header_row, above - first_line + 1),
        ),
    )


def _blank_behind(width: int, rows: list[Row]) -> int:
    """How many empty cells each of the rows has behind those that have a title."""
    widths = {len(row.cells) for row in rows if row.trouble is None}
    if len(rows) < _ENOUGH or len(widths) != 1 or any(cell.strip() for row in rows for cell in row.cells[width:]):
        return 0
    return max(0, widths.pop() - width)


def _filled(rows: Iterator[Row]) -> Iterator[Row]:
    return (row for row in rows if not row.is_empty)


def _doubted(rows: Iterator[Row], found: Text) -> Iterator[Row]:
    """Rows with bytes that are no letters are in trouble."""
    if MARK not in found.text:
        return rows
    doubt = Trouble(ImportProblemCode.DOUBTFUL_LETTERS, {"encoding": found.encoding.value})
    return (
        replace(row, trouble=row.trouble or doubt) if any(MARK in cell for cell in row.cells) else row for row in rows
    )


def _letter_notes(found: Text) -> list[ImportNote]:
    notes = []
    if found.is_guess:
        notes.append(note(ImportNoteCode.ENCODING_GUESSED, encoding=found.encoding.value))
    if (first := found.text.find(MARK)) >= 0:
        lines = {count_lines(found.text[: first + 1])}
        count = sum(1 for _ in re.finditer(rf"{MARK}[^\r\n]*", found.text))
        params = {"encoding": found.encoding.value, "count": count, "line": lines.pop()}
        notes.append(note(ImportNoteCode.DOUBTFUL_LETTERS, **params))
    return notes


# --- The header -------------------------------------------------------------------------------------------------------


def _header_of(candidates: list[Row], sample: list[Row], reading: ImportReading) -> tuple[Row, HeaderRow]:
    """The wished-for or the found one; made-up titles where there is none."""
    wanted = reading.header_row
    if isinstance(wanted, int):
        row = next((row for row in candidates if row.line >= wanted), None)
        if row is None:
            raise fault(FileFault.NO_HEADER, line=wanted)
        return row, row.line
    found = None if wanted == "none" else find_header(candidates[:LOOKED_AT]).row
    if found is not None:
        return found, found.line
    widths = Counter(len(row.cells) for row in sample[:LOOKED_AT] if row.trouble is None)
    width = widths.most_common(1)[0][0] if widths else len(sample[0].cells)
    return Row(sample[0].line, [f"Column {number}" for number in range(1, width + 1)], lines=0), "none"


def _header_notes(header: Row, header_row: HeaderRow, above: int) -> list[ImportNote]:
    if header_row == "none":
        return [note(ImportNoteCode.NO_HEADER)]
    return [note(ImportNoteCode.ABOVE_HEADER, count=above, line=header.line)] if above > 0 else []
