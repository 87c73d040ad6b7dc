"""From a file to leads and back, in the wizard, against a real service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.dialogs.import_wizard import ImportWizard
from desktop.state.import_run import ImportStep
from server.contract import Import, ImportState, LeadField, Phrase
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.system.processes import ServerProcess
from tests.workbooks import workbook

_numbers = count()


@pytest.fixture
async def desk(service: ServerProcess, qtbot: QtBot) -> AsyncIterator[Desk]:
    """A desktop with somebody logged in."""
    desk = Desk(service.url, keyring=MemoryTokens())
    await desk.start()
    await log_in(desk, qtbot)
    yield desk
    await desk.stop()


@pytest.fixture
def domain() -> str:
    """Of addresses that only this test's file holds."""
    return f"wizard{next(_numbers)}.example"


async def step(desk: Desk, wanted: ImportStep) -> ImportWizard:
    """Wait for it."""
    run, wizard = desk.import_run, desk.leads_desk.wizard
    assert wizard is not None
    await until(lambda: run.step is wanted and not run.busy, run.changed, what=wanted.value)
    return wizard


async def found(desk: Desk, search: str) -> list[str]:
    """Names on the server."""
    from server.contract import LeadFilter, LeadSort

    page = await desk.api.leads(
        LeadFilter(search=search), sort=LeadSort.EMAIL, descending=False, after=None, skip=0, limit=100
    )
    return [lead.name for lead in page.items]


async def test_a_file_comes_in_step_by_step_and_goes_again(
    desk: Desk, qtbot: QtBot, tmp_path: Path, domain: str
) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(f"Who;Where\nZoë;zoe@{domain}\nBob;bob at firm\nZoë;ZOE@{domain}\nCyd;cyd@{domain}\n", "utf-8")
    desk.leads_desk.open_import(path)
    wizard = await step(desk, ImportStep.MAPPING)
    assert not wizard.next_button.isEnabled()  # no column of addresses is known yet
    assert wizard.mapping_step.delimiter.currentText() == "Semicolon"
    assert wizard.mapping_step.table.item(1, 0).text() == "Zoë"

    for column, field in ((0, LeadField.EMAIL), (1, LeadField.EMAIL), (0, LeadField.NAME)):
        combo = wizard.mapping_step.columns[column]
        combo.setCurrentIndex(combo.findData(field))
        combo.activated.emit(combo.currentIndex())
    assert desk.import_run.mapping == {LeadField.NAME: 0, LeadField.EMAIL: 1}  # a field comes from one column
    qtbot.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)

    await step(desk, ImportStep.CHECK)
    assert list(wizard.check_step.numbers.texts.values()) == ["4", "2", "1", "0", "1"]
    assert wizard.check_step.problems.table.rows.rows[0][:2] == ("3", "bob at firm")
    assert wizard.next_button.text() == "Import 2 leads"
    assert await found(desk, domain) == []
    qtbot.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)

    await step(desk, ImportStep.RESULT)
    assert list(wizard.result_step.numbers.texts.values()) == ["4", "2", "1", "1"]
    assert wizard.result_step.problems.table.rows.rows[0][:2] == ("3", "bob at firm")
    assert await found(desk, domain) == ["Cyd", "Zoë"]

    qtbot.mouseClick(wizard.undo_button, Qt.MouseButton.LeftButton)
    await until(lambda: wizard.heading.text() == "Import undone", desk.import_run.changed)
    assert await found(desk, domain) == []
    qtbot.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)
    assert desk.leads_desk.wizard is None


async def test_another_encoding_shows_other_rows_and_a_sheet_can_be_chosen(
    desk: Desk, tmp_path: Path, domain: str
) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(f"email,name\nzoe@{domain},Zoë\n".encode())
    desk.leads_desk.open_import(path)
    wizard = await step(desk, ImportStep.MAPPING)
    encoding = wizard.mapping_step.encoding
    assert encoding.currentText() == "utf-8"
    encoding.setCurrentIndex(encoding.findData("cp1252"))
    encoding.activated.emit(encoding.currentIndex())
    await step(desk, ImportStep.MAPPING)
    assert wizard.mapping_step.table.item(1, 1).text() == "ZoÃ«"

    path = tmp_path / "leads.xlsx"
    path.write_bytes(workbook({"One": [["email"], ["a@x.example"]], "Two": [["mail", "name"], ["b@x.example", "B"]]}))
    desk.leads_desk.open_import(path)
    await step(desk, ImportStep.MAPPING)
    sheet = wizard.mapping_step.sheet
    assert [sheet.itemText(n) for n in range(sheet.count())] == ["One", "Two"]
    sheet.setCurrentIndex(1)
    sheet.activated.emit(1)
    await step(desk, ImportStep.MAPPING)
    assert desk.import_run.mapping == {LeadField.EMAIL: 0, LeadField.NAME: 1}


async def test_a_file_that_makes_no_sense_is_explained_and_another_can_be_chosen(
    desk: Desk, tmp_path: Path, domain: str
) -> None:
    desk.leads_desk.open_import(tmp_path / "missing.csv")
    wizard = await step(desk, ImportStep.FILE)
    assert "cannot be read" in wizard.problem.text()
    (tmp_path / "empty.csv").write_bytes(b"")
    desk.leads_desk.open_import(tmp_path / "empty.csv")
    await step(desk, ImportStep.FILE)
    assert "The file is empty" in wizard.problem.text()
    (tmp_path / "good.csv").write_text(f"email\nann@{domain}\n")
    desk.leads_desk.open_import(tmp_path / "good.csv")
    await step(desk, ImportStep.MAPPING)
    assert not wizard.problem.isVisible()
    assert wizard.next_button.isEnabled()
    wizard.reject()
    assert desk.import_run.preview is None


async def test_an_import_that_fails_says_why_and_what_came_in_and_a_failed_undo_is_no_old_news(desk: Desk) -> None:
    why = Phrase.SERVER_FAILED.says()
    failed = Import(
        id="a" * 24,
        file_name="leads.csv",
        by="ann",
        state=ImportState.FAILED,
        total=100,
        done=40,
        imported=39,
        duplicates=0,
        refused=1,
        message=why.english,
        sentence=why,
        created_at=datetime.now(UTC),
    )
    desk.leads_desk.open_import()
    wizard = desk.leads_desk.wizard
    assert wizard is not None
    desk.import_run.attach(failed.model_copy(update={"refused": 0}))
    for _ in range(2):
        assert wizard.heading.text() == "The import failed"
        assert wizard.result_step.message.text() == why.english
        assert wizard.result_step.numbers.texts["Imported"] == "39"
        assert not wizard.result_step.numbers.isHidden()
        assert wizard.undo_button.isVisible()
        desk.import_run.on_progress(failed.model_copy(update={"state": ImportState.UNDOING}))
        assert desk.import_run.step is ImportStep.PROGRESS
        desk.import_run.on_progress(failed.model_copy(update={"refused": 0}))
    assert desk.leads_desk._ended_text(failed).startswith("39 leads came in from leads.csv, then the import failed.")
