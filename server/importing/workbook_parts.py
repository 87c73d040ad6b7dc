"""What a workbook's archive says of its sheets besides their values: which is shown, and which rows and cells are odd.

Only looked for, not understood: whoever reads the values has understood the rest. Part of the process that reads
workbooks, so it imports nothing of the service.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

_ATTRIBUTE = re.compile(r'([\w:.-]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_VIEW = re.compile(r"<(?:\w+:)?workbookView\s([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ROW = re.compile(r"<(?:\w+:)?row(?:\s([^>]*))?>")
#: Errors, and formulas; what a formula has come to stands after it.
_ODD_CELL = re.compile(
    r"<(?:\w+:)?c\s(?P<about>[^>]*[^>/]|)>(?P<inner>(?:(?!</(?:\w+:)?c>).)*?)</(?:\w+:)?c>", re.DOTALL
)
_VALUE = re.compile(r"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
_ACTIVE_TABLE = re.compile(r'config:name="ActiveTable"[^>]*>([^<]*)<')
_ODS_TABLE = re.compile(r"<table:table\s([^>]*)>(.*?)</table:table>", re.DOTALL)
_ODS_ROW = re.compile(r"<table:table-row(?:\s([^>]*?))?/?>")


@dataclass(frozen=True)
class Oddities:
    """Of one sheet, by numbers from 1: hidden rows, and cells without a value, with the error that stands for it."""

    hidden: frozenset[int] = frozenset()
    #: By row and column; an empty text: a formula whose result was not saved.
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)


def active_sheet(archive: zipfile.ZipFile, names: list[str]) -> str | None:
    """The sheet on top when the workbook is opened; None where nothing says so."""
    parts = archive.namelist()
    if "xl/workbook.xml" in parts:
        view = _VIEW.search(_text(archive, "xl/workbook.xml"))
        at = _attributes(view[1]).get("activeTab", "0") if view else "0"
        return names[int(at)] if at.isdecimal() and int(at) < len(names) else None
    if "settings.xml" in parts:
        found = _ACTIVE_TABLE.search(_text(archive, "settings.xml"))
        return unescape(found[1]) if found else None
    return None


def oddities(archive: zipfile.ZipFile, name: str) -> Oddities:
    """Of the sheet of that name."""
    parts = archive.namelist()
    if "content.xml" in parts:
        return _oddities_of_ods(_text(archive, "content.xml"), name)
    part = _part_of(archive, name) if "xl/workbook.xml" in parts else None
    return _oddities_of_xlsx(_text(archive, part)) if part in parts and part is not None else Oddities()


def _part_of(archive: zipfile.ZipFile, name: str) -> str | None:
    sheets = (_attributes(match[1]) for match in _SHEET.finditer(_text(archive, "xl/workbook.xml")))
    wanted = next((each for each in sheets if each.get("name") == name), {})
    identity = next((value for key, value in wanted.items() if key.endswith(":id")), None)
    relations = (_attributes(match[1]) for match in _RELATION.finditer(_text(archive, "xl/_rels/workbook.xml.rels")))
    target = next((each.get("Target") for each in relations if each.get("Id") == identity), None)
    return None if target is None else posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _oddities_of_xlsx(xml: str) -> Oddities:
    hidden = frozenset(number for number, about in _numbered_rows(xml) if about.get("hidden") in ("1", "true"))
    may_be_odd = "<f" in xml or ":f" in xml or 't="e"' in xml  # most are not, and looking takes long
    return Oddities(hidden, dict(_errors(xml)) if may_be_odd else {})


def _numbered_rows(xml: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    number = 0
    for match in _ROW.finditer(xml):
        about = _attributes(match[1] or "")
        number = int(about["r"]) if about.get("r", "").isdecimal() else number + 1
        yield number, about


def _errors(xml: str) -> Iterator[tuple[tuple[int, int], str]]:
    for match in _ODD_CELL.finditer(xml):
        about, inner = _attributes(match["about"]), match["inner"]
        value = _VALUE.search(inner)
        place = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", about.get("r", ""))
        if place is None:
            continue
        if about.get("t") == "e":
            yield (int(place[2]), _column(place[1])), unescape(value[1]) if value else "#?"
        elif value is None and re.search(r"<(?:\w+:)?f[\s>/]", inner):
            yield (int(place[2]), _column(place[1])), ""


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _oddities_of_ods(xml: str, name: str) -> Oddities:
    table = next((each[2] for each in _ODS_TABLE.finditer(xml) if _attributes(each[1]).get("table:name") == name), "")
    hidden: set[int] = set()
    number = 0
    for match in _ODS_ROW.finditer(table):
        about = _attributes(match[1] or "")
        repeated = about.get("table:number-rows-repeated", "1")
        count = int(repeated) if repeated.isdecimal() else 1
        if about.get("table:visibility") in ("collapse", "filter"):
            hidden.update(range(number + 1, number + 1 + min(count, 2**20)))
        number += count
    return Oddities(frozenset(hidden))


def _attributes(text: str) -> dict[str, str]:
    return {match[1]: unescape(match[2] or match[3] or "") for match in _ATTRIBUTE.finditer(text)}


def _text(archive: zipfile.ZipFile, part: str) -> str:
    return archive.read(part).decode("utf-8", "replace")
