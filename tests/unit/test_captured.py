"""Whatever has the form of a password is masked before an email is shown."""

from __future__ import annotations

import pytest

from server.activation.passwords import new_password
from server.operations.redaction import MASK, mask_passwords


@pytest.mark.parametrize("form", [str, str.upper, str.lower])
@pytest.mark.parametrize("around", ["{}", "Password: {}.", "<b>{}</b>", "?pw={}&x=1", "“{}”"])
def test_a_password_is_masked_wherever_it_stands(around: str, form: type[str]) -> None:
    for _ in range(50):
        assert mask_passwords(around.format(form(new_password()))) == around.format(MASK)


@pytest.mark.parametrize("text", ["ann@firm.example", "well-known word-by-word", "2026-11-24", "aaaaaa-bbbbb-ccccc"])
def test_other_words_stay(text: str) -> None:
    assert mask_passwords(text) == text
