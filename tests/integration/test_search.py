"""What a search finds is what its definition says: in every list, after every change, and of earlier versions' rows."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any

import pytest
from bson import ObjectId
from bson.binary import Binary
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from server.contract import EmailState, LeadFilter, LeadSort, Selection, UserSort
from server.folding import folded, search_text, searched_patterns
from server.store import schema, search
from server.store.client import Database, Document, Session
from server.store.emails import EmailStore, pending_document
from server.store.leads import LeadStore, NewLead
from server.store.users import UserStore

_PEOPLE = (
    NewLead("hans.mueller@firma.example", "Hans Müller", "Straßenbau Köln", "+49 (0)221 4711-0"),
    NewLead("smith@firm.example", "Zoë O’Brien-Smith", "Ærø Shipping", "020 7946 0018"),
    NewLead("lukasz@lodz.example", "ŁUKASZ Wójcik", "", "+48 42 630 00 00"),
    NewLead("dotted.a+b@x.example", "A.B*C (x)", "50 % [off] \\d", ""),
    NewLead("yamada@firm.example", "山田 太郎", "株式会社ガス", "０３-１２３４-５６７８"),
    NewLead("muller@other.example", "", "Mu\u0308ller & Søn", "(0)"),
)
_LETTERS = st.sampled_from([*"aAäß łøæ.*+\\[](0)49-é", "ﬁ", "\u0308", "İ", "ガ", "\0", "\ufdfa"])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("muller", {0, 5}),
        ("müller hans", {0}),
        ("STRASSENBAU koln", {0}),
        ("koln strassen müller firma", {0}),
        ("0221 4711", {0}),
        ("+49 221 47110", {0}),
        ("zoe smith", {1}),
        ("o'brien", {1}),
        ("aero", {1}),
        ("+44 20", set()),
        ("lukasz wojcik", {2}),
        ("426300000", {2}),
        (".b*c (", {3}),
        ("\\d [off", {3}),
        ("太郎 山田", {4}),
        ("カス", {4}),
        ("03 1234 5678", {4}),
        ("hans 0221", {0}),
        ("0221 müller", {0}),
        ("zoe 0221", set()),
        ("zoe +44 20 7946", {1}),
        ("+44 20 7946 0018", {1}),
        ("firm.example", {1, 4}),
        ("hans smith", set()),
    ],
)
async def test_people_are_found_by_what_one_knows_of_them(database: Database, wanted: str, found: set[int]) -> None:
    await _import(database)
    assert await _found(database, wanted) == {_PEOPLE[number].email for number in found}


async def test_a_search_finds_what_a_plain_look_at_every_row_finds(database: Database) -> None:
    await _import(database)
    texts = {lead.email: search_text(lead.name, lead.email, lead.company, telephone=lead.phone) for lead in _PEOPLE}
    known = st.sampled_from([part for text in texts.values() for part in text.split()])
    part = known.flatmap(lambda word: st.tuples(st.integers(0, len(word)), st.integers(0, 9)).map(_cut(word)))
    searches: list[str] = []

    @settings(max_examples=150, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(search=st.lists(st.one_of(part, part.map(str.upper), st.text(_LETTERS, max_size=12)), max_size=3))
    def collect(search: list[str]) -> None:
        searches.append(" ".join(search)[:200])

    collect()
    for each in dict.fromkeys([*searches, "\ufdfa" * 200, "ä" * 200, "." * 200]):
        choices = searched_patterns(each)
        expected = {
            email
            for email, text in texts.items()
            if any(all(re.search(p, text) for p in patterns) for patterns in choices)
        }
        assert await _found(database, each) == expected, each
        chosen = Selection(matching=LeadFilter(search=each))
        assert sum((await LeadStore(database).statuses(chosen)).values()) == len(expected), each


async def test_users_and_emails_are_found_alike(database: Database) -> None:
    now = await database.now()
    await _add_person(database, now)
    for wanted, found in (("zoe o'brien", 1), ("SMITH zoë", 1), ("firm zoe", 1), ("zoe jones", 0)):
        users = await UserStore(database).page(
            wanted, online=False, sort=UserSort.EMAIL, descending=False, after=None, skip=0, limit=10
        )
        emails = await EmailStore(database).page(EmailState.PENDING, search=wanted, after=None, skip=0, limit=10)
        assert (users.total, emails.total) == (found, found), wanted


async def test_a_corrected_address_is_what_is_found(database: Database) -> None:
    await _import(database)
    lead = await database.leads.find_one({"email": "smith@firm.example"})
    assert lead is not None

    async def work(session: Session) -> None:
        await search.readdress(
            database, user=ObjectId(), lead=lead["_id"], address="zoe@right.example", session=session
        )

    await database.transaction(work)
    assert await _found(database, "smith@firm") == set()
    assert await _found(database, "right zoe aero 2079460018") == {"zoe@right.example"}


async def test_rows_of_an_earlier_version_are_found_after_an_upgrade_that_was_killed(database: Database) -> None:
    await _import(database)
    await _add_person(database, await database.now())
    collections = (database.leads, database.users, database.pending)
    before = [await collection.find({}).sort("_id", 1).to_list() for collection in collections]
    for collection in collections:
        await collection.update_many({}, {"$unset": {"searchText": ""}})
    await database.leads.update_many({}, {"$set": {"nameKey": "?"}})
    # As it is left by an upgrade that is killed after its first rows.
    first = before[0][0]
    await database.leads.replace_one({"_id": first["_id"]}, first)
    await database.meta.update_one({"_id": "schema"}, {"$set": {"version": 3}})
    assert await _found(database, "muller") == {first["email"]}

    await schema.ensure(database)
    after = [await collection.find({}).sort("_id", 1).to_list() for collection in collections]
    assert after == before
    assert all(row["nameKey"] == folded(row["name"]) for row in after[0])


def _cut(word: str) -> Any:
    return lambda span: word[span[0] :][: span[1]]


async def _import(database: Database) -> None:
    await LeadStore(database).add(_PEOPLE, by="ann", now=await database.now())


async def _found(database: Database, wanted: str) -> set[str]:
    page = await LeadStore(database).page(
        LeadFilter(search=wanted), sort=LeadSort.CREATED_AT, descending=False, after=None, skip=0, limit=100
    )
    assert page.total == len(page.items)
    return {lead.email for lead in page.items}


async def _add_person(database: Database, now: datetime) -> None:
    """A user whose email waits."""
    email, name = "smith@firm.example", "Zoë O’Brien-Smith"
    user: Document = {"_id": ObjectId(), "email": email, "name": name, "createdAt": now}
    await database.users.insert_one(user | search.person_keys(email, name))
    pending = pending_document(
        email_id=ObjectId(),
        user_id=user["_id"],
        lead_id=ObjectId(),
        activation_id=ObjectId(),
        email=email,
        name=name,
        password=Binary(secrets.token_bytes(8)),
        message_id="<x@firm.example>",
        now=now,
        due_at=now,
    )
    await database.pending.insert_one(pending)
