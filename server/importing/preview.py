"""What a file looks like before it is imported, and the plan that nobody has to make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from server.contract import ImportNote, ImportPlan, ImportPreview, ImportProblem, ImportReading, LeadField
from server.contract.import_codes import FileFault, ImportNoteCode
from server.importing.batches import lead_of
from server.importing.cells import bare
from server.importing.columns import FoundColumns, find_columns
from server.importing.encoding import MARK, REPLACEMENT
from server.importing.faults import fault
from server.importing.rows import Row
from server.importing.tables import Table, note, open_table
from server.store.leads import NewLead
from server.text import one_line

#: Rows of a preview: the first ones, and others with odd letters or in trouble.
FIRST_ROWS, ODD_ROWS, REFUSED_ROWS = 20, 10, 10
#: Rows whose look decides what a column holds.
_LOOKED_AT = 200
_MAX_COLUMNS = 200
_MAX_TEXT = 200  # characters of a cell


@dataclass(frozen=True)
class Looked:
    """A file opened, and what its columns seem to hold."""

    table: Table
    columns: FoundColumns
    #: The first rows, which the table yields no more.
    first: list[Row]

    @property
    def notes(self) -> tuple[ImportNote, ...]:
        """What should be known of the reading."""
        by_look = [
            note(ImportNoteCode.COLUMN_BY_LOOK, field=each.value, column=self.columns.mapping[each] + 1)
            for each in self.columns.by_look
        ]
        none = [] if LeadField.EMAIL in self.columns.mapping else [note(ImportNoteCode.NO_ADDRESSES)]
        return (*self.table.notes, *by_look, *none)


def look_at(content: bytes, reading: ImportReading) -> Looked:
    """Blocks; raises :class:`Invalid`."""
    table = open_table(content, reading)
    first = list(islice(table.rows, _LOOKED_AT))
    titles = table.header.cells if table.header_row != "none" else ()
    return Looked(table, find_columns(titles, first), first)


def make_plan(content: bytes, reading: ImportReading) -> tuple[ImportPlan, tuple[ImportNote, ...]]:
    """How the file is read and which column holds what, where nobody chooses. Blocks; raises :class:`Invalid`."""
    looked = look_at(content, reading)
    if LeadField.EMAIL not in looked.columns.mapping:
        titles = ", ".join(map(_shown, looked.table.header.cells))[:200]
        raise fault(FileFault.NO_ADDRESSES, line=looked.table.header.line, titles=titles)
    table = looked.table
    plan = ImportPlan(
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        header_row=table.header_row,
        hidden_rows=reading.hidden_rows,
        mapping=dict(looked.columns.mapping),
    )
    return plan, looked.notes


def preview(import_id: str, file_name: str, content: bytes, reading: ImportReading) -> ImportPreview:
    """What the file looks like. Blocks; raises :class:`Invalid`."""
    looked = look_at(content, reading)
    table = looked.table
    sample = _sample(looked)
    return ImportPreview(
        id=import_id,
        file_name=file_name,
        format=table.format,
        chosen=ImportReading.model_validate(reading.model_dump(include=set(ImportReading.model_fields))),
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        sheets=table.sheets,
        hidden_sheets=table.hidden_sheets,
        header_row=table.header_row,
        columns=_shown_row(table.header),
        rows=tuple(_shown_row(row) for row in sample.rows),
        row_lines=tuple(row.line for row in sample.rows),
        problems=tuple(sample.problems),
        mapping=dict(looked.columns.mapping),
        notes=looked.notes,
    )


@dataclass
class _Sample:
    rows: list[Row] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)


def _sample(looked: Looked) -> _Sample:
    """The first rows and, from the whole file, some with letters beyond ASCII and some that are refused."""
    sample, odd = _Sample(), 0
    for number, row in enumerate(_all_rows(looked)):
        is_odd = odd < ODD_ROWS and not all(map(str.isascii, row.cells))
        is_refused = len(sample.problems) < REFUSED_ROWS and _seems_refused(row, looked.columns)
        if number < FIRST_ROWS or is_odd or is_refused:
            odd += is_odd
            sample.rows.append(row)
            sample.problems += [problem] if (problem := _problem(row, looked.columns)) is not None else []
    return sample


def _all_rows(looked: Looked) -> Iterator[Row]:
    yield from looked.first
    yield from looked.table.rows


def _seems_refused(row: Row, columns: FoundColumns) -> bool:
    """At first sight: looking at each address closely takes as long as the import."""
    return row.trouble is not None or "@" not in row.cell(columns.mapping.get(LeadField.EMAIL))


def _problem(row: Row, columns: FoundColumns) -> ImportProblem | None:
    if LeadField.EMAIL not in columns.mapping:
        return None
    lead = lead_of(row, columns.mapping)
    return None if isinstance(lead, NewLead) else lead


def _shown_row(row: Row) -> tuple[str, ...]:
    return tuple(_shown(cell) for cell in row.cells[:_MAX_COLUMNS])


def _shown(cell: str) -> str:
    return one_line(bare(cell.replace(MARK, REPLACEMENT)))[:_MAX_TEXT].strip()
