"""What a search and an order do not tell apart: case, accents, and letters that other keyboards write otherwise."""

from __future__ import annotations

import re
import unicodedata

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
#: The zero that is dialled within a country only, as it is often written: +44 (0)20.
_TRUNK_ZERO = "(0)"
#: Fewer digits are no telephone number but a part of something else.
_FEWEST_DIGITS = 4
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


def searched_words(search: str) -> tuple[tuple[str, ...], ...]:
    """What a search means: a row is found when for any of the choices all of the words stand in its search text.

    That is all that was typed, in any order. What looks like a telephone number is also looked for by its digits,
    without the zeros it begins with: within a country one dials 030, from abroad +49 30.
    """
    words = tuple(dict.fromkeys(folded(search)[:_LONGEST].split()))
    digits = _digits(search)
    return (words,) if not digits or (digits,) == words else (words, (digits,))


def _digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _digits(text: str) -> str:
    """Of a telephone number, however it is grouped; nothing of anything else."""
    plain = folded(text).replace(_TRUNK_ZERO, "").strip()
    if not _TELEPHONE.fullmatch(plain):
        return ""
    digits = "".join(filter(str.isdigit, plain)).lstrip("0")
    return digits[:_LONGEST] if len(digits) >= _FEWEST_DIGITS else ""
