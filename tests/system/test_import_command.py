"""``leads import``: how a file is read is said, can be said otherwise, and can be looked at before anything is done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.importing.check import MAX_PROBLEMS
from server.store.client import Database
from tests.system.processes import ServerProcess
from tests.workbooks import sheet_xml, workbook_of_xml

_PIPES = "Guests of the fair\nE-Mail|Name\nann@firm.example|Zoë Ärmel\nbob|Bob\n\nann@firm.example|Again\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A service in which nobody counts the leads but by their addresses."""
    server = ServerProcess(tmp_path_factory.mktemp("import") / "data")
    server.start()
    yield server
    server.end()


def said(server: ServerProcess, file: Path, *options: str) -> tuple[list[str], list[str]]:
    """What the command says and complains of, without the file's name."""
    result = server.cli("leads", "import", str(file), *options)
    return [[line.replace(str(file), "FILE") for line in text.splitlines()] for text in (result.stdout, result.stderr)]


def names_at(server: ServerProcess, domain: str) -> dict[str, str]:
    """Of the leads there, by address."""
    found: dict[str, str] = {}

    async def look(database: Database) -> None:
        async for row in database.leads.find({"email": re.compile(f"@{re.escape(domain)}$")}):
            found[row["email"]] = row["name"]

    server.in_database(look)
    return found


def test_a_check_says_all_that_an_import_says_and_does_nothing(running: ServerProcess, tmp_path: Path) -> None:
    file = tmp_path / "guests.csv"
    file.write_bytes(_PIPES.replace("firm", "checked").encode("mac_roman"))

    checked, refused = said(running, file, "--check")

    assert checked == [
        "FILE: encoding mac_roman, delimiter |, titles in line 2",
        "Columns: email from 'E-Mail', name from 'Name'",
        "Note: The encoding is a guess: mac_roman. Look at the letters of some names, or choose another one.",
        "Note: The titles stand in line 2. Lines above, which are left out: 1.",
        "  3: ann@checked.example | Zoë Ärmel",
        "  4: bob | Bob",
        "  6: ann@checked.example | Again",
        "1 to be imported, 1 there already, 1 refused.",
        "6 lines: 3 rows, 1 of titles, 1 above the titles, 1 empty. 1 came twice in the file.",
    ]
    assert refused == ["FILE, line 4: 'bob': This is no email address: it has no @."]
    assert names_at(running, "checked.example") == {}

    done, refused_then = said(running, file)
    assert done == [line.replace("1 to be imported", "1 imported") for line in checked]
    assert (refused_then, names_at(running, "checked.example")) == (refused, {"ann@checked.example": "Zoë Ärmel"})


def test_encoding_delimiter_and_titles_can_be_said(running: ServerProcess, tmp_path: Path) -> None:
    file = tmp_path / "guests.csv"
    file.write_bytes("ann@said.example\tJ\xf6rg\nbob@said.example\tBj\xf6rn\n".encode("latin-1"))

    wished = ("--encoding", "windows-1250", "--delimiter", "tab", "--header-row")
    found, _ = said(running, file, *wished, "1", "--check")
    assert found[0] == "FILE: encoding cp1250, delimiter tab, titles in line 1"
    assert found[-2] == "1 to be imported, 0 there already, 0 refused."

    found, _ = said(running, file, *wished, "none")
    assert found[0] == "FILE: encoding cp1250, delimiter tab, no titles"
    assert found[-2] == "2 imported, 0 there already, 0 refused."


def test_sheet_and_hidden_rows_can_be_said(running: ServerProcess, tmp_path: Path) -> None:
    people = sheet_xml([["email", "name"], ["ann@sheet.example", "Ann"], ["bob@sheet.example", "Bob"]])
    sheets = {"First": sheet_xml([["email"], ["old@sheet.example"]]), "People": people}
    sheets["People"] = people.replace('<row r="3">', '<row r="3" hidden="1">')
    file = tmp_path / "book.xlsx"
    file.write_bytes(workbook_of_xml(sheets))

    assert said(running, file, "--check")[0][0] == "FILE: sheet 'First', titles in line 1"
    found, _ = said(running, file, "--sheet", "People")
    assert found[0] == "FILE: sheet 'People', titles in line 1"
    assert found[-1] == "3 lines: 1 rows, 1 of titles, 1 hidden. 0 came twice in the file."
    assert names_at(running, "sheet.example") == {"ann@sheet.example": "Ann"}

    found, _ = said(running, file, "--sheet", "People", "--hidden-rows")
    assert found[-2] == "1 imported, 1 there already, 0 refused."
    assert names_at(running, "sheet.example") == {"ann@sheet.example": "Ann", "bob@sheet.example": "Bob"}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--encoding", "punycode"), "punycode is no encoding that files are read in"),
        (("--delimiter", "x"), "choose one of , ; | tab"),
        (("--header-row", "0"), "say the number of a line, or 'none'"),
        (("--header-row", "9" * 5000), "say the number of a line, or 'none'"),
        (("--header-row", "first"), "say the number of a line, or 'none'"),
        (("--header-row", "7"), "The file has nothing in line 7 or after it."),
        (("--sheet", "x" * 1001), "no sheet has so long a name"),
        (("--delimiter", "tab"), "no column with email addresses. Line 1 names: Guests of the fair"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_wished_for_is_said_and_nothing_comes_in(
    running: ServerProcess, tmp_path: Path, options: tuple[str, ...], complaint: str
) -> None:
    file = tmp_path / "guests.csv"
    file.write_text(_PIPES.replace("firm", "refused"))

    result = running.cli("leads", "import", str(file), *options, check=False)

    assert result.returncode in (1, 2)
    assert "Traceback" not in result.stderr
    assert complaint in re.sub(r"[\s│]+", " ", result.stderr)
    assert names_at(running, "refused.example") == {}


def test_of_very_many_refused_rows_the_rest_is_counted(running: ServerProcess, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("email\n" + "nobody\n" * (MAX_PROBLEMS + 3))

    _, refused = said(running, file, "--check")

    assert len(refused) == MAX_PROBLEMS + 1
    assert refused[-1] == "FILE: 3 more were refused, further down."
