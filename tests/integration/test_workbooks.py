"""Leads from XLSX files, also from hostile ones."""

from __future__ import annotations

import gc
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from server.contract import FileFormat, ImportReading, LeadField
from server.errors import Invalid
from server.importing.batches import lines_of
from server.importing.check import import_file
from server.importing.preview import make_plan, preview
from server.importing.workbook import read_sheet
from server.store.client import Database
from server.store.leads import LeadStore
from tests.workbooks import sheet_xml, workbook, workbook_of_xml

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


async def test_leads_come_in_from_a_workbook(database: Database) -> None:
    rows = [["Name", "Phone", "E-Mail"], ["Ann", 441234567, "ann@firm.example"], [], ["Bob", "", "bob at firm"]]
    content = workbook({"Notes": [], "People": rows}, first_row=3)
    result = await import_file(LeadStore(database), content, by="ann", now=await database.now())
    assert (result.imported, result.refused) == (1, 1)
    assert [(problem.line, problem.value) for problem in result.problems] == [(6, "bob at firm")]
    lead = await database.leads.find_one({})
    assert lead is not None
    assert (lead["name"], lead["phone"]) == ("Ann", "441234567")


def test_the_sheet_can_be_chosen() -> None:
    content = workbook({"A": [["email"], ["a@firm.example"]], "B": [["mail", "name"], ["b@firm.example", "=1+1"]]})
    first = preview("1", "leads.xlsx", content, ImportReading())
    assert (first.format, first.sheet, first.sheets) == (FileFormat.XLSX, "A", ("A", "B"))
    second = preview("1", "leads.xlsx", content, ImportReading(sheet="B"))
    assert (second.sheet, second.columns, second.rows) == ("B", ("mail", "name"), (("b@firm.example", "=1+1"),))
    assert second.mapping == {LeadField.EMAIL: 0, LeadField.NAME: 1}
    with pytest.raises(Invalid, match="no such sheet"):
        preview("1", "leads.xlsx", content, ImportReading(sheet="C"))


_CORNERS = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: workbook_of_xml({"A": f'<worksheet xmlns="{_MAIN}"><sheetData>{_CORNERS}</sheetData></worksheet>'}),
            "too large",
        ),
        (lambda: workbook({"A": [["x" * (200 * 2**20)]]}), "too large"),
        (
            lambda: workbook_of_xml(
                {"A": sheet_xml([["XX"]]).replace("XX", "&secret;")},
                head='<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>',
            ),
            "cannot be read",
        ),
        (lambda: workbook({"A": []}), "is empty"),
        (lambda: workbook({}), "cannot be read|no such sheet"),
        (lambda: workbook({"A": [["email"]]})[:-200], "cannot be read"),
    ],
    ids=["far corners", "much of little", "external entity", "empty", "no sheets", "cut off"],
)
def test_a_hostile_or_broken_workbook_is_refused_and_harms_nobody(make: Callable[[], bytes], message: str) -> None:
    content = make()  # one is of 200 MB while it is made, which is not for every process that collects this file
    started = time.thread_time()
    with pytest.raises(Invalid, match=message):
        preview("1", "leads.xlsx", content, ImportReading())
    assert time.thread_time() - started < 60


def test_cells_come_as_people_see_them() -> None:
    ((row, hidden),) = read_sheet(workbook({"A": [["a", 1.0, 2.5, 'say "hi", you\nthere']]}), None).rows()
    assert (row.line, list(row.cells), hidden) == (1, ["a", "1", "2.5", 'say "hi", you\nthere'], False)


def test_a_large_sheet_is_never_in_memory_as_a_whole() -> None:
    rows = [[f"lead{number}@firm.example", "Lead", "Firm", "+44 123"] for number in range(15_000)]
    content = workbook({"A": [["email", "name", "company", "phone"], *rows]})
    del rows
    tracemalloc.start()
    try:
        found = lines_of(content, make_plan(content, ImportReading())[0])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found.rows, found.total) == (15_000, 15_001)
    assert peak < 3 * 2**20


def test_rows_can_be_gone_through_again_and_their_file_goes_with_them() -> None:
    sheet = read_sheet(workbook({"A": [["a", "b"], [], ["c"]]}), None)
    assert [list(row.cells) for row, _ in sheet.rows()] == [["a", "b"], ["c", ""]]
    assert list(sheet.marks()) == [(1, False), (3, False)]
    assert [row.line for row, _ in sheet.rows()] == [1, 3]
    file = sheet.file
    del sheet
    gc.collect()
    assert file.closed


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_disk_without_room_is_no_fault_of_the_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("r+b", buffering=0) as full:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda: full)
        with pytest.raises(OSError, match="No space left"):
            read_sheet(workbook({"A": [["email"]]}), None)


def test_a_row_longer_than_any_is_refused_with_its_number() -> None:
    content = workbook({"A": [["email"], ["ann@firm.example"], ["x" * 45_000] * 26]})
    with pytest.raises(Invalid, match="row in line 3 is too long"):
        preview("1", "leads.xlsx", content, ImportReading())
