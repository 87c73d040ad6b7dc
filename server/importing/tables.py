"""Tables in files, CSV or XLSX by their content: encoding, delimiter and sheet are found out unless they are given."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import charset_normalizer

from server.contract import FileFormat, ImportReading, LeadField
from server.errors import Invalid
from server.importing.workbook import MAGIC, read_sheet

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

    def cell(self, column: int | None) -> str:
        """What stands there, without blanks around it; short rows end in empty cells."""
        return self.cells[column].strip() if column is not None and column < len(self.cells) else ""


@dataclass(frozen=True)
class Table:
    """A file opened: how it was read, its header, and the rows after it. These can be gone through once."""

    format: FileFormat
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    header: Row
    rows: Iterator[Row]


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
    rows = (Row(int(cells[0]), cells[1:]) for cells in csv.reader(io.StringIO(sheet.rows, newline="")))
    header = next(rows, None)
    if header is None:
        raise Invalid(f"The sheet {sheet.name!r} is empty. It needs a header row and one lead in each row after it.")
    return Table(FileFormat.XLSX, None, None, sheet.name, sheet.names, header, rows)


def _open_csv(content: bytes, reading: ImportReading) -> Table:
    encoding = reading.encoding or _encoding_of(content)
    text = _decode(content, encoding)
    if not text.strip():
        raise Invalid("The file is empty. It needs a header line and one lead on each line after it.")
    header_line = text.lstrip("\r\n").splitlines()[0]
    delimiter = reading.delimiter or max(_DELIMITERS, key=header_line.count)
    rows = _csv_rows(text, delimiter)
    header = next(rows, None)
    if header is None:
        raise Invalid(
            "The file has nothing but empty cells. It needs a header line and one lead on each line after it."
        )
    return Table(FileFormat.CSV, encoding, delimiter, None, (), header, rows)


def _encoding_of(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding.removesuffix("-sig")
    matches = charset_normalizer.from_bytes(content[: 2**20])
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
            yield Row(line, cells)
