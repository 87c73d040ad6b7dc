"""Qt's event loop as asyncio's, in which no step of a task is lost and none keeps a click waiting for all others."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any

import qasync
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

#: How long a step waits for a nested event loop to end before it tries again, in seconds.
_WHILE_NESTED = 0.01
#: Seconds of steps in one turn of Qt's loop; one at least, and the last one is not cut short.
_TURN_SECONDS = 0.004


class EventLoop(qasync.QEventLoop):  # type: ignore[misc]
    """The library's loop, with three differences.

    The library makes a timer for each step, and Qt works off all timers that are due before it looks at anything else:
    after a moment in which others had the processor, that is everything the server has said meanwhile. Here steps take
    turns with clicks and paints.

    A native dialog, a drag or a test's click makes Qt work off events in the middle of a task's step. asyncio refuses
    to enter a second task there and throws away the step that was due, so that its task waits for ever; here that step
    waits until the first one has ended. And what is left over when the loop ends is not worked off without it: tasks
    that go on in that moment find no running loop, and fail.
    """

    def __init__(self, application: QCoreApplication) -> None:
        self._turns = _Turns(self)
        super().__init__(application)

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """As of every asyncio loop; the way that every callback takes."""
        return self.add(_Step(callback, args, self, context=context), delay)

    def add(self, step: asyncio.Handle, delay: float) -> asyncio.Handle:
        """Run it after so many seconds; of those that are due, the first one first."""
        if delay <= 0:
            self._turns.add(step)
            return step
        handle: asyncio.Handle = self._add_callback(step, delay)
        return handle

    def run_forever(self) -> int:
        """As of every asyncio loop."""
        self._turns.resume()
        code: int = super().run_forever()
        return code

    def close(self) -> None:
        """As of every asyncio loop."""
        super().close()
        self._turns.forget()

    def run_until_complete(self, future: Coroutine[Any, Any, Any] | asyncio.Future[Any]) -> Any:
        """As of every asyncio loop. Raises: RuntimeError when it was stopped before the future was done."""
        task = asyncio.ensure_future(future, loop=self)
        task.add_done_callback(lambda _: self.stop())
        self.run_forever()
        if not task.done():
            raise RuntimeError("the event loop was stopped before its work had ended")
        return task.result()


class _Turns(QObject):
    """Steps that are due, some of them at a time. Each turn is an event among Qt's others.

    Qt makes that event, by a queued signal. An event made in Python has a wrapper there, which the binding takes away
    when Qt deletes the event; now and then on a busy machine that ended in a segmentation fault.
    """

    _called = Signal()

    def __init__(self, loop: EventLoop) -> None:
        super().__init__()
        self._called.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._loop = loop
        self._due: deque[asyncio.Handle] = deque()
        self._is_called = False

    def add(self, step: asyncio.Handle) -> None:
        """It is due."""
        self._due.append(step)
        self._call()

    def resume(self) -> None:
        """The loop runs again."""
        if self._due:
            self._call()

    def forget(self) -> None:
        """The loop is closed."""
        self._due.clear()

    def _take(self) -> None:
        """A turn. What becomes due in it waits for the next one."""
        self._is_called = False
        if not self._loop.is_running():
            return
        end = time.perf_counter() + _TURN_SECONDS
        for _step in range(len(self._due)):
            if not self._due:
                break
            step = self._due.popleft()
            if self._due:
                self._call()  # before the step, which may begin a nested event loop
            if not step.cancelled():
                step._run()  # noqa: SLF001 - what every event loop does
            # Only now: a turn that did nothing would have called nobody for what it leaves behind.
            if time.perf_counter() > end:
                break

    def _call(self) -> None:
        if not self._is_called:
            self._is_called = True
            self._called.emit()


class _Step(asyncio.Handle):
    def _run(self) -> None:
        loop: EventLoop = self._loop  # type: ignore[attr-defined]  # a slot that the stubs do not know
        if asyncio.current_task(loop) is None:
            super()._run()
        else:
            loop.add(self, _WHILE_NESTED)


def make_event_loop() -> EventLoop:
    """A loop on the application that there is, or on a new one."""
    return EventLoop(QApplication.instance() or QApplication([]))


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run to its end; afterwards no event loop is left."""
    with asyncio.Runner(loop_factory=make_event_loop) as runner:
        runner.run(main)
