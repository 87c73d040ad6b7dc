"""Leads from files of every kind, into a real database."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from server.contract import ImportResult
from server.contract.import_codes import ImportProblemCode
from server.errors import Invalid, TooLarge
from server.importing import batches
from server.importing import check as checking
from server.importing.check import import_file
from server.store.audit import AuditLog
from server.store.client import Database
from server.store.leads import LeadStore
from tests.waiting import LIMIT


async def read(database: Database, content: bytes) -> ImportResult:
    """Import the file."""
    async with asyncio.timeout(LIMIT):
        return await import_file(LeadStore(database), content, by="ann", now=await database.now())


async def leads_of(database: Database) -> list[dict[str, Any]]:
    """Every lead in the order of their addresses."""
    return await database.leads.find({}, {"_id": 0}).sort("email", 1).to_list()


async def names_of(database: Database) -> dict[str, str]:
    """Every lead's name by address."""
    return {lead["email"]: lead["name"] for lead in await leads_of(database)}


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "cp1252",
        "latin-1",
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_encoding_and_delimiter_are_found_out(database: Database, encoding: str, delimiter: str) -> None:
    rows = [
        ("Name", "E-Mail"),
        ("François Lefèvre", "francois@firm.example"),
        ("Jürgen Müller", "juergen@firm.example"),
        ("Zoë Façade", "zoe@firm.example"),
    ]
    content = "".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding)
    assert (await read(database, content)).imported == 3
    assert await names_of(database) == {
        "francois@firm.example": "François Lefèvre",
        "juergen@firm.example": "Jürgen Müller",
        "zoe@firm.example": "Zoë Façade",
    }


async def test_an_emoji_and_other_scripts_survive(database: Database) -> None:
    await read(database, "email,name\na@firm.example,Ольга 🎉\nb@firm.example,山田\n".encode())
    assert await names_of(database) == {"a@firm.example": "Ольга 🎉", "b@firm.example": "山田"}


@pytest.mark.parametrize(
    "header",
    [
        "email,name,company",
        "E-Mail,Full Name,Organisation",
        "EMAIL_ADDRESS,contact name,Company Name",
        " Mail , Name,Account",
    ],
)
async def test_columns_are_known_by_several_names(database: Database, header: str) -> None:
    await read(database, f"{header}\nann@firm.example,Ann Lee,Firm\n".encode())
    (lead,) = await leads_of(database)
    assert (lead["email"], lead["name"], lead["company"]) == ("ann@firm.example", "Ann Lee", "Firm")
    assert (lead["status"], lead["importedBy"]) == ("new", "ann")


async def test_first_and_last_name_make_a_name_and_other_columns_do_no_harm(database: Database) -> None:
    content = b"Id,First Name,Surname,Shoe size,Telephone,Email\n1,Ann,Lee,38,+44 1,ann@firm.example\n2,,Ray\n"
    result = await read(database, content)
    assert (result.imported, result.refused) == (1, 1)
    (lead,) = await leads_of(database)
    assert (lead["name"], lead["phone"]) == ("Ann Lee", "+44 1")


async def test_rows_without_a_usable_address_are_reported_by_line_and_the_others_come_in(database: Database) -> None:
    content = b"name,email\nAnn,ann@firm.example\nBob,bob at firm\n\nCyd,\nDee,dee@firm.example\nEve,a@b@c.example\n"
    result = await read(database, content)
    assert (result.imported, result.duplicates, result.refused) == (2, 0, 3)
    assert [(problem.line, problem.value) for problem in result.problems] == [
        (3, "bob at firm"),
        (5, ""),
        (7, "a@b@c.example"),
    ]
    assert all(problem.reason for problem in result.problems)
    assert set(await names_of(database)) == {"ann@firm.example", "dee@firm.example"}


async def test_cells_of_several_lines_do_not_shift_the_line_numbers(database: Database) -> None:
    content = b'name,email\n"Ann\nLee\r\nRay",ann@firm.example\nBob,wrong\n"Cyd ""the\nkid""",bad\n\nDee,worse\n'
    result = await read(database, content)
    assert [(problem.line, problem.value) for problem in result.problems] == [(5, "wrong"), (6, "bad"), (9, "worse")]
    assert await names_of(database) == {"ann@firm.example": "Ann Lee Ray"}


async def test_an_address_comes_in_once_whatever_its_case(database: Database) -> None:
    first = await read(database, b"email\nann@firm.example\nANN@Firm.Example\nbob@firm.example\nann@firm.example\n")
    assert (first.imported, first.duplicates, first.refused) == (2, 2, 0)
    again = await read(database, b"email,name\nBob@firm.example,Another\ncyd@firm.example,Cyd\n")
    assert (again.imported, again.duplicates, again.refused) == (1, 1, 0)
    assert await names_of(database) == {"ann@firm.example": "", "bob@firm.example": "", "cyd@firm.example": "Cyd"}


async def test_a_file_of_more_than_one_batch_comes_in_whole(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_BATCH", 10)
    rows = [f"p{number}@firm.example" if number % 7 else "nobody" for number in range(45)]
    result = await read(database, ("email\n" + "\n".join(rows)).encode())
    assert (result.imported, result.refused) == (38, 7)
    assert [problem.line for problem in result.problems] == [2, 9, 16, 23, 30, 37, 44]


async def test_all_refused_rows_are_counted_but_only_the_first_are_listed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MAX_PROBLEMS", 5)
    monkeypatch.setattr(batches, "_BATCH", 3)
    result = await read(database, b"email\n" + b"nobody\n" * 12)
    assert (result.refused, [problem.line for problem in result.problems]) == (12, [2, 3, 4, 5, 6])


async def test_names_become_one_line_of_printable_text(database: Database) -> None:
    content = (
        'email,name,company\na@firm.example,"Ann\r\nBcc: all@firm.example",Fi\x00rm\n'
        "b@firm.example,\u202eBob\x1b[31m\u2028,\tTab\x7f \n"
        f"c@firm.example,{'x' * 500},\n"
    )
    await read(database, content.encode())
    ann, bob, cyd = await leads_of(database)
    assert (ann["name"], ann["company"]) == ("Ann Bcc: all@firm.example", "Fi rm")
    assert (bob["name"], bob["company"]) == ("Bob [31m", "Tab")
    assert cyd["name"] == "x" * 200


async def test_formulas_and_operators_are_just_text(database: Database) -> None:
    content = b'email,name,company\na@firm.example,"=HYPERLINK(""http://x"")",@SUM(A1)\nb@firm.example,$ne,{}\n'
    await read(database, content)
    first, second = await leads_of(database)
    assert (first["name"], first["company"]) == ('=HYPERLINK("http://x")', "@SUM(A1)")
    assert (second["name"], second["company"]) == ("$ne", "{}")


async def test_an_address_with_a_line_break_is_refused(database: Database) -> None:
    result = await read(database, b'email\n"ann@firm.example\r\nBcc: all@firm.example"\n"bob\n@firm.example"\n')
    assert (result.imported, result.refused) == (0, 3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty"),
        (b"\r\n \n\t\n", "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (b"name,company\nAnn,Firm\n", "no column with email addresses. Line 1 names: name, company"),
        (b"\n\nname\nAnn\n", "no column with email addresses. Line 3 names: name"),
        (bytes(range(256)), "The file is not text"),
        (b"PK\x03\x04\x14\x00\xff\xfe\x80", "The workbook cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old workbook"),
    ],
)
async def test_a_file_that_makes_no_sense_is_refused(database: Database, content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        await read(database, content)
    assert await leads_of(database) == []


@pytest.mark.parametrize("content", [b",,,", b'""'])
async def test_a_file_of_empty_cells_is_refused(database: Database, content: bytes) -> None:
    with pytest.raises(Invalid):
        async with asyncio.timeout(3):
            await read(database, content)


async def test_the_column_email_is_preferred_to_a_postal_address(database: Database) -> None:
    result = await read(database, b"name,address,email\nAnn,1 Main Street,ann@firm.example\n")
    assert result.imported == 1


async def test_a_cell_of_any_length_harms_its_row_alone(database: Database) -> None:
    content = b'email,name\nann@firm.example,Ann\nbob@firm.example,"' + b"x" * 140_000 + b'"\ncyd@firm.example,Cyd\n'
    result = await read(database, content)
    assert [(each.line, each.code) for each in result.problems] == [(3, ImportProblemCode.CELL_TOO_LONG)]
    assert await names_of(database) == {"ann@firm.example": "Ann", "cyd@firm.example": "Cyd"}


async def test_a_file_that_is_too_large_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MAX_FILE_SIZE", 2**20)
    with pytest.raises(TooLarge, match="larger than 1 MB"):
        await read(database, b"email\n" + b"x" * 2**20)


_text = st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
_cells = st.lists(
    st.sampled_from(
        [b"ann@firm.example", b"b@firm.example", b"email", b"Name", b'"', b'""', b",", b";", b"\t", b"\r", b"\n"]
    )
    | _text,
    max_size=12,
).map(b"".join)


@example(b"")
@example(b"email\n" + bytes(range(256)))
@example(b'email;name\n"\x00\r\r\n;;\x85')
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        bytes.__add__, st.sampled_from([b"email,name\n", b"name;email\n", b"\xff\xfe", b"\xef\xbb\xbfemail\n"]), _cells
    )
    | st.builds(bytes.__add__, st.just(b"email\n"), st.binary(max_size=80))
    | st.binary(max_size=80)
)
async def test_whatever_the_file_holds_the_answer_is_a_result_or_a_refusal(database: Database, content: bytes) -> None:
    before = await database.leads.count_documents({})
    imported = 0
    with suppress(Invalid):
        result = await read(database, content)
        imported = result.imported
        assert result.refused == len(result.problems)
    assert await database.leads.count_documents({}) == before + imported


async def test_an_import_in_one_step_is_in_the_audit_log_before_anything_comes_in(database: Database) -> None:
    leads, audit = LeadStore(database), AuditLog(database)
    note = audit.growing("leads.import", by="ann", details={"file": "leads.csv"})
    counts: list[int] = []

    async def noting(count: int) -> None:
        await note(count)
        counts.append((await database.audit.find_one({}) or {})["count"])

    content = b"email\nann@firm.example\nbob@firm.example\nbob\n"
    await import_file(leads, content, by="ann", now=await database.now(), note=noting)
    assert counts == [0, 2]
    (entry,) = await database.audit.find({}).to_list()
    assert (entry["by"], entry["action"], entry["count"]) == ("ann", "leads.import", 2)
