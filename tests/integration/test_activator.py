"""Leads become users: real activators on a real database."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import bson
import pytest
from bson import ObjectId

from server.accounts.hashing import hash_random_password, verify_password
from server.activation import passwords
from server.activation.activator import Activator
from server.activation.passwords import CredentialSupply
from server.contract import Activation, ActivationState, LeadFilter, LeadStatus, Selection, SkipReason
from server.errors import Conflict, Invalid
from server.operations import jobs, precedence
from server.settings import PasswordHash
from server.store.activations import ActivationJob, ActivationStore
from server.store.client import Database, Session
from server.store.job_leases import Taken
from server.store.leads import LeadStore, NewLead
from server.store.vault import Vault
from tests.waiting import LIMIT

_EVERYTHING = Selection(matching=LeadFilter())
_THREADS = 2
_SKIPPED_BEFORE = {"status": LeadStatus.SKIPPED.value, "skipReason": SkipReason.ADDRESS_REFUSED.value}


async def until(condition: Callable[[], Awaitable[Any]]) -> None:
    """Ask again and again."""
    async with asyncio.timeout(LIMIT):
        while not await condition():
            await asyncio.sleep(0.02)


async def put_an_end_to(task: asyncio.Task[None]) -> None:
    """Cancel it for good: what it waits for may miss one request."""
    async with asyncio.timeout(LIMIT):
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=0.5)


@asynccontextmanager
async def supplied(supply: CredentialSupply) -> AsyncIterator[CredentialSupply]:
    """Credentials are being made."""
    making = asyncio.create_task(supply.run())
    try:
        yield supply
    finally:
        await put_an_end_to(making)


@dataclass
class Desk:
    """Leads, activations, and activators to work them off."""

    database: Database
    vault: Vault
    activations: ActivationStore = field(init=False)
    leads: LeadStore = field(init=False)

    def __post_init__(self) -> None:
        self.activations = ActivationStore(self.database, mail_from="Desk <desk@sender.example>")
        self.leads = LeadStore(self.database)

    async def add_leads(self, *emails: str) -> list[str]:
        """New leads, by address; answers their ids."""
        await self.leads.add([NewLead(email, name="Ann") for email in emails], by="ann", now=await self.database.now())
        rows = await self.database.leads.find({"email": {"$in": list(emails)}}, {"_id": 1}).sort("_id", 1).to_list()
        return [str(row["_id"]) for row in rows]

    async def add_many(self, count: int) -> list[str]:
        """That many."""
        return await self.add_leads(*(f"person{number}@firm.example" for number in range(count)))

    def supply(self, scheme: PasswordHash = PasswordHash.ARGON2ID, *, reserve: int = 32) -> CredentialSupply:
        """Makes nothing yet."""
        return CredentialSupply(self.vault, scheme, reserve=reserve, threads=_THREADS)

    async def reserve(self, count: int) -> CredentialSupply:
        """A supply that has that many credentials and makes no more."""
        supply = self.supply()
        async with supplied(supply):
            await until(lambda: _holds(supply, count))
        await supply.take(supply.ready - count, within=LIMIT)
        return supply

    def activator(self, supply: CredentialSupply) -> Activator:
        """Another one, as of another server."""
        return Activator(self.activations, self.leads, supply)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """An activator with a supply of its own, stopped in good order."""
        async with supplied(self.supply()) as supply:
            activator = self.activator(supply)
            working = asyncio.create_task(activator.run())
            try:
                yield
            finally:
                activator.stop()
                await asyncio.wait_for(working, LIMIT)

    async def until_final(self, *activations: Activation) -> list[Activation]:
        """Wait for their end; how they stand then."""

        async def are_final() -> bool:
            return all([(await self.activations.get(each.id)).state.is_final for each in activations])

        await until(are_final)
        return [await self.activations.get(each.id) for each in activations]

    async def activate(self, selection: Selection, request_id: str = "request-1") -> Activation:
        """Ask for it and wait for its end."""
        wanted = await self.activations.request(request_id, selection, admin="ann")
        async with self.working():
            return (await self.until_final(wanted))[0]

    async def expire_leases(self) -> None:
        """As when the time of a dead server's leases has passed."""
        past = await self.database.now() - timedelta(seconds=1)
        await self.database.activations.update_many({"leaseOwner": {"$ne": None}}, {"$set": {"leaseExpiresAt": past}})

    async def statuses(self) -> Counter[str]:
        """How many leads are in each status."""
        return Counter([row["status"] async for row in self.database.leads.find({}, {"status": 1})])

    async def skipped(self, activation: Activation) -> dict[str, SkipReason]:
        """Reasons by address."""
        return {each.email: each.reason for each in await self.activations.skipped(activation.id)}

    async def assert_one_user_and_one_email_each(self, lead_ids: Sequence[str]) -> None:
        """Exactly that, and nothing besides."""
        wanted = sorted(ObjectId(id_) for id_ in lead_ids)
        users = await self.database.users.find({}).to_list()
        emails = await self.database.pending.find({}).to_list()
        assert sorted(user["leadId"] for user in users) == wanted
        assert sorted(email["leadId"] for email in emails) == wanted
        assert {email["userId"]: email["email"] for email in emails} == {user["_id"]: user["email"] for user in users}


async def _holds(supply: CredentialSupply, count: int) -> bool:
    return supply.ready >= count


@pytest.fixture
async def desk(database: Database, vault: Vault) -> Desk:
    """An empty one."""
    return Desk(database, vault)


# --- Credentials ---


@pytest.mark.parametrize("scheme", PasswordHash)
async def test_hash_and_sealed_password_belong_together(desk: Desk, scheme: PasswordHash) -> None:
    async with supplied(desk.supply(scheme)) as supply:
        taken = await supply.take(3, within=LIMIT)
    passwords = [await desk.vault.decrypt(each.sealed_password) for each in taken]
    assert len(set(passwords)) == 3
    for each, password in zip(taken, passwords, strict=True):
        assert each.password_hash.startswith("$argon2id$" if scheme is PasswordHash.ARGON2ID else "$2")
        assert verify_password(password, each.password_hash)
        assert not verify_password(password[::-1], each.password_hash)
        assert password.encode() not in bytes(each.sealed_password)


async def test_the_supply_goes_on_when_its_reserve_was_taken_and_gives_no_more_than_asked(desk: Desk) -> None:
    async with supplied(desk.supply()) as supply:
        await until(lambda: _holds(supply, 32))
        assert await supply.take(0, within=LIMIT) == []
        taken = [await supply.take(count, within=LIMIT) for count in (1, 30, 20)]
    assert [len(each) for each in taken] == [1, 30, 20]
    assert len({each.password_hash for part in taken for each in part}) == 51


async def test_without_a_reserve_nothing_is_made_until_somebody_takes(desk: Desk) -> None:
    async with supplied(desk.supply(reserve=0)) as supply:
        assert len(await supply.take(3, within=LIMIT)) == 3
        for _ in range(10):  # one after the other: time enough to make many more in between
            await supply.issue(1)
        assert supply.ready <= _THREADS + 1  # those that were in hand


async def test_while_it_is_needed_more_is_made_than_the_reserve(desk: Desk) -> None:
    async with supplied(desk.supply(reserve=1)) as supply:
        await until(lambda: _holds(supply, 1))
        with supply.needed():
            await until(lambda: _holds(supply, 10))


async def test_an_empty_supply_gives_what_it_has_when_the_time_is_up(desk: Desk) -> None:
    supply = await desk.reserve(2)
    assert len(await supply.take(5, within=0.1)) == 2
    assert await supply.take(5, within=0.1) == []


# --- Activations ---


async def test_thirty_leads_become_thirty_users_with_an_email_each(desk: Desk) -> None:
    ids = await desk.add_many(30)
    activation = await desk.activate(Selection(ids=tuple(ids)))
    assert activation.state is ActivationState.FINISHED
    assert (activation.total, activation.created, activation.skipped) == (30, 30, 0)
    assert activation.finished_at is not None
    await desk.assert_one_user_and_one_email_each(ids)
    assert await desk.statuses() == {LeadStatus.ACTIVATED: 30}
    async for user in desk.database.users.find({}):
        assert user["mustChangePassword"] is True
        assert user["activationId"] == ObjectId(activation.id)
    emails = await desk.database.pending.find({}).to_list()
    assert {(email["status"], email["attempts"]) for email in emails} == {("pending", 0)}
    assert len({email["messageId"] for email in emails}) == 30


async def test_the_password_in_the_email_opens_the_account_and_stands_nowhere_in_the_clear(desk: Desk) -> None:
    await desk.add_many(3)
    await desk.activate(_EVERYTHING)
    emails = await desk.database.pending.find({}).to_list()
    passwords = {email["userId"]: await desk.vault.decrypt(email["password"]) for email in emails}
    assert len(set(passwords.values())) == 3
    names = await desk.database.raw.list_collection_names()
    assert {"users", "PendingActivationEmail", "leads", "activations", "keyVault"} <= set(names)
    stored = b"".join([bson.encode(row) for name in names async for row in desk.database.raw[name].find({})])
    for user_id, password in passwords.items():
        user = await desk.database.users.find_one({"_id": user_id})
        assert user is not None
        assert verify_password(password, user["passwordHash"])
        assert password.encode() not in stored
        assert password.replace("-", "").encode() not in stored


async def test_who_cannot_become_a_user_is_skipped_with_the_reason(desk: Desk) -> None:
    good, *_ = await desk.add_leads("ann@firm.example", "known@firm.example", "no-dot@firm", "two words@firm.example")
    await desk.database.users.insert_one({"email": "Known@Firm.example"})
    missing = str(ObjectId())
    everybody = [str(row["_id"]) async for row in desk.database.leads.find({}, {"_id": 1})]
    activation = await desk.activate(Selection(ids=(*everybody, missing)))
    assert (activation.total, activation.created, activation.skipped) == (5, 1, 4)
    assert await desk.skipped(activation) == {
        "known@firm.example": SkipReason.ALREADY_USER,
        "no-dot@firm": SkipReason.ADDRESS_REFUSED,
        "two words@firm.example": SkipReason.ADDRESS_REFUSED,
        "": SkipReason.NOT_FOUND,
    }
    assert all(each.message for each in await desk.activations.skipped(activation.id))
    assert await desk.statuses() == {LeadStatus.ACTIVATED: 1, LeadStatus.SKIPPED: 3}
    assert await desk.database.users.count_documents({}) == 2
    (email,) = await desk.database.pending.find({}).to_list()
    assert str(email["leadId"]) == good


async def test_a_filter_less_exceptions_is_what_is_activated(desk: Desk) -> None:
    ann, bob, _ = await desk.add_leads("ann@firm.example", "bob@firm.example", "cyd@other.example")
    selection = Selection(matching=LeadFilter(search="@FIRM."), exclude=(bob,))
    activation = await desk.activate(selection)
    assert (activation.total, activation.created) == (1, 1)
    await desk.assert_one_user_and_one_email_each([ann])


async def test_activating_the_same_leads_again_makes_nothing_new(desk: Desk) -> None:
    ids = await desk.add_many(3)
    await desk.activate(Selection(ids=tuple(ids)))
    again = await desk.activate(Selection(ids=tuple(ids)), "request-2")
    assert (again.state, again.total, again.created, again.skipped) == (ActivationState.FINISHED, 3, 0, 3)
    assert set((await desk.skipped(again)).values()) == {SkipReason.ALREADY_USER}
    await desk.assert_one_user_and_one_email_each(ids)


async def test_asking_again_with_the_same_id_answers_with_the_same_activation(desk: Desk) -> None:
    ids = await desk.add_many(3)
    first = await desk.activate(Selection(ids=tuple(ids)))
    again = await desk.activate(_EVERYTHING, first.request_id)
    assert again == first
    assert await desk.database.activations.count_documents({}) == 1
    await desk.assert_one_user_and_one_email_each(ids)
    with pytest.raises(Conflict):
        await desk.activations.request(first.request_id, _EVERYTHING, admin="bob")


async def test_two_who_ask_with_the_same_id_at_once_get_the_same_activation(desk: Desk) -> None:
    await desk.add_many(1)
    asked = await asyncio.gather(*(desk.activations.request("request-1", _EVERYTHING, admin="ann") for _ in range(4)))
    assert len({activation.id for activation in asked}) == 1


async def test_emails_of_an_activation_for_later_wait_for_their_moment(desk: Desk) -> None:
    ids = await desk.add_many(3)
    later = (await desk.database.now() + timedelta(hours=16)).replace(microsecond=0)
    wanted = await desk.activations.request("request-1", Selection(ids=tuple(ids)), admin="ann", not_before=later)
    assert wanted.not_before == later
    async with desk.working():
        (end,) = await desk.until_final(wanted)
    assert (end.created, end.not_before) == (3, later)
    rows = await desk.database.pending.find({}).to_list()
    assert [(row["nextAttemptAt"], row["notBefore"]) for row in rows] == [(later, later)] * 3
    entry = await desk.database.audit.find_one({"action": "activation.start"})
    assert entry is not None
    assert entry["details"] == {"notBefore": later.isoformat(timespec="minutes")}
    with pytest.raises(Invalid, match="more than a year ahead"):
        await desk.activations.request("request-2", _EVERYTHING, admin="ann", not_before=later + timedelta(days=400))
    at_once = await desk.activations.request(
        "request-3", _EVERYTHING, admin="ann", not_before=later - timedelta(days=2)
    )
    assert at_once.not_before is None


async def test_two_activators_on_overlapping_selections_make_no_second_user(desk: Desk) -> None:
    ids = await desk.add_many(24)
    first = await desk.activations.request("request-1", Selection(ids=tuple(ids[:16])), admin="ann")
    async with desk.working():
        await until(lambda: desk.database.activations.find_one({"leaseOwner": {"$ne": None}}))
        second = await desk.activations.request("request-2", Selection(ids=tuple(ids[8:])), admin="bob")
        third = await desk.activations.request("request-3", _EVERYTHING, admin="cyd")
        async with desk.working():
            ends = await desk.until_final(first, second, third)
    assert [each.total for each in ends] == [16, 16, 24]
    assert all(each.created + each.skipped == each.total for each in ends)
    assert sum(each.created for each in ends) == 24
    for each in ends:
        reasons = await desk.skipped(each)
        assert len(reasons) == each.skipped
        assert set(reasons.values()) <= {SkipReason.ALREADY_USER, SkipReason.IN_ANOTHER_ACTIVATION}
    await desk.assert_one_user_and_one_email_each(ids)


async def test_stop_leaves_the_rest_as_they_were(desk: Desk) -> None:
    await desk.add_many(10)
    wanted = await desk.activations.request("request-1", _EVERYTHING, admin="ann")
    supply = await desk.reserve(4)
    activator = desk.activator(supply)
    working = asyncio.create_task(activator.run())
    await until(lambda: _created(desk, wanted, 4))
    assert (await desk.activations.ask_to_stop(wanted.id, by="bob")).state is ActivationState.STOPPING
    async with supplied(CredentialSupply(desk.vault, PasswordHash.ARGON2ID, reserve=32)) as more:
        credentials = await more.take(6, within=LIMIT)
    supply._ready.extend(credentials)
    supply._changed.set()
    (end,) = await desk.until_final(wanted)
    activator.stop()
    await asyncio.wait_for(working, LIMIT)
    assert (end.state, end.total, end.created, end.skipped) == (ActivationState.STOPPED, 10, 4, 0)
    assert await desk.statuses() == {LeadStatus.ACTIVATED: 4, LeadStatus.NEW: 6}
    assert await desk.database.users.count_documents({}) == 4
    assert await desk.database.leads.count_documents({"status": "new", "activationId": {"$exists": True}}) == 0
    rest = await desk.activate(_EVERYTHING, "request-2")
    assert (rest.created, rest.skipped) == (6, 4)
    noted = [(row["action"], row["by"], row["count"]) async for row in desk.database.audit.find().sort("at", 1)]
    assert noted == [("activation.start", "ann", 4), ("activation.stop", "bob", 1), ("activation.start", "ann", 6)]


async def test_stop_leaves_leads_that_were_skipped_before_as_they_were(desk: Desk) -> None:
    await desk.add_leads("no-dot@firm")
    await desk.activate(_EVERYTHING)
    before = await desk.database.leads.find_one({}, {"activationId": 0})
    wanted = await desk.activations.request("request-2", _EVERYTHING, admin="ann")
    (job,) = (await desk.activations.take("gone", timedelta(0))).jobs
    assert [part async for part in desk.leads.claim(job.id, await desk.activations.selection(job))]
    await desk.activations.ask_to_stop(wanted.id, by="bob")
    async with desk.working():
        (end,) = await desk.until_final(wanted)
    assert end.state is ActivationState.STOPPED
    assert await desk.database.leads.find_one({}, {"activationId": 0}) == before


async def test_what_a_dead_server_left_half_done_is_finished_by_another(desk: Desk) -> None:
    ids = await desk.add_many(12)
    wanted = await desk.activations.request("request-1", _EVERYTHING, admin="ann")
    dying = asyncio.create_task(desk.activator(await desk.reserve(5)).run())
    await until(lambda: _created(desk, wanted, 5))
    await put_an_end_to(dying)
    left = await desk.database.activations.find_one({})
    assert left is not None
    assert left["leaseOwner"] is not None
    assert (await desk.activations.take("another", timedelta(seconds=15))).jobs == []
    await desk.expire_leases()
    async with desk.working():
        (end,) = await desk.until_final(wanted)
    assert (end.state, end.total, end.created, end.skipped) == (ActivationState.FINISHED, 12, 12, 0)
    await desk.assert_one_user_and_one_email_each(ids)
    assert await desk.statuses() == {LeadStatus.ACTIVATED: 12}


async def test_an_activation_is_taken_over_as_soon_as_the_lease_of_a_dead_server_ends(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.add_many(2)
    wanted = await desk.activations.request("request-1", _EVERYTHING, admin="ann")
    monkeypatch.setattr(jobs, "SWEEP", 10 * LIMIT)
    started = asyncio.get_running_loop().time()
    await desk.activations.take("a server that died", timedelta(seconds=1.5))
    async with desk.working():  # nobody wakes it
        (end,) = await desk.until_final(wanted)
    assert end.created == 2
    assert asyncio.get_running_loop().time() - started > 1.4


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all threads of a program have one priority")
async def test_whoever_waits_for_few_passwords_has_all_cores_and_thousands_stand_aside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies: list[int] = []

    def hash_and_note(password: str, scheme: PasswordHash) -> str:
        policies.append(os.sched_getscheduler(0))
        return hash_random_password(password, scheme)

    monkeypatch.setattr(passwords, "hash_random_password", hash_and_note)
    asides: list[bool] = []

    def service_stands_aside(*, aside: bool) -> bool:
        asides.append(aside)
        return len(asides) > 1  # at first it is asked too soon

    monkeypatch.setattr(precedence, "service_stands_aside", service_stands_aside)
    monkeypatch.setattr(passwords, "_HURRY", 30)
    supply = desk.supply(reserve=0)
    async with supplied(supply):
        with supply.needed():
            await supply.take(20, within=LIMIT)
            assert set(policies) == {os.SCHED_OTHER}
            assert not asides
            await supply.take(60, within=LIMIT)
        assert set(policies) == {os.SCHED_OTHER, os.SCHED_IDLE}
        assert asides == [True, True]
        with supply.needed():
            await supply.take(20, within=LIMIT)
        assert asides == [True, True, False]


class HastyActivator(Activator):
    """Its lease is over while it waits for the database. Notes the activations that it begins with, and its looks."""

    lease = timedelta(seconds=0.4)

    def __init__(self, desk: Desk, supply: CredentialSupply, *, gives_signs_of_life: bool) -> None:
        super().__init__(desk.activations, desk.leads, supply)
        self._gives_signs_of_life = gives_signs_of_life
        self.begun: list[ObjectId] = []
        self.looks = 0

    async def _renew(self, job: ActivationJob) -> None:
        if self._gives_signs_of_life:
            await super()._renew(job)

    async def _take(self, *, besides: Collection[ObjectId]) -> Taken[ActivationJob]:
        taken = await super()._take(besides=besides)
        self.looks += 1
        return taken

    async def _work(self, job: ActivationJob) -> None:
        self.begun.append(job.id)
        await super()._work(job)


@asynccontextmanager
async def waiting_for_a_lead(desk: Desk, *, gives_signs_of_life: bool) -> AsyncIterator[HastyActivator]:
    """Within, an activator cannot go on with three leads that it has taken; afterwards it does, and all is well."""
    ids = await desk.add_many(3)
    wanted = await desk.activations.request("request-1", _EVERYTHING, admin="ann")
    async with supplied(desk.supply()) as supply, desk.database.client.start_session() as session:
        activator = HastyActivator(desk, supply, gives_signs_of_life=gives_signs_of_life)
        async with await session.start_transaction():
            first = {"_id": ObjectId(ids[0])}
            await desk.database.leads.update_one(first, {"$set": {"name": "Ann B."}}, session=session)
            working = asyncio.create_task(activator.run())
            await until(lambda: _is_begun(activator))
            yield activator
        (end,) = await desk.until_final(wanted)
        activator.stop()
        await asyncio.wait_for(working, LIMIT)
    assert activator.begun == [ObjectId(wanted.id)]
    assert (end.created, end.skipped) == (3, 0)
    await desk.assert_one_user_and_one_email_each(ids)


async def _is_begun(activator: HastyActivator) -> bool:
    return bool(activator.begun)


async def test_an_activation_keeps_its_lease_while_one_step_takes_long(desk: Desk) -> None:
    async with waiting_for_a_lead(desk, gives_signs_of_life=True) as activator:
        ends: list[datetime] = []
        async with asyncio.timeout(LIMIT), await desk.database.activations.watch() as changes:
            while len(ends) < 6:
                ends.append((await changes.next())["updateDescription"]["updatedFields"]["leaseExpiresAt"])
        assert min(later - earlier for earlier, later in itertools.pairwise(ends)) < activator.lease / 2


async def test_a_server_whose_lease_has_ended_does_not_begin_its_activation_again(desk: Desk) -> None:
    async with waiting_for_a_lead(desk, gives_signs_of_life=False) as activator:

        async def has_ended() -> bool:
            row = await desk.database.activations.find_one({})
            assert row is not None
            return bool(row["leaseExpiresAt"] < await desk.database.now())

        async def has_looked() -> bool:
            return activator.looks > looks

        await until(has_ended)
        looks = activator.looks
        activator.wake()
        await until(has_looked)


@pytest.mark.parametrize("by_ids", [True, False])
async def test_many_leads_are_claimed_and_released_in_parts_and_whole(desk: Desk, by_ids: bool) -> None:
    ids = await desk.add_many(250)
    await desk.database.leads.update_many({"_id": {"$gt": ObjectId(ids[119])}}, {"$set": _SKIPPED_BEFORE})
    before = await desk.database.leads.find({}).sort("_id", 1).to_list()
    kept_out = ids[3]
    everything_but = Selection(ids=tuple(id_ for id_ in ids if id_ != kept_out))
    selection = everything_but if by_ids else Selection(matching=LeadFilter(), exclude=(kept_out,))
    activation_id = ObjectId()
    parts = [part async for part in desk.leads.claim(activation_id, selection)]
    assert parts == [(100, 249), (200, 249), (249, 249)]
    assert await desk.leads.count_claimed(activation_id) == 249
    passed = [id_ for id_, *_ in await desk.leads.passed_over(ObjectId(), _EVERYTHING)]
    assert sorted(passed) == [ObjectId(id_) for id_ in ids]
    assert await desk.leads.release(activation_id) == 249
    assert await desk.database.leads.find({}).sort("_id", 1).to_list() == before


async def request_with_a_lead_held(desk: Desk, session: Session) -> Activation:
    """Of 250 leads, one of the second hundred cannot be had before the session's transaction has ended."""
    ids = await desk.add_many(250)
    await session.start_transaction()
    held = {"_id": ObjectId(ids[150])}
    await desk.database.leads.update_one(held, {"$set": {"company": "Held Inc"}}, session=session)
    return await desk.activations.request("request-1", Selection(ids=tuple(ids)), admin="ann")


async def until_claimed_in_part(desk: Desk, wanted: Activation) -> None:
    """The first hundred are claimed, and one can see it."""

    async def is_claimed_in_part() -> bool:
        seen = await desk.activations.get(wanted.id)
        return (seen.state, seen.claimed, seen.total) == (ActivationState.CLAIMING, 100, 250)

    await until(is_claimed_in_part)


async def test_how_far_a_claim_is_can_be_seen_and_an_admin_can_stop_it(desk: Desk) -> None:
    async with desk.database.client.start_session() as session:
        wanted = await request_with_a_lead_held(desk, session)
        async with desk.working():
            await until_claimed_in_part(desk, wanted)
            await desk.activations.ask_to_stop(wanted.id, by="ann")
            await session.abort_transaction()
            (end,) = await desk.until_final(wanted)
    assert (end.state, end.created, end.claimed) == (ActivationState.STOPPED, 0, 100)
    assert await desk.database.leads.count_documents({"status": LeadStatus.NEW.value}) == 250


async def test_a_service_that_stops_does_not_claim_to_the_end(desk: Desk) -> None:
    async with desk.database.client.start_session() as session, supplied(desk.supply()) as supply:
        wanted = await request_with_a_lead_held(desk, session)
        activator = desk.activator(supply)
        working = asyncio.create_task(activator.run())
        await until_claimed_in_part(desk, wanted)
        activator.stop()
        await session.abort_transaction()
        await asyncio.wait_for(working, LIMIT)
    assert await desk.leads.count_claimed(ObjectId(wanted.id)) == 200
    async with desk.working():
        (end,) = await desk.until_final(wanted)
    assert (end.created, end.skipped, end.total, end.claimed) == (250, 0, 250, 250)


async def test_servers_that_die_one_after_the_other_still_make_one_user_per_lead(desk: Desk) -> None:
    ids = [*await desk.add_many(30), *await desk.add_leads("no-dot@firm")]
    wanted = await desk.activations.request("request-1", _EVERYTHING, admin="ann")
    for number in range(6):
        async with supplied(desk.supply()) as supply:
            dying = asyncio.create_task(desk.activator(supply).run())
            await until(lambda least=number: _done(desk, wanted, least))
            await put_an_end_to(dying)
        await desk.expire_leases()
    async with desk.working():
        (end,) = await desk.until_final(wanted)
    assert (end.state, end.total, end.created, end.skipped) == (ActivationState.FINISHED, 31, 30, 1)
    await desk.assert_one_user_and_one_email_each(ids[:30])


async def test_a_claim_that_was_cut_off_is_made_whole(desk: Desk) -> None:
    ids = await desk.add_many(4)
    await desk.activate(Selection(ids=(ids[0],)))
    wanted = await desk.activations.request("request-2", _EVERYTHING, admin="ann")
    (job,) = (await desk.activations.take("gone", timedelta(0))).jobs
    assert [part async for part in desk.leads.claim(job.id, Selection(ids=(ids[1],)))]
    async with desk.working():
        (end,) = await desk.until_final(wanted)
    assert (end.total, end.created, end.skipped) == (4, 3, 1)
    await desk.assert_one_user_and_one_email_each(ids)


async def test_a_stopped_service_gives_its_activation_back_at_once(desk: Desk) -> None:
    await desk.add_many(6)
    wanted = await desk.activations.request("request-1", _EVERYTHING, admin="ann")
    activator = desk.activator(await desk.reserve(2))
    working = asyncio.create_task(activator.run())
    await until(lambda: _created(desk, wanted, 2))
    activator.stop()
    await asyncio.wait_for(working, LIMIT)
    assert [job.id for job in (await desk.activations.take("another", timedelta(0))).jobs] == [ObjectId(wanted.id)]


async def _created(desk: Desk, activation: Activation, count: int) -> bool:
    return (await desk.activations.get(activation.id)).created == count


async def _done(desk: Desk, activation: Activation, least: int) -> bool:
    return (await desk.activations.get(activation.id)).done >= least
