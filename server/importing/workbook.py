"""Rows of a workbook (XLSX), read in a process of its own.

A small workbook can unfold into one of any size: compressed a thousand times, or with one cell in the last row and
column of an otherwise empty sheet. So it is read where it can use so much memory and time and no more, and where
nothing else goes down with it. External entities are never followed: the parser knows none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from server.errors import Invalid
from server.importing.workbook_process import REFUSED, TOO_LARGE
from server.settings import environment_without_secrets

#: Every workbook of today is a ZIP archive.
MAGIC = b"PK\x03\x04"

_SECONDS = 60.0

_BROKEN = "The workbook cannot be read. Save the sheet as CSV and import that."
_HUGE = "The workbook is too large to be read. Save the sheet as CSV and import that."


@dataclass(frozen=True)
class Sheet:
    """One sheet as CSV, the number of its row before each; ``name`` of ``names``."""

    name: str
    names: tuple[str, ...]
    rows: str
    #: The number of the last row that holds something; 0: none does.
    last: int


def read_sheet(content: bytes, name: str | None) -> Sheet:
    """The sheet of that name, or the first that has cells. Blocks; raises :class:`Invalid`."""
    if name is not None and "\x00" in name:
        raise Invalid("The workbook has no such sheet.")
    arguments = [] if name is None else [name]
    command = [sys.executable, "-m", "server.importing.workbook_process", *arguments]
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
        raise Invalid(_HUGE) from error
    if done.returncode == REFUSED:
        raise Invalid(done.stderr.decode("utf-8", "replace"))
    if done.returncode < 0 or done.returncode == TOO_LARGE:  # ended by the system: out of memory or of time
        raise Invalid(_HUGE)
    if done.returncode != 0:
        raise Invalid(_BROKEN)
    head, _, rows = done.stdout.decode().partition("\n")
    about = json.loads(head)
    return Sheet(about["name"], tuple(about["names"]), rows, about["last"])
