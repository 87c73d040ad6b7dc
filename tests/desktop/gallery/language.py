"""Finds English on a German window.

Three nets: a text that is one of the sources' strings, a text in which a whole English sentence of theirs stands, and a
text with small words that no German has. What people and mail servers have written is taken out beforehand.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tests.desktop.gallery.reading import Read
from tests.desktop.gallery.rows import WRITTEN_BY_OTHERS

_GERMAN = Path(__file__).parents[3] / "resources" / "translations" / "activation_desk_de.ts"

#: What stands for something else in a string: {0}, {name}, %Ln.
_FILLED_IN = re.compile(r"\{\w*\}|%Ln")
#: Letters of a string without which it may stand in any text by chance.
_TELLING = 12
#: English words that are none in German, nor part of names or of what is typed into templates.
_SMALL_WORDS = re.compile(
    r"\b(the|is|are|were|has|have|not|of|and|or|with|this|that|there|its|their|cannot|from|for|by|your|you|be)\b",
    re.IGNORECASE,
)


def english_in(reads: Iterable[Read]) -> list[Read]:
    """Those of the texts that are English, in whole or in part."""
    return [read for read in reads if _is_english(read.text)]


def _without_quotations(text: str) -> str:
    for pattern in _quotations():
        text = pattern.sub(" ", text)
    return text


@cache
def _quotations() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in WRITTEN_BY_OTHERS)


@cache  # most texts stand on many scenes
def _is_english(text: str) -> bool:
    text = _without_quotations(text).strip()
    if not text:
        return False
    if any(whole.fullmatch(text) for whole, _ in _english()) and not any(each.fullmatch(text) for each in _german()):
        return True
    return any(part is not None and part.search(text) for _, part in _english()) or bool(_SMALL_WORDS.search(text))


@cache
def _english() -> list[tuple[re.Pattern[str], re.Pattern[str] | None]]:
    """Of each string whose German is another: what it is in whole, and, where it is long enough, in part."""
    found = []
    for source, german in strings():
        letters = sum(each.isalpha() for each in _FILLED_IN.sub("", source))
        if source in german or letters < 2:
            continue
        pattern = _pattern(source)
        found.append((re.compile(pattern, re.DOTALL), re.compile(pattern) if letters >= _TELLING else None))
    return found


@cache
def _german() -> list[re.Pattern[str]]:
    """What a text may be although it is a string's English too: another one's German."""
    return [re.compile(_pattern(form)) for _, german in strings() for form in german if not _FILLED_IN.search(form)]


def _pattern(text: str) -> str:
    return ".+?".join(re.escape(part) for part in _FILLED_IN.split(text))


def strings() -> Iterator[tuple[str, list[str]]]:
    """The sources' strings, each with its German forms."""
    for message in ElementTree.parse(_GERMAN).getroot().iter("message"):
        translation = message.find("translation")
        assert translation is not None
        forms = [form.text or "" for form in translation.findall("numerusform")] or [translation.text or ""]
        yield message.findtext("source", ""), forms
