"""Leads from the rows of a file: bad rows are reported, good ones come in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from server.addresses import usable_address
from server.contract import (
    ImportCheck,
    ImportLines,
    ImportNote,
    ImportPlan,
    ImportPreview,
    ImportProblem,
    ImportReading,
    ImportResult,
    LeadField,
)
from server.contract.import_codes import PROBLEM_SENTENCES, FileFault, ImportProblemCode
from server.errors import Invalid, TooLarge
from server.importing.tables import MAX_CELL, Row, open_table, suggest_mapping
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


class SeenAddresses:
    """The addresses of a file so far: whoever comes again in it is told apart from who was there before."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def new_among(self, leads: Iterable[NewLead]) -> list[NewLead]:
        """Those whose address comes for the first time."""
        new = []
        for lead in leads:
            if (address := lead.email.casefold()) not in self._seen:
                self._seen.add(address)
                new.append(lead)
        return new


async def import_file(
    leads: LeadStore, content: bytes, *, by: str, now: datetime, reading: ImportReading | None = None
) -> ImportResult:
    """Add every usable row whose address is new, the columns known by themselves.

    Raises :class:`Invalid` when the file as a whole makes no sense, :class:`TooLarge` when it is too large.
    """
    check_size(content)
    plan, notes = await asyncio.to_thread(make_plan, content, reading or ImportReading())
    lines = await asyncio.to_thread(count_lines, content, plan)
    rest, seen = batches(content, plan), SeenAddresses()
    imported = in_file = there = refused = 0
    problems: list[ImportProblem] = []
    while (batch := await asyncio.to_thread(next, rest, None)) is not None:
        new = seen.new_among(batch.good)
        added = await leads.add(new, by=by, now=now)
        imported += added
        in_file += len(batch.good) - len(new)
        there += len(new) - added
        refused += len(batch.bad)
        problems += batch.bad[: MAX_PROBLEMS - len(problems)]
    return ImportResult(
        imported=imported,
        duplicates=in_file + there,
        duplicates_in_file=in_file,
        already_there=there,
        refused=refused,
        problems=tuple(problems),
        lines=lines,
        plan=plan,
        notes=notes,
    )


def check_size(content: bytes) -> None:
    """Raises :class:`TooLarge`."""
    if len(content) > MAX_FILE_SIZE:
        raise TooLarge(f"The file is larger than {MAX_FILE_SIZE // 2**20} MB. Split it and import the parts.")


def preview(import_id: str, file_name: str, content: bytes, reading: ImportReading) -> ImportPreview:
    """What the file looks like. Blocks; raises :class:`Invalid`."""
    table = open_table(content, reading)
    rows = list(islice(table.rows, PREVIEW_ROWS))
    return ImportPreview(
        id=import_id,
        file_name=file_name,
        format=table.format,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        sheets=table.sheets,
        chosen=reading,
        header_row=table.header_row,
        columns=_shown(table.header),
        rows=tuple(_shown(row) for row in rows),
        row_lines=tuple(row.line for row in rows),
        mapping=suggest_mapping(table.header),
    )


async def check(content: bytes, plan: ImportPlan, known: Callable[[Sequence[str]], Awaitable[set[str]]]) -> ImportCheck:
    """What an import would do. ``known`` answers which of many addresses are there already, in lower case.

    Raises :class:`Invalid`.
    """
    survey = await asyncio.to_thread(_survey, content, plan)
    there = await known(survey.addresses)
    return ImportCheck(
        rows=survey.lines.rows,
        importable=len(survey.addresses) - len(there),
        duplicates_in_file=survey.duplicates,
        already_there=len(there),
        refused=survey.refused,
        problems=tuple(survey.problems),
        lines=survey.lines,
    )


def make_plan(content: bytes, reading: ImportReading) -> tuple[ImportPlan, tuple[ImportNote, ...]]:
    """How the file is read and which column holds what, where nobody chooses. Blocks; raises :class:`Invalid`."""
    table = open_table(content, reading)
    mapping = suggest_mapping(table.header)
    if LeadField.EMAIL not in mapping:
        raise Invalid(
            f"The file has no column with email addresses. Line {table.header.line} names: "
            f"{', '.join(table.header.cells)[:200]}. Name one of them 'email'.",
            details={"fault": FileFault.NO_ADDRESSES},
        )
    return ImportPlan(**{**dict(reading), "mapping": mapping}), ()


def batches(content: bytes, plan: ImportPlan) -> Iterator[Batch]:
    """The rows of a file. Blocks, also to go on; raises :class:`Invalid`."""
    return _batches(open_table(content, plan).rows, plan.mapping)


def count_lines(content: bytes, plan: ImportPlan) -> ImportLines:
    """What the file consists of. Blocks; raises :class:`Invalid` when any of it cannot be read."""
    table = open_table(content, plan)
    rows = continued = 0
    for row in table.rows:
        rows += 1
        continued += row.lines - 1
    header = table.header.lines if table.header_row != "none" else 0
    above = table.header.line - 1
    return ImportLines(
        total=table.lines,
        above=above,
        header=header,
        empty=table.lines - above - header - rows - continued,
        continued=continued,
        hidden=0,
        rows=rows,
    )


@dataclass
class _Survey:
    """What a file holds."""

    lines: ImportLines
    #: Usable ones, each once.
    addresses: list[str] = field(default_factory=list)
    duplicates: int = 0
    refused: int = 0
    #: The first of them.
    problems: list[ImportProblem] = field(default_factory=list)


def _survey(content: bytes, plan: ImportPlan) -> _Survey:
    survey, seen = _Survey(count_lines(content, plan)), SeenAddresses()
    for batch in batches(content, plan):
        new = seen.new_among(batch.good)
        survey.addresses += [lead.email for lead in new]
        survey.duplicates += len(batch.good) - len(new)
        survey.refused += len(batch.bad)
        survey.problems += batch.bad[: MAX_PROBLEMS - len(survey.problems)]
    return survey


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
    if any(len(row.cell(column)) > MAX_CELL for column in mapping.values()):
        return _problem(row, address, ImportProblemCode.CELL_TOO_LONG, limit=MAX_CELL)
    if not address:
        return _problem(row, "", ImportProblemCode.NO_ADDRESS)
    try:
        email = usable_address(address)
    except Invalid:
        return _problem(row, address, ImportProblemCode.NOT_AN_ADDRESS)
    name = cell(LeadField.NAME) or f"{cell(LeadField.FIRST_NAME)} {cell(LeadField.LAST_NAME)}"
    return NewLead(
        email=email,
        name=_text(name),
        company=_text(cell(LeadField.COMPANY)),
        phone=_text(cell(LeadField.PHONE)),
    )


def _problem(row: Row, value: str, code: ImportProblemCode, **params: str | int) -> ImportProblem:
    reason = PROBLEM_SENTENCES[code].format(**params)
    return ImportProblem(line=row.line, value=value[:_MAX_TEXT], code=code, params=params, reason=reason)


def _shown(row: Row) -> tuple[str, ...]:
    return tuple(_text(cell) for cell in row.cells[:_MAX_COLUMNS])


def _text(value: str) -> str:
    """One line of printable text, whatever the cell held."""
    return one_line(value)[:_MAX_TEXT].strip()
