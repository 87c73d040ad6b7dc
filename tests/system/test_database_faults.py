"""The database has trouble that passes, at every step of the service: nothing ends, is lost, given up or sent twice.

Some pairs of a step and a trouble; ``make faults`` tries all of them, ``FAULT_PART=2/4 make faults`` the second of
four parts.
"""

from __future__ import annotations

import os
import random
import time
import zlib
from pathlib import Path

import pytest

from server.store import client
from tests.system.failing import FORBIDDEN, TROUBLES, Chosen, Trouble, failing

#: Which pairs are tried: others with each number, or all.
SEED = os.environ.get("FAULT_SEED", "1")
ALL = os.environ.get("FAULT_PAIRS") == "all"
#: Seconds after which no further round is begun.
LONGEST = float(os.environ.get("FAULT_MINUTES", "inf")) * 60

#: Of all pairs, the part that is tried, and how many there are: the same pairs each time, whichever steps come first.
PART, PARTS = map(int, os.environ.get("FAULT_PART", "1/1").split("/"))

TIMES = (1, 2)


@pytest.fixture(autouse=True)
def spared(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test itself asks of the database does not fail: faults go by the name of who asks."""
    monkeypatch.setattr(client, "PINNED", {**client.PINNED, "appname": "the test"})


@pytest.mark.skipif(ALL, reason="all pairs are tried")
@pytest.mark.timeout(600)
async def test_trouble_at_some_steps_harms_nobody(tmp_path: Path) -> None:
    chance = random.Random(SEED)

    def choose(step: str) -> Chosen | None:
        return None if chance.random() < 0.5 else (chance.choice(_fitting(step)), chance.choice(TIMES))

    async with failing(tmp_path) as series:
        await series.begin()
        acted = await series.fail(choose, apart=25)
        assert len(acted) >= 3, "the steps have names that are not met any more"
        assert not series.tally.wrong, "\n".join([f"FAULT_SEED={SEED}", *series.tally.wrong])


@pytest.mark.skipif(not ALL, reason="takes hours: make faults")
@pytest.mark.timeout(0)
async def test_trouble_at_every_step_harms_nobody(tmp_path: Path) -> None:
    known: dict[str, set[Chosen]] = {}
    tried: set[tuple[str, Chosen]] = set()
    chance = random.Random(SEED)

    def choose(step: str) -> Chosen | None:
        pairs = [(trouble, times) for trouble in _fitting(step) for times in TIMES]
        known[step] = {pair for pair in pairs if _is_of_this_part(step, *pair)}
        left = [pair for pair in pairs if pair in known[step] and (step, pair) not in tried]
        return chance.choice(left) if left else None

    async with failing(tmp_path) as series:
        await series.begin()
        started = time.monotonic()
        rounds_in_vain = 0
        while rounds_in_vain < 3 and time.monotonic() - started < LONGEST:
            acted = await series.fail(choose)
            tried |= set(acted.items())
            rounds_in_vain = 0 if acted else rounds_in_vain + 1
            of = f"{len(tried)} of {sum(map(len, known.values()))} known pairs at {len(known)} steps"
            print(f"{time.monotonic() - started:.0f} s, {of}: {series.tally}", flush=True)
        # After what nobody expected loops wait longer each time: not everywhere at once, or a round takes too long.
        await series.fail(lambda _: (FORBIDDEN, 1), apart=25, complains=True)
        print(f"with what does not pass: {series.tally}")
        print("\n".join(series.tally.wrong))
        assert not series.tally.wrong


def _is_of_this_part(step: str, trouble: Trouble, times: int) -> bool:
    return zlib.crc32(f"{step}, {trouble.name}, {times}".encode()) % PARTS == PART - 1


def _fitting(step: str) -> list[Trouble]:
    return [trouble for trouble in TROUBLES if trouble.fits(step)]
