"""The measurements of the desktop, in small: they measure, and nothing leaks. How fast it is they do not ask."""

from __future__ import annotations

import asyncio
import time

from tests.benchmarks import badge, gui, restarts, window
from tests.benchmarks.report import Options
from tests.benchmarks.watchdog import Watchdog
from tests.desktop.conftest import until

_SMALL = Options(
    emails=0, rounds=1, idle=0, peers=False, leads=300, steps=25, activating=1, places=4, updates=20, restarts=1
)


async def test_the_watchdog_sees_who_holds_the_gui_thread() -> None:
    watchdog = Watchdog()
    try:
        with watchdog.phase() as idle:
            await until(lambda: len(idle.waits) > 10)
        with watchdog.phase() as held:
            await asyncio.sleep(0.02)
            time.sleep(0.3)  # noqa: ASYNC251 - which is what it is about
            await asyncio.sleep(0.02)
    finally:
        watchdog.stop()
    assert held.longest > 0.28  # no upper bounds: other programs hold this one up, too
    assert any("test_figures.py" in stack for stack in held.stacks)


async def test_the_gui_thread_is_watched_in_every_phase() -> None:
    measured = await gui.held(_SMALL)
    assert len(measured.figures) == 20
    assert max(figure.value for figure in measured.figures) > 0


async def test_a_number_is_followed_from_the_server_to_badge_and_tray() -> None:
    measured = await badge.latency(_SMALL)
    assert all(0 < figure.value < 10_000 for figure in measured.figures)


async def test_start_and_memory_are_told_by_the_desktop_itself() -> None:
    measured = await window.measure(_SMALL)
    assert all(figure.value > 0 for figure in measured.figures)


async def test_restarts_of_the_service_leave_nothing_behind() -> None:
    measured = await restarts.restarts(_SMALL)
    figures = {figure.name: figure.value for figure in measured.figures}
    for what in ("tasks", "sockets", "open files"):
        assert figures[f"more {what} than before"] <= 0
