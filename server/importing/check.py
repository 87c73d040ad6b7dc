"""What an import would do, and one that is done in a single step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.contract import ImportCheck, ImportLines, ImportPlan, ImportProblem, ImportReading, ImportResult
from server.importing.batches import SeenAddresses, batches, check_size, lines_of, refused_by_the_database
from server.importing.preview import make_plan
from server.store.leads import LeadStore
from server.threads import FILES

#: Refused rows listed in an answer; the count is always whole.
MAX_PROBLEMS = 1000


async def check(content: bytes, plan: ImportPlan, known: Callable[[Sequence[str]], Awaitable[set[str]]]) -> ImportCheck:
    """What an import would do. ``known`` answers which of many addresses are there already, in lower case.

    Raises :class:`Invalid`.
    """
    found = await FILES.run(survey, content, plan)
    there = await known(found.addresses)
    return ImportCheck(
        rows=found.lines.rows,
        importable=len(found.addresses) - len(there),
        duplicates_in_file=found.duplicates,
        already_there=len(there),
        refused=found.refused,
        problems=tuple(found.problems),
        lines=found.lines,
    )


async def import_file(
    leads: LeadStore,
    content: bytes,
    *,
    by: str,
    now: datetime,
    reading: ImportReading | None = None,
    note: Callable[[int], Awaitable[None]] | None = None,
) -> ImportResult:
    """Add every usable row whose address is new, the columns known by themselves.

    ``note``: told before anything is added, and then of each batch, how many.

    Raises :class:`Invalid` when the file as a whole makes no sense, :class:`TooLarge` when it is too large.
    """
    check_size(content)
    plan, notes = await FILES.run(make_plan, content, reading or ImportReading())
    lines = await FILES.run(lines_of, content, plan)
    rest, seen = batches(content, plan), SeenAddresses()
    imported = in_file = there = refused = 0
    problems: list[ImportProblem] = []
    if note is not None:
        await note(0)
    while (batch := await FILES.run(next, rest, None)) is not None:
        new = seen.new_among(batch.good)
        added = await leads.add(new, by=by, now=now)
        if note is not None:
            await note(added.count)
        bad = batch.bad + refused_by_the_database(added)
        imported += added.count
        in_file += len(batch.good) - len(new)
        there += len(new) - added.count - len(added.refused)
        refused += len(bad)
        problems += bad[: MAX_PROBLEMS - len(problems)]
    return ImportResult(
        imported=imported,
        duplicates=in_file + there,
        duplicates_in_file=in_file,
        already_there=there,
        refused=refused,
        problems=tuple(problems),
        lines=lines,
        plan=plan,
        notes=notes,
    )


@dataclass
class Survey:
    """What a file holds."""

    lines: ImportLines
    #: Usable ones, each once.
    addresses: list[str] = field(default_factory=list)
    duplicates: int = 0
    refused: int = 0
    #: The first of them.
    problems: list[ImportProblem] = field(default_factory=list)


def survey(content: bytes, plan: ImportPlan) -> Survey:
    """Go through the file once. Blocks; raises :class:`Invalid`."""
    found, seen = Survey(lines_of(content, plan)), SeenAddresses()
    for batch in batches(content, plan):
        new = seen.new_among(batch.good)
        found.addresses += [lead.email for lead in new]
        found.duplicates += len(batch.good) - len(new)
        found.refused += len(batch.bad)
        found.problems += batch.bad[: MAX_PROBLEMS - len(found.problems)]
    return found
