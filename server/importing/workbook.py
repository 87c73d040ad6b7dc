"""Rows of a workbook (XLSX or ODS), read in a process of its own.

A small workbook can unfold into one of any size: compressed a thousand times, or with one cell in the last row and
column of an otherwise empty sheet. So it is read where it can use so much memory and time and no more, and where
nothing else goes down with it. External entities are never followed: the parser knows none.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from server.contract.import_codes import FileFault, ImportProblemCode
from server.importing.delimited import too_long
from server.importing.faults import fault
from server.importing.rows import Row, Trouble
from server.importing.workbook_process import REFUSED, TOO_LARGE
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
    #: JSON, a row in each line.
    text: str

    def rows(self) -> Iterator[tuple[Row, bool]]:
        """Those that hold something, and whether they are hidden."""
        for line in io.StringIO(self.text):
            number, hidden, cells = json.loads(line)
            yield _row(number, cells), hidden


def read_sheet(content: bytes, name: str | None) -> Sheet:
    """The sheet of that name, or the one that a spreadsheet program would show. Blocks; raises :class:`Invalid`."""
    if name is not None and "\x00" in name:
        raise fault(FileFault.NO_SUCH_SHEET, sheets="…")
    arguments = [] if name is None else [name]
    command = [sys.executable, "-P", "-m", "server.importing.workbook_process", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            input=content,
            env=environment_without_secrets(),
            capture_output=True,
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
    if done.returncode != 0:
        raise fault(FileFault.BROKEN_WORKBOOK)
    head, _, text = done.stdout.decode().partition("\n")
    about = json.loads(head)
    return Sheet(about["name"], tuple(about["names"]), tuple(about["hidden"]), about["ods"], text)


def _row(number: int, cells: list[Any]) -> Row:
    troubles = {column: _trouble(cell[0]) for column, cell in enumerate(cells) if isinstance(cell, list)}
    values = [cell[0] if isinstance(cell, list) else cell for cell in cells]
    return Row(number, values, troubles={**troubles, **too_long(values)})


def _trouble(error: str) -> Trouble:
    return Trouble(ImportProblemCode.ERROR_VALUE, {"value": error}) if error else Trouble(ImportProblemCode.NO_RESULT)
