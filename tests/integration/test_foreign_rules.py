"""Rules that another program has given to the collections: they refuse a row, and end or stop nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from server.activation import activator
from server.contract import ActivationState, LeadFilter, Selection, SkipReason
from server.contract.import_codes import ImportProblemCode
from server.importing.check import import_file
from server.store.activations import LeadsChanged
from server.store.client import Database
from server.store.leads import LeadStore
from server.store.vault import Vault
from tests.integration.test_activator import Desk
from tests.waiting import LIMIT

EVERYBODY = Selection(matching=LeadFilter())


@pytest.fixture
async def desk(database: Database, vault: Vault) -> Desk:
    """An empty one."""
    return Desk(database, vault)


async def test_a_unique_value_of_another_program_keeps_back_whom_it_concerns_and_nobody_else(desk: Desk) -> None:
    await desk.database.users.create_index([("username", 1)], name="username_1", unique=True)
    ids = await desk.add_many(5)
    activation = await desk.activate(EVERYBODY)
    assert (activation.state, activation.created, activation.skipped) == (ActivationState.FINISHED, 1, 4)
    (created,) = await desk.database.users.find({}).to_list()
    await desk.assert_one_user_and_one_email_each([str(created["leadId"])])
    skipped = await desk.activations.skipped(activation.id)
    assert {each.lead_id for each in skipped} == set(ids) - {str(created["leadId"])}
    assert {each.reason for each in skipped} == {SkipReason.VALUE_TAKEN}
    assert {each.sentence.params["index"] for each in skipped if each.sentence} == {"username_1"}
    assert "username_1" in skipped[0].message


async def test_a_unique_value_of_the_queue_is_told_as_one_and_not_as_an_address_that_is_known(desk: Desk) -> None:
    await desk.database.pending.create_index([("email", 1)], name="email_1", unique=True)
    await desk.add_leads("ann@firm.example", "bob@firm.example")
    await desk.database.pending.insert_one({"email": "ann@firm.example", "status": "theirs"})
    activation = await desk.activate(EVERYBODY)
    assert (activation.created, activation.skipped) == (1, 1)
    assert await desk.skipped(activation) == {"ann@firm.example": SkipReason.VALUE_TAKEN}


async def test_a_rule_for_users_keeps_them_back(desk: Desk) -> None:
    await desk.database.raw.command("collMod", "users", validator={"name": {"$ne": "Ann"}})
    await desk.add_many(3)
    bob = await desk.database.leads.find_one({})
    assert bob is not None
    await desk.database.leads.update_one({"_id": bob["_id"]}, {"$set": {"name": "Bob"}})
    activation = await desk.activate(EVERYBODY)
    assert (activation.state, activation.created, activation.skipped) == (ActivationState.FINISHED, 1, 2)
    assert set((await desk.skipped(activation)).values()) == {SkipReason.AGAINST_RULES}


async def test_a_user_with_the_id_of_a_lead_is_one_already(desk: Desk) -> None:
    (id_,) = await desk.add_many(1)
    lead = await desk.database.leads.find_one({})
    assert lead is not None
    await desk.database.users.insert_one({"_id": lead["_id"], "email": "another@firm.example"})
    activation = await desk.activate(EVERYBODY)
    assert [each.lead_id for each in await desk.activations.skipped(activation.id)] == [id_]
    assert set((await desk.skipped(activation)).values()) == {SkipReason.ALREADY_USER}


async def test_leads_that_others_change_each_time_end_the_activation_as_failed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    async def changed(*_: Any) -> None:
        nonlocal tries
        tries += 1
        raise LeadsChanged

    monkeypatch.setattr(desk.activations, "create_users", changed)
    monkeypatch.setattr(activator, "_ROUND_PAUSE", 0.0)
    await desk.add_many(2)
    async with asyncio.timeout(LIMIT):
        activation = await desk.activate(EVERYBODY)
    assert activation.state is ActivationState.FAILED
    assert activation.sentence is not None
    assert activation.sentence.code == "leadsKeepChanging"
    assert tries == activation.sentence.params["rounds"]
    assert await desk.statuses() == {"new": 2}


async def test_rows_of_a_file_that_a_rule_of_another_program_refuses_are_told_with_their_line(
    database: Database,
) -> None:
    await database.leads.create_index([("phone", 1)], name="phone_1", unique=True)
    rows = ("Ann,ann@firm.example,1", "Bob,bob@firm.example,1", "Ann,ann@firm.example,1", "Cyd,cyd@firm.example,2")
    content = "\n".join(["Name,E-Mail,Phone", *rows]).encode()
    result = await import_file(LeadStore(database), content, by="ann", now=await database.now())
    assert (result.imported, result.duplicates, result.refused) == (2, 1, 1)
    (problem,) = result.problems
    assert (problem.line, problem.value, problem.code) == (3, "bob@firm.example", ImportProblemCode.VALUE_TAKEN)
    assert problem.params == {"index": "phone_1"}


async def test_rows_that_a_rule_for_leads_refuses_are_told(database: Database) -> None:
    await database.raw.command("collMod", "leads", validator={"name": {"$ne": "Bob"}})
    content = b"Name,E-Mail\nAnn,ann@firm.example\nBob,bob@firm.example\n"
    result = await import_file(LeadStore(database), content, by="ann", now=await database.now())
    assert (result.imported, result.refused) == (1, 1)
    assert [(each.line, each.code) for each in result.problems] == [(3, ImportProblemCode.AGAINST_RULES)]
