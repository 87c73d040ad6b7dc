"""What a search and an order do not tell apart: case, accents, and letters that other keyboards write otherwise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby

#: Letters that Unicode does not take apart, as those write them who have no key for them; and what separates.
_PLAIN = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "ŋ": "n",
        "ŧ": "t",
        "þ": "th",
        "’": "'",
        "‘": "'",
        "‐": "-",
        "‑": "-",
        "–": "-",
        "\0": " ",  # no pattern may hold one (PCRE2)
    }
)
_TELEPHONE = re.compile(r"\+?[\d\s()/.-]+")
#: Of what is typed of a number, all that is dialled.
_DIALLED = re.compile(r"[+\d]")
#: Of an international number, which of its first digits are the country's (ITU-T E.164: one to three, and none begins
#: another).
_COUNTRY = re.compile(r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}")
#: Where the digits of a telephone number begin, and where those of a number within a country may.
_AT_START, _AFTER_COUNTRY = "(?:^| )", "(?:^| )[0-9]{0,3}"
#: The zero that is dialled within a country only, as it is often written: +44 (0)20.
_TRUNK_ZERO = "(0)"
#: Fewer digits are no telephone number but a part of something else.
_FEWEST_DIGITS = 4
#: Enough where they stand at the beginning of a number: 0221 is all of Cologne.
_FEWEST_FIRST_DIGITS = 3
#: More letters of a search do not count: engines take patterns of about a thousand characters.
_LONGEST = 250


def folded(text: str) -> str:
    """The text without case and accents: Straße, STRASSE and strasse, Łódź and lodz are the same.

    Caseless and compatible as the Unicode Standard has it (3.13, D147), less the marks and with :data:`_PLAIN`.

    Folding what is folded changes nothing.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(_digit(each) for each in apart if not unicodedata.combining(each)).translate(_PLAIN)


def search_text(*fields: str, telephone: str = "") -> str:
    """What is stored of a row for a search to look at: its folded fields, and the digits of its telephone number."""
    return " ".join(
        word for field in (*map(folded, (*fields, telephone)), _digits(telephone)) for word in field.split()
    )


def searched_patterns(search: str) -> tuple[tuple[str, ...], ...]:
    """What a search means: a row is found when for any of the choices all of the patterns fit its search text.

    The patterns are regular expressions. That is all words that were typed, in any order; or, where some look like a
    telephone number, the number for them and all the others.
    """
    words = folded(search)[:_LONGEST].split()
    typed = _once(map(re.escape, words))
    dialled: list[str] = []
    for is_number, run in groupby(words, _looks_dialled):
        together = list(run)
        number = _number(" ".join(together)) if is_number else ""
        dialled += [number] if number else map(re.escape, together)
    return (typed,) if typed == _once(dialled) else (typed, _once(dialled))


def _once(patterns: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(patterns))


def _looks_dialled(word: str) -> bool:
    return _TELEPHONE.fullmatch(word) is not None


def _number(typed: str) -> str:
    """What fits a telephone number however it is grouped, known from abroad or within its country: there one dials
    0221, from elsewhere +49 221. Nothing where there is too little of it.
    """
    plain = "".join(_DIALLED.findall(typed.replace(_TRUNK_ZERO, "")))
    digits = plain.lstrip("+0")
    choices = [digits] if len(digits) >= _FEWEST_DIGITS else []
    if plain.startswith(("+", "00")):
        within_country = _COUNTRY.sub("", digits, count=1).lstrip("0")
        if len(within_country) >= _FEWEST_FIRST_DIGITS:
            choices.append(_AT_START + within_country)
    elif plain.startswith("0") and len(digits) >= _FEWEST_FIRST_DIGITS:
        choices.append(_AFTER_COUNTRY + digits)
    return "|".join(choices)


def _digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _digits(text: str) -> str:
    """Of a telephone number, however it is grouped; nothing of anything else."""
    plain = folded(text).replace(_TRUNK_ZERO, "").strip()
    if not _TELEPHONE.fullmatch(plain):
        return ""
    digits = "".join(filter(str.isdigit, plain)).lstrip("0")
    return digits[:_LONGEST] if len(digits) >= _FEWEST_DIGITS else ""
