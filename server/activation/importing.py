"""Leads from CSV: what encoding, delimiter and columns a file has is found out; bad rows are reported, good ones come in."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import charset_normalizer
from email_validator import EmailNotValidError, validate_email

from server.contract import ImportProblem, ImportResult
from server.errors import Invalid, TooLarge
from server.store.leads import LeadStore, NewLead

#: Bytes of a file; 100,000 leads with long names are about 10 MB.
MAX_FILE_SIZE = 50 * 2**20
#: Refused rows listed in an answer; the count is always whole.
MAX_PROBLEMS = 1000

_BATCH = 1000
_DELIMITERS = ",;\t|"
_MAX_TEXT = 200  # characters of a name or a company
_COLUMNS = {
    "email": {"email", "e-mail", "emailaddress", "e-mailaddress", "mail", "address"},
    "name": {"name", "fullname", "contact", "contactname"},
    "first": {"firstname", "givenname", "first"},
    "last": {"lastname", "surname", "familyname", "last"},
    "company": {"company", "organisation", "organization", "companyname", "account"},
    "phone": {"phone", "telephone", "phonenumber", "tel", "mobile"},
}


@dataclass(frozen=True)
class _Row:
    """A row of the file and the line it starts on (the header is line 1)."""

    line: int
    cells: Mapping[str, str]


async def import_csv(leads: LeadStore, content: bytes, *, by: str, now: datetime) -> ImportResult:
    """Add every usable row whose address is new.

    Raises :class:`Invalid` when the file as a whole makes no sense, :class:`TooLarge` when it is too large.
    """
    if len(content) > MAX_FILE_SIZE:
        raise TooLarge(f"The file is larger than {MAX_FILE_SIZE // 2**20} MB. Split it and import the parts.")
    rows = await asyncio.to_thread(_open, content)
    imported = duplicates = refused = 0
    problems: list[ImportProblem] = []
    while True:
        good, bad = await asyncio.to_thread(_read_batch, rows)
        if not good and not bad:
            break
        added = await leads.add(good, by=by, now=now)
        imported += added
        duplicates += len(good) - added
        refused += len(bad)
        problems += bad[: MAX_PROBLEMS - len(problems)]
    return ImportResult(imported=imported, duplicates=duplicates, refused=refused, problems=tuple(problems))


def _open(content: bytes) -> Iterator[_Row]:
    text = _decode(content)
    if not text.strip():
        raise Invalid("The file is empty. It needs a header line and one lead on each line after it.")
    header_line = text.lstrip("\r\n").splitlines()[0]
    delimiter = max(_DELIMITERS, key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(row for row in reader if any(cell.strip() for cell in row))
    except csv.Error as error:
        raise Invalid(f"Line {reader.line_num} is not CSV ({error}).") from error
    columns = _columns(header)
    if "email" not in columns:
        raise Invalid(
            f"The file has no column with email addresses. Line {reader.line_num} names: {', '.join(header)[:200]}. "
            "Name one of them 'email'."
        )
    return _rows(reader, columns)


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    best = charset_normalizer.from_bytes(content[: 2**20]).best()
    if best is None:
        raise Invalid("The file is not text. Save the table as CSV (UTF-8) and import that.")
    return content.decode(best.encoding, errors="replace")


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Which column holds what; the first that fits wins."""
    columns: dict[str, int] = {}
    for index, title in enumerate(header):
        plain = "".join(title.casefold().split()).replace("_", "").strip('"')
        for column, titles in _COLUMNS.items():
            if plain in titles:
                columns.setdefault(column, index)
    return columns


def _rows(reader: Iterator[list[str]], columns: Mapping[str, int]) -> Iterator[_Row]:
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid(f"Line {line} is not CSV ({error}). The rows before it were imported.") from error
        if any(cell.strip() for cell in cells):
            yield _Row(line, {name: cells[index].strip() for name, index in columns.items() if index < len(cells)})


def _read_batch(rows: Iterator[_Row]) -> tuple[list[NewLead], list[ImportProblem]]:
    good: list[NewLead] = []
    bad: list[ImportProblem] = []
    for row in islice(rows, _BATCH):
        lead = _lead(row)
        if isinstance(lead, NewLead):
            good.append(lead)
        else:
            bad.append(lead)
    return good, bad


def _lead(row: _Row) -> NewLead | ImportProblem:
    address = row.cells.get("email", "")
    if not address:
        return ImportProblem(line=row.line, value="", reason="There is no address.")
    try:
        checked = validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        return ImportProblem(line=row.line, value=address[:_MAX_TEXT], reason=str(error))
    name = row.cells.get("name") or f"{row.cells.get('first', '')} {row.cells.get('last', '')}"
    return NewLead(
        email=checked.normalized,
        name=_text(name),
        company=_text(row.cells.get("company", "")),
        phone=_text(row.cells.get("phone", "")),
    )


def _text(value: str) -> str:
    """One line of printable text, whatever the cell held."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())[:_MAX_TEXT]
