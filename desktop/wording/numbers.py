"""Numbers, also where there is little room for them, and their units."""

from __future__ import annotations

import re

from PySide6.QtCore import QLocale

#: As many digits as a number of rows has that a table is wide enough for.
MANY = 8_888_888

#: The units of the program in its languages, each after a number and a space.
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:s|min|h|d|T|KB|MB)\b|%)")
_THOUSAND, _MILLION = 1_000, 1_000_000


def unbroken(text: str) -> str:
    """A number and its unit stay together where a line ends."""
    return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text)


def whole(number: int) -> str:
    """With the thousands set apart, as the language does it."""
    return QLocale().toString(number)


def short(number: int) -> str:
    """12,345 is 12k and 1,234,567 is 1.2M: never more than there is. Up to 9,999 it is the number itself."""
    if number >= 10 * _MILLION:
        return f"{QLocale().toString(number // _MILLION)}M"
    if number >= _MILLION:
        tenths = number * 10 // _MILLION
        return f"{QLocale().toString(tenths / 10, 'f', 1 if tenths % 10 else 0)}M"
    return f"{number // _THOUSAND}k" if number >= 10 * _THOUSAND else QLocale().toString(number)


def shortest(number: int) -> str:
    """1,234 is 1k and 1,234,567 is 1M. Up to 999 it is the number itself."""
    if number >= _MILLION:
        return f"{QLocale().toString(number // _MILLION)}M"
    return f"{number // _THOUSAND}k" if number >= _THOUSAND else QLocale().toString(number)
