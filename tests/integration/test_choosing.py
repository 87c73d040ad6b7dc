"""Leads chosen by their ids, more than go into one call to the database, or by a filter."""

from __future__ import annotations

from bson import ObjectId

from server.contract import ChosenLeads, LeadFilter, LeadSort, LeadStatus, Selection, SkipReason
from server.store.client import Database
from server.store.leads import ACTIVATABLE, LeadStore, NewLead


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


async def test_the_chosen_are_told_by_whether_a_list_shows_them(database: Database) -> None:
    store, now = LeadStore(database), await database.now()
    await store.add([NewLead(f"lead{n}@firm.example", name=f"Lee {n}") for n in range(12)], by="ann", now=now)
    ids = {str(row["email"]): str(row["_id"]) async for row in database.leads.find()}
    for number, status in ((3, LeadStatus.ACTIVATED), (4, LeadStatus.ACTIVATING), (5, LeadStatus.SKIPPED)):
        change = {"$set": {"status": status.value}}
        await database.leads.update_one({"email": f"lead{number}@firm.example"}, change)
    statuses = {str(row["email"]): LeadStatus(row["status"]) async for row in database.leads.find()}

    def matches(leads: LeadFilter, email: str) -> bool:
        return leads.search in email and (not leads.status or statuses[email] in leads.status)

    filters = [
        LeadFilter(search=search, status=status)
        for search in ("", "lead1", "nobody")
        for status in ((), (LeadStatus.NEW,), (LeadStatus.ACTIVATED, LeadStatus.SKIPPED))
    ]
    by_hand = tuple(ids[f"lead{number}@firm.example"] for number in (1, 3, 4, 5, 10))
    selections = [Selection(ids=by_hand), Selection(ids=()), *(Selection(matching=leads) for leads in filters)]
    selections += [Selection(matching=leads, exclude=by_hand[:2]) for leads in filters]  # type: ignore[call-arg]
    for selection in selections:
        if selection.ids is not None:
            chosen = {email for email, id_ in ids.items() if id_ in selection.ids}
        else:
            leads = selection.matching or LeadFilter()
            chosen = {email for email, id_ in ids.items() if matches(leads, email) and id_ not in selection.exclude}
        possible = {email for email in chosen if statuses[email] in ACTIVATABLE}
        for listed in filters:
            for beyond in (False, True):
                asked = ChosenLeads(selection=selection, listed=listed, beyond=beyond)
                first = await store.chosen(asked, sort=LeadSort.EMAIL, descending=False, after=None, skip=0, limit=3)
                rest = (
                    first
                    if first.next is None
                    else await store.chosen(
                        asked, sort=LeadSort.EMAIL, descending=False, after=first.next, skip=0, limit=100
                    )
                )
                told = [lead.email for lead in (*first.items, *(rest.items if rest is not first else ()))]
                wanted = {email for email in chosen if matches(listed, email) != beyond}
                assert told == sorted(wanted), asked
                assert first.total == len(wanted), asked
            some, number = await store.activatable(selection, beyond=listed, limit=2)
            hidden = {email for email in possible if not matches(listed, email)}
            assert number == len(hidden)
            assert {lead.email for lead in some} <= hidden
            assert len(some) == min(2, number)
        some, number = await store.activatable(selection, limit=5)
        assert (number, len(some)) == (len(possible), min(5, len(possible)))
