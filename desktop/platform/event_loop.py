"""Qt's event loop as asyncio's, in which no step of a task is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication

#: How long a step waits for a nested event loop to end before it tries again, in seconds.
_WHILE_NESTED = 0.01


class EventLoop(qasync.QEventLoop):  # type: ignore[misc]
    """The library's loop, with two differences.

    A native dialog, a drag or a test's click makes Qt work off events in the middle of a task's step. asyncio refuses
    to enter a second task there and throws away the step that was due, so that its task waits for ever; here that step
    waits until the first one has ended. And what is left over when the loop ends is not worked off without it: tasks
    that go on in that moment find no running loop, and fail.
    """

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """As of every asyncio loop; the way that every callback takes."""
        return self.add(_Step(callback, args, self, context=context), delay)

    def add(self, step: asyncio.Handle, delay: float) -> asyncio.Handle:
        """Run it after so many seconds."""
        handle: asyncio.Handle = self._add_callback(step, delay)
        return handle

    def run_until_complete(self, future: Coroutine[Any, Any, Any] | asyncio.Future[Any]) -> Any:
        """As of every asyncio loop. Raises: RuntimeError when it was stopped before the future was done."""
        task = asyncio.ensure_future(future, loop=self)
        task.add_done_callback(lambda _: self.stop())
        self.run_forever()
        if not task.done():
            raise RuntimeError("the event loop was stopped before its work had ended")
        return task.result()


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
