"""Why a file as a whole cannot be read, said in one sentence; and what a file is that is no table at all."""

from __future__ import annotations

from server.contract.import_codes import FAULT_PHRASES, FileFault
from server.errors import Invalid

#: What files begin with.
_BEGINNINGS: tuple[tuple[bytes, FileFault], ...] = (
    (b"%PDF", FileFault.DOCUMENT),
    (b"{\\rtf", FileFault.DOCUMENT),
    (b"\x89PNG", FileFault.PICTURE),
    (b"\xff\xd8\xff", FileFault.PICTURE),
    (b"GIF8", FileFault.PICTURE),
    (b"\x1f\x8b", FileFault.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", FileFault.ARCHIVE),
    (b"Rar!", FileFault.ARCHIVE),
)
#: The same of text, in small letters and without blanks before them.
_BEGINNINGS_OF_TEXT: tuple[tuple[str, FileFault], ...] = (
    ("begin:vcard", FileFault.CONTACT_CARDS),
    ("begin:vcalendar", FileFault.CALENDAR),
    ("<!doctype html", FileFault.WEB_PAGE),
    ("<html", FileFault.WEB_PAGE),
    ("<table", FileFault.WEB_PAGE),
    ("<?xml", FileFault.XML),
    ("<", FileFault.XML),
    ("dn:", FileFault.DIRECTORY),
    ('{"', FileFault.JSON),
    ("[{", FileFault.JSON),
    ("[[", FileFault.JSON),
    ('["', FileFault.JSON),
)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB], as XLS and locked XLSX are
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO] 2.3.4.4


def fault(code: FileFault, **params: str | int) -> Invalid:
    """The refusal, for programs and for people."""
    return Invalid(FAULT_PHRASES[code], details={"fault": code.value, "params": params}, **params)


def refuse_strangers(content: bytes) -> None:
    """Raises :class:`Invalid` for files that begin as others than tables do."""
    if content.startswith(_COMPOUND):
        raise fault(FileFault.LOCKED_WORKBOOK if _LOCKED in content else FileFault.OLD_WORKBOOK)
    for beginning, code in _BEGINNINGS:
        if content.startswith(beginning):
            raise fault(code)


def refuse_strange_text(text: str) -> None:
    """The same of text. A lone bracket or brace may well begin a table."""
    start = "".join(text[:200].split()).casefold()
    page = text[:200].lstrip().casefold()
    for beginning, code in _BEGINNINGS_OF_TEXT:
        if start.startswith(beginning) or page.startswith(beginning):
            raise fault(code)
