"""What an import says on a terminal: how the file is read, a sample of it, and where its lines are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from server.cli.saying import say
from server.contract import ImportCheck, ImportPlan, ImportPreview, ImportReading, ImportResult
from server.importing.preview import make_plan, preview

_SAMPLE = 5  # rows
_NAMES = {"\t": "tab"}


async def describe_file(file: Path, content: bytes, reading: ImportReading) -> ImportPlan:
    """Say how the file is read, and answer that. Raises :class:`Invalid`."""
    plan, notes = await asyncio.to_thread(make_plan, content, reading)
    looked_at = await asyncio.to_thread(preview, "", file.name, content, plan)
    say(f"{file}: {', '.join(_facts(plan))}")
    say("Columns: " + ", ".join(_columns(plan, looked_at)))
    for note in notes:
        say(f"Note: {note.text}")
    for line, row in _sample(looked_at):
        say(f"  {line}: {' | '.join(row)}")
    return plan


def sum_of(done: str, found: ImportCheck | ImportResult) -> Iterator[str]:
    """Where every line of the file is gone; ``done``: what became of the good ones."""
    yield f"{done}, {found.duplicates_in_file + found.already_there} there already, {found.refused} refused."
    lines = found.lines
    parts = {
        "rows": lines.rows,
        "of titles": lines.header,
        "above the titles": lines.above,
        "empty": lines.empty,
        "hidden": lines.hidden,
        "further lines of rows": lines.continued,
    }
    told = ", ".join(f"{count} {what}" for what, count in parts.items() if count)
    yield f"{lines.total} lines: {told}. {found.duplicates_in_file} came twice in the file."


def _facts(plan: ImportPlan) -> Iterator[str]:
    if plan.encoding is not None:
        yield f"encoding {plan.encoding.value}"
    if plan.delimiter is not None:
        yield f"delimiter {_NAMES.get(plan.delimiter, plan.delimiter)}"
    if plan.sheet is not None:
        yield f"sheet {plan.sheet!r}"
    yield "no titles" if plan.header_row == "none" else f"titles in line {plan.header_row}"
    if plan.hidden_rows:
        yield "hidden rows, too"


def _columns(plan: ImportPlan, looked_at: ImportPreview) -> Iterator[str]:
    for field, column in plan.mapping.items():
        title = looked_at.columns[column] if column < len(looked_at.columns) else f"column {column + 1}"
        yield f"{field.value} from {title!r}"


def _sample(looked_at: ImportPreview) -> list[tuple[int, tuple[str, ...]]]:
    """Rows with odd letters before others, in the order of the file."""
    rows = list(zip(looked_at.row_lines, looked_at.rows, strict=True))
    odd_first = sorted(rows, key=lambda row: all(map(str.isascii, row[1])))
    return sorted(odd_first[:_SAMPLE])
