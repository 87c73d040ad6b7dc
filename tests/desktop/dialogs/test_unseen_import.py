"""An import goes on without the desktop, which tells of it when it is back, and says how it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from bson import ObjectId
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.pages.import_strip import ImportStrip
from desktop.shell.toasts import Toast
from desktop.state.import_run import ImportStep
from desktop.state.preferences import Preferences
from server.contract import ImportPlan, ImportState, LeadField
from server.store.audit import AuditLog
from server.store.client import Database
from server.store.imports import ImportJob, ImportStore
from server.store.leads import LeadStore, NewLead
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.system.processes import ServerProcess

_NAME = "<b>fair</b>.csv"
_PLAN = ImportPlan(mapping={LeadField.EMAIL: 0})
_ELSEWHERE = "another server"


class ImportElsewhere:
    """An import of ann's that another server works on, which takes as long as the test wants."""

    def __init__(self, service: ServerProcess) -> None:
        self._service = service
        self._id = ""

    async def begin(self) -> None:
        """It is under way."""

        async def begin(database: Database) -> None:
            self._id = await ImportStore(database, AuditLog(database)).upload(b"email\na@b.example\n", _NAME, by="ann")
            running = {
                "state": ImportState.RUNNING.value,
                "plan": _PLAN.model_dump(mode="json"),
                "total": 10,
                "done": 4,
                "leaseOwner": _ELSEWHERE,
                "leaseExpiresAt": await database.now() + timedelta(hours=1),
            }
            await database.imports.update_one({"_id": ObjectId(self._id)}, {"$set": running})

        await asyncio.to_thread(self._service.in_database, begin)

    async def finish(self) -> None:
        """Two leads have come in."""

        async def finish(database: Database) -> None:
            job = ImportJob(
                ObjectId(self._id), ImportState.RUNNING, "ann", "", {}, _ELSEWHERE, done=4, refused=0, tries=1
            )
            leads = [NewLead(f"{name}.{self._id}@firm.example", name) for name in ("cyd", "dan")]
            await LeadStore(database).add(leads, by="ann", now=await database.now(), import_id=job.id)
            await ImportStore(database, AuditLog(database)).finish(job)

        await asyncio.to_thread(self._service.in_database, finish)


@pytest.fixture
async def elsewhere(service: ServerProcess) -> ImportElsewhere:
    """Under way."""
    begun = ImportElsewhere(service)
    await begun.begin()
    return begun


@asynccontextmanager
async def opened(service: ServerProcess, preferences: Preferences, qtbot: QtBot) -> AsyncIterator[Desk]:
    """A desktop with ann logged in, which has looked for imports."""
    desk = Desk(service.url, keyring=MemoryTokens(), preferences=preferences)
    await desk.start()
    try:
        await log_in(desk, qtbot)
        yield desk
    finally:
        await desk.stop()


async def said(desk: Desk) -> Toast:
    """The one toast."""
    await until(lambda: desk.window.toasts.shown, desk.unseen_import.ended, what="a toast")
    (toast,) = desk.window.toasts.shown
    return toast


async def looked(desk: Desk) -> None:
    """What there is to be found has been found."""
    desk.imports.refresh()
    await until(lambda: desk.imports._asking is None, desk.imports.changed, what="the imports")


async def strip_of(desk: Desk) -> ImportStrip:
    """At the foot of the page, while an import goes on."""
    strip = desk.leads_page.import_strip
    await until(lambda: not strip.isHidden(), desk.imports.changed, what="the strip")
    return strip


async def test_a_running_import_is_at_the_foot_of_the_page_and_opens_nothing_by_itself(
    service: ServerProcess, elsewhere: ImportElsewhere, qtbot: QtBot
) -> None:
    async with opened(service, Preferences(), qtbot) as desk:
        strip = await strip_of(desk)
        assert strip.label.text() == f"Importing {_NAME}… 4 of 10"
        assert (strip.bar.value(), strip.bar.maximum()) == (4, 10)
        assert desk.leads_desk.wizard is None

        qtbot.mouseClick(strip.open_button, Qt.MouseButton.LeftButton)
        wizard = desk.leads_desk.wizard
        assert wizard is not None
        assert wizard.heading.text() == "Importing leads…"
        assert strip.isHidden(), "it is told once"

        await elsewhere.finish()
        await until(lambda: desk.import_run.step is ImportStep.RESULT, desk.import_run.changed)
        assert wizard.heading.text() == "Import finished"
        assert not desk.window.toasts.shown
        assert desk.preferences.unseen_import == ""


async def test_the_end_of_an_import_that_nobody_saw_is_said_once(
    service: ServerProcess, elsewhere: ImportElsewhere, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "preferences.ini"
    async with opened(service, Preferences(file), qtbot) as desk:
        await strip_of(desk)
    await elsewhere.finish()

    async with opened(service, Preferences(file), qtbot) as desk:
        toast = await said(desk)
        assert toast.label.text() == f"2 leads were imported from {_NAME}."
        assert desk.leads_desk.wizard is None

    async with opened(service, Preferences(file), qtbot) as desk:
        await looked(desk)
        assert not desk.window.toasts.shown
        assert desk.leads_desk.wizard is None


async def test_whoever_closes_the_wizard_is_told_of_the_end_and_shown_nothing_before(
    service: ServerProcess, elsewhere: ImportElsewhere, qtbot: QtBot
) -> None:
    async with opened(service, Preferences(), qtbot) as desk:
        strip = await strip_of(desk)
        qtbot.mouseClick(strip.open_button, Qt.MouseButton.LeftButton)
        assert desk.leads_desk.wizard is not None
        qtbot.mouseClick(desk.leads_desk.wizard.next_button, Qt.MouseButton.LeftButton)
        await looked(desk)
        assert desk.leads_desk.wizard is None
        assert not strip.isHidden()

        await elsewhere.finish()
        toast = await said(desk)
        assert toast.label.text() == f"2 leads were imported from {_NAME}."
        assert strip.isHidden()
        assert toast.action_button is not None
        qtbot.mouseClick(toast.action_button, Qt.MouseButton.LeftButton)
        assert desk.leads_desk.wizard is not None
        assert desk.leads_desk.wizard.undo_button.isVisible()
