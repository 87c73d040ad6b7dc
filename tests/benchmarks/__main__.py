"""Runs the benchmarks, all or by name: prints a table for each and writes all figures to build/benchmarks.json."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from tests.benchmarks import activation, badge, drain, growth, gui, idle, memory, postfix, restarts, window
from tests.benchmarks.report import Measured, Options

BENCHMARKS: dict[str, Callable[[Options], Coroutine[Any, Any, Measured]]] = {
    "drain": drain.measure,
    "postfix": postfix.measure,
    "activation": activation.measure,
    "growth": growth.measure,
    "memory": memory.measure,
    "idle": idle.measure,
    "gui": gui.measure,
    "badge": badge.measure,
    "window": window.measure,
    "restarts": restarts.measure,
}

_RECORD = Path("build") / "benchmarks.json"


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--emails", type=int, default=2_000, help="in the queue that is drained (default: 2000)")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median is taken (default: 3)")
    parser.add_argument("--idle", type=float, default=600, metavar="SECONDS", help="that are watched (default: 600)")
    parser.add_argument("--leads", type=int, default=100_000, help="that the desktop shows (default: 100000)")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="measure ours and the floors alone")
    arguments = parser.parse_args()
    names = arguments.names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}")
    options = Options(arguments.emails, arguments.rounds, arguments.idle, arguments.peers, leads=arguments.leads)
    record: dict[str, Any] = {"cores": os.cpu_count(), "python": platform.python_version(), "benchmarks": {}}
    for name in names:
        measured = asyncio.run(BENCHMARKS[name](options))
        print(measured.table(), end="\n\n", flush=True)
        record["benchmarks"][name] = measured.record
        _RECORD.parent.mkdir(exist_ok=True)
        _RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
