"""Pages of a collection by keyset.

A page starts after the last row of the one before, so that its cost does not grow with depth. A cursor is the sort
values of that row, opaque to clients. ``skip`` leaves out rows after it, for jumps.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import NoneType
from typing import Any

import bson
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
    direction = DESCENDING if descending else ASCENDING
    order = [(sort, direction), ("_id", direction)] if sort != "_id" else [("_id", direction)]
    wanted = dict(criteria)
    if after is not None:
        wanted = {"$and": [wanted, _beyond([name for name, _ in order], decode_cursor(after), descending=descending)]}
    query = collection.find(wanted, projection).sort(order).skip(skip).limit(limit)
    if collation is not None:
        query = query.collation(collation)
    rows = await query.to_list()
    total = (
        await collection.count_documents(dict(criteria), collation=collation)
        if criteria
        else await collection.estimated_document_count()
    )
    more = len(rows) == limit
    return rows, total, encode_cursor([rows[-1].get(name) for name, _ in order]) if more else None


def _beyond(names: Sequence[str], values: Sequence[Any], *, descending: bool) -> dict[str, Any]:
    """What comes after ``values`` in the order of ``names``."""
    if len(values) != len(names):
        raise Invalid(Phrase.CURSOR_OF_ANOTHER_LIST)
    compare = "$lt" if descending else "$gt"
    if len(names) == 1:
        return {names[0]: {compare: values[0]}}
    return {
        "$or": [
            {names[0]: {compare: values[0]}},
            {names[0]: {"$eq": values[0]}, names[1]: {compare: values[1]}},
        ]
    }


def encode_cursor(values: Sequence[Any]) -> str:
    """The sort values of a row as opaque text."""
    return base64.urlsafe_b64encode(bson.encode({"v": list(values)})).decode("ascii").rstrip("=")


def decode_cursor(cursor: str) -> list[Any]:
    """The values again; only plain ones, so that a forged cursor cannot smuggle operators into a query."""
    try:
        if len(cursor) > _CURSOR_LIMIT:
            raise ValueError("too long")
        values = bson.decode(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))["v"]
        if not isinstance(values, list) or any(type(value) not in _PLAIN for value in values):
            raise ValueError("not a list of plain values")
    except (ValueError, KeyError, BSONError, OverflowError, RecursionError, binascii.Error) as error:
        raise Invalid(Phrase.CURSOR_UNKNOWN) from error
    return values
