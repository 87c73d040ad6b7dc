"""Rows of a file, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.contract import ImportProblem
from server.contract.import_codes import PROBLEM_SENTENCES, FileFault, ImportProblemCode
from server.errors import Invalid
from server.importing.faults import fault

_SHOWN = 200  # characters of what stood there

#: Of a row: cells as many as spreadsheets take (Excel and LibreOffice), and characters, far above what they would hold.
#: Beyond that it is no row of a table; to take it apart takes minutes, and more memory than all other rows together.
MAX_CELLS = 16_384
MAX_CHARACTERS = 2**20


def row_too_long(line: int) -> Invalid:
    """The file is refused: without that row it would not be whole."""
    return fault(FileFault.ROW_TOO_LONG, line=line, characters=MAX_CHARACTERS, columns=MAX_CELLS)


@dataclass(frozen=True)
class Trouble:
    """Why a row, or one of its cells, cannot be used."""

    code: ImportProblemCode
    params: Mapping[str, str | int] = field(default_factory=dict)

    def at(self, line: int, value: str) -> ImportProblem:
        """As it is told; ``value`` is what stood there."""
        reason = PROBLEM_SENTENCES[self.code].format(**self.params)
        return ImportProblem(line=line, value=value[:_SHOWN], code=self.code, params=dict(self.params), reason=reason)


@dataclass(frozen=True)
class Row:
    """A row of the file and the line it starts on (of a workbook: the number of the row)."""

    line: int
    cells: Sequence[str]
    #: How many lines it takes: more than one where its cells hold line breaks.
    lines: int = 1
    #: With the row as a whole.
    trouble: Trouble | None = None
    #: With single cells, which matters only where they are used.
    troubles: Mapping[int, Trouble] = field(default_factory=dict)

    def cell(self, column: int | None) -> str:
        """What stands there, without blanks around it."""
        return self.cells[column].strip() if column is not None and column < len(self.cells) else ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self.trouble and not self.troubles and not any(cell and not cell.isspace() for cell in self.cells)
