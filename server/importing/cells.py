"""What people and programs put around the things that count: taken off, and a name in front of an address is used."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from server.addresses import Unusable, usable_address
from server.contract.import_codes import ImportProblemCode
from server.importing.rows import Trouble
from server.text import one_line

MAX_TEXT = 200  # characters of a name or a company

#: What spreadsheets, databases and programs write where there is nothing; exactly so, for Mr Null and Nan exist.
_NOTHING = frozenset((
    "NULL", "null", "(null)", "[null]", "<null>", "\\N", "None", "none", "NONE", "(none)", "NIL", "nil", "NaN", "nan",
    "NAN", "N/A", "n/a", "N/a", "N.A.", "n.a.", "N.N.", "k.A.", "k. A.", "undefined", "[object Object]", "TBD", "tbd",
    "(empty)", "(Empty)", "<empty>", "(blank)", "(not set)", "(leer)", "(Leer)", "(keine)", "keine", "keine Angabe",
    "nicht angegeben", "unknown", "Unknown", "(unknown)", "unbekannt", "Unbekannt",
))  # fmt: skip
_ERROR_VALUE = re.compile(r"#[A-ZÄÖÜ/0]{1,10}[!?]?")
_NO_LETTERS = re.compile(r"[-\u2010-\u2015_.?*/\s]*")
#: The apostrophe by which a formula is made harmless (see ``csv_cell`` of the contract, which puts it there).
_DEFUSED = re.compile(r"(^|[;\t\r\n])'(?=\s*[=+\-@＝＋－＠])")
#: The one by which a spreadsheet is told that a cell is text. Before a single small letter it is a name's: 't Hooft.
_TEXT_MARK = re.compile(r"'(?=\w)(?![a-z]\b)")
_APOSTROPHES = "'’‘`´"
#: What stands around an address that nothing else stands beside.
_AROUND = '"()[]{}<>„“”«»‹›'
_LOOSE = ";,.:"
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"|]+@[^\s@<>()\[\],;:\"|]+")
_NAMED = re.compile(
    r"(?P<name>[^<>\[\]()]*?)\s*[<\[(]\s*(?:mailto:|smtp:)?(?P<address>[^<>\[\]()]+@[^<>\[\]()]+)[>\])]", re.IGNORECASE
)
_NAME_BEHIND = re.compile(r"(?P<address>[^\s()]+@[^\s()]+)\s*\((?P<name>[^()]*)\)")
_MAILTO = re.compile(r"(?:mailto|smtp|e-?mail):\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """An email address that can be used, and the name that stood beside it."""

    email: str
    name: str = ""


def text_of(cell: str) -> str:
    """One line of printable text, whatever the cell held; empty for what stands for nothing."""
    text = one_line(_without_text_mark(_DEFUSED.sub(r"\1", bare(cell))))[:MAX_TEXT].strip()
    return "" if _is_nothing(text) else text


def name_of(cell: str) -> str:
    """The same of a person's name: there are letters in it, and it is no address."""
    text = text_of(cell)
    return text if any(map(str.isalpha, text)) and _ADDRESS.fullmatch(text) is None else ""


def address_of(cell: str) -> Address | Trouble:
    """The address in a cell, or why there is none."""
    text = bare(cell)
    if _ERROR_VALUE.fullmatch(text):
        return Trouble(ImportProblemCode.ERROR_VALUE, {"value": text})
    if _is_nothing(text):
        return Trouble(ImportProblemCode.NO_ADDRESS)
    written = [each.strip(_LOOSE + _APOSTROPHES) for each in _ADDRESS.findall(text)]
    if (count := len({each.casefold() for each in written})) > 1:
        return Trouble(ImportProblemCode.SEVERAL_ADDRESSES, {"count": count})
    name, address = _parted(text)
    if len(written) > 1 and address.count("@") > 1:
        address = written[0]  # the same one again and again
    try:
        return Address(usable_address(address), name)
    except Unusable as error:
        return Trouble(error.problem_code, error.problem_params)


def bare(text: str) -> str:
    """Without blanks and what cannot be seen at the ends: of no width, of direction, soft hyphens and the like."""
    start, end = 0, len(text)
    while start < end and _is_invisible(text[start]):
        start += 1
    while end > start and _is_invisible(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_invisible(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in ("Cf", "Cc", "Zs", "Zl", "Zp")


def _without_text_mark(text: str) -> str:
    """Where the mark has a twin at the end, both are off."""
    if _TEXT_MARK.match(text) is None:
        return text
    return text[1:-1] if text.endswith("'") and text.count("'") == 2 else text[1:]


def _is_nothing(text: str) -> bool:
    return text in _NOTHING or _NO_LETTERS.fullmatch(text) is not None or _ERROR_VALUE.fullmatch(text) is not None


def _parted(text: str) -> tuple[str, str]:
    """Name and address; what is none of both is off."""
    text = _loosened(text)
    for form in (_NAMED, _NAME_BEHIND):
        if (match := form.fullmatch(text)) is not None:
            name = name_of(match["name"].strip().strip('"' + _APOSTROPHES).replace('\\"', '"'))
            return "" if "@" in name else name, _loosened(match["address"])
    return "", text


def _loosened(text: str) -> str:
    """Without what was left of a list or a link around it."""
    text = bare(bare(text).strip(_LOOSE))
    if text[:1] in _APOSTROPHES and text[:1] and "@" in text:
        text = text.strip(_APOSTROPHES)
    text = bare(text).strip(_AROUND) if text.count("@") == 1 and " " not in bare(text) else text
    if (link := _MAILTO.match(text)) is not None:
        text = text[link.end() :].partition("?")[0]
    return bare(bare(text).strip(_LOOSE))
