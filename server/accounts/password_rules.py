"""Which passwords people may choose: long ones that nobody would guess first.

Length counts, kinds of characters do not (NIST SP 800-63B, section 3.1.1). What attackers try first is refused: common
passwords, also with digits and signs around them, with letters written as digits, or repeated.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise

from server.contract import Phrase
from server.errors import Invalid

MIN_LENGTH = 12

_FEWEST_DIFFERENT = 5

#: Signs that are read as letters.
_READ_AS = str.maketrans("0134@$5!7", "oleaassit")
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def check_password(password: str, username: str) -> None:
    """Raises :class:`Invalid`, which says what is wrong but never repeats the password."""
    if len(password) < MIN_LENGTH:
        raise Invalid(Phrase.PASSWORD_TOO_SHORT, least=MIN_LENGTH)
    if len(set(password)) < _FEWEST_DIFFERENT or _is_sequence(password):
        raise Invalid(Phrase.PASSWORD_REPEATS)
    guessed = _common() | {username.casefold()}
    if any(candidate in guessed for candidate in _guesses(password.casefold())):
        raise Invalid(Phrase.PASSWORD_COMMON)


def _guesses(password: str) -> set[str]:
    """The password, and what is left of it when what people add to a common one is taken away."""
    forms = {password, password.translate(_READ_AS)}
    forms |= {_AROUND.sub("", form) for form in set(forms)} | {_AROUND.sub("", password).translate(_READ_AS)}
    return {shorter for form in forms for shorter in (form, _unit(form))}


def _unit(text: str) -> str:
    """What the text is a repetition of; itself, if of nothing shorter."""
    return text[: (text + text).find(text, 1)] if text else text


def _is_sequence(text: str) -> bool:
    """Whether each character follows from the one before, as in 123456789012 or lkjihgfedcba."""
    steps = {
        (ord(second) - ord(first)) % 10 if first.isdigit() and second.isdigit() else ord(second) - ord(first)
        for first, second in pairwise(text)
    }
    return len(steps) == 1


@cache
def _common() -> frozenset[str]:
    text = files("resources").joinpath("passwords").joinpath("common.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))
