"""How long the GUI thread is held: what a click has to wait for, asked again and again by another thread."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, Qt, Signal

_PAUSE = 0.001  # seconds between two questions
_LOOK_AFTER = 0.02  # seconds after which one looks at what the GUI thread does
_LOOK_EVERY = 0.005
_LINES = 3  # of a stack


@dataclass
class Held:
    """What was seen in one phase; nothing is left out."""

    #: Seconds that the GUI thread took for its answer, at worst.
    longest: float = 0.0
    #: What it did in these, as often as it was looked at.
    stacks: list[str] = field(default_factory=list)
    #: Seconds that it computed for before an answer, at worst; for the rest, others had the processor.
    busiest: float = 0.0
    waits: list[float] = field(default_factory=list)

    def note(self, wait: float, busy: float, stacks: list[str]) -> None:
        """One answer."""
        self.waits.append(wait)
        self.busiest = max(self.busiest, min(busy, wait))
        if wait > self.longest:
            self.longest, self.stacks = wait, stacks


class Watchdog(QObject):
    """Watches the thread that it is made in, until :meth:`stop`."""

    _asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._watched = threading.get_ident()
        self._answered = threading.Event()
        self._ended = threading.Event()
        self._held = Held()
        self._answered_at = self._busy_so_far = 0.0
        self._asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    @contextmanager
    def phase(self) -> Iterator[Held]:
        """What is seen meanwhile."""
        held = self._held = Held()
        try:
            yield held
        finally:
            self._held = Held()

    def stop(self) -> None:
        """No more questions."""
        self._ended.set()
        self._answered.set()
        self._thread.join()

    def _answer(self) -> None:
        self._answered_at, self._busy_so_far = time.perf_counter(), time.thread_time()
        self._answered.set()

    def _watch(self) -> None:
        while not self._ended.wait(_PAUSE):
            held, busy_before, stacks = self._held, self._busy_so_far, []
            asked_at = time.perf_counter()
            self._answered.clear()
            self._asked.emit()
            wait = _LOOK_AFTER
            while not self._answered.wait(wait) and not self._ended.is_set():
                stacks.append(_stack(sys._current_frames().get(self._watched)))
                wait = _LOOK_EVERY
            if not self._ended.is_set():
                held.note(self._answered_at - asked_at, self._busy_so_far - busy_before, stacks)


def _stack(frame: FrameType | None) -> str:
    """From the inside to the outside, our own code and what it called."""
    frames = traceback.extract_stack(frame)[::-1] if frame is not None else []
    return " < ".join(f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in frames[:_LINES])
