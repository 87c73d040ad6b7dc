"""The process that reads one sheet of a workbook: XLSX comes in, CSV goes out, with the row's number before each.

It imports nothing else of the service, so that it starts quickly and has little to lose.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import sys

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, load_workbook

REFUSED, TOO_LARGE = 3, 4

_MEMORY = 2**30  # bytes of address space
_SECONDS = 30  # of processor time
_MAX_TEXT = 100 * 2**20  # characters of all cells together

_BROKEN = "The workbook cannot be read. Open it, save it again as XLSX, or save the sheet as CSV, and import that."
_LOCKED = "The workbook is protected by a password. Save it without one and import that."


def main() -> int:
    """Read standard input and write to standard output; the name of the sheet may be given as an argument."""
    _limit_resources()
    return convert(sys.stdin.buffer.read(), sys.argv[1] if len(sys.argv) > 1 else None)


def convert(content: bytes, name: str | None) -> int:
    """The sheet of that name, or the first that has cells; answers the exit code."""
    try:
        workbook = load_workbook(io.BytesIO(content))
        if name is None:
            name = _first_with_cells(workbook)
        if name not in workbook.sheet_names:
            return _refuse(f"The workbook has no such sheet. It has: {', '.join(workbook.sheet_names)[:200]}.")
        found = _as_csv(workbook, name)
    except PasswordError:
        return _refuse(_LOCKED)
    except (CalamineError, UnicodeError, ValueError):
        return _refuse(_BROKEN)
    except MemoryError:
        return TOO_LARGE
    if found is None:
        return TOO_LARGE
    rows, last = found
    about = json.dumps({"name": name, "names": workbook.sheet_names, "last": last})
    sys.stdout.buffer.write(f"{about}\n{rows}".encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    return 0


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:  # Windows: whoever started this still limits the time
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse(sentence: str) -> int:
    sys.stderr.buffer.write(sentence.encode("utf-8", "replace"))
    return REFUSED


def _first_with_cells(workbook: CalamineWorkbook) -> str:
    for name in workbook.sheet_names:
        if workbook.get_sheet_by_name(name).start is not None:
            return name
    return workbook.sheet_names[0] if workbook.sheet_names else ""


def _as_csv(workbook: CalamineWorkbook, name: str) -> tuple[str, int] | None:
    last = 0
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    for number, cells in enumerate(workbook.get_sheet_by_name(name).iter_rows(), start=1):
        values = [_text(cell) for cell in cells]
        if any(values):
            last = number
            writer.writerow([number, *values])
            if text.tell() > _MAX_TEXT:
                return None
    return text.getvalue(), last


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
