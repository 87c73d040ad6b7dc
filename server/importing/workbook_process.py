"""The process that reads one sheet of a workbook: the workbook comes in, JSON goes out, one row in each line.

What is known of the sheet goes to standard error, or why it is refused.
It imports nothing of the service but its neighbour, so that it starts quickly and has little to lose.
"""

from __future__ import annotations

import datetime
import io
import json
import os
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
    load_workbook,
)

from server.importing.workbook_parts import Oddities, active_sheet, oddities

REFUSED, TOO_LARGE, NO_ROOM = 3, 4, 5

_MEMORY = 2**30  # bytes of address space
_SECONDS = 30  # of processor time
_MAX_TEXT = 100 * 2**20  # bytes of all rows together
#: Of a row, as in :mod:`server.importing.rows`.
_MAX_CELLS, _MAX_CHARACTERS = 16_384, 2**20
_MAX_PART = 150 * 2**20  # bytes of a part of the archive, unfolded


def main() -> int:
    """Read standard input and write to standard output; the name of the sheet may be given as an argument."""
    _limit_resources()
    return convert(sys.stdin.buffer.read(), sys.argv[1] if len(sys.argv) > 1 else None)


def convert(content: bytes, name: str | None) -> int:
    """The sheet of that name, or the one that a spreadsheet program would show; answers the exit code."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        if any(part.file_size > _MAX_PART for part in archive.infolist()):
            return TOO_LARGE
        workbook = load_workbook(io.BytesIO(content))
        name = _shown(workbook, archive) if name is None else name
        if name not in workbook.sheet_names:
            return _refuse("noSuchSheet", sheets=", ".join(workbook.sheet_names)[:200])
        _write_rows(workbook, name, oddities(archive, name))
    except _TooLong as error:
        return _refuse("rowTooLong", line=error.line, characters=_MAX_CHARACTERS, columns=_MAX_CELLS)
    except _TooMuch:
        return TOO_LARGE
    except OSError:  # what is written has no place to go
        # At its end Python writes the rest once more, and fails with a code of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO_ROOM
    except PasswordError:
        return _refuse("lockedWorkbook")
    except (CalamineError, zipfile.BadZipFile, zlib.error, EOFError, LookupError, RuntimeError, ValueError):
        return _refuse(_kind(content))
    except MemoryError:
        return TOO_LARGE
    hidden = [each.name for each in workbook.sheets_metadata if each.visible != SheetVisibleEnum.Visible]
    about = {"name": name, "names": workbook.sheet_names, "hidden": hidden, "ods": "content.xml" in archive.namelist()}
    sys.stderr.buffer.write(json.dumps(about).encode())
    return 0


class _TooMuch(Exception):
    """There is more in the sheet than anybody imports at once."""


class _TooLong(Exception):
    """A row is longer than any of a table."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:  # Windows: whoever started this still limits the time
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse(fault: str, **params: str | int) -> int:
    """The code of a refusal, for who words it."""
    sys.stderr.buffer.write(json.dumps({"fault": fault, "params": params}).encode())
    return REFUSED


def _kind(content: bytes) -> str:
    """What an archive is that is no workbook, or a broken one."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "brokenWorkbook"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return "document"
    if any(name.startswith("xl/") or name == "content.xml" for name in names):
        return "brokenWorkbook"
    return "archive"


def _shown(workbook: CalamineWorkbook, archive: zipfile.ZipFile) -> str:
    """The one on top, or else the first that can be seen; those without cells last."""
    active = active_sheet(archive, workbook.sheet_names)
    visible = [each.name for each in workbook.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
    chosen = sorted(visible or workbook.sheet_names, key=lambda name: name != active)
    with_cells = (name for name in chosen if workbook.get_sheet_by_name(name).start is not None)
    return next(with_cells, chosen[0] if chosen else "")


def _write_rows(workbook: CalamineWorkbook, name: str, odd: Oddities) -> None:
    """Raises :class:`_TooMuch`, :class:`_TooLong`, and ``OSError`` where there is no room for them."""
    size = 0
    for row in _numbered(workbook, name, odd):
        text = json.dumps(row, ensure_ascii=False)
        if len(row[2]) > _MAX_CELLS or len(text) > _MAX_CHARACTERS:
            raise _TooLong(row[0])
        line = f"{text}\n".encode("utf-8", "replace")
        size += len(line)
        if size > _MAX_TEXT:
            raise _TooMuch
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _numbered(workbook: CalamineWorkbook, name: str, odd: Oddities) -> Iterator[tuple[int, bool, list[Any]]]:
    """Number, whether it is hidden, and cells: text, or the error in a list; an empty one: a formula without result."""
    errors: dict[int, dict[int, str]] = {}
    for (number, column), error in odd.errors.items():
        errors.setdefault(number, {})[column] = error
    number = 0
    for number, cells in enumerate(workbook.get_sheet_by_name(name).iter_rows(), start=1):
        values = _with_errors([_text(cell) for cell in cells], errors.pop(number, {}))
        if any(values):
            yield number, number in odd.hidden, values
    for later in sorted(errors):  # formulas without results, below everything that has a value
        if later > number and (values := _with_errors([], errors[later])):
            yield later, later in odd.hidden, values


def _with_errors(values: list[Any], errors: dict[int, str]) -> list[Any]:
    for column, error in errors.items():
        values += [""] * (column - len(values))
        values[column - 1] = [error]
    return values


def _text(value: object) -> str:
    """A cell as people see it: whole numbers without a point, dates as ISO 8601."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime.date() | datetime.time():
            return value.isoformat()
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
