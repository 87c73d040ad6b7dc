"""What stands around addresses and names is taken off; what is none is said to be none."""

from __future__ import annotations

import pytest

from server.contract import csv_cell
from server.contract.import_codes import NOTE_SENTENCES, PROBLEM_SENTENCES, ImportNoteCode, ImportProblemCode
from server.importing.cells import Address, address_of, name_of, text_of
from server.importing.rows import Trouble


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("ann@firm.example", ""),
        (" ann@firm.example\u00a0", ""),
        ("\u202aann@firm.example\u202c", ""),
        ("\ufeffann@firm.example\u200b\u200e\u00ad", ""),
        ("mailto:ann@firm.example", ""),
        ("MAILTO: ann@firm.example?subject=Hi", ""),
        ("<ann@firm.example>", ""),
        ("Ann Lee <ann@firm.example>", "Ann Lee"),
        ('"Lee, Ann" <ann@firm.example>;', "Lee, Ann"),
        ("Ann Lee [mailto:ann@firm.example]", "Ann Lee"),
        ("ann@firm.example (Ann Lee)", "Ann Lee"),
        ("ann@firm.example <ann@firm.example>", ""),
        ("'ann@firm.example", ""),
        ("'ann@firm.example'", ""),
        ("(ann@firm.example)", ""),
        ("„ann@firm.example“", ""),
        ("Ann Lee (ann@firm.example)", "Ann Lee"),
        ("[ann@firm.example](mailto:ann@firm.example)", ""),
        ("NULL <ann@firm.example>", ""),
        ("ann@firm.example; Ann@Firm.example", ""),
        ("ann@firm.example | ann@firm.example", ""),
        ("ann@firm.example;", ""),
        ("ann@firm.example,", ""),
        ("ann@firm.example.", ""),
        ("ann@firm.example ; ", ""),
    ],
)
def test_what_stands_around_an_address_is_taken_off(cell: str, name: str) -> None:
    assert address_of(cell) == Address("ann@firm.example", name)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", ImportProblemCode.NO_ADDRESS),
        ("-", ImportProblemCode.NO_ADDRESS),
        ("NULL", ImportProblemCode.NO_ADDRESS),
        ("#N/A", ImportProblemCode.ERROR_VALUE),
        ("1 Main Street", ImportProblemCode.NOT_AN_ADDRESS),
        ("ann@firm.example; bob@firm.example", ImportProblemCode.SEVERAL_ADDRESSES),
        ("ann@firm.example ::: bob@firm.example", ImportProblemCode.SEVERAL_ADDRESSES),
        ("Ann <ann@firm.example>, Bob <bob@firm.example>", ImportProblemCode.SEVERAL_ADDRESSES),
        ("ann lee@firm.example", ImportProblemCode.BAD_MAILBOX),
        ("a..b@firm.example", ImportProblemCode.BAD_MAILBOX),
        ("ann@firm", ImportProblemCode.NO_DOT_IN_DOMAIN),
        ("ann@corp.local", ImportProblemCode.RESERVED_DOMAIN),
        ("ann@-firm-.example", ImportProblemCode.BAD_DOMAIN),
        ("ann@", ImportProblemCode.BAD_DOMAIN),
        ("ann@" + "firm." * 60 + "example", ImportProblemCode.ADDRESS_TOO_LONG),
    ],
)
def test_why_it_is_no_address_is_said_by_a_code(cell: str, code: ImportProblemCode) -> None:
    found = address_of(cell)
    assert isinstance(found, Trouble)
    assert found.code is code
    assert found.at(3, cell).reason


@pytest.mark.parametrize(
    "cell",
    ["#N/A", "#NV", "#DIV/0!", "#BEZUG!", "NULL", "null", "nan", "NaN", "N/A", "n/a", "-", "--", "–", "?", ".",
     "(leer)", "(empty)", "\\N", "unbekannt", "keine Angabe", "[object Object]", "None", "none",
     "(blank)", "\u200b", " "],
)  # fmt: skip
def test_what_stands_for_nothing_is_no_name(cell: str) -> None:
    assert text_of(cell) == ""


@pytest.mark.parametrize("cell", ["0", "12345", "#7", "ann@firm.example", "NULL", "+49 221 1"])
def test_what_has_no_letters_or_is_an_address_is_nobodys_name(cell: str) -> None:
    assert name_of(cell) == ""


@pytest.mark.parametrize(
    ("cell", "text"),
    [("'Bert", "Bert"), ("'0221 1", "0221 1"), ("'Ann Lee'", "Ann Lee"), ("'van Dam", "van Dam"),
     ("'s-Gravenhage", "'s-Gravenhage"), ("'n", "'n"), ("James'", "James'")],
)  # fmt: skip
def test_the_apostrophe_that_makes_a_cell_text_is_no_part_of_it(cell: str, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize("name", ["Null", "Nan", "None Such", "Na", "N.", "Li", "{Li}", "Mr. X", "O'Neil", "'t Hooft"])
def test_names_that_look_like_nothing_are_names(name: str) -> None:
    assert name_of(name) == name


@pytest.mark.parametrize(
    "text", ["-Anna-", "=Ott", "+49 170 1", "@home", "a;=b", "O'Neil", "Ott, Anna", '"Bo"', "'t Hooft", "Zoë"]
)
def test_what_leaves_as_csv_comes_back_the_same(text: str) -> None:
    assert text_of(csv_cell(text)) == text


def test_each_code_has_a_sentence() -> None:
    assert set(PROBLEM_SENTENCES) == set(ImportProblemCode)
    assert set(NOTE_SENTENCES) == set(ImportNoteCode) - {ImportNoteCode.OTHER}
