"""Looks at a desktop at work, as often as is wanted, and says what on it contradicts something else."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

# A usual screen: without it, it would be one of 800x800.
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).parents[1] / 'screen.json'}"

from desktop.platform.event_loop import make_event_loop
from desktop.start import make_application
from tests.desktop.contradictions.day import Looked, spend


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; exits with 1 where there is a contradiction."""
    parser = argparse.ArgumentParser(prog="python -m tests.desktop.contradictions")
    parser.add_argument("--snapshots", type=int, default=1000, help="how often to look (default: 1000)")
    given = parser.parse_args(arguments)
    started = time.monotonic()
    application = make_application()
    with tempfile.TemporaryDirectory() as directory, asyncio.Runner(loop_factory=make_event_loop) as runner:
        looked = runner.run(spend(Path(directory), given.snapshots))
    del application  # held until here: Qt goes before the interpreter does
    _report(looked, time.monotonic() - started)
    sys.exit(bool(looked.contradictions))


def _report(looked: Looked, seconds: float) -> None:
    states = ", ".join(f"{state} {count}" for state, count in looked.states.most_common())
    sys.stdout.write(f"{looked.snapshots} snapshots in {seconds:.0f} s: {states}\n")
    for complaint, count in looked.contradictions.most_common():
        sys.stdout.write(f"{count:5}  {complaint}\n")
    sys.stdout.write(f"{looked.contradictions.total()} contradictions\n")


if __name__ == "__main__":
    main()
