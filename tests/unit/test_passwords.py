"""Passwords for new users: random enough, and easy to read and type."""

from __future__ import annotations

import math

from server.activation.passwords import ALPHABET, new_password

_MANY = 2000


def test_no_two_characters_look_alike() -> None:
    assert not set(ALPHABET) & set("0Oo1IliS5")
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert ALPHABET.isascii()
    assert ALPHABET.isalnum()


def test_a_password_has_at_least_eighty_bits() -> None:
    for _ in range(_MANY):
        characters = new_password().replace("-", "")
        assert set(characters) <= set(ALPHABET)
        assert len(characters) * math.log2(len(ALPHABET)) >= 80


def test_a_password_comes_in_groups_that_can_be_read_aloud() -> None:
    assert {tuple(len(group) for group in new_password().split("-")) for _ in range(_MANY)} == {(5, 5, 5)}


def test_no_two_passwords_are_the_same_and_every_character_comes_up() -> None:
    passwords = {new_password() for _ in range(_MANY)}
    assert len(passwords) == _MANY
    assert set("".join(passwords)) == {*ALPHABET, "-"}
