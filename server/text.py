"""Text from outside, fit for one line: of a header, a list, a log."""

from __future__ import annotations

import unicodedata

import idna

#: Invisible, and yet they change how the letters around them are joined; Persian and Indic words and emoji need them.
_JOINERS = "\u200c\u200d"


def one_line(text: str) -> str:
    """The text without what could start another line, run backwards, or hide.

    Control characters and line breaks become spaces. Other invisible ones go: those that turn the direction of writing
    (Unicode Standard Annex 9), those of no width but for joiners between letters, halves of characters, and what is no
    character at all.
    """
    shown = "".join(_shown(letter) for letter in text)
    return " ".join(word for part in shown.split() if (word := part.strip(_JOINERS)))


def ascii_address(address: str) -> str | None:
    """The address with its domain in ASCII (RFC 5891); None where it looks like that anyway or has no such form."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return None
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        return None


def _shown(letter: str) -> str:
    if letter.isprintable() or letter in _JOINERS:
        return letter
    match unicodedata.category(letter):
        case "Cc" | "Zs" | "Zl" | "Zp":
            return " "
        case "Co":  # of somebody's own: a logo, say
            return letter
    return ""
