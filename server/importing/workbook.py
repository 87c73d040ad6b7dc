"""Rows of a workbook (XLSX or ODS), read in a process of its own.

A small workbook can unfold into one of any size: compressed a thousand times, or with one cell in the last row and
column of an otherwise empty sheet. So it is read where it can use so much memory and time and no more, and where
nothing else goes down with it, and what comes of it waits in a file: here no more than a row is in memory at once.
External entities are never followed: the parser knows none.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from server.contract.import_codes import FileFault, ImportProblemCode
from server.importing.delimited import too_long
from server.importing.faults import fault
from server.importing.rows import Row, Trouble
from server.importing.workbook_process import NO_ROOM, REFUSED, TOO_LARGE
from server.settings import environment_without_secrets

#: Every workbook of today is a ZIP archive.
MAGIC = b"PK\x03\x04"

_SECONDS = 60.0


@dataclass(frozen=True)
class Sheet:
    """One sheet; ``name`` of ``names``, of which some are ``hidden``."""

    name: str
    names: tuple[str, ...]
    hidden: tuple[str, ...]
    is_ods: bool
    #: JSON, a row in each line. It has no name, and goes when nobody reads it any more.
    file: IO[bytes]

    def __post_init__(self) -> None:
        weakref.finalize(self, self.file.close)

    def rows(self) -> Iterator[tuple[Row, bool]]:
        """Those that hold something, and whether they are hidden. Can be gone through again, not side by side."""
        self.file.seek(0)
        for line in self.file:
            number, hidden, cells = json.loads(line)
            yield _row(number, cells), hidden

    def marks(self) -> Iterator[tuple[int, bool]]:
        """The same, of each its number instead of the row; faster."""
        self.file.seek(0)
        for line in self.file:
            number, hidden, _ = line.split(b", ", 2)
            yield int(number[1:]), hidden == b"true"


def read_sheet(content: bytes, name: str | None) -> Sheet:
    """The sheet of that name, or the one that a spreadsheet program would show. Blocks.

    Raises :class:`Invalid`, and ``OSError`` where there is no room for what is in it.
    """
    if name is not None and "\x00" in name:
        raise fault(FileFault.NO_SUCH_SHEET, sheets="…")
    arguments = [] if name is None else [name]
    command = [sys.executable, "-P", "-m", "server.importing.workbook_process", *arguments]
    rows = tempfile.TemporaryFile()  # noqa: SIM115 - the sheet closes it
    try:
        about = _convert(command, content, rows)
    except BaseException:
        rows.close()
        raise
    return Sheet(about["name"], tuple(about["names"]), tuple(about["hidden"]), about["ods"], rows)


def _convert(command: list[str], content: bytes, rows: IO[bytes]) -> Any:
    """What is known of the sheet, whose rows are in the file then. Raises as :func:`read_sheet` does."""
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            input=content,
            env=environment_without_secrets(),
            stdout=rows,
            stderr=subprocess.PIPE,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise fault(FileFault.TOO_LARGE_WORKBOOK) from error
    if done.returncode == REFUSED:
        why = json.loads(done.stderr)
        raise fault(FileFault(why["fault"]), **why["params"])
    if done.returncode < 0 or done.returncode == TOO_LARGE:  # ended by the system: out of memory or of time
        raise fault(FileFault.TOO_LARGE_WORKBOOK)
    if done.returncode == NO_ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), tempfile.gettempdir())
    if done.returncode != 0:
        raise fault(FileFault.BROKEN_WORKBOOK)
    return json.loads(done.stderr)


def _row(number: int, cells: list[Any]) -> Row:
    troubles = {column: _trouble(cell[0]) for column, cell in enumerate(cells) if isinstance(cell, list)}
    values = [cell[0] if isinstance(cell, list) else cell for cell in cells]
    return Row(number, values, troubles={**troubles, **too_long(values)})


def _trouble(error: str) -> Trouble:
    return Trouble(ImportProblemCode.ERROR_VALUE, {"value": error}) if error else Trouble(ImportProblemCode.NO_RESULT)
