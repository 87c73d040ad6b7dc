"""Leads chosen by their ids, more than go into one call to the database."""

from __future__ import annotations

from bson import ObjectId

from server.contract import Selection, SkipReason
from server.store.client import Database
from server.store.leads import LeadStore, NewLead


async def test_many_ids_are_claimed_once_and_what_is_passed_over_is_named_once(database: Database) -> None:
    store, now = LeadStore(database), await database.now()
    await store.add([NewLead(f"lead{number}@firm.example") for number in range(450)], by="ann", now=now)
    ids = [str(row["_id"]) async for row in database.leads.find({}, {"_id": 1}).sort("_id", 1)]
    first, second, unknown = ObjectId(), ObjectId(), str(ObjectId())
    assert await store.claim(first, Selection(ids=(ids[0],))) == 1

    chosen = Selection(ids=(*ids, unknown, ids[0], ids[1], unknown))
    assert await store.claim(second, chosen) == 449
    assert await store.claim(second, chosen) == 449  # again, as after a crash
    passed_over = [(str(lead), reason) for lead, _, _, reason in await store.passed_over(second, chosen)]
    assert passed_over == [(ids[0], SkipReason.IN_ANOTHER_ACTIVATION), (unknown, SkipReason.NOT_FOUND)]
