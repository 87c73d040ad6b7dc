"""The longest time for which the desktop does not answer its user, with very many leads and a busy queue."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.app import Desk
from desktop.models.leads import LeadColumn
from desktop.models.paged import PAGE
from desktop.shell.sidebar import Place
from server.contract import LeadFilter, LeadStatus
from tests.benchmarks.activation import RESERVE
from tests.benchmarks.desktops import (
    ROWS_NOTE,
    PlentifulServer,
    add_leads,
    directory_of_its_own,
    in_a_desktop,
    load_note,
    logged_in,
    running,
    until,
)
from tests.benchmarks.report import AtMost, Figure, Measured, Options
from tests.benchmarks.watchdog import Held, Watchdog

_AT_MOST = AtMost(50)
_UPDATES = 100  # a second
_STACKS = 3  # that are told of what holds the thread too long
_FRAME = 0.016  # seconds between two steps of a drag
_SHARE_ACTIVATED = 10  # one in so many leads becomes a user
_WAVE = "Wave Inc"  # the company of these


async def measure(options: Options) -> Measured:
    """Milliseconds by what the user does, at worst."""
    return await in_a_desktop(held, options)


async def held(options: Options) -> Measured:
    """As :func:`measure`, in the process that it is called in."""
    wave = options.leads // _SHARE_ACTIVATED
    async with directory_of_its_own() as directory:
        settings = {"QUEUE_INTERVAL": "1", "PASSWORD_RESERVE": str(RESERVE)}
        server = PlentifulServer(directory / "data", leads=options.leads, announcements=_UPDATES, **settings)
        async with running(server):
            await add_leads(server, wave, company=_WAVE, prefix="wave")
            async with logged_in(server) as desk:
                phases, users = await _phases(desk, server, options, wave)
    measured = Measured(f"GUI thread held at worst, {options.leads:,} leads", [], [ROWS_NOTE, load_note()])
    measured.notes.append(f"{users:,} of {wave:,} leads became users in {options.activating:g} s that were watched")
    measured.notes.append(f"{RESERVE} passwords were in reserve before, as by default")
    for name, seen in phases.items():
        measured.figures += [
            Figure(name, seen.longest * 1e3, "ms", _AT_MOST),
            Figure("  what the thread itself computed", seen.busiest * 1e3, "ms", _AT_MOST),
        ]
        if not _AT_MOST.is_met(seen.longest * 1e3):
            often = Counter(seen.stacks).most_common(_STACKS)
            measured.notes.append(f"{name}: {'; '.join(f'{number}x {stack}' for stack, number in often)}")
    worst = max(seen.longest for seen in phases.values())
    busiest = max(seen.busiest for seen in phases.values())
    measured.figures += [
        Figure("all of it", worst * 1e3, "ms", _AT_MOST),
        Figure("all of it: what the thread itself computed", busiest * 1e3, "ms", _AT_MOST),
    ]
    return measured


async def _phases(desk: Desk, server: PlentifulServer, options: Options, wave: int) -> tuple[dict[str, Held], int]:
    """What was seen in each, and how many leads have become users."""
    model = desk.leads_model
    await until(lambda: model.total == options.leads and model.row_at(0) is not None, "the list is there", seconds=300)
    phases: dict[str, Held] = {}
    watchdog = Watchdog()

    @asynccontextmanager
    async def phase(name: str) -> AsyncIterator[None]:
        with watchdog.phase() as phases[name]:
            yield

    try:
        async with phase("scrolling end to end"):
            await _scroll(desk, options.steps)
        async with phase("rows arriving all over the list"):
            await _rest(desk, places=options.steps // 25)
        async with phase("paging by keyboard"):
            await _page_down(desk, options.steps // 5)
        async with phase("sorting"):
            for column in (LeadColumn.NAME, LeadColumn.CREATED_AT):
                model.sort(column, Qt.SortOrder.DescendingOrder)
                await until(lambda: model.row_at(0) is not None, "the sorted list", seconds=300)
        async with phase("selecting all"):
            desk.leads_page.selection_bar.all_requested.emit()  # as Ctrl+A does
            await until(lambda: desk.selection.count == options.leads, "all are selected")
            await _scroll(desk, options.steps // 5)
            desk.selection.clear()
        async with phase("selecting a range"):
            await _pick_range(desk, min(options.leads, 20 * PAGE))
        async with phase(f"{_UPDATES} updates a second, Leads"):
            server.announce()
            await _scroll(desk, options.steps)
        async with phase(f"{_UPDATES} updates a second, Email Queue"):
            desk.window.go_to(Place.EMAIL_QUEUE)
            await asyncio.sleep(options.steps * _FRAME)
            desk.window.go_to(Place.LEADS)
        async with phase(f"{wave:,} leads being activated, scrolled, {_UPDATES} updates a second"):
            users = await _activate(desk, wave, options)
        server.be_quiet()
    finally:
        watchdog.stop()
    return phases, users


async def _scroll(desk: Desk, steps: int) -> None:
    """As somebody drags the bar."""
    bar = desk.leads_page.table.verticalScrollBar()
    for step in range(steps + 1):
        bar.setValue(bar.maximum() * step // steps)
        await asyncio.sleep(_FRAME)
    bar.setValue(0)


async def _rest(desk: Desk, places: int) -> None:
    """Here and there until the rows are shown."""
    bar, model = desk.leads_page.table.verticalScrollBar(), desk.leads_model
    for place in range(1, places + 1):
        bar.setValue(bar.maximum() * place // places)
        row = max(0, desk.leads_page.table.rowAt(0))
        await until(lambda row=row: model.row_at(row) is not None, f"row {row} is there", seconds=300)


async def _page_down(desk: Desk, pages: int) -> None:
    """By keyboard, from the top."""
    table = desk.leads_page.table
    table.setCurrentIndex(desk.leads_model.index(0, LeadColumn.NAME))
    for _ in range(pages):
        QTest.keyClick(table, Qt.Key.Key_PageDown)
        await asyncio.sleep(_FRAME)


async def _pick_range(desk: Desk, rows: int) -> None:
    """From the first row to a far one, with Shift."""
    table, model = desk.leads_page.table, desk.leads_model
    await until(lambda: model.row_at(0) is not None, "the first row is there", seconds=300)
    table.setCurrentIndex(model.index(0, LeadColumn.NAME))
    QTest.keyClick(table, Qt.Key.Key_Space)
    table.setCurrentIndex(model.index(rows - 1, LeadColumn.NAME))
    await until(lambda: model.row_at(rows - 1) is not None, "the last row is there", seconds=300)
    QTest.keyClick(table, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    await until(lambda: desk.selection.count == rows, "the range is selected", seconds=300)
    desk.selection.clear()


async def _activate(desk: Desk, count: int, options: Options) -> int:
    """Begin with all of them, and look on for a while; answers how many have become users by then."""
    chosen = LeadFilter(search=_WAVE, status=(LeadStatus.NEW,))
    desk.leads_page.select_all_requested.emit(chosen)
    await until(lambda: desk.selection.count == count, "those are selected")
    desk.leads_page.activate_requested.emit()
    await until(lambda: desk.activation_desk.confirm is not None, "confirmation is asked for")
    assert desk.activation_desk.confirm is not None
    created: list[int] = []
    desk.run.changed.connect(lambda: created.append(desk.run.activation.created if desk.run.activation else 0))
    desk.run.finished.connect(lambda activation: created.append(activation.created))
    QTest.mouseClick(desk.activation_desk.confirm.activate_button, Qt.MouseButton.LeftButton)
    await until(lambda: max(created, default=0), "the first are users", seconds=300)
    end = time.monotonic() + options.activating
    while desk.run.busy and time.monotonic() < end:
        await _scroll(desk, options.steps // 5)
    return max(created)
