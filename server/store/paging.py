"""Pages of a collection by keyset.

A page starts after the last row of the one before, so that its cost does not grow with depth. A cursor is the sort
values of that row, opaque to clients. ``skip`` leaves out rows after it, for jumps.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import NoneType
from typing import Any

import bson
from bson.binary import Binary
from bson.errors import BSONError
from pymongo import ASCENDING, DESCENDING
from pymongo.collation import Collation

from server.contract import Phrase
from server.errors import Invalid
from server.store.client import Collection, Document

#: What rows are sorted by.
_PLAIN = (str, bool, int, bson.Int64, float, datetime, bson.ObjectId, NoneType)
#: Longest cursor taken from a client: far more than any sort value of ours.
_CURSOR_LIMIT = 4096


async def fetch_page(
    collection: Collection,
    criteria: Mapping[str, Any],
    *,
    sort: str,
    descending: bool = False,
    after: str | None,
    skip: int,
    limit: int,
    collation: Collation | None = None,
    projection: Mapping[str, Any] | None = None,
) -> tuple[list[Document], int, str | None]:
    """Rows sorted by ``sort`` (ties by ``_id``), how many match in all, and the cursor of what follows.

    Raises :class:`Invalid` when ``after`` is no cursor of ours.
    """
    rows_in_order = _InOrder(collection, criteria, sort, descending, collation, projection)
    rows = await rows_in_order.read(None if after is None else decode_cursor(after), skip, limit)
    total = (
        await collection.count_documents(dict(criteria), collation=collation)
        if criteria
        else await collection.estimated_document_count()
    )
    more = len(rows) == limit
    return rows, total, encode_cursor(rows_in_order.place_of(rows[-1])) if more else None


async def walk(
    collection: Collection,
    criteria: Mapping[str, Any],
    *,
    sort: str = "_id",
    descending: bool = False,
    collation: Collation | None = None,
    projection: Mapping[str, Any] | None = None,
    at_once: int = 10_000,
) -> AsyncIterator[list[Document]]:
    """All rows, so many at a time; of those that change meanwhile it is not said how they are told.

    Page by page, as whoever asks may take any time between two: the database ends a cursor that is idle for ten
    minutes, and a session after half an hour.
    """
    rows_in_order = _InOrder(collection, criteria, sort, descending, collation, projection)
    place: list[Any] | None = None
    while rows := await rows_in_order.read(place, 0, at_once):
        yield rows
        if len(rows) < at_once:
            return
        place = rows_in_order.place_of(rows[-1])


@dataclass(frozen=True)
class _InOrder:
    """The rows of a list."""

    collection: Collection
    criteria: Mapping[str, Any]
    sort: str
    descending: bool
    collation: Collation | None
    projection: Mapping[str, Any] | None

    @property
    def _names(self) -> Sequence[str]:
        return ("_id",) if self.sort == "_id" else (self.sort, "_id")

    def place_of(self, row: Document) -> list[Any]:
        """Where it stands."""
        return [_comparable(row.get(name)) for name in self._names]

    async def read(self, place: Sequence[Any] | None, skip: int, limit: int) -> list[Document]:
        """Those that come after the place; None: from the start."""
        if place is None:
            return await self._find(self.criteria, skip, limit)
        wanted = self._and(_beyond(self._names, place, descending=self.descending))
        rows = await self._find(wanted, skip, limit)
        if len(rows) < limit:  # comparing finds values of one kind; others may come after them
            others = self._and(_of_later_kinds(self.sort, place[0], descending=self.descending))
            passed = await self.collection.count_documents(wanted, collation=self.collation) if skip else 0
            rows += await self._find(others, max(0, skip - passed), limit - len(rows))
        return rows

    def _and(self, beyond: Mapping[str, Any]) -> dict[str, Any]:
        return {"$and": [dict(self.criteria), beyond]}

    async def _find(self, wanted: Mapping[str, Any], skip: int, limit: int) -> list[Document]:
        direction = DESCENDING if self.descending else ASCENDING
        order = [(name, direction) for name in self._names]
        query = self.collection.find(dict(wanted), self.projection).sort(order).skip(skip).limit(limit)
        return await (query if self.collation is None else query.collation(self.collation)).to_list()


def _beyond(names: Sequence[str], values: Sequence[Any], *, descending: bool) -> dict[str, Any]:
    """What comes after ``values`` in the order of ``names``."""
    if len(values) != len(names):
        raise Invalid(Phrase.CURSOR_OF_ANOTHER_LIST)
    compare = "$lt" if descending else "$gt"
    if isinstance(values[0], dict):
        return {names[0]: {"$type": values[0][_KIND]}, **({names[1]: {compare: values[1]}} if len(names) > 1 else {})}
    if values[0] is None:  # nothing is greater or less than nothing
        return {names[0]: None, **({names[1]: {compare: values[1]}} if len(names) > 1 else {})}
    if len(names) == 1:
        return {names[0]: {compare: values[0]}}
    return {
        "$or": [
            {names[0]: {compare: values[0]}},
            {names[0]: {"$eq": values[0]}, names[1]: {compare: values[1]}},
        ]
    }


#: Kinds of values in the order in which the database sorts them; nothing and null come first
#: (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/).
_KINDS: Sequence[tuple[str, tuple[type, ...]]] = (
    ("number", (int, float, bson.Int64)),
    ("string", (str,)),
    ("object", (dict,)),
    ("array", (list,)),
    ("binData", (bytes, Binary)),
    ("objectId", (bson.ObjectId,)),
    ("bool", (bool,)),
    ("date", (datetime,)),
)


#: In a place: what a value is that itself can be compared with nothing.
_KIND = "kind"


def _kind_of(value: object) -> str | None:
    """None: nothing, or what another program alone knows."""
    if isinstance(value, dict) and value.keys() == {_KIND}:
        return str(value[_KIND])
    return next((kind for kind, types in _KINDS if type(value) in types), None)


def _comparable(value: object) -> object:
    """The value, or of what kind it is: those of one kind come in no order then."""
    return value if type(value) in _PLAIN else {_KIND: _kind_of(value) or "object"}


def _of_later_kinds(name: str, value: object, *, descending: bool) -> dict[str, Any]:
    """What is of a kind that comes after the value's in the order of ``name``."""
    kind = _kind_of(value)
    at = next((number for number, (each, _) in enumerate(_KINDS) if each == kind), None)
    before, after = (_KINDS[:at], _KINDS[at + 1 :]) if at is not None else ((), _KINDS)
    kinds = before if descending else after
    # A list is of the kinds of all that is in it as well, and would come again with each of them.
    no_list = {"$not": {"$type": "array"}}
    choices: list[dict[str, Any]] = [
        {name: {"$type": each, **({} if each == "array" else no_list)}} for each, _ in kinds
    ]
    if at is not None and descending:
        choices.append({name: None})
    return {"$or": choices} if choices else {"_id": {"$in": []}}


def encode_cursor(values: Sequence[Any]) -> str:
    """The sort values of a row as opaque text."""
    return base64.urlsafe_b64encode(bson.encode({"v": list(values)})).decode("ascii").rstrip("=")


def _is_place(value: object) -> bool:
    if isinstance(value, dict):
        return value.keys() == {_KIND} and value[_KIND] in {kind for kind, _ in _KINDS}
    return type(value) in _PLAIN


def decode_cursor(cursor: str) -> list[Any]:
    """The values again; only plain ones, so that a forged cursor cannot smuggle operators into a query."""
    try:
        if len(cursor) > _CURSOR_LIMIT:
            raise ValueError("too long")
        values = bson.decode(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))["v"]
        if not isinstance(values, list) or not all(_is_place(value) for value in values):
            raise ValueError("not a list of plain values")
    except (ValueError, KeyError, BSONError, OverflowError, RecursionError, binascii.Error) as error:
        raise Invalid(Phrase.CURSOR_UNKNOWN) from error
    return values
