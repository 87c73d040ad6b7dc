"""The list of imports: what came of each, stopped while it goes on, undone later; against a real service."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.dialogs.import_ending import StopImport, UndoImport
from desktop.dialogs.import_wizard import ImportWizard
from desktop.dialogs.imports import ImportsDialog
from desktop.state.import_run import ImportStep
from server.contract import Import, ImportState
from server.store.client import Database
from tests.desktop.conftest import until
from tests.system.processes import ServerProcess

_numbers = count()


async def begun(desk: Desk, qtbot: QtBot, path: Path) -> ImportWizard:
    """A file is being imported."""
    desk.leads_desk.open_import(path)
    run, wizard = desk.import_run, desk.leads_desk.wizard
    assert wizard is not None
    for step in (ImportStep.MAPPING, ImportStep.CHECK):
        await at(desk, step)
        qtbot.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)
    await until(lambda: run.progress is not None, run.changed)
    return wizard


async def at(desk: Desk, step: ImportStep) -> None:
    """The wizard has come so far."""
    run = desk.import_run
    await until(lambda: run.step is step and not run.busy, run.changed, what=step.value)


def opened(desk: Desk) -> ImportsDialog:
    """The list, on the screen."""
    desk.leads_page.imports_button.click()
    dialog = desk.leads_desk.imports_dialog
    assert dialog is not None
    return dialog


def an_import(number: int, state: ImportState, **what: object) -> Import:
    """One that the server tells of."""
    found = {"total": 100, "done": 40, "imported": 40, "duplicates": 0, "refused": 0, "by": "bob", **what}
    return Import.model_validate(
        {
            "id": f"{number:024x}",
            "file_name": f"{number}.csv",
            "state": state,
            "created_at": datetime.now(UTC),
            **found,
        }
    )


async def test_the_way_to_the_list_is_seen_in_the_smallest_window(desk: Desk, qtbot: QtBot) -> None:
    button = desk.leads_page.imports_button
    desk.window.resize(desk.window.minimumSize())
    await until(lambda: desk.window.size() == desk.window.minimumSize(), what="the smallest window")
    await until(lambda: button.visibleRegion().boundingRect() == button.rect(), what="the whole button")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.leads_desk.imports_dialog is not None


async def test_what_came_in_is_listed_looked_at_and_taken_back_later(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    name = f"list{next(_numbers)}.csv"
    (tmp_path / name).write_text(f"email\nann@{name}.example\nbob at firm\nANN@{name}.example\n")
    wizard = await begun(desk, qtbot, tmp_path / name)
    await at(desk, ImportStep.RESULT)
    wizard.reject()
    dialog = opened(desk)
    await until(lambda: dialog.table.rows.rows[0][0] == name, desk.imports.changed)
    assert dialog.table.rows.rows[0][3:] == ("Finished", "1", "1", "1")
    assert not dialog.stop_button.isEnabled()

    qtbot.mouseClick(dialog.details_button, Qt.MouseButton.LeftButton)
    details = desk.leads_desk.wizard
    assert details is not None
    problems = details.result_step.problems.table.rows
    await until(lambda: len(problems.rows) == 1, desk.import_run.changed)
    assert problems.rows[0] == ("3", "bob at firm", "This is no email address: it has no @.")
    details.reject()

    qtbot.mouseClick(dialog.undo_button, Qt.MouseButton.LeftButton)
    question = dialog.findChild(UndoImport)
    assert question is not None
    assert question.focusWidget() is question.keep_button
    qtbot.mouseClick(question.undo_button, Qt.MouseButton.LeftButton)
    await until(lambda: dialog.table.rows.rows[0][3] == "Undone", desk.imports.changed)
    assert not dialog.undo_button.isEnabled()


async def test_an_undo_says_who_became_a_user_and_stays(
    desk: Desk, service: ServerProcess, qtbot: QtBot, tmp_path: Path
) -> None:
    name = f"users{next(_numbers)}"
    path = tmp_path / f"{name}.csv"
    path.write_text("email\n" + "".join(f"{who}@{name}.example\n" for who in ("ann", "bob", "cyd")))
    wizard = await begun(desk, qtbot, path)
    await at(desk, ImportStep.RESULT)
    ids = tmp_path / "ids"

    async def find(database: Database) -> None:
        lead = await database.leads.find_one({"email": f"ann@{name}.example"})
        assert lead is not None
        ids.write_text(str(lead["_id"]))

    await asyncio.to_thread(service.in_database, find)
    await asyncio.to_thread(service.cli, "activate", "--file", str(ids))
    qtbot.mouseClick(wizard.undo_button, Qt.MouseButton.LeftButton)
    await until(lambda: wizard.heading.text() == "Import undone", desk.import_run.changed)
    assert wizard.result_step.numbers.texts == {"Leads taken away again": "2", "Became users and stay": "1"}
    assert desk.import_run.progress is not None
    said = f"The import of {name}.csv is undone. 1 of its leads became a user and stays."
    assert desk.leads_desk._ended_text(desk.import_run.progress) == said


async def test_the_list_is_live_and_keeps_what_is_selected(desk: Desk) -> None:
    running = an_import(1, ImportState.RUNNING)
    desk.imports.on_progress(running)
    dialog = opened(desk)
    dialog.select(0)
    assert dialog.table.rows.rows[0][3] == "Running (40%)"
    assert dialog.stop_button.isEnabled()
    assert not dialog.undo_button.isEnabled()
    desk.imports.on_progress(an_import(2, ImportState.FINISHED, total=1, done=1, imported=0, refused=1))
    assert dialog.current is not None
    assert dialog.current.id == running.id
    desk.imports.on_progress(running.model_copy(update={"done": 100, "state": ImportState.FINISHED}))
    desk.imports.on_progress(running)
    assert dialog.current.state is ImportState.FINISHED, "old news changes nothing"
    dialog.select(0)
    assert not dialog.undo_button.isEnabled(), "nothing came in"


async def test_whoever_may_only_look_on_can_neither_stop_nor_undo(desk: Desk) -> None:
    desk.imports.on_progress(an_import(1, ImportState.RUNNING))
    desk.imports.on_progress(an_import(2, ImportState.STOPPED))
    desk.leads_page.set_may_change(False)
    dialog = opened(desk)
    for number in (0, 1):
        dialog.select(number)
        assert dialog.details_button.isEnabled()
        assert not dialog.stop_button.isEnabled()
        assert not dialog.undo_button.isEnabled()


async def test_an_empty_list_says_so_once_it_is_known(desk: Desk) -> None:
    desk.imports.forget()
    dialog = opened(desk)
    assert dialog.empty.text() == "Loading…"
    assert dialog.table.isHidden()
    desk.imports._take(())
    assert "Nothing was imported yet" in dialog.empty.text()
    assert not dialog.empty.isHidden()


@pytest.mark.parametrize(("take_back", "state"), [(False, ImportState.STOPPED), (True, ImportState.UNDONE)])
async def test_a_stopped_import_keeps_what_came_in_or_has_it_taken_back(
    desk: Desk, qtbot: QtBot, tmp_path: Path, take_back: bool, state: ImportState
) -> None:
    name = f"stop{next(_numbers)}"
    path = tmp_path / f"{name}.csv"
    path.write_text("email\n" + "".join(f"p{n}@{name}.example\n" for n in range(20_000)))
    wizard = await begun(desk, qtbot, path)
    assert desk.import_run.progress is not None
    started = desk.import_run.progress.id
    wizard.reject()
    strip = desk.leads_page.import_strip
    await until(lambda: not strip.isHidden() and name in strip.label.text(), desk.imports.changed, what="the strip")
    qtbot.mouseClick(strip.stop_button, Qt.MouseButton.LeftButton)
    question = desk.window.findChild(StopImport)
    assert question is not None
    button = question.take_back_button if take_back else question.stop_button
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def found() -> Import:
        return next(each for each in desk.imports.latest if each.id == started)

    await until(lambda: found().state is state, desk.imports.changed)
    assert name not in strip.label.text() or strip.isHidden()
    assert found().done < found().total
