"""Making indexes on collections that may hold many rows already, and indexes of another program.

An index of somebody else that does the same work is left and used. One that stands in the way is named, with the
command that removes it: what it is for, only its owner knows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

import structlog
from pymongo import IndexModel
from pymongo.collation import Collation
from pymongo.errors import DuplicateKeyError, OperationFailure

from server.errors import WrongSetup
from server.store.client import Collection, Document

log = structlog.get_logger(__name__)


#: Errors of MongoDB: the same keys under another name or with other options; the same name with other keys or options.
OTHER_OPTIONS, OTHER_KEYS = 85, 86
INDEX_NOT_FOUND = 27

_LONG = 2.0  # seconds after which it is said that an index is being built
_AGAIN = 30.0  # and every so many seconds from then on
#: How much of an index makes it what it is, besides its keys and its collation.
_OPTIONS = ("unique", "partialFilterExpression", "expireAfterSeconds", "sparse")


async def build(collection: Collection, indexes: Sequence[IndexModel]) -> None:
    """Make those that are not there yet. Raises :class:`WrongSetup` where rows or other indexes do not allow it."""
    present = await (await collection.list_indexes()).to_list()
    for index in indexes:
        wanted: Mapping[str, Any] = index.document
        if any(each["name"] == wanted["name"] and _same(each, wanted) for each in present):
            continue
        try:
            await _told(collection, wanted["name"], collection.create_indexes([index], commitQuorum="majority"))
        except DuplicateKeyError as error:
            raise await _shared(collection, wanted) from error
        except OperationFailure as error:
            if error.code not in (OTHER_OPTIONS, OTHER_KEYS):
                raise
            _leave_or_refuse(collection, wanted, present, error)


async def drop(collection: Collection, name: str) -> None:
    """Remove the index, if it is there."""
    try:
        await collection.drop_index(name)
    except OperationFailure as error:
        if error.code != INDEX_NOT_FOUND:  # dropped before, or never there
            raise


async def _told(collection: Collection, name: str, building: Awaitable[object]) -> None:
    """Wait for it, and say so when it takes long: with many rows, or with a member of the set that does not answer."""
    task = asyncio.ensure_future(building)
    pause, told = _LONG, False
    try:
        while not (await asyncio.wait([task], timeout=pause))[0]:
            rows = await collection.estimated_document_count()
            log.info("building an index takes its time", collection=collection.name, index=name, rows=rows)
            pause, told = _AGAIN, True
        await task
    finally:
        task.cancel()
    if told:
        log.info("index built", collection=collection.name, index=name)


def _leave_or_refuse(
    collection: Collection, wanted: Mapping[str, Any], present: Sequence[Mapping[str, Any]], error: OperationFailure
) -> None:
    """Raises :class:`WrongSetup` unless one of the others does the same work."""
    for other in present:
        if _does_the_work_of(other, wanted):
            log.info("an index of another program serves", collection=collection.name, index=other["name"])
            return
    in_the_way = [each for each in present if each["name"] == wanted["name"] or _keys(each) == _keys(wanted)]
    name = in_the_way[0]["name"] if in_the_way else wanted["name"]
    raise WrongSetup(
        f"The collection {collection.name} has an index '{name}' with other keys or options, which stands in the way "
        f"of this program's '{wanted['name']}' on {', '.join(_keys(wanted))}. Fix: {_dropping(collection, name)}"
    ) from error


def _dropping(collection: Collection, name: str) -> str:
    return f"if nothing else needs it, db.getCollection('{collection.name}').dropIndex('{name}')."


async def refuse_expiry(collection: Collection) -> None:
    """Raises :class:`WrongSetup` where the database itself removes rows of the collection, which may not be lost."""
    for index in await (await collection.list_indexes()).to_list():
        if _TIME in index:
            raise WrongSetup(
                f"The collection {collection.name} has an index '{index['name']}' that removes rows after "
                f"{int(index[_TIME]):,} seconds, sent or not. Fix: {_dropping(collection, index['name'])}"
            )


async def tell_of_expiry(collection: Collection) -> None:
    """Where rows are removed that this program would keep, it is said."""
    for index in await (await collection.list_indexes()).to_list():
        if _TIME in index:
            log.warning(
                "an index of another program removes rows",
                collection=collection.name,
                index=index["name"],
                after_seconds=int(index[_TIME]),
            )


def _does_the_work_of(other: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether every query finds by it what it would find by the wanted one, and it removes no other rows."""
    return (
        list(_keys(other).items()) == list(_keys(wanted).items())
        and _collation(other) == _collation(wanted)
        and not other.get("sparse", False)
        and not other.get("hidden", False)
        and other.get("partialFilterExpression") in (None, wanted.get("partialFilterExpression"))
        and bool(other.get("unique", False)) >= bool(wanted.get("unique", False))
        and other.get("expireAfterSeconds") == wanted.get("expireAfterSeconds")
    )


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (
        list(_keys(one).items()) == list(_keys(other).items())
        and _collation(one) == _collation(other)
        and all((one.get(name) or None) == (other.get(name) or None) for name in _OPTIONS if name != _TIME)
        and one.get(_TIME) == other.get(_TIME)
    )


_TIME = "expireAfterSeconds"


def _keys(index: Mapping[str, Any]) -> dict[str, Any]:
    """Their directions by name; as numbers, of whatever kind the database tells them."""
    return {name: int(way) if isinstance(way, int | float) else way for name, way in dict(index["key"]).items()}


def _collation(index: Mapping[str, Any]) -> tuple[str, int]:
    given = index.get("collation") or {"locale": "simple"}
    return given["locale"], int(given.get("strength", 3))


async def _shared(collection: Collection, wanted: Mapping[str, Any]) -> WrongSetup:
    """Names rows, by their ids, that keep an index from being unique."""
    field = next(iter(_keys(wanted)))
    collation = wanted.get("collation")
    groups: list[Document] = await (
        await collection.aggregate(
            [
                {"$match": wanted.get("partialFilterExpression", {})},
                {"$group": {"_id": f"${field}", "rows": {"$sum": 1}, "ids": {"$push": "$_id"}}},
                {"$match": {"rows": {"$gt": 1}}},
                {"$project": {"rows": 1, "ids": {"$slice": ["$ids", 3]}}},
                {"$limit": 1},
            ],
            collation=None if collation is None else Collation(**collation),
            allowDiskUse=True,
        )
    ).to_list()
    named = ", ".join(str(id_) for id_ in groups[0]["ids"]) if groups else ""
    nothing = groups and groups[0]["_id"] is None
    return WrongSetup(
        f"The collection {collection.name} has rows that share a value of '{field}', which must be unique"
        + (", without regard to case" if collation is not None else "")
        + (
            f"; such as {groups[0]['rows']} rows {'without any' if nothing else 'with the same'}: {named}"
            if named
            else ""
        )
        + f". Fix: keep one row of each {field}, and give every row one."
    )
