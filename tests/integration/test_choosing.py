"""Leads chosen by their ids, more than go into one call to the database."""

from __future__ import annotations

from bson import ObjectId

from server.contract import Selection, SkipReason
from server.store.client import Database
from server.store.leads import LeadStore, NewLead


async def claimed(store: LeadStore, activation_id: ObjectId, selection: Selection) -> int:
    """All the parts of the claim."""
    looked_at = [part async for part in store.claim(activation_id, selection)]
    assert looked_at == [(number, looked_at[-1][1]) for number, _ in looked_at]
    assert looked_at[-1][0] == looked_at[-1][1]
    return await store.count_claimed(activation_id)


async def test_many_ids_are_claimed_once_and_what_is_passed_over_is_named_once(database: Database) -> None:
    store, now = LeadStore(database), await database.now()
    await store.add([NewLead(f"lead{number}@firm.example") for number in range(450)], by="ann", now=now)
    ids = [str(row["_id"]) async for row in database.leads.find({}, {"_id": 1}).sort("_id", 1)]
    first, second, unknown = ObjectId(), ObjectId(), str(ObjectId())
    assert await claimed(store, first, Selection(ids=(ids[0],))) == 1

    chosen = Selection(ids=(*ids, unknown, ids[0], ids[1], unknown))
    assert await claimed(store, second, chosen) == 449
    assert await claimed(store, second, chosen) == 449  # again, as after a crash
    passed_over = [(str(lead), reason) for lead, _, _, reason in await store.passed_over(second, chosen)]
    assert passed_over == [(ids[0], SkipReason.IN_ANOTHER_ACTIVATION), (unknown, SkipReason.NOT_FOUND)]
