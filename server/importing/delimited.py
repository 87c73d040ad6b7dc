"""Rows of delimited text, strictly by RFC 4180: where cells may not end where they seem to, the row is named.

A quotation mark that is never closed would make one cell of all rows up to the next one. So a row that is not as it
should be counts for its first line alone, and reading goes on with the next line: no cell gets what is in others' rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from server.contract.import_codes import ImportProblemCode
from server.importing.rows import MAX_CELLS, MAX_CHARACTERS, Row, Trouble, row_too_long

#: Characters of a cell: as many as spreadsheets take (Excel specifications and limits).
MAX_CELL = 32_767

_FAR = 2**20  # characters within which a quotation mark has to be closed

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n)?")
_QUOTED = re.compile(r' *"([^"]*(?:""[^"]*)*)" *')
_BREAK = re.compile(r"\r\n|\r|\n")
_ADDRESS = re.compile(r"[^\s@,;|<>\"]+@[^\s@,;|<>\"]+\.[^\s@,;|<>\"]+")

_UNCLOSED = Trouble(ImportProblemCode.UNCLOSED_QUOTE)
_STRAY = Trouble(ImportProblemCode.STRAY_QUOTE)
_ROWS_WITHIN = Trouble(ImportProblemCode.ROWS_IN_CELL)
_TOO_LONG = Trouble(ImportProblemCode.CELL_TOO_LONG, {"limit": MAX_CELL})
_NONE: Mapping[int, Trouble] = {}


def count_lines(text: str) -> int:
    """How many lines the text has; the last may end without a line break."""
    return len(_BREAK.findall(text)) + (not text.endswith(("\r", "\n")) and bool(text))


def holds_address(cells: list[str]) -> bool:
    """Whether one of the cells is an email address and nothing else, roughly."""
    return any("@" in cell and _ADDRESS.fullmatch(cell.strip(" \"'")) for cell in cells)


def too_long(cells: Sequence[str]) -> Mapping[int, Trouble]:
    """Cells that no spreadsheet would take."""
    return {column: _TOO_LONG for column, cell in enumerate(cells) if len(cell) > MAX_CELL} or _NONE


@dataclass(frozen=True)
class Delimited:
    """Text whose cells are parted by ``delimiter``."""

    text: str
    delimiter: str

    def rows(self, *, line: int = 1, width: int | None = None, blank: int = 0, spaced: bool = False) -> Iterator[Row]:
        """All rows from a line on, the empty ones too.

        ``width``: so many cells each has to have, and then ``blank`` ones more, as a delimiter at the end of each makes
        them. ``spaced``: a space after the delimiter is this file's habit.

        Raises :class:`Invalid` where a row is longer than any.
        """
        at = self._start_of(line)
        while at < len(self.text):
            end, row = self._row(at, line)
            if row.trouble is None and (self._holds_rows(row, width, spaced) or self._is_row_in_cell(row)):
                row = replace(row, trouble=_ROWS_WITHIN)
            if row.trouble is not None:
                end, row = self._first_line_of(at, row)
            elif width is not None and not row.is_empty and not _is_as_wide(row, width, blank):
                row = replace(row, trouble=_of_other_width(len(row.cells) - blank, width))
            yield row
            at, line = end, line + row.lines

    def _start_of(self, line: int) -> int:
        at = 0
        for _ in range(line - 1):
            at = self._line_at(at).end()
        return at

    def _line_at(self, at: int) -> re.Match[str]:
        match = _LINE.match(self.text, at)
        assert match is not None  # noqa: S101 - an empty line matches, too
        return match

    def _row(self, at: int, line: int) -> tuple[int, Row]:
        """The row that begins there, and where the next one does."""
        first = self._line_at(at)
        if len(first[1]) > MAX_CHARACTERS:
            raise row_too_long(line)
        if '"' not in first[1]:
            cells = first[1].split(self.delimiter)
            if len(cells) > MAX_CELLS:
                raise row_too_long(line)
            return first.end(), Row(line, cells, troubles=too_long(cells) if len(first[1]) > MAX_CELL else {})
        cells, trouble = [], None
        start = at
        while trouble is None:
            start, cell, trouble = self._cell(start)
            cells.append(cell)
            if len(cells) > MAX_CELLS or start - at > MAX_CHARACTERS:
                raise row_too_long(line)
            if self.text[start : start + 1] != self.delimiter:
                break
            start += 1
        end = self._line_at(start).end() if trouble is None else first.end()
        return end, Row(line, cells, count_lines(self.text[at:end]), trouble, too_long(cells))

    def _cell(self, at: int) -> tuple[int, str, Trouble | None]:
        """One cell and where it ends: at a delimiter, the end of the line or of the text, or there is trouble."""
        if self._opening.match(self.text, at) is None:
            plain = self._plain.match(self.text, at)
            assert plain is not None  # noqa: S101 - nothing matches, too
            return plain.end(), plain[0], _STRAY if plain[0].count('"') % 2 else None
        quoted = _QUOTED.match(self.text, at, at + _FAR)
        if quoted is None:
            return at, "", _UNCLOSED
        if self.text[quoted.end() : quoted.end() + 1] not in ("", "\r", "\n", self.delimiter):
            return at, "", _UNCLOSED if _BREAK.search(quoted[0]) else _STRAY
        return quoted.end(), quoted[1].replace('""', '"'), None

    @cached_property
    def _opening(self) -> re.Pattern[str]:
        return re.compile(r' *"')

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        return re.compile(rf"[^{re.escape(self.delimiter)}\r\n]*")

    def _first_line_of(self, at: int, row: Row) -> tuple[int, Row]:
        first = self._line_at(at)
        return first.end(), replace(row, cells=first[1].split(self.delimiter), lines=1)

    def _holds_rows(self, row: Row, width: int | None, spaced: bool) -> bool:
        """Whether a line within one of the cells looks like a row: it has as many cells, or an address for a cell."""
        if row.lines == 1:
            return False
        parts = (part for cell in row.cells if _BREAK.search(cell) for part in _BREAK.split(cell))
        return any(self._looks_like_row(part, width, spaced) for part in parts)

    def _is_row_in_cell(self, row: Row) -> bool:
        """Whether all of the row stands within one pair of quotation marks."""
        if len(row.cells) > 1 or self.delimiter not in row.cells[0]:
            return False
        return sum(holds_address([cell]) for cell in row.cells[0].split(self.delimiter)) == 1

    def _looks_like_row(self, part: str, width: int | None, spaced: bool) -> bool:
        cells = part.split(self.delimiter)
        if holds_address(cells):
            return True
        # "Springfield, Illinois" is prose, unless this file has a space after each delimiter.
        prose = not spaced and all(cell.startswith(" ") for cell in cells[1:])
        return width is not None and width > 1 and len(cells) >= width and not prose


def _is_as_wide(row: Row, width: int, blank: int) -> bool:
    return len(row.cells) == width + blank and not any(map(str.strip, row.cells[width:]))


def _of_other_width(cells: int, width: int) -> Trouble:
    code = ImportProblemCode.FEWER_CELLS if cells < width else ImportProblemCode.MORE_CELLS
    return Trouble(code, {"cells": cells, "columns": width})
