"""What measurements of the desktop stand on: a process with Qt's event loop, a service, a desktop logged in to it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

from desktop.app import Desk
from desktop.platform.event_loop import make_event_loop
from desktop.start import make_application
from desktop.theme.tokens import Scheme
from server.store.leads import NewLead
from tests.benchmarks.report import Measured, Options
from tests.system.processes import ServerProcess

_AT_ONCE = 10_000  # leads of one insert


async def in_a_desktop(work: Callable[[Options], Coroutine[Any, Any, Measured]], options: Options) -> Measured:
    """Do the work in a process of its own, offscreen, in the event loop that the desktop runs in."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as processes:
        return await asyncio.get_running_loop().run_in_executor(processes, _run, work, options)


def _run(work: Callable[[Options], Coroutine[Any, Any, Measured]], options: Options) -> Measured:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = make_application()
    with asyncio.Runner(loop_factory=make_event_loop) as runner:
        measured = runner.run(work(options))
    del application  # held until here
    return measured


class PlentifulServer(ServerProcess):
    """Shows so many leads, and announces so many numbers a second between :meth:`announce` and :meth:`be_quiet`."""

    command = (sys.executable, "-m", "tests.benchmarks.plentiful_server")
    session_of_its_own = True

    def __init__(self, data_dir: Path, *, leads: int, announcements: int = 1, **settings: str) -> None:
        told = {"LEADS": str(leads), "ANNOUNCEMENTS": str(announcements), "PYTHONPATH": str(Path.cwd())}
        super().__init__(data_dir, **told, **settings)

    def announce(self) -> None:
        """From now on."""
        psutil.Process(self.pid).send_signal(signal.SIGUSR1)

    def be_quiet(self) -> None:
        """From now on."""
        psutil.Process(self.pid).send_signal(signal.SIGUSR2)


@asynccontextmanager
async def directory_of_its_own() -> AsyncIterator[Path]:
    """Gone afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)


@asynccontextmanager
async def running(server: ServerProcess) -> AsyncIterator[None]:
    """The service, with an admin."""
    try:
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(server.add_admin)
        yield
    finally:
        await asyncio.to_thread(server.end)


async def add_leads(server: ServerProcess, count: int, *, company: str = "", prefix: str = "lead") -> None:
    """So many new ones."""
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(count, start + _AT_ONCE))
        leads = [NewLead(f"{prefix}{number}@firm.example", f"Person {number}", company) for number in numbers]
        await asyncio.to_thread(server.add_leads, leads)


@asynccontextmanager
async def logged_in(server: ServerProcess) -> AsyncIterator[Desk]:
    """A desktop that remembers nothing, connected. An error that nobody expected ends the measurement."""
    desk = Desk(server.url, scheme=Scheme.LIGHT)
    await desk.start(await asyncio.to_thread(server.login))
    try:
        await until(lambda: desk.connection.is_online and desk.queue.counts is not None, "it is connected")
        yield desk
        assert desk.error_desk.crash is None, desk.error_desk.crash
    finally:
        await desk.stop()


async def until(condition: Callable[[], object], what: str, *, seconds: float = 60.0) -> None:
    """Wait until the condition holds, asked again often enough for a figure."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        await asyncio.sleep(0.01)


ROWS_NOTE = "the service computes the rows of the list: reading so many takes its embedded engine seconds"


def load_note() -> str:
    """How busy the machine was in the last minute, of which a figure may tell as much as of the program."""
    return f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
