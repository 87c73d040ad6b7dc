"""Whose rule it was that the database did not take a row: ours, or one that another program has given to a collection.

Of its unique indexes this program knows the one on addresses. It asks the database and not itself whether two addresses
are the same: what a collation takes for equal (a full-width letter, an invisible character) differs from any comparison
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.errors import BulkWriteError, WriteError

#: ``E11000 duplicate key error collection: desk.users index: phone_1 dup key: …``
_WHERE = re.compile(r"collection: [^.\s]+\.(?P<collection>.+?) index: (?P<index>\S+)")


@dataclass(frozen=True)
class Clash:
    """Why one row was not written."""

    #: Which of the rows that were to be inserted; None: of rows that were to be changed.
    position: int | None
    #: The fields whose values another row has already; none: a rule (validator) of the collection is against it.
    fields: tuple[str, ...] = ()
    #: Name of the unique index.
    index: str = ""
    #: Where it was to be written, as far as the database tells.
    collection: str = ""

    @property
    def is_same_address(self) -> bool:
        """Whether the only thing that is wrong is that the address (or the row itself) is there."""
        return self.fields in (("email",), ("_id",))


def clashes(error: BulkWriteError | WriteError) -> list[Clash] | None:
    """Why each of the rows was not written; None where something else is wrong as well."""
    if isinstance(error, BulkWriteError):
        found = [_clash(each, each.get("index")) for each in error.details.get("writeErrors", ())]
        whole = not error.details.get("writeConcernErrors")
    else:
        found, whole = [_clash(error.details or {"code": error.code}, None)], True
    known = list(_known(found))
    return known if whole and len(known) == len(found) and found else None


def _known(found: list[Clash | None]) -> Iterator[Clash]:
    return (each for each in found if each is not None)


def _clash(error: Mapping[str, Any], position: int | None) -> Clash | None:
    match error.get("code"):
        case 11000:
            where = _WHERE.search(str(error.get("errmsg", "")))
            return Clash(
                position,
                tuple(error.get("keyPattern", ())),
                index=where["index"] if where else ", ".join(error.get("keyPattern", ())),
                collection=where["collection"] if where else "",
            )
        case 121:
            return Clash(position)
        case _:
            return None
