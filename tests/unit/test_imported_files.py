"""Files as people and programs write them: who comes in from each, what is said of it, and what is refused."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.contract import ImportReading
from server.contract.import_codes import FileFault, ImportNoteCode, ImportProblemCode
from server.errors import Invalid
from server.importing.batches import batches, lines_of
from server.importing.preview import make_plan
from server.importing.rows import MAX_CELLS
from tests.workbooks import workbook, workbook_of_xml

FILES = Path(__file__).parent.parent / "files" / "import"


@dataclass(frozen=True)
class Found:
    """What a file comes to."""

    #: Names by address.
    leads: Mapping[str, str]
    #: Codes by line.
    refused: Mapping[int, ImportProblemCode]
    notes: set[ImportNoteCode]


def read(content: bytes, reading: ImportReading | None = None) -> Found:
    """All of it; every line of the file is told of."""
    plan, notes = make_plan(content, reading or ImportReading())
    parts = list(batches(content, plan))
    leads = [lead for part in parts for lead in part.good]
    refused = {problem.line: problem.code for part in parts for problem in part.bad}
    lines = lines_of(content, plan)
    assert lines.rows == len(leads) + len(refused)
    assert lines.total == lines.above + lines.header + lines.empty + lines.continued + lines.hidden + lines.rows
    return Found({lead.email: lead.name for lead in leads}, refused, {note.code for note in notes})


_FORTY = {f"p{number}@b.example": f"Jörg Müßig {number}" for number in range(40)}


@pytest.mark.parametrize(
    ("name", "leads", "refused", "notes"),
    [
        ("delimiter_said.csv", {"anna@a01.example": "Anna Ott", "bert@a01.example": "Bert Pohl"}, {}, set()),
        (
            "notes_above_titles.csv",
            {"anna@a03.example": "Anna Ott", "cara@a03.example": "Cara Quist"},
            {6: ImportProblemCode.NO_ADDRESS},
            {ImportNoteCode.ABOVE_HEADER},
        ),
        (
            "addresses_alone.csv",
            {"anna@a04.example": "", "bert@a04.example": "", "cara@a04.example": ""},
            {},
            {ImportNoteCode.NO_HEADER, ImportNoteCode.COLUMN_BY_LOOK},
        ),
        ("two_addresses.csv", {"anna@a05.example": "Anna Ott"}, {3: ImportProblemCode.SEVERAL_ADDRESSES}, set()),
        ("postal_address.csv", {"anna@a10.example": "Anna Ott", "bert@a10.example": "Bert Pohl"}, {}, set()),
        (
            "one_bad_byte.csv",
            _FORTY,
            {42: ImportProblemCode.DOUBTFUL_LETTERS},
            {ImportNoteCode.DOUBTFUL_LETTERS},
        ),
        (
            "mark_and_bad_byte.csv",
            _FORTY,
            {42: ImportProblemCode.DOUBTFUL_LETTERS},
            {ImportNoteCode.DOUBTFUL_LETTERS},
        ),
        ("western_and_short.csv", {"a@b6.example": "Jörg"}, {}, set()),
        (
            "unclosed_quote.csv",
            {f"p{number}@c1.example": f"Name {number}" for number in range(1, 201) if number != 6},
            {7: ImportProblemCode.UNCLOSED_QUOTE},
            set(),
        ),
        (
            "first_sheet_hidden.xlsx",
            {"a@e1.example": "Anna", "b@e1.example": "Bert"},
            {},
            {ImportNoteCode.HIDDEN_SHEETS},
        ),
        ("old_leads_hidden.xlsx", {"a@e2.example": "Anna"}, {}, {ImportNoteCode.HIDDEN_SHEETS}),
        ("title_above.xlsx", {"a@e3.example": "Anna", "b@e3.example": "Bert"}, {}, {ImportNoteCode.ABOVE_HEADER}),
    ],
)
def test_a_file_as_people_have_it_is_read_as_it_is(
    name: str, leads: Mapping[str, str], refused: Mapping[int, ImportProblemCode], notes: set[ImportNoteCode]
) -> None:
    assert read((FILES / name).read_bytes()) == Found(leads, refused, notes)


def test_a_letter_far_down_the_file_decides_as_any_other() -> None:
    rows = "".join(f"p{number}@firm.example;Plain {number}\r\n" for number in range(40_000))
    found = read(f"Email;Name\r\n{rows}j@firm.example;Jörg Müller\r\n".encode("cp1252"))
    assert len(found.leads) == 40_001
    assert (found.leads["j@firm.example"], found.refused, found.notes) == ("Jörg Müller", {}, set())


@pytest.mark.parametrize(
    ("text", "leads", "refused"),
    [
        ("a@firm.example;Ann;\nb@firm.example;Bob;\n", {"a@firm.example": "Ann", "b@firm.example": "Bob"}, {}),
        ("a@firm.example;Ann;\nb@firm.example;Ott; Bob;\n", {}, dict.fromkeys((2, 3), ImportProblemCode.MORE_CELLS)),
        ("a@firm.example;Ann;\nb@firm.example;Bob;Q\n", {}, dict.fromkeys((2, 3), ImportProblemCode.MORE_CELLS)),
    ],
    ids=["in each row", "and one delimiter more", "and something behind it"],
)
def test_a_delimiter_behind_each_row_adds_no_cell(
    text: str, leads: Mapping[str, str], refused: Mapping[int, ImportProblemCode]
) -> None:
    found = read(f"Email;Name\n{text}".encode())
    assert (found.leads, found.refused) == (leads, refused)


def test_far_below_the_sample_too_no_cell_is_added_and_none_is_missing() -> None:
    rows = "".join(f"p{number}@firm.example;Pia;\n" for number in range(50))
    found = read(f"Email;Name\n{rows}a@firm.example;Ott;Ann\nb@firm.example;Bob\nc@firm.example;O; C;\n".encode())
    assert (len(found.leads), found.refused) == (
        50,
        {52: ImportProblemCode.MORE_CELLS, 53: ImportProblemCode.FEWER_CELLS, 54: ImportProblemCode.MORE_CELLS},
    )


def test_a_row_within_one_pair_of_quotation_marks_is_named() -> None:
    found = read(b'Email\n"a@firm.example,Ann"\nb@firm.example\n')
    assert (found.leads, found.refused) == ({"b@firm.example": ""}, {2: ImportProblemCode.ROWS_IN_CELL})


# --- Workbooks with more in them than values --------------------------------------------------------------------------

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _text(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def _sheet(*rows: str) -> bytes:
    """Titles, and rows from the second on."""
    titles = f'<row r="1">{_text("A1", "Email")}{_text("B1", "Name")}</row>'
    return workbook_of_xml(
        {"Leads": f'<worksheet xmlns="{_MAIN}"><sheetData>{titles}{"".join(rows)}</sheetData></worksheet>'}
    )


def _formulas() -> bytes:
    return _sheet(
        f'<row r="2">{_text("A2", "ann@firm.example")}<c r="B2" t="str"><f>"An"&amp;"n"</f><v>Ann</v></c></row>',
        f'<row r="3"><c r="A3"><f>C3&amp;"@firm.example"</f></c>{_text("B3", "Bob")}</row>',
        f'<row r="4">{_text("A4", "cyd@firm.example")}<c r="B4"><f>C4</f></c></row>',
    )


def _errors() -> bytes:
    return _sheet(
        f'<row r="2"><c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c>{_text("B2", "Ann")}</row>',
        f'<row r="3">{_text("A3", "bob@firm.example")}<c r="B3" t="e"><v>#N/A</v></c></row>',
    )


def _filtered() -> bytes:
    return _sheet(
        f'<row r="2">{_text("A2", "ann@firm.example")}{_text("B2", "Ann")}</row>',
        f'<row r="3" hidden="1">{_text("A3", "bob@firm.example")}{_text("B3", "Bob")}</row>',
    )


def _ods(rows: str) -> bytes:
    """ODF 1.3: the type first and as it is, then the table."""
    content = io.BytesIO()
    name = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{name}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{name}:office:1.0" xmlns:table="{name}:table:1.0" '
            f'xmlns:text="{name}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Leads">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return content.getvalue()


def _ods_row(*cells: str, about: str = "") -> str:
    shown = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f"<table:table-row{about}>{shown}</table:table-row>"


def _ods_filtered() -> bytes:
    return _ods(
        _ods_row("Email", "Name")
        + _ods_row("ann@firm.example", "Ann")
        + _ods_row("bob@firm.example", "Bob", about=' table:visibility="filter"')
        + _ods_row("#DIV/0!", "Cyd")
    )


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (
            _formulas,
            Found(
                {"ann@firm.example": "Ann"},
                {3: ImportProblemCode.NO_RESULT, 4: ImportProblemCode.NO_RESULT},
                set(),
            ),
        ),
        (_errors, Found({"bob@firm.example": ""}, {2: ImportProblemCode.ERROR_VALUE}, set())),
        (_filtered, Found({"ann@firm.example": "Ann"}, {}, {ImportNoteCode.HIDDEN_ROWS})),
        (
            _ods_filtered,
            Found({"ann@firm.example": "Ann"}, {4: ImportProblemCode.ERROR_VALUE}, {ImportNoteCode.HIDDEN_ROWS}),
        ),
    ],
    ids=["formulas", "errors", "filtered", "ods"],
)
def test_a_workbook_gives_what_people_see_in_it(make: Callable[[], bytes], found: Found) -> None:
    assert read(make()) == found


@pytest.mark.parametrize("make", [_filtered, _ods_filtered], ids=["xlsx", "ods"])
def test_hidden_rows_come_in_when_they_are_asked_for(make: Callable[[], bytes]) -> None:
    found = read(make(), ImportReading(hidden_rows=True))
    assert found.leads == {"ann@firm.example": "Ann", "bob@firm.example": "Bob"}


# --- Files that are no tables -----------------------------------------------------------------------------------------


def _zip(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "email\nann@firm.example\n")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Lee\r\nEMAIL:ann@firm.example\r\nEND:VCARD\r\n", "contactCards"),
        (b"BEGIN:VCALENDAR\r\nATTENDEE:mailto:ann@firm.example\r\nEND:VCALENDAR\r\n", "calendar"),
        (b'[\n  {"email": "ann@firm.example", "name": "Ann"}\n]\n', "json"),
        (b'{"leads": [{"email": "ann@firm.example"}]}', "json"),
        (b'\xef\xbb\xbf<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table></table></html>', "webPage"),
        ("<!DOCTYPE html><table><tr><td>ann@firm.example</td></tr></table>".encode("utf-16"), "webPage"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "xml"),
        (b"dn: cn=Ann Lee,mail=ann@firm.example\nobjectclass: top\n", "directory"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "document"),
        (b"{\\rtf1\\ansi ann@firm.example}", "document"),
        (_zip("[Content_Types].xml", "word/document.xml"), "document"),
        (_zip("leads.csv"), "archive"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "archive"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "oldWorkbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "lockedWorkbook"),
        (workbook({"Leads": [["email"], ["ann@firm.example"]]})[:-100], "brokenWorkbook"),
        (bytes(range(1, 128)) * 5, "notText"),
    ],
)
def test_a_file_that_is_no_table_is_called_what_it_is(content: bytes, fault: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(content)
    assert refused.value.details["fault"] == FileFault(fault)


_MEGABYTES = 20


@pytest.mark.parametrize(
    "piece",
    [b"x", b"email,", b"ann@firm.example,", b'"ann@firm.example",', b'"\n",', b'"a""b\n";', b"\t"],
    ids=["letters", "titles", "addresses", "quoted", "quoted lines", "escaped", "tabs"],
)
def test_a_file_of_one_endless_row_is_refused_at_once(piece: bytes) -> None:
    content = b"email,name\nann@firm.example,Ann\n" + piece * (_MEGABYTES * 2**20 // len(piece))
    started = time.thread_time()
    with pytest.raises(Invalid, match=r"line 3 is too long"):
        make_plan(content, ImportReading())
    assert time.thread_time() - started < 5  # it was a minute and more


def test_rows_as_wide_as_spreadsheets_have_them_are_read() -> None:
    titles = ",".join(["email", *(f"c{number}" for number in range(MAX_CELLS - 1))])
    row = ",".join(["ann@firm.example"] * MAX_CELLS)
    assert set(read(f"{titles}\n{row}\n".encode()).leads) == {"ann@firm.example"}
    with pytest.raises(Invalid, match=r"line 2 is too long"):
        read(f"{titles}\n{row},\n".encode())
