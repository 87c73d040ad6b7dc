"""The lists of what did not go as wished, on screen and as a file."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.dialogs.error import ErrorDialog
from desktop.dialogs.result import RowsDialog, skipped_dialog
from server.contract import Phrase, SkippedLead, SkipReason
from tests.waiting import LIMIT

SKIPPED = (
    SkippedLead(
        lead_id="a" * 24,
        email="zoë@firm.example",
        name='Zoë "Zo" Ångström, PhD',
        reason=SkipReason.ALREADY_USER,
        message="Is a user already.",
        sentence=Phrase.ALREADY_USER.says(),
    ),
    SkippedLead(
        lead_id="b" * 24,
        email="",
        name="Line\nbreak",
        reason=SkipReason.NOT_FOUND,
        message="Was not found.",
        sentence=Phrase.LEAD_GONE.says(),
    ),
)
VALUES = ('=HYPERLINK("http://evil.example")', "+1+2", "-1+2", "@SUM(A1)", "\t=1+2", "plain")


def texts(dialog: RowsDialog) -> list[list[str]]:
    """What the list shows."""
    model = dialog.table.model()
    rows, columns = range(model.rowCount()), range(model.columnCount())
    return [[str(model.index(y, x).data()) for x in columns] for y in rows]


async def save(dialog: RowsDialog, path: Path) -> None:
    """Save, to the end."""
    dialog.table.save(path)
    (saving,) = (task for task in asyncio.all_tasks() if task.get_name() == "save as CSV")
    async with asyncio.timeout(LIMIT):
        await saving


def read(path: Path) -> list[list[str]]:
    """As a spreadsheet does."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, strict=True))


async def test_skipped_leads_are_listed_with_their_reasons(qtbot: QtBot) -> None:
    dialog = skipped_dialog(None, SKIPPED)
    qtbot.addWidget(dialog)
    dialog.open()

    assert dialog.isVisible()
    assert dialog.heading.text() == "2 leads were skipped"
    assert texts(dialog) == [
        ["zoë@firm.example", 'Zoë "Zo" Ångström, PhD', "There is already a user with this address."],
        ["b" * 24, "Line\nbreak", "The lead does not exist any more."],
    ]


@pytest.mark.parametrize(("number", "title"), [(1, "1 lead was skipped"), (2, "2 leads were skipped")])
async def test_the_title_counts_as_people_do(qtbot: QtBot, number: int, title: str) -> None:
    dialog = skipped_dialog(None, SKIPPED[:number])
    qtbot.addWidget(dialog)
    assert dialog.windowTitle() == title


async def test_the_list_keeps_its_word(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    dialog = skipped_dialog(None, SKIPPED)
    qtbot.addWidget(dialog)
    qtmodeltester.check(dialog.table.model())


async def test_the_saved_file_holds_the_same_rows(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = skipped_dialog(None, SKIPPED)
    qtbot.addWidget(dialog)
    path = tmp_path / "list.csv"
    await save(dialog, path)

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # by which a spreadsheet knows that it is UTF-8
    assert read(path) == [["Email", "Name", "Reason"], *texts(dialog)]


async def test_formulas_are_defused_in_the_saved_file(qtbot: QtBot, tmp_path: Path) -> None:
    rows = [(str(line), value, "Is no address.") for line, value in enumerate(VALUES, 2)]
    dialog = RowsDialog(None, "", "", {"Line": 60, "Value": 200, "Reason": 0}, rows)
    qtbot.addWidget(dialog)
    path = tmp_path / "list.csv"
    await save(dialog, path)

    values = [row[1] for row in read(path)[1:]]
    assert values[:-2] == [f"'{value}" for value in VALUES[:-2]]
    assert values[-2:] == ["'\t'=1+2", "plain"]  # some spreadsheets take a tab for the end of a cell


async def test_a_file_that_cannot_be_written_is_explained(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = skipped_dialog(None, SKIPPED)
    qtbot.addWidget(dialog)
    dialog.open()
    path = tmp_path / "missing" / "list.csv"
    await save(dialog, path)

    (complaint,) = dialog.findChildren(ErrorDialog)
    assert complaint.isVisible()
    assert complaint.heading.text() == "The file was not saved."
    assert dialog.isVisible()
