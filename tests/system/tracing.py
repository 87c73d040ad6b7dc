"""The other end of :mod:`tests.system.traced`: sees each step of the service, and can kill it at any of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socketserver
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.system.processes import ServerProcess


@dataclass(frozen=True)
class Kill:
    """SIGKILL when a step comes for the nth time from now on; without a step, at the nth that changes rows."""

    step: str | None
    nth: int = 1

    def is_at(self, step: str) -> bool:
        """Whether it may be this one."""
        return self.step == step if self.step is not None else " create" not in step


def _nothing(_step: str) -> None:
    """Is to be done."""


class Tracer:
    """Takes note of the steps of services, and kills the one that comes to the step that was asked for."""

    def __init__(self) -> None:
        #: What was done, in order, since :meth:`forget`.
        self.steps: list[str] = []
        #: Who was killed last.
        self.victim: int | None = None
        #: What is to be done at a step, and where something was done.
        self._choose: Callable[[str], Callable[[], None] | None] = _nothing
        self.acted_at: list[str] = []
        self._quiet_until = self._apart = 0
        #: Told of each kill.
        self._on_kill: Callable[[str], None] | None = None
        self._kill: Kill | None = None
        self._seen = 0
        self._lock = threading.Lock()
        #: Of the service that came last, while it lives.
        self._latest: int | None = None
        tracer = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                pid = int(self.rfile.readline())
                tracer._latest = pid
                with contextlib.suppress(ConnectionError):
                    while line := self.rfile.readline():
                        if tracer.may_go_on(line.decode().strip(), pid):
                            self.wfile.write(b"go on\n")
                if tracer._latest == pid:
                    tracer._latest = None

        self._listener = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._listener.daemon_threads = True
        self._thread = threading.Thread(target=self._listener.serve_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where the service reports to."""
        return int(self._listener.server_address[1])

    def close(self) -> None:
        """Listen no more."""
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self.steps = []

    def act(self, choose: Callable[[str], Callable[[], None] | None], *, apart: int) -> None:
        """Do at each step what ``choose`` answers for it, while the service stands still there: once for each step.

        Never two within ``apart`` steps: where one comes too soon after another, it is done when its step comes again.
        """
        with self._lock:
            self._choose = choose
            self._apart = apart
            self.acted_at = []
            self._quiet_until = len(self.steps)

    def rest(self) -> list[str]:
        """Do nothing more; answers at which steps something was done."""
        with self._lock:
            self._choose = _nothing
            return self.acted_at

    def kill_at(self, kill: Kill) -> asyncio.Future[str]:
        """Kill at that step; answers, when it is done, the step itself. Cancelled: do not kill."""
        loop = asyncio.get_running_loop()
        killed: asyncio.Future[str] = loop.create_future()

        def tell(step: str) -> None:
            if not killed.done():
                killed.set_result(step)

        with self._lock:
            self._seen = 0
            self._kill = kill
            self._on_kill = lambda step: loop.call_soon_threadsafe(tell, step) and None
        killed.add_done_callback(lambda _: self._disarm())
        return killed

    def may_go_on(self, step: str, pid: int | None = None) -> bool:
        """Called at each step, in whatever thread sees it; False: the service is dead.

        ``pid``: whose step it is; without, of the service that came last.
        """
        with self._lock:
            self.steps.append(step)
            is_quiet = len(self.steps) > self._quiet_until and step not in self.acted_at
            if is_quiet and (action := self._choose(step)) is not None:
                action()
                self.acted_at.append(step)
                self._quiet_until = len(self.steps) + self._apart
            kill, tell = self._kill, self._on_kill
            pid = pid or self._latest
            if kill is None or tell is None or pid is None or not kill.is_at(step):
                return True
            self._seen += 1
            if self._seen < kill.nth:
                return True
            self._kill = None
            self.victim = pid
            os.kill(pid, signal.SIGKILL)
        tell(step)
        return False

    def _disarm(self) -> None:
        with self._lock:
            self._kill = None


class TracedServer(ServerProcess):
    """A service whose every step a tracer sees, those of its first start as well."""

    command = (sys.executable, "-P", str(Path(__file__).with_name("traced.py")))

    def __init__(self, data_dir: Path, tracer: Tracer, **settings: str) -> None:
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        super().__init__(data_dir, first_start=True, **settings)
        self.environment["TRACER_PORT"] = str(tracer.port)
