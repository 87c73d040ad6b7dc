"""Rows that another program has written, or spoiled: whatever stands in them, nothing ends and nothing stops."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from bson import Int64, ObjectId
from bson.binary import Binary
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from server.contract import (
    EmailSelection,
    EmailState,
    LeadFilter,
    LeadSort,
    LeadStatus,
    Selection,
    SkipReason,
    UserSort,
)
from server.store import schema
from server.store.actions import QueueActions
from server.store.admins import AdminStore
from server.store.client import Database
from server.store.completion import QueueCompletion, complete_rows
from server.store.emails import Delivered, EmailStore, message_id, pending_document
from server.store.failures import FailureStore
from server.store.history import HistoryStore
from server.store.lead_details import LeadDetailsStore
from server.store.leads import LeadStore, NewLead
from server.store.users import UserStore
from server.store.vault import Credential, Vault
from tests.integration.test_activator import Desk
from tests.waiting import LIMIT

LEASE = timedelta(seconds=60)
MAIL_FROM = "Desk <desk@sender.example>"
EVERYBODY = Selection(matching=LeadFilter())
AT = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def emails_of(database: Database, vault: Vault) -> EmailStore:
    """As the service has it."""
    return EmailStore(database, foreign=QueueCompletion(database, seal=vault.encrypt, mail_from=MAIL_FROM))


async def good_email(database: Database, vault: Vault, address: str) -> dict[str, Any]:
    """A row of our own."""
    email_id, now = ObjectId(), await database.now()
    return pending_document(
        email_id=email_id,
        user_id=ObjectId(),
        lead_id=ObjectId(),
        activation_id=ObjectId(),
        email=address,
        name="Ann",
        password=await vault.encrypt("secret"),
        message_id=message_id(email_id, MAIL_FROM),
        now=now,
        due_at=now,
    )


# --- As the Node application writes them ---


async def test_an_email_of_the_other_application_is_sent_with_the_password_that_it_has(
    database: Database, vault: Vault
) -> None:
    row = {"userId": ObjectId(), "email": "ann@firm.example", "password": "Xy7!pass", "attempts": 0, "__v": 0}
    row |= {"status": "pending", "createdAt": AT, "updatedAt": AT}
    await database.pending.insert_one(row)
    emails = emails_of(database, vault)
    assert await emails.take_in_foreign() == 1
    stored = await database.pending.find_one({})
    assert stored is not None
    assert "Xy7!pass" not in str(stored)
    assert (stored["__v"], stored["updatedAt"], stored["createdAt"]) == (0, AT, AT)
    (claimed,) = await emails.claim(10, LEASE)
    assert (claimed.email, claimed.attempts, claimed.message_id) == (
        "ann@firm.example",
        1,
        f"<{row['_id']}@sender.example>",
    )
    assert await vault.decrypt(claimed.password) == "Xy7!pass"
    await emails.settle_delivered([Delivered(claimed, "250 ok", "smtp", timedelta(seconds=1))])
    assert await database.deliveries.count_documents({}) == 1


async def test_one_that_the_other_application_had_in_hand_may_have_been_sent(database: Database, vault: Vault) -> None:
    await database.pending.insert_one({"email": "ann@firm.example", "password": "Xy7!pass", "status": "processing"})
    emails = emails_of(database, vault)
    await emails.take_in_foreign()
    recovered = await emails.recover()
    assert (recovered.returned, recovered.uncertain) == (0, 1)
    (claimed,) = await emails.claim(10, LEASE)
    assert claimed.uncertain == 1


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ({"email": "ann@firm.example", "status": "sent", "password": "Xy7!pass"}, "a status that is not known here"),
        ({"_id": {"a": 1}, "email": "ann@firm.example", "status": "pending", "password": "Xy7!pass"}, "under an id"),
        ({"email": "", "status": "pending", "password": "Xy7!pass"}, "without an address"),
        ({"status": "pending", "password": "Xy7!pass"}, "without an address"),
        ({"email": "ann@firm.example", "status": "pending"}, "without a password that can be sent"),
        ({"email": "ann@firm.example", "status": "pending", "password": "$2b$10$abc"}, "without a password"),
        ({"email": "ann@firm.example", "status": "pending", "password": {"iv": "x"}}, "without a password"),
    ],
)
async def test_what_cannot_be_sent_is_set_aside_with_its_cause_and_all_that_it_has(
    database: Database, vault: Vault, row: dict[str, Any], cause: str
) -> None:
    await database.pending.insert_one({**row, "campaign": "spring", "__v": 0})
    emails = emails_of(database, vault)
    assert await emails.take_in_foreign() == 1
    assert await emails.claim(10, LEASE) == []
    (failed,) = await database.failed.find({}).to_list()
    assert cause in failed["cause"]
    assert (failed["campaign"], failed["__v"]) == ("spring", 0)
    (shown,) = (await emails.page(EmailState.FAILED, search="", after=None, skip=0, limit=10)).items
    assert shown.sentence is not None
    assert cause in shown.sentence.english
    (group,) = await FailureStore(database).groups()
    assert group.sentence == shown.sentence
    assert await database.pending.count_documents({}) == 0


async def test_a_kill_at_any_point_and_two_services_at_once_make_one_of_each(database: Database, vault: Vault) -> None:
    await database.pending.insert_many(
        [{"email": f"p{number}@firm.example", "password": "Xy7!pass", "status": "pending"} for number in range(20)]
    )
    foreign = [QueueCompletion(database, seal=vault.encrypt, mail_from=MAIL_FROM) for _ in range(2)]
    killed = asyncio.create_task(foreign[0].look())
    await asyncio.sleep(0)
    killed.cancel()
    await asyncio.gather(killed, *(each.look() for each in foreign), return_exceptions=True)
    emails = emails_of(database, vault)
    assert len(await emails.claim(100, LEASE)) == 20
    assert await database.failed.count_documents({}) == 0


async def test_completing_never_takes_an_email_out_of_a_workers_hands(database: Database, vault: Vault) -> None:
    await database.pending.insert_one({"email": "ann@firm.example", "password": "Xy7!pass", "status": "pending"})
    row = await database.pending.find_one({})
    assert row is not None
    emails = emails_of(database, vault)
    await emails.take_in_foreign()
    (claimed,) = await emails.claim(10, LEASE)
    late = QueueCompletion(database, seal=vault.encrypt, mail_from=MAIL_FROM)
    await late._complete(row)  # as it was before it was claimed
    stored = await database.pending.find_one({})
    assert stored is not None
    assert (stored["status"], stored["leaseOwner"]) == ("processing", claimed.token)


async def test_leads_of_another_program_are_found_sorted_and_activated(desk: Desk) -> None:
    leads = desk.database.leads
    await leads.insert_many(
        [
            {"email": "zoe@firm.example", "name": "Zoe", "__v": 0, "createdAt": AT},
            {"email": "ann@firm.example", "name": "Ann", "tags": ["a"]},
            {"email": "cyd@firm.example", "name": "Cyd", "status": "contacted"},
        ]
    )
    assert await complete_rows(desk.database) == 3
    assert await complete_rows(desk.database) == 0
    page = await desk.leads.page(
        LeadFilter(search="zoe"), sort=LeadSort.NAME, descending=False, after=None, skip=0, limit=10
    )
    assert [lead.name for lead in page.items] == ["Zoe"]
    activation = await desk.activate(EVERYBODY)
    assert (activation.created, activation.skipped) == (2, 1)
    assert await desk.skipped(activation) == {"cyd@firm.example": SkipReason.FOREIGN_STATUS}
    cyd = await leads.find_one({"email": "cyd@firm.example"})
    assert cyd is not None
    assert cyd["status"] == "contacted"
    shown = await desk.leads.get(str(cyd["_id"]))
    assert shown is not None
    assert (shown.status, shown.skip_reason) == (LeadStatus.SKIPPED, SkipReason.FOREIGN_STATUS)
    ann = await leads.find_one({"email": "ann@firm.example"})
    assert ann is not None
    assert ann["tags"] == ["a"]


#: What other programs have for ids.
ODD_IDS = ("ann@firm.example", 17, 2.5, Binary.from_uuid(UUID(int=7)), "0" * 24, AT)


async def test_leads_with_ids_of_another_kind_are_picked_one_by_one(desk: Desk) -> None:
    leads = desk.database.leads
    people = [{"_id": id_, "email": f"odd{number}@firm.example"} for number, id_ in enumerate(ODD_IDS)]
    await leads.insert_many([*people, {"email": "left@firm.example"}])
    await complete_rows(desk.database)
    page = await desk.leads.page(
        LeadFilter(search="odd"), sort=LeadSort.EMAIL, descending=False, after=None, skip=0, limit=10
    )
    ids = tuple(lead.id for lead in page.items)
    assert [lead.email for lead in page.items] == [person["email"] for person in people]
    for lead in page.items:
        assert await desk.leads.get(lead.id) == lead

    activation = await desk.activate(Selection(ids=ids[:-1]))
    assert (activation.created, activation.skipped) == (len(ids) - 1, 0)
    again = await desk.activate(Selection(ids=ids), "request-2")
    assert (again.created, again.skipped) == (1, len(ids) - 1)
    assert set((await desk.skipped(again)).values()) == {SkipReason.ALREADY_USER}
    left = await leads.find_one({"email": "left@firm.example"})
    assert left is not None
    assert left["status"] == "new"
    details = LeadDetailsStore(desk.database, HistoryStore(desk.database))
    for id_ in ids:
        found = await details.details(id_)
        assert found.user is not None
        assert found.email_id is not None
    users = await AdminStore(desk.database).mark_users_seen(ids)
    assert users == len(ids)


async def test_emails_with_ids_of_another_kind_are_dealt_with_one_by_one(database: Database, vault: Vault) -> None:
    emails = emails_of(database, vault)
    for number, id_ in enumerate(ODD_IDS):
        row = await good_email(database, vault, f"odd{number}@firm.example")
        row |= {"_id": id_, "error": "550 no", "cause": "550", "lastAttemptDate": await database.now()}
        for name in ("status", "nextAttemptAt", "queuedAt", "leaseOwner", "leaseExpiresAt", "stage", "lastError"):
            row.pop(name)
        await database.failed.insert_one(row)

    async def nobody(count: int) -> Any:
        return [await _credential(vault) for _ in range(count)]

    page = await emails.page(EmailState.FAILED, search="", after=None, skip=0, limit=10)
    for email in page.items:
        assert await HistoryStore(database).events(email.id)
    retried = await QueueActions(database, nobody).retry(EmailSelection(ids=(page.items[0].id,)), by="ann")
    assert (retried.changed, retried.skipped) == (1, 0)
    discarded = await QueueActions(database, nobody).discard(
        EmailSelection(ids=tuple(email.id for email in page.items[1:])), by="ann"
    )
    assert (discarded.changed, discarded.skipped) == (len(ODD_IDS) - 1, 0)


async def test_a_list_goes_on_where_its_values_end(desk: Desk) -> None:
    keys = ["b", None, 7, "a", AT, None, 2.5, "c", True]
    for number, key in enumerate(keys):
        row = {"email": f"p{number}@firm.example", "status": "new", "createdAt": AT}
        await desk.database.leads.insert_one(row if number == 1 else {**row, "nameKey": key})
    for descending in (False, True):
        everybody, after = [], None
        while True:
            page = await desk.leads.page(
                LeadFilter(), sort=LeadSort.NAME, descending=descending, after=after, skip=0, limit=2
            )
            everybody += [lead.email for lead in page.items]
            after = page.next
            if after is None:
                break
        assert sorted(everybody) == [f"p{number}@firm.example" for number in range(len(keys))]
        second = await desk.leads.page(
            LeadFilter(), sort=LeadSort.NAME, descending=descending, after=None, skip=0, limit=2
        )
        jumped = await desk.leads.page(
            LeadFilter(), sort=LeadSort.NAME, descending=descending, after=second.next, skip=5, limit=2
        )
        assert [lead.email for lead in jumped.items] == everybody[7:9]


# --- Whatever stands there ---

ODD = st.sampled_from(
    [
        *(None, "", "x", "ann@firm.example", 0, 7, -1, 2.5, math.nan, math.inf, True, False, Int64(5), [], ["x"]),
        *({}, {"a": 1}, {"by": 5}, [{"what": "queued"}], ObjectId(), AT, datetime.min.replace(tzinfo=UTC)),
        *(datetime.max.replace(tzinfo=UTC), Binary(b"x"), Binary(b"x", 6), "\x00"),
    ]
)
DROPPED = object()


def spoiled(fields: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """What becomes of some of the fields."""
    return st.dictionaries(st.sampled_from(fields), ODD | st.just(DROPPED), min_size=1, max_size=4)


def spoil(row: Mapping[str, Any], by: Mapping[str, Any]) -> dict[str, Any]:
    """The row with these fields dropped or with other values."""
    return {name: value for name, value in {**row, **by}.items() if value is not DROPPED}


_PENDING = [
    *("userId", "email", "password", "status", "attempts", "createdAt", "queuedAt", "nextAttemptAt", "name"),
    *("messageId", "leadId", "activationId", "leaseOwner", "leaseExpiresAt", "stage", "account", "uncertain"),
    *("lastError", "lastAttemptAt", "searchText", "history", "inLine"),
]
_FAILED = [
    *("userId", "email", "password", "attempts", "createdAt", "name", "messageId", "leadId", "activationId"),
    *("account", "uncertain", "error", "cause", "lastAttemptDate", "history", "held", "searchText"),
]
_LEAD = [
    *("email", "name", "company", "phone", "nameKey", "companyKey", "searchText", "status", "createdAt", "importedBy"),
    *("activatedAt", "skipReason", "activationId", "importId"),
]
_USER = ["email", "name", "isOnline", "lastSeen", "createdAt", "mustChangePassword", "searchText", "passwordHash"]

patient = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def pages(read: Callable[[str | None], Awaitable[Any]]) -> int:
    """How many rows all pages of a list hold."""
    count, after = 0, None
    for _ in range(20):
        page = await read(after)
        page.model_dump_json()
        count += len(page.items)
        after = page.next
        if after is None:
            return count
    raise AssertionError("the list has no end")


@patient
@given(by=spoiled(_PENDING), left=st.booleans())
async def test_a_spoiled_email_neither_stops_the_queue_nor_is_lost(
    database: Database, vault: Vault, by: dict[str, Any], left: bool
) -> None:
    for collection in (database.pending, database.failed, database.deliveries):
        await collection.delete_many({})
    emails, now = emails_of(database, vault), await database.now()
    good = await good_email(database, vault, "good@firm.example")
    bad = await good_email(database, vault, "bad@firm.example")
    if left:
        bad |= {"status": "processing", "leaseOwner": "gone", "leaseExpiresAt": now - LEASE, "stage": "handedOver"}
    await database.pending.insert_many([spoil(bad, by), good])
    async with asyncio.timeout(LIMIT):
        claimed = set()
        for _ in range(4):
            await emails.take_in_foreign()
            await emails.recover()
            await emails.outlook()
            await emails.last_due_at()
            claimed |= {each.email for each in await emails.claim(10, LEASE)}
        assert "good@firm.example" in claimed
        assert sum(await emails.counts()) == 2
        for state in EmailState:
            await pages(lambda after, state=state: emails.page(state, search="", after=after, skip=0, limit=1))  # type: ignore[misc]
        for row in await database.pending.find({}).to_list() + await database.failed.find({}).to_list():
            await HistoryStore(database).events_of(row["_id"])
        await emails.recover(everything=True)
        assert sum(await emails.counts()) == 2


@patient
@given(by=spoiled(_FAILED))
async def test_a_spoiled_failure_is_shown_grouped_and_dealt_with(
    database: Database, vault: Vault, by: dict[str, Any]
) -> None:
    await database.pending.delete_many({})
    await database.failed.delete_many({})
    emails = emails_of(database, vault)
    row = await good_email(database, vault, "bad@firm.example")
    row |= {"error": "550 no", "cause": "550", "lastAttemptDate": await database.now()}
    for name in ("status", "nextAttemptAt", "queuedAt", "leaseOwner", "leaseExpiresAt", "stage", "lastError"):
        row.pop(name)
    await database.failed.insert_one(spoil(row, by))

    async def nobody(count: int) -> Any:
        return [await _credential(vault) for _ in range(count)]

    actions = QueueActions(database, nobody)
    async with asyncio.timeout(LIMIT):
        assert await pages(lambda after: emails.page(EmailState.FAILED, search="", after=after, skip=0, limit=1)) == 1
        assert sum(group.count for group in await FailureStore(database).groups()) == 1
        await HistoryStore(database).events_of(row["_id"])
        await FailureStore(database).wipe_secrets(timedelta(days=1))
        await actions.retry(EmailSelection(ids=(str(row["_id"]),)), by="ann")
        await emails.claim(10, LEASE)
        assert sum(await emails.counts()) == 1


async def _credential(vault: Vault) -> Any:
    return Credential("hash", await vault.encrypt("new"))


@patient
@given(by=spoiled(_LEAD))
async def test_a_spoiled_lead_is_listed_chosen_and_passed_over(database: Database, by: dict[str, Any]) -> None:
    await database.leads.delete_many({})
    leads = LeadStore(database)
    await leads.add([NewLead("bad@firm.example", "Bad"), NewLead("good@firm.example", "Good")], by="ann", now=AT)
    row = await database.leads.find_one_and_delete({"email": "bad@firm.example"})
    assert row is not None
    await database.leads.insert_one(spoil(row, by))
    async with asyncio.timeout(LIMIT):
        for sort in LeadSort:
            for descending in (False, True):
                await pages(
                    lambda after, sort=sort, descending=descending: leads.page(  # type: ignore[misc]
                        LeadFilter(), sort=sort, descending=descending, after=after, skip=0, limit=1
                    )
                )
        assert sum((await leads.statuses(EVERYBODY)).values()) == 2
        await leads.activatable(EVERYBODY, limit=10)
        await LeadDetailsStore(database, HistoryStore(database)).details(str(row["_id"]))
        await complete_rows(database)
        assert await complete_rows(database) == 0
        activation = ObjectId()
        async for _ in leads.claim(activation, EVERYBODY):
            pass
        await leads.claimed(activation, 10)
        await leads.passed_over(activation, EVERYBODY)
        await leads.release(activation)
        good = await database.leads.find_one({"email": "good@firm.example"})
        assert good is not None


@patient
@given(by=spoiled(_USER))
async def test_a_spoiled_user_is_listed(database: Database, by: dict[str, Any]) -> None:
    await database.users.delete_many({})
    row = {"email": "ann@firm.example", "name": "Ann", "createdAt": AT, "isOnline": True, "lastSeen": AT}
    await database.users.insert_one(spoil({**row, "mustChangePassword": True, "searchText": "ann"}, by))
    users = UserStore(database)
    async with asyncio.timeout(LIMIT):
        for sort in UserSort:
            found = await pages(
                lambda after, sort=sort: users.page(  # type: ignore[misc]
                    "", online=False, sort=sort, descending=False, after=after, skip=0, limit=1
                )
            )
            assert found == 1
        await complete_rows(database)
        assert await complete_rows(database) == 0


async def test_where_the_other_program_keeps_its_emails_by_another_name_it_is_said(database: Database) -> None:
    await database.raw["pendingactivationemails"].insert_one({"email": "ann@firm.example"})
    with capture_logs() as logs:
        await schema.ensure(database)
    (told,) = [entry for entry in logs if "MONGODB_COLLECTIONS" in entry["event"]]
    assert told["there"] == "pendingactivationemails"


@pytest.fixture
async def desk(database: Database, vault: Vault) -> Desk:
    """An empty one."""
    return Desk(database, vault)
