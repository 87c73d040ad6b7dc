"""Leads from the rows of a file: bad rows are reported, good ones come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from server.contract import ImportLines, ImportPlan, ImportProblem, LeadField, Phrase
from server.contract.import_codes import ImportProblemCode
from server.errors import TooLarge
from server.importing.cells import Address, address_of, name_of, text_of
from server.importing.encoding import MARK, REPLACEMENT
from server.importing.rows import Row, Trouble
from server.importing.tables import Table, open_table
from server.store.leads import Added, NewLead

#: Bytes of a file; 100,000 leads with long names are about 10 MB.
MAX_FILE_SIZE = 50 * 2**20

_BATCH = 1000

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


def refused_by_the_database(added: Added) -> list[ImportProblem]:
    """Rows that are right and are not taken all the same, because of what another program wants."""
    return [
        (
            Trouble(ImportProblemCode.VALUE_TAKEN, {"index": clash.index})
            if clash.fields
            else Trouble(ImportProblemCode.AGAINST_RULES)
        ).at(lead.line, lead.email)
        for lead, clash in added.refused
    ]


def check_size(content: bytes) -> None:
    """Raises :class:`TooLarge`."""
    if len(content) > MAX_FILE_SIZE:
        raise TooLarge(Phrase.FILE_TOO_LARGE, megabytes=MAX_FILE_SIZE // 2**20)


def batches(content: bytes, plan: ImportPlan) -> Iterator[Batch]:
    """The rows of a file. Blocks, also to go on; raises :class:`Invalid`."""
    rows = open_table(content, plan).rows
    while True:
        batch = Batch([], [])
        for row in islice(rows, _BATCH):
            lead = lead_of(row, plan.mapping)
            if isinstance(lead, NewLead):
                batch.good.append(lead)
            else:
                batch.bad.append(lead)
        if not batch.rows:
            return
        yield batch


def lines_of(content: bytes, plan: ImportPlan) -> ImportLines:
    """Where the lines of the file are gone. Blocks; raises :class:`Invalid`."""
    return _count(open_table(content, plan))


def _count(table: Table) -> ImportLines:
    rows = continued = 0
    for row in table.rows:
        rows += 1
        continued += row.lines - 1
    told = table.above + table.header.lines + rows + continued + table.hidden
    return ImportLines(
        total=table.lines,
        above=table.above,
        header=table.header.lines,
        empty=table.lines - told,
        continued=continued,
        hidden=table.hidden,
        rows=rows,
    )


def lead_of(row: Row, mapping: Columns) -> NewLead | ImportProblem:
    """The lead in a row, or why there is none."""
    found = _address(row, mapping)
    if isinstance(found, Trouble):
        stood = row.cell(mapping[LeadField.EMAIL]) if row.trouble is None else " ".join(row.cells)
        return found.at(row.line, stood.replace(MARK, REPLACEMENT))

    def cell(field: LeadField) -> str:
        return row.cell(mapping.get(field))

    parts = f"{name_of(cell(LeadField.FIRST_NAME))} {name_of(cell(LeadField.LAST_NAME))}".strip()
    return NewLead(
        email=found.email,
        name=(name_of(cell(LeadField.NAME)) or parts or found.name)[:200],
        company=text_of(cell(LeadField.COMPANY)),
        phone=text_of(cell(LeadField.PHONE)),
        line=row.line,
    )


def _address(row: Row, mapping: Columns) -> Address | Trouble:
    if row.trouble is not None:
        return row.trouble
    email = mapping[LeadField.EMAIL]
    if (trouble := row.troubles.get(email)) is not None:
        return trouble
    for column in mapping.values():
        if (trouble := row.troubles.get(column)) is not None and trouble.code is not ImportProblemCode.ERROR_VALUE:
            return trouble
        if REPLACEMENT in row.cell(column):
            return Trouble(ImportProblemCode.LOST_LETTERS)
    return address_of(row.cell(email))
