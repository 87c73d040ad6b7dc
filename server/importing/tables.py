"""Tables in files, CSV or XLSX by their content: encoding, delimiter and sheet are found out unless they are given."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

import charset_normalizer

from server.contract import FileFormat, ImportReading, LeadField
from server.contract.import_codes import Encoding, encoding_named
from server.errors import Invalid
from server.importing.workbook import MAGIC, read_sheet

#: Characters of a cell: as many as spreadsheets take (Excel specifications and limits).
MAX_CELL = 32_767
# The module's own limit would refuse a file for one long cell, also where that is in no column that is wanted.
csv.field_size_limit(2**31 - 1)

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB], as XLS and locked XLSX are
_DELIMITERS = ",;\t|"
#: What columns are called, the surest name first.
_TITLES: Mapping[LeadField, tuple[str, ...]] = {
    LeadField.EMAIL: ("email", "e-mail", "emailaddress", "e-mailaddress", "mail", "address"),
    LeadField.NAME: ("name", "fullname", "contactname", "contact"),
    LeadField.FIRST_NAME: ("firstname", "givenname", "first"),
    LeadField.LAST_NAME: ("lastname", "surname", "familyname", "last"),
    LeadField.COMPANY: ("company", "companyname", "organisation", "organization", "account"),
    LeadField.PHONE: ("phone", "phonenumber", "telephone", "tel", "mobile"),
}
#: Taken when a file's bytes fit several encodings equally well: of these the most common by far (WHATWG Encoding
#: Standard, which reads even "latin1" so).
_MOST_COMMON_ENCODING = "cp1252"


@dataclass(frozen=True)
class Row:
    """A row of the file and the line it starts on (of a workbook: the number of the row)."""

    line: int
    cells: Sequence[str]
    #: How many lines it takes: more than one where its cells hold line breaks.
    lines: int = 1

    def cell(self, column: int | None) -> str:
        """What stands there, without blanks around it; short rows end in empty cells."""
        return self.cells[column].strip() if column is not None and column < len(self.cells) else ""


@dataclass(frozen=True)
class Table:
    """A file opened: how it was read, its header, and the rows after it. These can be gone through once."""

    format: FileFormat
    encoding: Encoding | None
    delimiter: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    #: Where there is none: made-up titles, on the line before the first row.
    header: Row
    header_row: int | Literal["none"]
    rows: Iterator[Row]
    #: Of the whole file.
    lines: int


def open_table(content: bytes, reading: ImportReading) -> Table:
    """Blocks. Raises :class:`Invalid` when the file as a whole makes no sense; so may going through its rows."""
    if content.startswith(MAGIC):
        return _open_workbook(content, reading)
    if content.startswith(_OLD_WORKBOOK):
        raise Invalid("This is an old or a locked workbook. Save it as XLSX without a password, or as CSV.")
    return _open_csv(content, reading)


def suggest_mapping(header: Row) -> dict[LeadField, int]:
    """Which column seems to hold what; of several the one with the surest name, of equals the first."""
    plain = ["".join(title.casefold().split()).replace("_", "").strip('"') for title in header.cells]
    return {
        field: plain.index(title)
        for field, titles in _TITLES.items()
        if (title := next((each for each in titles if each in plain), None)) is not None
    }


def _open_workbook(content: bytes, reading: ImportReading) -> Table:
    sheet = read_sheet(content, reading.sheet)
    cells_of_rows = csv.reader(io.StringIO(sheet.rows, newline=""))
    header, header_row, rows = _find_header((Row(int(cells[0]), cells[1:]) for cells in cells_of_rows), reading)
    if header is None:
        raise Invalid(f"The sheet {sheet.name!r} is empty. It needs a header row and one lead in each row after it.")
    return Table(FileFormat.XLSX, None, None, sheet.name, sheet.names, header, header_row, rows, sheet.last)


def _find_header(
    rows: Iterator[Row], reading: ImportReading
) -> tuple[Row | None, int | Literal["none"], Iterator[Row]]:
    if reading.header_row != "none":
        header = next((row for row in rows if row.line >= (reading.header_row or 1)), None)
        return header, header.line if header is not None else 1, rows
    first = next(rows, None)
    if first is None:
        return None, "none", rows
    titles = [f"Column {number}" for number in range(1, len(first.cells) + 1)]
    return Row(first.line, titles, lines=0), "none", chain([first], rows)


def _open_csv(content: bytes, reading: ImportReading) -> Table:
    encoding = reading.encoding or encoding_named(_encoding_of(content))
    text = _decode(content, encoding)
    if not text.strip():
        raise Invalid("The file is empty. It needs a header line and one lead on each line after it.")
    header_line = text.lstrip("\r\n").splitlines()[0]
    delimiter = reading.delimiter or max(_DELIMITERS, key=header_line.count)
    header, header_row, rows = _find_header(_csv_rows(text, delimiter), reading)
    if header is None:
        raise Invalid(
            "The file has nothing but empty cells. It needs a header line and one lead on each line after it."
        )
    lines = len(re.findall(r"\r\n|\r|\n", text)) + (text[-1] not in "\r\n")
    return Table(FileFormat.CSV, encoding, delimiter, None, (), header, header_row, rows, lines)


def _encoding_of(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding.removesuffix("-sig")
    matches = charset_normalizer.from_bytes(content[: 2**20], cp_isolation=[each.value for each in Encoding])
    best = matches.best()
    if best is None:
        raise Invalid("The file is not text. Save the table as CSV (UTF-8) and import that.")
    as_good = {match.encoding for match in matches if (match.chaos, match.coherence) == (best.chaos, best.coherence)}
    return _MOST_COMMON_ENCODING if _MOST_COMMON_ENCODING in as_good else best.encoding


def _decode(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding, errors="replace")
    except (LookupError, ValueError) as error:  # not an encoding, or (as base64) not one of text
        raise Invalid(f"{encoding} is not an encoding of text. Choose another, such as utf-8 or cp1252.") from error
    return text.removeprefix("\ufeff")


def _csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid(f"Line {line} is not CSV ({error}).") from error
        if any(cell.strip() for cell in cells):
            yield Row(line, cells, reader.line_num - line + 1)
