"""Numbers where there is little room for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from desktop.wording.numbers import short, shortest


@pytest.fixture(autouse=True)
def locale() -> Iterator[None]:
    """Put back what others speak."""
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("number", "english", "german"),
    [
        (0, "0", "0"),
        (9_999, "9,999", "9.999"),
        (10_000, "10k", "10k"),
        (999_999, "999k", "999k"),
        (1_000_000, "1M", "1M"),
        (1_299_999, "1.2M", "1,2M"),
        (9_999_999, "9.9M", "9,9M"),
        (1_234_567_890, "1,234M", "1.234M"),
    ],
)
def test_a_short_number_never_says_more_than_there_is(number: int, english: str, german: str) -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English))
    assert short(number) == english
    QLocale.setDefault(QLocale(QLocale.Language.German))
    assert short(number) == german


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (1_999, "1k"), (12_345, "12k"), (1_234_567, "1M")]
)
def test_the_shortest_number_never_says_more_either(number: int, text: str) -> None:
    assert shortest(number) == text
