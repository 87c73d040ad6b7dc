"""From a file to leads and back, in the wizard, against a real service."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.dialogs.import_wizard import ImportWizard
from desktop.state.import_run import ImportStep
from desktop.theme.drop_down import DropDown
from server.contract import (
    FileFormat,
    Import,
    ImportNote,
    ImportPreview,
    ImportProblem,
    ImportReading,
    ImportState,
    LeadField,
    Phrase,
)
from server.contract.import_codes import ImportNoteCode, ImportProblemCode
from tests.desktop.conftest import until
from tests.workbooks import workbook

_numbers = count()


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


def choose(combo: DropDown, wanted: object) -> None:
    """As somebody does it."""
    combo.setCurrentIndex(next(n for n in range(combo.count()) if combo.itemData(n) == wanted))
    combo.activated.emit(combo.currentIndex())


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
    path.write_text(f"Who;Where\nZoë;zoe@{domain}\nBob;bob at firm\n\nZoë;ZOE@{domain}\n\nCyd;cyd@{domain}\n", "utf-8")
    desk.leads_desk.open_import(path)
    wizard = await step(desk, ImportStep.MAPPING)
    assert desk.import_run.mapping[LeadField.EMAIL] == 1
    assert "“Email” was found by the look of the cells" in wizard.mapping_step.notes.label.text()
    for combo in wizard.mapping_step.table.columns:
        choose(combo, None)
    assert not wizard.next_button.isEnabled()  # no column of addresses is known any more
    assert wizard.mapping_step.reading.delimiter.currentText() == "Semicolon"
    assert wizard.mapping_step.table.item(1, 0).text() == "Zoë"

    for column, field in ((0, LeadField.EMAIL), (1, LeadField.EMAIL), (0, LeadField.NAME)):
        combo = wizard.mapping_step.table.columns[column]
        combo.setCurrentIndex(combo.findData(field))
        combo.activated.emit(combo.currentIndex())
    assert desk.import_run.mapping == {LeadField.NAME: 0, LeadField.EMAIL: 1}  # a field comes from one column
    qtbot.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)

    await step(desk, ImportStep.CHECK)
    sum_before = wizard.check_step.numbers.texts
    assert sum_before == {
        "Lines in the file": "7",
        "New leads": "2",
        "There already": "0",
        "Twice in the file": "1",
        "Cannot be used": "1",
        "Titles": "1",
        "Empty": "2",
    }
    assert wizard.focusWidget() is wizard.next_button, "the ring is on what Return does"
    assert wizard.check_step.problems.table.rows.rows[0][:2] == ("3", "bob at firm")
    assert wizard.next_button.text() == "Import 2 leads"
    assert await found(desk, domain) == []
    qtbot.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)

    await step(desk, ImportStep.RESULT)
    assert wizard.result_step.numbers.texts == sum_before
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
    encoding = wizard.mapping_step.reading.encoding
    assert encoding.currentText() == "Unicode (UTF-8)"
    encoding.setCurrentIndex(encoding.findData("cp1252"))
    encoding.activated.emit(encoding.currentIndex())
    await step(desk, ImportStep.MAPPING)
    assert wizard.mapping_step.table.item(1, 1).text() == "ZoÃ«"

    path = tmp_path / "leads.xlsx"
    path.write_bytes(workbook({"One": [["email"], ["a@x.example"]], "Two": [["mail", "name"], ["b@x.example", "B"]]}))
    desk.leads_desk.open_import(path)
    await step(desk, ImportStep.MAPPING)
    sheet = wizard.mapping_step.reading.sheet
    assert [sheet.itemText(n) for n in range(sheet.count())] == ["One", "Two"]
    sheet.setCurrentIndex(1)
    sheet.activated.emit(1)
    await step(desk, ImportStep.MAPPING)
    assert desk.import_run.mapping == {LeadField.EMAIL: 0, LeadField.NAME: 1}


async def test_the_line_of_the_titles_can_be_chosen_and_is_the_one_that_is_imported_by(
    desk: Desk, qtbot: QtBot, tmp_path: Path, domain: str
) -> None:
    path = tmp_path / "fair.csv"
    path.write_text(f"Who,Fair\nname,email\nZoë,zoe@{domain}\n", "utf-8")
    desk.leads_desk.open_import(path)
    wizard = await step(desk, ImportStep.MAPPING)
    for line, titles, lines in (
        (1, ["Who", "Fair"], ["2", "3"]),
        ("none", ["Column 1", "Column 2"], ["1", "2", "3"]),
        (2, ["name", "email"], ["3"]),
    ):
        choose(wizard.mapping_step.reading.header_row, line)
        await step(desk, ImportStep.MAPPING)
        table = wizard.mapping_step.table
        assert [table.horizontalHeaderItem(n).text() for n in range(2)] == titles
        assert [table.verticalHeaderItem(n + 1).text() for n in range(table.rowCount() - 1)] == lines
        assert wizard.mapping_step.reading.header_row.currentData() == line
    assert desk.import_run.mapping == {LeadField.NAME: 0, LeadField.EMAIL: 1}
    qtbot.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)
    await step(desk, ImportStep.CHECK)
    assert desk.import_run.check is not None
    assert (desk.import_run.check.rows, desk.import_run.check.importable) == (1, 1)


async def test_what_is_chosen_stays_when_something_else_is(desk: Desk, tmp_path: Path, domain: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(f"email;name\nzoe@{domain};Zoë\n".encode())
    desk.leads_desk.open_import(path)
    wizard = await step(desk, ImportStep.MAPPING)
    reading = wizard.mapping_step.reading
    for combo, wanted in ((reading.encoding, "cp850"), (reading.delimiter, ";"), (reading.header_row, 1)):
        choose(combo, wanted)
        await step(desk, ImportStep.MAPPING)
    assert desk.import_run.preview is not None
    chosen = desk.import_run.preview.chosen
    assert (chosen.encoding, chosen.delimiter, chosen.header_row) == ("cp850", ";", 1)


async def test_what_was_guessed_hidden_or_will_be_refused_is_seen_before_anything_is_imported(desk: Desk) -> None:
    desk.leads_desk.open_import()
    wizard, run = desk.leads_desk.wizard, desk.import_run
    assert wizard is not None
    notes = (
        ImportNote(code=ImportNoteCode.ABOVE_HEADER, params={"count": 3, "line": 4}, text=""),
        ImportNote(code=ImportNoteCode.HIDDEN_ROWS, params={"count": 12}, text=""),
    )
    run.preview = ImportPreview(
        id="a" * 24,
        file_name="leads.xlsx",
        format=FileFormat.XLSX,
        encoding=None,
        delimiter=None,
        sheet="Leads",
        sheets=("Leads", "Old"),
        hidden_sheets=("Old",),
        header_row=4,
        columns=("email", "note"),
        rows=(("ann@firm.example", ""), ("bob at firm", "met at the fair")),
        row_lines=(5, 1012),
        problems=(ImportProblem(line=1012, value="bob at firm", code=ImportProblemCode.NOT_AN_ADDRESS, reason=""),),
        mapping={LeadField.EMAIL: 0},
        notes=notes,
    )
    run.mapping = dict(run.preview.mapping)
    run.step = ImportStep.MAPPING
    run.changed.emit()
    mapping = wizard.mapping_step
    assert mapping.notes.label.text().splitlines() == [
        "The sheet has rows that are hidden, by hand or by a filter: 12.",
        "The titles stand in line 4. Lines above, which are left out: 3.",
    ]
    assert mapping.notes.property("kind") == "noticeWarning"
    sheets = mapping.reading.sheet
    assert [sheets.itemText(n) for n in range(sheets.count())] == ["Leads", "Old (hidden)"]
    assert mapping.reading.header_row.currentText() == "In line 4"
    assert (mapping.reading.hidden_rows.isVisible(), mapping.reading.hidden_rows.isChecked()) == (True, False)
    assert [mapping.table.verticalHeaderItem(n).text() for n in (1, 2)] == ["5", "1,012"]
    assert mapping.table.item(2, 0).toolTip() == "This is no email address: it has no @."
    assert [example.text() for example in mapping.table.examples] == ["e.g. ann@firm.example", "e.g. met at the fair"]
    readings: list[ImportReading] = []
    mapping.reading_changed.connect(readings.append)
    mapping.reading.hidden_rows.click()
    assert [reading.hidden_rows for reading in readings] == [True]


async def test_no_choice_of_a_column_is_cut(desk: Desk, tmp_path: Path, domain: str) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{n}" for n in range(12)) + f",email\n{',' * 12}a@{domain}\n")
    desk.leads_desk.open_import(path)
    wizard = await step(desk, ImportStep.MAPPING)
    for combo in wizard.mapping_step.table.columns:
        assert combo.width() >= combo.sizeHint().width()


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
        assert wizard.result_step.numbers.texts["New leads"] == "39"
        assert not wizard.result_step.numbers.isHidden()
        assert wizard.undo_button.isVisible()
        desk.import_run.on_progress(failed.model_copy(update={"state": ImportState.UNDOING}))
        assert desk.import_run.step is ImportStep.PROGRESS
        desk.import_run.on_progress(failed.model_copy(update={"refused": 0}))
    assert desk.leads_desk._ended_text(failed).startswith("39 leads came in from leads.csv, then the import failed.")
