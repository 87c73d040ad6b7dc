"""Thousands of files of leads, whole and damaged: no row gets what is another person's, and no line is lost unsaid."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from hypothesis import event, given
from hypothesis import strategies as st

from server.contract import ImportReading
from server.contract.import_codes import ImportNoteCode
from server.errors import Invalid
from server.importing.batches import SeenAddresses, batches, lines_of
from server.importing.check import survey
from server.importing.preview import make_plan, preview
from server.importing.workbook import MAGIC
from server.store.leads import NewLead
from tests.fuzzing.examples import inputs
from tests.workbooks import sheet_xml, workbook_of_xml

#: Words that are written in an encoding, and its name.
_LETTERS = {
    "utf-8": ("Jörg", "Zoë", "Łukasz", "Ольга", "山田", "Nguyễn"),
    "utf-8-sig": ("Jörg", "Dvořák", "Ольга", "山田"),
    "utf-16": ("Jörg", "Łukasz", "Ольга"),
    "utf-16-le": ("Anna", "Jörg", "Céline"),
    "cp1252": ("Jörg", "Céline", "Åsa", "Muñoz", "Größe", "François"),
    "cp1250": ("Dvořák", "Łukasz", "Šťastný", "Kovačević", "Wójcik"),
    "cp1251": ("Ольга", "Иван", "Щербаков"),
    "ascii": ("Anna", "Bert", "Cara"),
}
_HEADERS = {
    "email": ("email", "E-Mail-Adresse", "Email Address*", "E-mail 1 - Value", "Kontaktweg"),
    "name": ("name", "Ansprechpartner", "Full Name", "Wer"),
    "company": ("company", "Firma", "Organization Name", "Wo"),
    "note": ("note", "Bemerkung", "Labels", "X"),
}
_ABOVE = ((), ("Contacts of the fair",), ("Notes:", '"Members can hide them, as you know."', ""), ("", ""))


@dataclass
class Written:
    """A file and what was written into it."""

    content: bytes
    #: The names by address of rows that were not damaged.
    names: dict[str, str] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)
    #: Addresses in rows that nobody sees, or of which nobody knows where their cells end.
    never: set[str] = field(default_factory=set)


def _quoted(cell: str, delimiter: str, random: Random) -> str:
    if any(letter in cell for letter in (delimiter, '"', "\n")) or random.random() < 0.2:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _unclosed(cells: list[str], delimiter: str, random: Random) -> str:
    at = random.randrange(len(cells))
    return delimiter.join('"' + cell if n == at else cell for n, cell in enumerate(cells))


def _wrapped(cells: list[str], delimiter: str, random: Random) -> str:
    """Opened in this row and closed in the next: together they are as wide as one row, and half of each in one cell."""
    at = random.randrange(len(cells))
    others = [re.sub(r"(?<=[pn])\d+", "777", cell) for cell in cells]
    return (
        delimiter.join([*cells[:at], '"' + cells[at], *cells[at + 1 :]])
        + "\n"
        + delimiter.join([*others[:at], others[at] + '"', *others[at + 1 :]])
    )


def _unopened(cells: list[str], delimiter: str, random: Random) -> str:
    at = random.randrange(len(cells))
    return delimiter.join(cell + '"' if n == at else cell for n, cell in enumerate(cells))


def _backslashed(cells: list[str], delimiter: str, random: Random) -> str:
    at = random.randrange(len(cells))
    return delimiter.join(f'"{cell} \\"Bo{delimiter}\\" x"' if n == at else cell for n, cell in enumerate(cells))


def _shorter(cells: list[str], delimiter: str, random: Random) -> str:
    return delimiter.join(cells[: random.randrange(1, len(cells))] if len(cells) > 1 else cells)


def _longer(cells: list[str], delimiter: str, random: Random) -> str:
    at = random.randrange(len(cells) + 1)
    return delimiter.join([*cells[:at], "more", *cells[at:]])


def _bad_bytes(cells: list[str], delimiter: str, random: Random) -> str:
    at = random.randrange(len(cells))
    return delimiter.join(cell + "\x00BAD" if n == at else cell for n, cell in enumerate(cells))


_DAMAGES: dict[str, Callable[[list[str], str, Random], str]] = {
    "unclosed": _unclosed,
    "wrapped": _wrapped,
    "unopened": _unopened,
    "backslash": _backslashed,
    "shorter": _shorter,
    "longer": _longer,
    "bytes": _bad_bytes,
}


_OF_QUOTES = ("unclosed", "wrapped", "unopened", "backslash")
#: Workbooks are read in processes of their own, which take their time.
_SHARE_OF_WORKBOOKS = 1 / 60


def write(seed: int) -> Written:
    """A file; the same seed, the same file."""
    random = Random(seed)
    return _write_workbook(random) if random.random() < _SHARE_OF_WORKBOOKS else _write_text(random)


def _write_text(random: Random) -> Written:
    encoding = random.choice(list(_LETTERS))
    delimiter = random.choice(",;\t|")
    columns = _columns(random)
    written = Written(b"")
    lines = list(random.choice(_ABOVE)) if len(columns) > 1 else []
    if len(columns) > 1 and random.random() < 0.2:
        lines = [f"sep={delimiter}"]
    if lines or random.random() < 0.8:
        lines.append(delimiter.join(_quoted(random.choice(_HEADERS[each]), delimiter, random) for each in columns))
    for number in range(random.choice((1, 2, 3, 8, 30))):
        lines += _lines_of_person(number, columns, encoding, delimiter, random, written)
    text = random.choice(("\n", "\r\n", "\r")).join(lines) + random.choice(("", "\n", "\n\n"))
    written.content = text.encode(encoding).replace(*_no_letters(encoding))
    return written


def _columns(random: Random) -> list[str]:
    columns = random.choice((["email"], ["email", "name"], ["name", "email", "company"], [*_HEADERS]))
    random.shuffle(columns)
    return columns


def _person(number: int, encoding: str, delimiter: str, random: Random) -> dict[str, str]:
    word = random.choice(_LETTERS[encoding])
    return {
        "email": f"p{number}@x.example",
        "name": f"{word} n{number}n",
        "company": f"{word} n{number}n GmbH{delimiter} Co" if random.random() < 0.1 else f"n{number}n GmbH",
        "note": f"n{number}n one\nn{number}n two" if random.random() < 0.2 else f"n{number}n",
    }


_FORMULA = "a formula without its result"


def _write_workbook(random: Random) -> Written:
    columns, written = _columns(random), Written(b"")
    rows = [[line] for line in random.choice(_ABOVE)] if len(columns) > 1 else []
    rows.append([random.choice(_HEADERS[each]) for each in columns])
    hidden = []
    for number in range(random.choice((1, 3, 8, 30))):
        person = _person(number, "utf-8", ",", random)
        cells = [person[each] for each in columns]
        match random.choice([""] * 8 + ["hidden", "formula"]):
            case "hidden":
                hidden.append(len(rows) + 1)
                written.never.add(person["email"])
                written.damage.append("hidden")
            case "formula":
                cells[random.randrange(len(cells))] = _FORMULA
                written.damage.append("formula")
            case _:
                written.names[person["email"]] = person["name"] if "name" in columns else ""
        rows.append(cells)
    xml = re.sub(rf' t="inlineStr"><is><t>{_FORMULA}</t></is>', "><f>NOW()</f>", sheet_xml(rows))
    for at in hidden:
        xml = xml.replace(f'<row r="{at}">', f'<row r="{at}" hidden="1">')
    sheets = {"Old": sheet_xml([]), "Leads": xml} if random.random() < 0.3 else {"Leads": xml}
    written.content = workbook_of_xml(sheets)
    return written


def _no_letters(encoding: str) -> tuple[bytes, bytes]:
    """What stands for bytes that are no letters, and such bytes."""
    if encoding.startswith("utf-16"):
        return "\x00BAD".encode("utf-16-le"), b"\x00\xdc"
    return b"\x00BAD", b"\x98" if encoding == "cp1251" else b"\x81"


def _lines_of_person(
    number: int, columns: Sequence[str], encoding: str, delimiter: str, random: Random, written: Written
) -> list[str]:
    person = _person(number, encoding, delimiter, random)
    cells = [person[each] for each in columns]
    if random.random() < 0.15:
        kind = random.choice(list(_DAMAGES))
        written.damage.append(kind)
        if kind in _OF_QUOTES:
            written.never.add(person["email"])
        return [_DAMAGES[kind]([cell.replace(delimiter, "").replace("\n", " ") for cell in cells], delimiter, random)]
    written.names[person["email"]] = person["name"] if "name" in columns else ""
    row = delimiter.join(_quoted(cell, delimiter, random) for cell in cells)
    return [row, *([""] if random.random() < 0.1 else [])]


def check(content: bytes, written: Written) -> tuple[int, int]:
    """How many leads come in and how many rows are refused; all of it as it should be."""
    plan, notes = make_plan(content, ImportReading())
    lines = lines_of(content, plan)
    found = list(batches(content, plan))
    good = [lead for batch in found for lead in batch.good]
    refused = [problem for batch in found for problem in batch.bad]
    assert lines.total == lines.above + lines.header + lines.empty + lines.continued + lines.hidden + lines.rows
    assert min(lines.empty, lines.continued, lines.hidden) >= 0
    assert lines.rows == len(good) + len(refused)
    assert survey(content, plan).duplicates == len(good) - len(SeenAddresses().new_among(good))
    assert all(problem.line <= lines.total and problem.reason for problem in refused)
    guessed = any(each.code is ImportNoteCode.ENCODING_GUESSED for each in notes)
    assert not written.never & {lead.email for lead in good}
    for lead in good:
        _expect_own(lead, None if guessed else written.names.get(lead.email))
    preview("1", "x", content, ImportReading())
    return len(good), len(refused)


def _expect_own(lead: NewLead, name: str | None) -> None:
    """Nothing of another person's, and one's own name letter by letter."""
    owner = lead.email.partition("@")[0].removeprefix("p")
    assert set(re.findall(r"n(\d+)n", f"{lead.name} {lead.company} {lead.phone}")) <= {owner}, lead
    assert "@" not in lead.name + lead.company, lead
    if name and lead.name:
        assert lead.name == name


@inputs(400)
@given(st.integers(0, 2**32))
def test_no_line_is_lost_and_nobody_gets_anothers_cells(seed: int) -> None:
    written = write(seed)
    try:
        good, refused = check(written.content, written)
    except Invalid as refusal:
        good, refused = 0, -1
        why = refusal
    if refused < 0:
        assert why.details["fault"] == "noAddresses"
        assert written.damage or len(written.names) < 3
        return
    event(f"workbook: {written.content.startswith(MAGIC)}, damaged: {bool(written.damage)}")
    if not written.damage:
        assert (good, refused) == (len(written.names), 0)
    else:
        assert refused <= len(written.damage) * 3
        assert good >= len(written.names) - 2 * len(written.damage)
