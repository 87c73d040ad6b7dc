"""What a search takes for the same."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.folding import folded, search_text, searched_patterns


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller", "muller"),
        ("Mu\u0308ller", "muller"),
        ("STRASSE Straße", "strasse strasse"),
        ("Łódź", "lodz"),
        ("Søren Ærø", "soren aero"),
        ("Đorđe Þór Guðmundsdóttir", "dorde thor gudmundsdottir"),
        ("İstanbul Işık", "istanbul isik"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("Ёлка", "елка"),
        ("ｆｕｌｌ ﬁ ①", "full fi 1"),
        ("٤٢", "42"),
        ("O’Brien‑Lee", "o'brien-lee"),
        ("한", "\u1112\u1161\u11ab"),
    ],
)
def test_case_accents_and_other_spellings_do_not_count(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_every_character_is_folded_to_what_stays() -> None:
    moving = [letter for letter in map(chr, range(sys.maxunicode + 1)) if folded(folded(letter)) != folded(letter)]
    assert moving == []


@given(text=st.text(), other=st.text())
def test_what_is_folded_stays_and_parts_fold_alike(text: str, other: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert folded(text.upper()) == folded(text.upper().lower())
    assert sorted(folded(text + other)) == sorted(folded(text) + folded(other))


@pytest.mark.parametrize(
    "search",
    [
        "+44 20 7946 0018",
        "+44 (0)20 7946-0018",
        "020 7946 0018",
        "0044 20 79460018",
        "02079460018",
        "7946/0018",
        "+44 20",
        "0018",
        "lee 0018",
        "lee 0207",
        "lee 02079460018",
        "lee 0044 20 7946",
        "+44 (0)20 7946 lee",
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(search: str) -> None:
    assert _finds(search, search_text("Ann Lee", telephone="+44 20 7946 0018"))


@pytest.mark.parametrize(
    "search", ["020 7946 0019", "007", "+49 20 7946 0018", "bob 0018", "bob 0207", "lee 0221", "lee +49 20 7946"]
)
def test_another_number_is_not_found(search: str) -> None:
    assert not _finds(search, search_text("Ann Lee", telephone="+44 20 7946 0018"))


@pytest.mark.parametrize(
    "search", ["+44 20 7946 0018", "0044 (0)20 7946 0018", "ann +442079460018", "+44 20 7946 ann", "ann 0207946"]
)
def test_a_number_kept_without_its_country_is_found_by_the_one_with_it(search: str) -> None:
    assert _finds(search, search_text("Ann Lee", telephone="020 7946 0018"))


@pytest.mark.parametrize("search", ["+44 20", "+44 7946 0018", "+44 20 7946 0019", "bob +44 20 7946"])
def test_a_number_kept_without_its_country_is_found_from_its_beginning_alone(search: str) -> None:
    assert not _finds(search, search_text("Ann Lee", telephone="020 7946 0018"))


@pytest.mark.parametrize(
    ("abroad", "within"),
    [("+1 212 555 0100", "212-555-0100"), ("+39 06 1234 5678", "06 12345678"), ("+358 9 1234567", "09 1234567")],
)
def test_country_codes_have_one_to_three_digits(abroad: str, within: str) -> None:
    assert _finds(abroad, search_text("", telephone=within))
    assert _finds(within, search_text("", telephone=abroad))


def test_what_is_no_telephone_number_is_looked_for_as_it_is() -> None:
    assert searched_patterns("007") == (("007",),)
    assert searched_patterns("lead007") == (("lead007",),)
    assert searched_patterns("Müller  hans müller") == (("muller", "hans"),)
    assert searched_patterns(" \0 ") == ((),)
    assert all(len(each) <= 250 for patterns in searched_patterns("\ufdfa" * 200) for each in patterns)


def _finds(search: str, text: str) -> bool:
    return any(all(re.search(each, text) for each in patterns) for patterns in searched_patterns(search))
