"""Which column holds what: by its title, unless the look of its cells says otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from server.contract import LeadField
from server.importing.rows import Row

#: What columns are called, the surest title first: in English and German, by Outlook, Google, HubSpot, Salesforce,
#: Mailchimp and LinkedIn. Without blanks, hyphens and what stands at the end, in small letters.
_TITLES: Mapping[LeadField, tuple[str, ...]] = {
    LeadField.EMAIL: (
        "email", "emailaddress", "emailadresse", "emailaddresses", "mail", "mailadresse", "mailaddress", "mailto",
        "email1value", "emailvalue", "email1", "email1address", "emailaddress1", "primaryemail", "primaryemailaddress",
        "workemail", "businessemail", "emailwork", "emailgeschäftlich", "geschäftlicheemail", "contactemail",
        "kontaktemail", "companyemail", "useremail", "leademail", "customeremail", "recipient", "empfänger",
        "emailid", "emailkontakt", "elektronischepost", "username", "address", "adresse", "contact", "kontakt",
    ),
    LeadField.NAME: (
        "name", "fullname", "contactname", "leadname", "customername", "displayname", "vollständigername",
        "vollername", "vorundnachname", "vornameundnachname", "vorundzuname", "namevorname", "anzeigename",
        "ansprechpartner", "kontaktname", "kontaktperson", "contactperson", "contact", "kontakt", "person",
    ),
    LeadField.FIRST_NAME: ("firstname", "givenname", "first", "forename", "vorname", "rufname"),
    LeadField.LAST_NAME: (
        "lastname", "surname", "familyname", "last", "nachname", "familienname", "zuname",
    ),
    LeadField.COMPANY: (
        "company", "companyname", "organisation", "organization", "organizationname", "organisationname",
        "organization1name", "accountname", "account", "firma", "firmenname", "unternehmen", "unternehmensname",
        "employer", "business", "associatedcompany", "institution", "betrieb", "arbeitgeber", "businessname",
    ),
    LeadField.PHONE: (
        "phone", "phonenumber", "telephone", "telephonenumber", "tel", "telefon", "telefonnummer", "telnr", "rufnummer",
        "businessphone", "primaryphone", "workphone", "companyphone", "phone1value", "phonework", "telefongeschäftlich",
        "mobilephone", "mobile", "mobilephonenumber", "mobiltelefon", "mobil", "mobilnummer", "handy", "handynummer",
        "cellphone", "cell", "homephone", "telefonprivat",
    ),
}  # fmt: skip
#: Titles that may as well be those of something else: the cells have to agree.
_UNSURE = frozenset({"address", "adresse", "contact", "kontakt", "username", "recipient", "empfänger", "emailid"})
_ENDS = re.compile(r"[\s*:.()\[\]\"'\ufeff]+$|^[\s\"'*\ufeff]+")
_FOLDED = re.compile(r"[\s_\-–/.\"']+")
_LOOKS_LIKE_ADDRESS = re.compile(r"[^@]*[^\s@]@[^\s@]+\.[^\s@]+[^@]*")
_LONGEST_ADDRESS = 150  # characters with a name before it


@dataclass(frozen=True)
class FoundColumns:
    """Which column (from 0) holds what, and what was found by the look of the cells alone."""

    mapping: Mapping[LeadField, int]
    by_look: frozenset[LeadField] = frozenset()


def field_named(title: str) -> LeadField | None:
    """What a column of this title holds, if the title is known."""
    plain = _plain(title)
    return next((field for field, titles in _TITLES.items() if plain in titles), None)


def find_columns(titles: Sequence[str], rows: Sequence[Row]) -> FoundColumns:
    """By the titles and some of the rows below them. Titles are none where the file has none."""
    plain = [_plain(title) for title in titles]
    looks = [_share(rows, column, _is_address) for column in range(_width(titles, rows))]
    mapping: dict[LeadField, int] = {}
    email, by_look = _email_column(plain, looks, has_rows=bool(rows))
    if email is not None:
        mapping[LeadField.EMAIL] = email
    for field in LeadField:
        if field is not LeadField.EMAIL and (column := _column(field, plain, rows, email)) is not None:
            mapping[field] = column
    if LeadField.FIRST_NAME in mapping and LeadField.NAME in mapping and LeadField.LAST_NAME not in mapping:
        mapping[LeadField.LAST_NAME] = mapping.pop(LeadField.NAME)  # "Vorname, Name"
    return FoundColumns(mapping, frozenset({LeadField.EMAIL} if by_look else ()))


def _email_column(plain: Sequence[str], looks: Sequence[float], *, has_rows: bool) -> tuple[int | None, bool]:
    """The column of the surest title that has some addresses; else the one most like addresses; else by title alone."""
    named = [(title, plain.index(title)) for title in _TITLES[LeadField.EMAIL] if title in plain]
    if (found := next((column for _, column in named if looks[column] >= 0.3), None)) is not None:
        return found, False
    best = max(range(len(looks)), key=lambda column: looks[column], default=None)
    if best is not None and looks[best] > 0.5:
        return best, True
    if (found := next((column for _, column in named if looks[column] > 0), None)) is not None:
        return found, False
    return next((column for title, column in named if title not in _UNSURE or not has_rows), None), False


def _column(field: LeadField, plain: Sequence[str], rows: Sequence[Row], email: int | None) -> int | None:
    for title in _TITLES[field]:
        if title not in plain or (column := plain.index(title)) == email:
            continue
        if _share(rows, column, _is_address) <= 0.5 and (
            field is not LeadField.PHONE or not rows or _share(rows, column, str.isalpha) <= 0.5
        ):
            return column
    return None


def _width(titles: Sequence[str], rows: Sequence[Row]) -> int:
    return max([len(titles), *(len(row.cells) for row in rows)])


def _share(rows: Sequence[Row], column: int, looks: Callable[[str], bool]) -> float:
    cells = [cell for row in rows if row.trouble is None and (cell := row.cell(column))]
    return sum(map(looks, cells)) / len(cells) if cells else 0.0


def _is_address(cell: str) -> bool:
    return len(cell) <= _LONGEST_ADDRESS and _LOOKS_LIKE_ADDRESS.fullmatch(cell) is not None


def _plain(title: str) -> str:
    return _FOLDED.sub("", _ENDS.sub("", title).casefold())
