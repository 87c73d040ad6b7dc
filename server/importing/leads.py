"""Leads from the rows of a file: bad rows are reported, good ones come in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from server.addresses import usable_address
from server.contract import (
    ImportCheck,
    ImportPlan,
    ImportPreview,
    ImportProblem,
    ImportReading,
    ImportResult,
    LeadField,
)
from server.errors import Invalid, TooLarge
from server.importing.tables import Row, open_table, suggest_mapping
from server.store.leads import LeadStore, NewLead
from server.text import one_line

#: Bytes of a file; 100,000 leads with long names are about 10 MB.
MAX_FILE_SIZE = 50 * 2**20
#: Refused rows listed in an answer; the count is always whole.
MAX_PROBLEMS = 1000
#: Rows of a preview.
PREVIEW_ROWS = 20

_BATCH = 1000
_MAX_TEXT = 200  # characters of a name or a company
_MAX_COLUMNS = 200  # of a preview

Columns = Mapping[LeadField, int]


@dataclass(frozen=True)
class Batch:
    """Some rows of a file, in their order."""

    good: list[NewLead]
    bad: list[ImportProblem]

    @property
    def rows(self) -> int:
        """How many they are."""
        return len(self.good) + len(self.bad)


async def import_file(leads: LeadStore, content: bytes, *, by: str, now: datetime) -> ImportResult:
    """Add every usable row whose address is new, the columns known by their titles.

    Raises :class:`Invalid` when the file as a whole makes no sense, :class:`TooLarge` when it is too large.
    """
    check_size(content)
    batches = await asyncio.to_thread(_open_for_import, content)
    imported = duplicates = refused = 0
    problems: list[ImportProblem] = []
    while True:
        try:
            batch = await asyncio.to_thread(next, batches, None)
        except Invalid as error:
            raise Invalid(f"{error.message} The rows before it were imported.") from error
        if batch is None:
            break
        added = await leads.add(batch.good, by=by, now=now)
        imported += added
        duplicates += len(batch.good) - added
        refused += len(batch.bad)
        problems += batch.bad[: MAX_PROBLEMS - len(problems)]
    return ImportResult(imported=imported, duplicates=duplicates, refused=refused, problems=tuple(problems))


def check_size(content: bytes) -> None:
    """Raises :class:`TooLarge`."""
    if len(content) > MAX_FILE_SIZE:
        raise TooLarge(f"The file is larger than {MAX_FILE_SIZE // 2**20} MB. Split it and import the parts.")


def preview(import_id: str, file_name: str, content: bytes, reading: ImportReading) -> ImportPreview:
    """What the file looks like. Blocks; raises :class:`Invalid`."""
    table = open_table(content, reading)
    return ImportPreview(
        id=import_id,
        file_name=file_name,
        format=table.format,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        sheets=table.sheets,
        columns=_shown(table.header),
        rows=tuple(_shown(row) for row in islice(table.rows, PREVIEW_ROWS)),
        mapping=suggest_mapping(table.header),
    )


async def check(content: bytes, plan: ImportPlan, known: Callable[[Sequence[str]], Awaitable[set[str]]]) -> ImportCheck:
    """What an import would do. ``known`` answers which of many addresses are there already, in lower case.

    Raises :class:`Invalid`.
    """
    addresses, duplicates, bad, rows = await asyncio.to_thread(_survey, content, plan)
    there = await known(addresses)
    return ImportCheck(
        rows=rows,
        importable=len(addresses) - len(there),
        duplicates_in_file=duplicates,
        already_there=len(there),
        refused=rows - len(addresses) - duplicates,
        problems=tuple(bad),
    )


def batches(content: bytes, plan: ImportPlan) -> Iterator[Batch]:
    """The rows of a file. Blocks, also to go on; raises :class:`Invalid`."""
    return _batches(open_table(content, plan).rows, plan.mapping)


def count_rows(content: bytes, plan: ImportPlan) -> int:
    """How many rows the file has. Blocks; raises :class:`Invalid` when any of them cannot be read."""
    return sum(1 for _ in open_table(content, plan).rows)


def _survey(content: bytes, plan: ImportPlan) -> tuple[list[str], int, list[ImportProblem], int]:
    """Usable addresses, each once; how many come again; the first problems; how many rows there are."""
    seen: dict[str, str] = {}
    duplicates = rows = 0
    problems: list[ImportProblem] = []
    for batch in batches(content, plan):
        rows += batch.rows
        problems += batch.bad[: MAX_PROBLEMS - len(problems)]
        for lead in batch.good:
            if lead.email.casefold() in seen:
                duplicates += 1
            else:
                seen[lead.email.casefold()] = lead.email
    return list(seen.values()), duplicates, problems, rows


def _open_for_import(content: bytes) -> Iterator[Batch]:
    table = open_table(content, ImportReading())
    mapping = suggest_mapping(table.header)
    if LeadField.EMAIL not in mapping:
        raise Invalid(
            f"The file has no column with email addresses. Line {table.header.line} names: "
            f"{', '.join(table.header.cells)[:200]}. Name one of them 'email'."
        )
    return _batches(table.rows, mapping)


def _batches(rows: Iterable[Row], mapping: Columns) -> Iterator[Batch]:
    rows = iter(rows)
    while True:
        batch = Batch([], [])
        for row in islice(rows, _BATCH):
            lead = _lead(row, mapping)
            if isinstance(lead, NewLead):
                batch.good.append(lead)
            else:
                batch.bad.append(lead)
        if not batch.rows:
            return
        yield batch


def _lead(row: Row, mapping: Columns) -> NewLead | ImportProblem:
    def cell(field: LeadField) -> str:
        return row.cell(mapping.get(field))

    address = cell(LeadField.EMAIL)
    if not address:
        return ImportProblem(line=row.line, value="", reason="There is no address.")
    try:
        email = usable_address(address)
    except Invalid as error:
        return ImportProblem(line=row.line, value=address[:_MAX_TEXT], reason=error.message)
    name = cell(LeadField.NAME) or f"{cell(LeadField.FIRST_NAME)} {cell(LeadField.LAST_NAME)}"
    return NewLead(
        email=email,
        name=_text(name),
        company=_text(cell(LeadField.COMPANY)),
        phone=_text(cell(LeadField.PHONE)),
    )


def _shown(row: Row) -> tuple[str, ...]:
    return tuple(_text(cell) for cell in row.cells[:_MAX_COLUMNS])


def _text(value: str) -> str:
    """One line of printable text, whatever the cell held."""
    return one_line(value)[:_MAX_TEXT].strip()
