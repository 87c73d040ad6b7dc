"""A service whose calls to the database, processor time and memory can be read from outside."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.benchmarks.surroundings import until
from tests.system.processes import ServerProcess

_ANSWER_SECONDS = 10.0
_LOOK = 1.0  # seconds that a service is watched for at once
_QUIET = 0.05  # share of a core


@dataclass(frozen=True)
class Calls:
    """To the database, by command and collection, since the service started."""

    calls: Counter[str]
    seconds: dict[str, float]

    def since(self, before: Calls) -> Calls:
        """What came after."""
        seconds = {call: spent - before.seconds.get(call, 0.0) for call, spent in self.seconds.items()}
        return Calls(self.calls - before.calls, seconds)


class WatchedServer(ServerProcess):
    """As any other, but started by :mod:`tests.benchmarks.counting_server`."""

    command = (sys.executable, "-m", "tests.benchmarks.counting_server")

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self._calls = data_dir.with_suffix(".calls")
        super().__init__(data_dir, CALLS_FILE=str(self._calls), PYTHONPATH=str(Path.cwd()), **settings)

    def calls(self) -> Calls:
        """So far."""
        self._calls.unlink(missing_ok=True)
        psutil.Process(self.pid).send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + _ANSWER_SECONDS
        while not self._calls.exists():
            assert time.monotonic() < deadline, "the service does not say what it has called"
            time.sleep(0.02)
        counts = json.loads(self._calls.read_text(encoding="utf-8"))
        return Calls(Counter(counts["calls"]), counts["seconds"])


def cpu_seconds(process: psutil.Process) -> float:
    """Of the process itself."""
    times = process.cpu_times()
    return float(times.user + times.system)


async def until_quiet(server: ServerProcess, *, seconds: float) -> None:
    """Until the service rests: after a start and an activation it hashes passwords ahead."""
    process = psutil.Process(server.pid)

    async def is_quiet() -> bool:
        before = cpu_seconds(process)
        await asyncio.sleep(_LOOK)
        return cpu_seconds(process) - before < _QUIET * _LOOK

    await until(is_quiet, seconds=seconds)


def database_processes(server: ServerProcess) -> list[psutil.Process]:
    """The embedded engine and what guards it."""
    return psutil.Process(server.pid).children(recursive=True)


def megabytes(processes: list[psutil.Process]) -> float:
    """Resident memory together."""
    return sum(process.memory_info().rss for process in processes) / 1e6
