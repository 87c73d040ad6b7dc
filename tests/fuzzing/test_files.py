"""Files of leads that somebody has gone over with malice: they are read or refused with a sentence, nothing else."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.contract import ImportPlan, ImportPreview, ImportReading, LeadField
from server.contract.import_codes import Encoding
from server.errors import Invalid
from server.importing.batches import Batch, batches, lines_of
from server.importing.preview import preview
from server.importing.workbook_process import REFUSED, TOO_LARGE, convert
from server.text import one_line
from tests.fuzzing.examples import inputs
from tests.workbooks import workbook

_GOOD = 'name;email;company\r\nAnn;ann@firm.example;"Firm; ""Ltd"""\r\nZoë;zoë@bücher.example;\r\n'
_FILES = [_GOOD.encode(encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32")]
_TOKENS = (
    b"email", b"name", b",", b";", b"\t", b"|", b"\r\n", b"\n", b"\r", b'"', b'""', b"'", b"\x00", b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xfe\xff", b"ann@firm.example", b"@", b"=1+1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1a",
    b"\xc3\x28",
    b" ", b"+ADw-", b"\x1b$B", b"x" * 300, b"\xe2\x80\xae",
)  # fmt: skip
#: Files made of what files are made of, and good ones with something wrong in them.
CSV = st.one_of(
    st.binary(max_size=400),
    st.lists(st.sampled_from(_TOKENS), max_size=60).map(b"".join),
    st.tuples(st.sampled_from(_FILES), st.integers(0, 100), st.integers(0, 20), st.binary(max_size=8)).map(
        lambda cut: cut[0][: cut[1]] + cut[3] + cut[0][cut[1] + cut[2] :]
    ),
)
READINGS = st.builds(
    ImportReading,
    encoding=st.none() | st.sampled_from(Encoding),
    delimiter=st.none() | st.sampled_from([",", ";", "\t", "|"]),
    sheet=st.none() | st.text(max_size=5),
)


@inputs(600)
@given(content=CSV, reading=READINGS, column=st.integers(0, 5))
@example(content=b"PK\x03\x04", reading=ImportReading(), column=0)
@example(content=b'email\n"' + b"x" * 200_000, reading=ImportReading(), column=0)
def test_a_file_of_text_is_read_or_refused(content: bytes, reading: ImportReading, column: int) -> None:
    if content.startswith(b"PK\x03\x04") and len(content) > 4:
        return  # a workbook: below
    try:
        seen = preview("1", "leads.csv", content, reading)
        plan = ImportPlan(**dict(reading), mapping={LeadField.NAME: 0, LeadField.EMAIL: column, LeadField.PHONE: 9})
        found = list(batches(content, plan))
        assert lines_of(content, plan).rows == sum(batch.rows for batch in found)
    except Invalid as refusal:
        sentence = refusal.message
    else:
        sentence = "It was read."
        _expect_clean(seen, found)
    assert 0 < len(sentence) < 1000


def _expect_clean(seen: ImportPreview, found: list[Batch]) -> None:
    """What was read can be listed, stored and written to."""
    assert all(one_line(cell) == cell for row in (seen.columns, *seen.rows) for cell in row)
    for lead in (lead for batch in found for lead in batch.good):
        assert lead.email.isprintable()
        assert lead.email.count("@") == 1
        assert one_line(lead.name) == lead.name
        assert len(lead.name) <= 200
    assert all(problem.reason for batch in found for problem in batch.bad)


_BOOK = workbook({"People": [["Name", "Email", "N"], ["Ann", "ann@firm.example", 1.5], ["<&>", "b@firm.example", 2]]})
_PARTS = {
    info.filename: zipfile.ZipFile(io.BytesIO(_BOOK)).read(info)
    for info in zipfile.ZipFile(io.BytesIO(_BOOK)).infolist()
}
_XML = (
    b"<", b">", b"/>", b"</row>", b"<c ", b' t="s"', b' t="e"', b' t="d"', b' t="b"', b' t="inlineStr"',
    b' r="XFD1048576"',
    b' r="A0"', b' r="-1"', b"&#0;", b"&#x10FFFF;", b"&x;", b"<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
    b"<v>1e999</v>", b"<v>-1</v>", b"<v>99999999999999999999</v>", b"<![CDATA[", b"\x00", b"\xff", b"<sheetData>", b'"',
    b"<is><t>", b"NaN", b"<mergeCell ref='A1:XFD1048576'/>", b"<dimension ref='A1:XFD1048576'/>",
)  # fmt: skip
#: The archive as a whole, or one of its parts, with something wrong in it.
WORKBOOKS = st.one_of(
    st.tuples(st.just(None), st.integers(0, len(_BOOK)), st.integers(0, 30), st.binary(max_size=20)),
    st.tuples(
        st.sampled_from(sorted(_PARTS)),
        st.integers(0, 600),
        st.integers(0, 40),
        st.lists(st.sampled_from(_XML), max_size=6).map(b"".join) | st.binary(max_size=20),
    ),
)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="makes a process for each")
@inputs(300)
@given(change=WORKBOOKS, name=st.none() | st.sampled_from(["People", "", "x"]))
def test_a_workbook_is_read_or_refused(change: tuple[str | None, int, int, bytes], name: str | None) -> None:
    """In a process of its own, as in the service, that ends by itself with one of the codes it may end with."""
    code = _converted(_changed(*change), name)
    # 1: an error within the parser that has ended the process; the service says that the workbook is broken.
    assert code in (0, 1, REFUSED, TOO_LARGE, -signal.SIGABRT), code


def _changed(part: str | None, at: int, less: int, more: bytes) -> bytes:
    if part is None:
        return _BOOK[:at] + more + _BOOK[at + less :]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, xml in _PARTS.items():
            archive.writestr(name, xml[:at] + more + xml[at + less :] if name == part else xml)
    return content.getvalue()


def _converted(content: bytes, name: str | None) -> int:
    """The exit code; a negative one: the signal it was ended by."""
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):  # a panic of the parser is none of Exception
            import resource

            resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, 1)
            os.dup2(nothing, 2)
            code = convert(content, name)
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_what_the_examples_start_from_is_good() -> None:
    """Otherwise nothing but refusals would be seen."""
    for content in _FILES[:4]:
        seen = preview("1", "leads.csv", content, ImportReading())
        assert (seen.columns, len(seen.rows)) == (("name", "email", "company"), 2)
    assert _converted(_BOOK, None) == 0
