"""The service's command line, with its calls to the database counted: ``python -m tests.benchmarks.counting_server``.

On SIGUSR1 it writes the counts so far to the file named by ``CALLS_FILE``. The driver's own heartbeats (``hello``) are
counted apart, because the service does not decide about them.
"""

from __future__ import annotations

import json
import os
import signal
from collections import Counter, defaultdict
from pathlib import Path
from threading import Lock

from pymongo import monitoring

from server.cli import main


class _Counter(monitoring.CommandListener, monitoring.ServerHeartbeatListener):
    """Calls, and seconds that they took, by command and collection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._names: dict[int, str] = {}
        self._calls: Counter[str] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def started(self, event: object) -> None:
        if isinstance(event, monitoring.CommandStartedEvent):
            on = event.command.get("collection") or event.command.get(event.command_name)
            with self._lock:
                name = f"{event.command_name} {on}" if isinstance(on, str) else event.command_name
                self._names[event.request_id] = name
        else:
            self._count("heartbeat", 0)

    def succeeded(self, event: object) -> None:
        if isinstance(event, monitoring.CommandSucceededEvent):
            self._count(self._names.pop(event.request_id, event.command_name), event.duration_micros / 1e6)

    def failed(self, event: object) -> None:
        if isinstance(event, monitoring.CommandFailedEvent):
            self._count(self._names.pop(event.request_id, event.command_name), event.duration_micros / 1e6)

    def _count(self, name: str, seconds: float) -> None:
        with self._lock:
            self._calls[name] += 1
            self._seconds[name] += seconds

    def write(self, *_: object) -> None:
        """Whole or not at all, so that a reader never sees half of it."""
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps({"calls": self._calls, "seconds": self._seconds}), encoding="utf-8")
        draft.replace(self._path)


if __name__ == "__main__":
    counter = _Counter(Path(os.environ["CALLS_FILE"]))
    monitoring.register(counter)
    signal.signal(signal.SIGUSR1, counter.write)
    main()
