"""Kills the service at every step it takes, a given number of times, and prints what was lost: ``--kills 200``.

Ends with 1 when anything was lost, arrived twice without a mark, or does not add up.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.system.external_database import ExternalDatabase
from tests.system.killing import Killed, killing, next_kill
from tests.system.tracing import Kill

#: Kinds of series, and their shares of the kills.
_SHARES = {
    ("embedded database", "resend"): 0.42,
    ("embedded database", "hold"): 0.33,
    ("external database", "resend"): 0.1,
    ("external database", "hold"): 0.1,
    ("first start", "resend"): 0.05,
}
#: Of so many rounds one has a second kill, in the start after the first.
_RESTART_EVERY = 4
#: Steps into a start at which it is killed, in turn.
_RESTART_STEPS = (3, 4, 5, 6, 7, 8, 10, 12, 14)


@dataclass
class Tally:
    """What came of the kills, by step."""

    kills: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)
    unmarked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, killed: Killed, *, where: str) -> None:
        """One round with its kills; what was found counts for the first of them."""
        for step in killed.steps:
            self.kills[step] += 1
        step = killed.steps[0] if killed.steps else "no kill"
        self.lost[step] += len(killed.findings.lost)
        self.marked[step] += len(killed.findings.marked)
        self.unmarked[step] += len(killed.findings.unmarked)
        for line in killed.findings.wrong:
            self.wrong.append(f"{where}, {' and '.join(killed.steps)}: {line}")
            print(self.wrong[-1], flush=True)

    def print(self) -> None:
        """A table, one line a step."""
        print(f"\n{'kills':>6}{'lost':>6}{'marked':>8}{'unmarked':>10}  step")
        for step in sorted(self.kills, key=lambda step: step.partition(" ")[2]):
            print(f"{self.kills[step]:6}{self.lost[step]:6}{self.marked[step]:8}{self.unmarked[step]:10}  {step}")
        totals = [each.total() for each in (self.kills, self.lost, self.marked, self.unmarked)]
        print("{:6}{:6}{:8}{:10}  in all".format(*totals))
        for line in self.wrong:
            print(line)


async def run(kills: int, tally: Tally) -> None:
    """All series, one after the other."""
    started = time.monotonic()
    for (database, uncertain), share in _SHARES.items():
        wanted = round(kills * share)
        with tempfile.TemporaryDirectory() as directory:
            if database == "first start":
                await _first_starts(Path(directory), wanted, tally)
            else:
                await _series(Path(directory), wanted, tally, database=database, uncertain=uncertain)
        print(f"{tally.kills.total()} kills after {time.monotonic() - started:.0f} s", flush=True)


async def _series(directory: Path, wanted: int, tally: Tally, *, database: str, uncertain: str) -> None:
    async with AsyncExitStack() as stack:
        external = None
        if database == "external database":
            external = ExternalDatabase(directory / "external")
            await asyncio.to_thread(external.start)
            stack.callback(external.end)
        series = await stack.enter_async_context(killing(directory, external=external, QUEUE_UNCERTAIN=uncertain))
        await series.begin()
        steps = await series.steps()
        print(f"{database}, {uncertain}: {len(steps)} kinds of steps, {steps.total()} in a round", flush=True)
        made = rounds = 0
        while made < wanted:
            again = Kill(None, _RESTART_STEPS[rounds // _RESTART_EVERY % len(_RESTART_STEPS)])
            twice = rounds % _RESTART_EVERY == 0 and made + 1 < wanted
            kill = next_kill(steps, tally.kills)
            killed = await series.kill(kill, again) if twice else await series.kill(kill)
            if not killed.steps:  # not every step comes in every round, or as often as before
                del steps[str(kill.step)]
            tally.add(killed, where=f"{database}, {uncertain}")
            made += len(killed.steps)
            rounds += 1


async def _first_starts(directory: Path, wanted: int, tally: Tally) -> None:
    """A start that sets up a new database, killed and begun again."""
    async with killing(directory / "whole") as series:
        await series.begin()
        steps = series.first_steps
    for number in range(wanted):
        async with killing(directory / str(number)) as series:
            step = await series.begin(Kill(steps[number * len(steps) // wanted]))
            assert step is not None
            await series.steps()
            tally.add(Killed((f"{step} (first start)",), await series.findings()), where="first start")


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    tally = Tally()
    try:
        asyncio.run(run(parser.parse_args().kills, tally))
    finally:
        tally.print()
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
