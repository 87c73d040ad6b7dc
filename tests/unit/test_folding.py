"""What a search takes for the same."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.folding import folded, search_text, searched_words


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
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(search: str) -> None:
    assert _finds(search, search_text("Ann Lee", telephone="+44 20 7946 0018"))


@pytest.mark.parametrize("search", ["020 7946 0019", "007", "+49 20 7946 0018", "bob 0018"])
def test_another_number_is_not_found(search: str) -> None:
    assert not _finds(search, search_text("Ann Lee", telephone="+44 20 7946 0018"))


def test_what_is_no_telephone_number_is_looked_for_as_it_is() -> None:
    assert searched_words("007") == (("007",),)
    assert searched_words("lead007") == (("lead007",),)
    assert searched_words("Müller  hans müller") == (("muller", "hans"),)
    assert searched_words(" \0 ") == ((),)
    assert all(len(word) <= 250 for words in searched_words("\ufdfa" * 200) for word in words)


def _finds(search: str, text: str) -> bool:
    return any(all(word in text for word in words) for words in searched_words(search))
