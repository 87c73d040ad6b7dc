"""Where the titles stand: in the first row, below a title or notes, or nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.contract import LeadField
from server.importing.columns import field_named
from server.importing.delimited import holds_address
from server.importing.rows import Row

LOOKED_AT = 30  # rows


@dataclass(frozen=True)
class FoundHeader:
    """The row of the titles; None: the first row is a lead already."""

    row: Row | None


def find_header(rows: Sequence[Row]) -> FoundHeader:
    """Of the first rows of a file, none of them empty; there is at least one.

    The titles stand above the first address. Of the rows there it is the one with most titles that are known, else the
    first that is as wide as the rows below.
    """
    first = next((at for at, row in enumerate(rows) if holds_address(list(row.cells))), None)
    above = [row for row in rows[:first] if row.trouble is None]
    if not above:
        return FoundHeader(None if first is not None else rows[0])
    best = max(above, key=_known)  # of equals the first
    if _known(best) > 0:
        return FoundHeader(best)
    width = _width(rows[first]) if first is not None else max(map(_width, rows))
    return FoundHeader(next((row for row in above if _width(row) >= width > 0), above[-1]))


def _known(row: Row) -> float:
    """How many cells are titles. One alone says little where there are more cells, but a column of addresses does."""
    fields = [found for cell in row.cells if (found := field_named(cell)) is not None]
    if LeadField.EMAIL in fields:
        return len(set(fields)) + 0.5
    return len(set(fields)) if len(fields) > 1 else 0


def _width(row: Row) -> int:
    return sum(1 for cell in row.cells if cell.strip())
