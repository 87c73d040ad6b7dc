"""Text from outside, made fit for one line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.text import ascii_address, one_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann", "Ann"),
        ("  Ann \r\n\t Lee\x00 ", "Ann Lee"),
        ("Ann\u2028Bcc: x\u2029\x85y", "Ann Bcc: x y"),
        ("Ann\u202eeeL\u202c \u2066x\u2069", "AnneeL x"),
        ("A\u200bn\ufeffn\u00ad\U000e0041", "Ann"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian, whose letters it parts
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("\u200d\u200c Ann \u200d", "Ann"),
        ("a\ud800b\uffff", "ab"),
        ("e\u0301", "e\u0301"),
        ("Ann\u00a0Lee\u3000", "Ann Lee"),
    ],
)
def test_what_hides_or_breaks_goes_and_what_is_needed_stays(text: str, expected: str) -> None:
    assert one_line(text) == expected


@given(text=st.text())
def test_nothing_is_left_that_could_do_harm(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    line.encode()
    assert {unicodedata.category(each) for each in line if each not in "\u200c\u200d"} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    } == set()
    assert "  " not in line
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ann@firm.example", None),
        ("zoë@firm.example", None),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@аррӏе.example", "ann@xn--80ak6aa92e.example"),  # Cyrillic
        ("ann@\u200b.example", None),
    ],
)
def test_a_domain_of_other_letters_is_shown_as_mail_servers_have_it(address: str, expected: str | None) -> None:
    assert ascii_address(address) == expected
