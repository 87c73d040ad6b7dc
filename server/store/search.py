"""What is stored of people for searches and orders, and how a search finds them.

Every collection that is searched has ``searchText``; whoever writes a name, an address, a company or a telephone number
writes the keys of it too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId
from pymongo import UpdateOne

from server.folding import folded, search_text, searched_patterns
from server.store.client import Collection, Database, Document, Session

#: Rows that one transaction of an upgrade changes.
_BATCH = 500
#: Of a row, all that its keys are made of.
_FIELDS = ("email", "name", "company", "phone")


def person_keys(email: str, name: str) -> dict[str, str]:
    """Of a user or an email."""
    return {"searchText": search_text(name, email)}


def lead_keys(email: str, name: str, company: str, phone: str) -> dict[str, str]:
    """Of a lead. Names are also sorted by a key, so that an index serves the order people expect."""
    return {
        "searchText": search_text(name, email, company, telephone=phone),
        "nameKey": folded(name),
        "companyKey": folded(company),
    }


def finding(search: str) -> dict[str, Any]:
    """Criteria of what the search means (see :func:`searched_patterns`); of an empty one none."""
    choices = [_all_of(patterns) for patterns in searched_patterns(search)]
    return choices[0] if len(choices) == 1 else {"$or": choices}


def containing(word: str) -> dict[str, str]:
    """What a field has to be that is searched as it is, for rows that carry no keys: one with the word, in any case."""
    return {"$regex": re.escape(word), "$options": "i"}


async def readdress(database: Database, *, user: ObjectId, lead: ObjectId, address: str, session: Session) -> None:
    """Give both another address, to be found by that from now on."""
    for collection, id_ in ((database.users, user), (database.leads, lead)):
        row = await collection.find_one({"_id": id_}, dict.fromkeys(_FIELDS, 1), session=session)
        if row is not None:
            keys = _keys({**row, "email": address}, is_lead=collection is database.leads)
            await collection.update_one({"_id": id_}, {"$set": {"email": address, **keys}}, session=session)


async def fill_in_keys(database: Database) -> None:
    """Of rows that an earlier version has written. It may be killed half way and run again."""
    for collection in (database.leads, database.users, database.pending, database.failed, database.deliveries):
        rows: list[Document] = []
        async for row in collection.find(_WITHOUT_KEYS, dict.fromkeys(_FIELDS, 1)):
            rows.append(row)
            if len(rows) == _BATCH:
                await _fill_in(database, collection, rows)
                rows = []
        await _fill_in(database, collection, rows)


async def _fill_in(database: Database, collection: Collection, rows: Sequence[Document]) -> None:
    is_lead = collection is database.leads
    # What was changed since it was read has its keys by now.
    writes = [UpdateOne({"_id": row["_id"], **_WITHOUT_KEYS}, {"$set": _keys(row, is_lead=is_lead)}) for row in rows]

    async def work(session: Session) -> None:
        await collection.bulk_write(writes, ordered=False, session=session)

    if writes:
        await database.transaction(work)


def _keys(row: Mapping[str, Any], *, is_lead: bool) -> dict[str, str]:
    email, name, company, phone = (str(row.get(field) or "") for field in _FIELDS)
    return lead_keys(email, name, company, phone) if is_lead else person_keys(email, name)


def _all_of(patterns: Sequence[str]) -> dict[str, Any]:
    each = [{"searchText": {"$regex": pattern}} for pattern in patterns]
    if len(each) > 1:
        return {"$and": each}
    return each[0] if each else {}


_WITHOUT_KEYS = {"searchText": {"$exists": False}}
