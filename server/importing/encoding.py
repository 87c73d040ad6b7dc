"""In which letters a file of text is written.

A byte order mark decides; what is UTF-8 but for some bytes is UTF-8. Anything else is a matter of evidence: bytes are
looked at as the letters that each encoding has for them, in the whole file, and the reading in which the names make
sense in one language is taken. cp1252 is by far the most common (WHATWG Encoding Standard reads even "latin1" so), so
that others have to be clearly better. What are no letters is marked, and its row can be refused: nothing is guessed.
"""

from __future__ import annotations

import codecs
import locale
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from server.contract.import_codes import Encoding, FileFault
from server.importing.faults import fault
from server.importing.letters import LANGUAGES, OF_LANGUAGE, weights

#: Stands in the text where bytes are no letters; half a character, so no file can hold it.
MARK = "\udcff"
#: The same in front of people.
REPLACEMENT = "\ufffd"

_BYTE_ORDER_MARKS: Mapping[bytes, Encoding] = {  # the longest first: one is the beginning of another
    codecs.BOM_UTF32_LE: Encoding.UTF_32,
    codecs.BOM_UTF32_BE: Encoding.UTF_32,
    codecs.BOM_UTF8: Encoding.UTF_8,
    codecs.BOM_UTF16_LE: Encoding.UTF_16,
    codecs.BOM_UTF16_BE: Encoding.UTF_16,
}
_MANY_BYTES = (
    Encoding.JAPANESE,
    Encoding.JAPANESE_EUC,
    Encoding.CHINESE,
    Encoding.CHINESE_TRADITIONAL,
    Encoding.KOREAN,
)
#: With letters beyond ASCII.
_WORD = re.compile(r"[A-Za-z]*[^\x00-\x7f](?:[A-Za-z]|[^\x00-\x7f])*")
_WINDOWS = re.compile(r"cp12\d\d|cp874")

# Logarithms of odds, or near enough: found by trying them on names of thirty languages in files of 1 to 500 rows.
_PRIOR_OF_THE_SERVER, _PRIOR_OF_WINDOWS, _PRIOR_OF_OTHERS, _PRIOR_OF_MANY_BYTES = -1.0, -4.0, -6.0, -8.0
_NO_LETTER, _SYMBOL_IN_WORD, _SYMBOL, _APOSTROPHE = -16.0, -12.0, -6.0, -5.0
_FOREIGN_LETTER, _FOREIGN_SCRIPT = -10.0, -14.0
_CAPITAL_AFTER_SMALL, _SIDE_BY_SIDE, _BESIDE_ASCII = -5.0, -2.5, -6.0
_RARE_CHARACTER = -9.0
#: Of the words in a file some are of other languages than the rest.
_GUESTS = math.log(0.02)
#: What others must be behind, for a reading to be no guess.
_CERTAIN = 10.0
_LINES = 300  # looked at, from all over the file
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1a\x1b")
_PLAIN_SYMBOLS = frozenset("“”„‚‘’–—…•€£«»°§©®™·¿¡´`\u00a0")


@dataclass(frozen=True)
class Text:
    """A file's text without byte order mark; :data:`MARK` stands for bytes that are no letters."""

    text: str
    encoding: Encoding
    #: Others would do nearly as well.
    is_guess: bool


def read_text(content: bytes, encoding: Encoding | None = None) -> Text:
    """The text in the given encoding, or in the one that is found out. Raises :class:`Invalid`: it is no text."""
    if encoding is not None:
        return Text(_decode(content, encoding), encoding, is_guess=False)
    found = _certain_encoding(content)
    if found is not None:
        return Text(_decode(content, found), found, is_guess=False)
    found, is_guess = _likeliest(content)
    return Text(_decode(content, found), found, is_guess)


def _certain_encoding(content: bytes) -> Encoding | None:
    """Raises :class:`Invalid`: what holds many control characters is no text, though it may be UTF-8."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return encoding
    if (wide := _wide(content)) is not None:
        return wide
    if len(content.translate(None, _CONTROLS)) < 0.95 * len(content):
        raise fault(FileFault.NOT_TEXT)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return Encoding.UTF_8 if _is_damaged_utf8(content) else None
    if b"\x1b$" in content or b"\x1b(J" in content:
        return Encoding.JAPANESE_JIS
    return Encoding.UTF_8


def _wide(content: bytes) -> Encoding | None:
    """UTF-16 without a byte order mark: every other byte is zero, as most letters of a table are ASCII."""
    zeros = content[0::2].count(0), content[1::2].count(0)
    half = len(content) / 2
    if zeros[1] > 0.4 * half and zeros[0] < 0.05 * half:
        return Encoding.UTF_16_LE
    if zeros[0] > 0.4 * half and zeros[1] < 0.05 * half:
        return Encoding.UTF_16_BE
    return None


def _is_damaged_utf8(content: bytes) -> bool:
    """At least as many letters are UTF-8 as bytes are not.

    Western letters of other encodings hardly ever make such pairs by chance; pairs of Chinese ones now and then do.
    """
    letters = re.findall(r"[^\x00-\x7f]", _decode(content, Encoding.UTF_8))
    bad = letters.count(MARK)
    western = all(letter < "\u0180" or letter == MARK for letter in letters)
    return len(letters) - bad >= (1 if western else 3) * bad


def _decode(content: bytes, encoding: Encoding) -> str:
    return content.decode(encoding.value, errors=_MARKING).removeprefix("\ufeff")


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return MARK, error.end


_MARKING = "activation.mark"
codecs.register_error(_MARKING, _mark)


def _likeliest(content: bytes) -> tuple[Encoding, bool]:
    """The best reading, and whether another one, by which the words differ, is nearly as good."""
    lines = _odd_lines(content)
    scores: list[tuple[float, Encoding, str]] = []
    for encoding, languages in LANGUAGES.items():
        text = _decode(lines, encoding)
        scores.append((_prior(encoding) + _score(dict.fromkeys(_WORD.findall(text)), languages), encoding, text))
    scores.sort(key=lambda each: -each[0])
    best, encoding, reading = scores[0]
    rival = next((score for score, _, text in scores if text != reading), -math.inf)
    return encoding, best - rival < _CERTAIN


def _odd_lines(content: bytes) -> bytes:
    """Different lines with bytes beyond ASCII, from all over the file."""
    lines = dict.fromkeys(re.findall(rb"[^\r\n\x80-\xff]*[\x80-\xff][^\r\n]*", content))
    return b"\n".join(islice(lines, 0, None, max(1, len(lines) // _LINES)))


def _prior(encoding: Encoding) -> float:
    if encoding is Encoding.WESTERN:
        return 0.0
    if encoding is _of_the_server():
        return _PRIOR_OF_THE_SERVER
    if encoding in _MANY_BYTES:
        return _PRIOR_OF_MANY_BYTES
    return _PRIOR_OF_WINDOWS if _WINDOWS.fullmatch(encoding.value) else _PRIOR_OF_OTHERS


@cache
def _of_the_server() -> Encoding | None:
    language = (locale.getlocale()[0] or "").partition("_")[0]
    return OF_LANGUAGE.get(language)


def _score(words: Iterable[str], languages: Sequence[str]) -> float:
    """How well the words fit the one language that they fit best."""
    common: float = 0.0
    by_language: dict[str, list[float]] = {language: [] for language in languages}
    for word in words:
        common += _oddity(word)
        letters = [each for each in word if each > "\x7f" and _is_letter(each)]
        for language, found in by_language.items():
            found.append(sum(_weight(letter, language) for letter in letters))
    guests: list[float] = [max(each) + _GUESTS for each in zip(*by_language.values(), strict=True)]
    fits: list[float] = [sum(map(max, found, guests)) for found in by_language.values()]
    return common + max(fits)


@cache
def _weight(letter: str, language: str) -> float:
    known = weights(language)
    small = letter if letter in known else letter.lower()
    if small in known:
        return known[small]
    if _script(letter) != _script(next(iter(known))):
        return _FOREIGN_SCRIPT
    return _RARE_CHARACTER if _script(letter) == "wide" else _FOREIGN_LETTER


def _oddity(word: str) -> float:
    """What speaks against these letters in this order, whatever the language."""
    found = 0.0
    for before, letter, after in zip(f" {word[:-1]}", word, f"{word[1:]} ", strict=True):
        if letter > "\x7f":
            found += _oddity_between(before, letter, after)
    return found


@cache
def _oddity_between(before: str, letter: str, after: str) -> float:
    if letter == MARK or letter < "\xa0" or not (letter.isprintable() or letter == "\xa0"):
        return _NO_LETTER
    in_word = before.isalpha() and after.isalpha()
    if not _is_letter(letter):
        if letter in "’‘´" and in_word:
            return _APOSTROPHE
        return _SYMBOL_IN_WORD if in_word or letter not in _PLAIN_SYMBOLS else _SYMBOL
    if letter in "ªº":
        return _SYMBOL_IN_WORD if in_word else _SYMBOL
    found = 0.0
    if letter.isupper() and before.islower():
        found += _CAPITAL_AFTER_SMALL
    if _script(letter) == "latin":
        return found + (_SIDE_BY_SIDE if before > "\x7f" and before.isalpha() else 0.0)
    beside = [each for each in (before, after) if each.isascii() and each.isalpha()]
    return found + _BESIDE_ASCII * len(beside)


def _is_letter(letter: str) -> bool:
    return letter.isalpha() or unicodedata.category(letter) == "Mn"  # Thai vowels, say


@cache
def _script(letter: str) -> str:
    """Roughly, by Unicode's blocks."""
    code = ord(letter)
    for first, script in ((0x2E80, "wide"), (0x1E00, "latin"), (0xE00, "thai"), (0x600, "arabic"), (0x590, "hebrew")):
        if code >= first:
            return script
    return "cyrillic" if code >= 0x400 else "greek" if code >= 0x370 else "latin"
