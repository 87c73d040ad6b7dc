"""Whatever has the form of a password is masked before an email is shown."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from urllib.parse import unquote

import pytest

from server.activation.passwords import ALPHABET, new_password
from server.operations.redaction import MASK, mask_passwords


@pytest.mark.parametrize("form", [str, str.upper, str.lower])
@pytest.mark.parametrize("around", ["{}", "Password: {}.", "<b>{}</b>", "?pw={}&x=1", "“{}”"])
def test_a_password_is_masked_wherever_it_stands(around: str, form: type[str]) -> None:
    for _ in range(50):
        assert mask_passwords(around.format(form(new_password()))) == around.format(MASK)


@pytest.mark.parametrize(
    "text",
    [
        "ann@firm.example",
        "well-known word-by-word",
        "2026-11-24",
        "https://x.example/?a=b%2Fc&amp;d=%E2%82%AC",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert mask_passwords(text) == text


def test_letters_that_touch_a_password_are_told_from_those_it_is_made_of() -> None:
    made_of = {form(letter) for letter in ALPHABET for form in (str, str.upper, str.lower)}
    for letter in made_of:
        assert mask_passwords(f"x{letter * 5}-{letter * 5}-{letter * 5}x") == f"x{MASK}x"


def entities(password: str) -> str:
    """Every letter by its number."""
    return "".join(f"&#{ord(letter)};" for letter in password)


@pytest.mark.parametrize(
    "written",
    [
        lambda password: f"?next=%2F{password}",
        lambda password: f"Password{password}",
        lambda password: f"{password}!x{password}",
        lambda password: password * 2,
        lambda password: f"_{password}_{password}",
        lambda password: f"login-{password}-again",
        lambda password: f"A1b2C-{password}",
        lambda password: password.replace("-", "&#45;"),
        lambda password: password.replace("-", "&#x2D;"),
        lambda password: password.replace("-", "&hyphen;"),
        lambda password: password.replace("-", "%2d"),
        lambda password: "".join(f"%{ord(letter):02X}" for letter in password),
        lambda password: password.replace("-", "=2D"),
        lambda password: f"{password[:8]}=\r\n{password[8:]}",
        lambda password: f"Contents: {''.join(f'={ord(letter):02X}' for letter in password)}",
        entities,
    ],
)
def test_no_letters_around_it_and_no_way_to_write_it_show_a_password(written: Callable[[str], str]) -> None:
    for _ in range(50):
        password = new_password()
        shown = mask_passwords(written(password))
        assert MASK in shown
        for decode in (str, unescape, unquote):
            assert not any(group in decode(shown) for group in password.split("-"))
