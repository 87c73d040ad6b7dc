"""Jobs that nobody can finish: each is set aside with a sentence, and harms no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId

from server.activation.activator import Activator
from server.activation.passwords import CredentialSupply
from server.contract import (
    Activation,
    ActivationState,
    AuditFilter,
    Import,
    ImportPlan,
    ImportState,
    LeadField,
    LeadFilter,
    LeadStatus,
    Phrase,
    Selection,
)
from server.errors import DatabaseAway
from server.importing import batches as importing
from server.importing.importer import Importer
from server.operations import jobs, supervision
from server.operations.jobs import JobRunner
from server.operations.tasks import end
from server.settings import PasswordHash
from server.store.activations import ActivationJob, ActivationStore, NewUser
from server.store.audit import AuditLog
from server.store.client import Database
from server.store.imports import ImportJob, ImportStore
from server.store.job_leases import MAX_TRIES
from server.store.leads import LeadStore, NewLead
from server.store.vault import Vault
from tests.waiting import LIMIT

PLAN = ImportPlan(mapping={LeadField.EMAIL: 0, LeadField.NAME: 1})
EVERYTHING = Selection(matching=LeadFilter())


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Look until it is so."""
    async with asyncio.timeout(LIMIT):
        while not await holds():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def working(runner: JobRunner[Any]) -> AsyncIterator[asyncio.Task[None]]:
    """Cut off at the end, as by a kill."""
    task = asyncio.create_task(runner.run())
    try:
        yield task
    finally:
        await end([task])


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests need not wait as long as databases."""
    monkeypatch.setattr(jobs, "WAIT", 0.01)
    monkeypatch.setattr(supervision, "AWAY", 0.01)
    monkeypatch.setattr(supervision, "SHORTEST", 0.01)


# --- Imports ---


@pytest.fixture
def imports(database: Database) -> ImportStore:
    return ImportStore(database, AuditLog(database))


async def start_import(imports: ImportStore, name: str, rows: int = 40) -> str:
    content = "email,name\n" + "".join(f"{name}{n}@firm.example,P {n}\n" for n in range(rows))
    import_id = await imports.upload(content.encode(), f"{name}.csv", by="ann")
    await imports.start(import_id, PLAN, by="ann")
    return import_id


async def is_over(imports: ImportStore, import_id: str) -> Import:
    async def over() -> bool:
        return (await imports.get(import_id)).state.is_over

    await until(over)
    return await imports.get(import_id)


class LeadsThatFail(LeadStore):
    """Adding those of one name raises, from a certain call on."""

    def __init__(
        self, database: Database, name: str, error: Callable[[], Exception], *, after: int, times: int
    ) -> None:
        super().__init__(database)
        self._name = name
        self._error = error
        self._calls = range(after, after + times)
        self.calls = 0

    async def add(self, leads: Sequence[NewLead], *, by: str, now: datetime, import_id: ObjectId | None = None) -> int:
        if leads and leads[0].email.startswith(self._name):
            self.calls += 1
            if self.calls - 1 in self._calls:
                raise self._error()
        return await super().add(leads, by=by, now=now, import_id=import_id)


async def test_an_import_that_raises_what_nobody_expected_fails_and_others_go_on(
    database: Database, imports: ImportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_BATCH", 10)
    bad = await start_import(imports, "bad")
    good = await start_import(imports, "good")
    leads = LeadsThatFail(database, "bad", lambda: ZeroDivisionError("planted"), after=2, times=99)
    async with working(importer := Importer(database, imports, leads)) as task:
        failed, finished = await is_over(imports, bad), await is_over(imports, good)
        next_one = await start_import(imports, "later")
        importer.wake()
        later = await is_over(imports, next_one)
        assert not task.done()
    assert (failed.state, failed.done, failed.imported) == (ImportState.FAILED, 20, 20)
    assert failed.message.startswith("Something went wrong on the server")
    assert (finished.state, finished.imported, later.state) == (ImportState.FINISHED, 40, ImportState.FINISHED)
    assert leads.calls == 2 + 1 + MAX_TRIES, "the try in which it came on does not count"
    entries = {
        entry.details["file"]: entry.count
        for entry in (await AuditLog(database).page(AuditFilter(), after=None, skip=0, limit=9)).items
        if entry.action == "leads.import"
    }
    assert entries == {"bad.csv": 20, "good.csv": 40, "later.csv": 40}


async def test_an_import_that_another_version_planned_is_set_aside_and_others_go_on(
    database: Database, imports: ImportStore
) -> None:
    old = await start_import(imports, "old")
    good = await start_import(imports, "good")
    await database.imports.update_one({"_id": ObjectId(old)}, {"$set": {"plan.encoding": "punycode"}})
    async with working(importer := Importer(database, imports, LeadStore(database))) as task:
        failed, finished = await is_over(imports, old), await is_over(imports, good)
        assert (failed.state, failed.sentence) == (ImportState.FAILED, Phrase.OF_ANOTHER_VERSION.says())
        assert (finished.state, finished.imported) == (ImportState.FINISHED, 40)
        await imports.undo(old, by="bob")
        importer.wake()
        assert (await is_over(imports, old)).state is ImportState.UNDONE
        assert not task.done()


async def test_what_a_failed_import_brought_in_can_be_taken_back(
    database: Database, imports: ImportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_BATCH", 10)
    bad = await start_import(imports, "bad")
    leads = LeadsThatFail(database, "bad", lambda: ZeroDivisionError("planted"), after=2, times=99)
    async with working(importer := Importer(database, imports, leads)):
        assert (await is_over(imports, bad)).state is ImportState.FAILED
        assert (await imports.undo(bad, by="bob")).state is ImportState.UNDOING
        importer.wake()
        undone = await is_over(imports, bad)
    assert (undone.state, undone.removed) == (ImportState.UNDONE, 20)
    assert await database.leads.count_documents({}) == 0


async def test_trouble_of_the_database_that_passes_fails_no_import(database: Database, imports: ImportStore) -> None:
    import_id = await start_import(imports, "patient")
    interrupted = DatabaseAway("operation was interrupted")
    leads = LeadsThatFail(database, "patient", lambda: interrupted, after=0, times=2 * MAX_TRIES)
    async with working(Importer(database, imports, leads)):
        done = await is_over(imports, import_id)
    assert (done.state, done.imported, leads.calls) == (ImportState.FINISHED, 40, 2 * MAX_TRIES + 1)


async def test_an_error_that_nobody_expected_and_that_passes_fails_no_import(
    database: Database, imports: ImportStore
) -> None:
    import_id = await start_import(imports, "odd")
    leads = LeadsThatFail(database, "odd", lambda: ZeroDivisionError("planted"), after=0, times=MAX_TRIES - 1)
    async with working(Importer(database, imports, leads)):
        done = await is_over(imports, import_id)
    assert (done.state, done.imported, leads.calls) == (ImportState.FINISHED, 40, MAX_TRIES)


async def test_an_import_that_cannot_be_given_back_at_first_is_given_back_later(
    database: Database, imports: ImportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = await start_import(imports, "stuck")
    refusals = [PermissionError("planted"), DatabaseAway("planted")]
    release = imports.release

    async def refusing(job: ImportJob, *, tried: bool) -> None:
        if refusals:
            raise refusals.pop(0)
        await release(job, tried=tried)

    monkeypatch.setattr(imports, "release", refusing)
    monkeypatch.setattr(Importer, "lease", timedelta(hours=1))
    leads = LeadsThatFail(database, "stuck", lambda: ZeroDivisionError("planted"), after=0, times=1)
    async with working(Importer(database, imports, leads)):
        assert (await is_over(imports, import_id)).state is ImportState.FINISHED
    assert not refusals


async def test_an_import_in_which_the_database_ends_each_time_is_set_aside(
    database: Database, imports: ImportStore
) -> None:
    import_id = await start_import(imports, "deadly")
    leads = LeadsThatFail(database, "deadly", lambda: DatabaseAway("connection closed", cut=True), after=0, times=99)
    async with working(Importer(database, imports, leads)):
        failed = await is_over(imports, import_id)
    assert (failed.state, leads.calls) == (ImportState.FAILED, MAX_TRIES)
    assert failed.message.startswith(f"It was begun {MAX_TRIES} times and never came on")


async def test_an_import_in_which_the_server_ends_each_time_is_set_aside(
    database: Database, imports: ImportStore
) -> None:
    class Deadly(LeadStore):
        """Its server ends when it is asked for leads."""

        asked = asyncio.Event()

        async def add(self, *_: object, **__: object) -> int:
            self.asked.set()
            return await asyncio.Future()

    import_id = await start_import(imports, "deadly")
    for _ in range(MAX_TRIES):
        deadly = Deadly(database)
        deadly.asked = asyncio.Event()
        async with working(Importer(database, imports, deadly)):
            await asyncio.wait_for(deadly.asked.wait(), LIMIT)
        assert (await imports.get(import_id)).state is ImportState.RUNNING
        await imports.free_all()
    deadly.asked.clear()
    async with working(Importer(database, imports, deadly)):
        failed = await is_over(imports, import_id)
    assert failed.state is ImportState.FAILED
    assert failed.message.startswith(f"It was begun {MAX_TRIES} times and never came on")
    assert not deadly.asked.is_set(), "it is not begun once more"


# --- Activations ---


class Activations(ActivationStore):
    """Making users does what the test wants, from the second time on."""

    def __init__(self, database: Database, instead: Callable[[], Awaitable[None]], *, after: int = 1) -> None:
        super().__init__(database, mail_from="desk@sender.example")
        self._instead = instead
        self._left = after

    async def create_users(self, job: ActivationJob, users: Sequence[NewUser], lease: timedelta) -> None:
        self._left -= 1
        if self._left < 0:
            await self._instead()
        await super().create_users(job, users[:5], lease)


@pytest.fixture
async def supply(vault: Vault) -> AsyncIterator[CredentialSupply]:
    supply = CredentialSupply(vault, PasswordHash.ARGON2ID, reserve=8, threads=2)
    task = asyncio.create_task(supply.run())
    yield supply
    await end([task])


async def add_leads(database: Database, count: int) -> None:
    """Every other one was skipped before."""
    leads = [NewLead(f"person{n}@firm.example") for n in range(count)]
    await LeadStore(database).add(leads, by="ann", now=await database.now())
    rows = await database.leads.find({}, {"_id": 1}).sort("_id", 1).to_list()
    skipped = {"status": LeadStatus.SKIPPED.value, "skipReason": "addressRefused"}
    for row in rows[::2]:
        await database.leads.update_one({"_id": row["_id"]}, {"$set": skipped})


async def final(activations: ActivationStore, activation: Activation) -> Activation:
    async def over() -> bool:
        return (await activations.get(activation.id)).state.is_final

    await until(over)
    return await activations.get(activation.id)


async def raise_planted() -> None:
    raise ZeroDivisionError("planted")


async def test_an_activation_that_raises_what_nobody_expected_fails_and_leaves_the_rest_as_it_was(
    database: Database, supply: CredentialSupply
) -> None:
    await add_leads(database, 12)
    before = {row["_id"]: row for row in await database.leads.find({}).to_list()}
    activations = Activations(database, raise_planted)
    wanted = await activations.request("request-1", EVERYTHING, admin="ann")
    async with working(Activator(activations, LeadStore(database), supply)) as task:
        failed = await final(activations, wanted)
        assert not task.done()
    assert (failed.state, failed.created, failed.total) == (ActivationState.FAILED, await users(database), 12)
    assert failed.message.startswith("Something went wrong on the server")
    left = await database.leads.find({"status": {"$ne": LeadStatus.ACTIVATED.value}}).to_list()
    assert len(left) == 12 - failed.created
    assert all(row == before[row["_id"]] for row in left)

    healthy = ActivationStore(database, mail_from="desk@sender.example")
    again = await healthy.request("request-2", EVERYTHING, admin="ann")
    async with working(Activator(healthy, LeadStore(database), supply)):
        finished = await final(healthy, again)
    assert finished.state is ActivationState.FINISHED
    assert await users(database) == 12


async def test_an_activation_that_failed_is_not_begun_again_where_the_server_ended_meanwhile(
    database: Database, supply: CredentialSupply
) -> None:
    class Deadly(LeadStore):
        """Its server ends when leads are to be left as they were."""

        asked = asyncio.Event()

        async def release(self, activation_id: ObjectId) -> int:
            self.asked.set()
            return await asyncio.Future()

    await add_leads(database, 12)
    deadly, activations = Deadly(database), Activations(database, raise_planted)
    wanted = await activations.request("request-1", EVERYTHING, admin="ann")
    async with working(Activator(activations, deadly, supply)):
        await asyncio.wait_for(deadly.asked.wait(), LIMIT)
    created = await users(database)
    await activations.free_all()
    healthy = ActivationStore(database, mail_from="desk@sender.example")
    async with working(Activator(healthy, LeadStore(database), supply)):
        failed = await final(healthy, wanted)
    assert (failed.state, failed.created, await users(database)) == (ActivationState.FAILED, created, created)
    assert await database.leads.count_documents({"status": LeadStatus.ACTIVATING.value}) == 0


async def test_an_activation_that_another_version_was_asked_for_is_set_aside_and_others_go_on(
    database: Database, supply: CredentialSupply
) -> None:
    await add_leads(database, 4)
    activations = ActivationStore(database, mail_from="desk@sender.example")
    old = await activations.request("request-1", EVERYTHING, admin="ann")
    await database.activations.update_one({"_id": ObjectId(old.id)}, {"$set": {"selection": {"matching": 7}}})
    good = await activations.request("request-2", EVERYTHING, admin="ann")
    async with working(Activator(activations, LeadStore(database), supply)) as task:
        failed, finished = await final(activations, old), await final(activations, good)
        assert not task.done()
    assert (failed.state, failed.sentence) == (ActivationState.FAILED, Phrase.OF_ANOTHER_VERSION.says())
    assert (finished.state, finished.created) == (ActivationState.FINISHED, 4)


async def users(database: Database) -> int:
    return await database.users.count_documents({})


async def test_an_activation_in_which_the_server_ends_each_time_is_set_aside_though_not_one_that_comes_on(
    database: Database, supply: CredentialSupply
) -> None:
    await add_leads(database, 40)
    hanging = asyncio.Event()

    async def hang() -> None:
        hanging.set()
        await asyncio.Future()

    async def die(after: int) -> Activation:
        hanging.clear()
        activations = Activations(database, hang, after=after)
        async with working(Activator(activations, LeadStore(database), supply)):
            await asyncio.wait_for(hanging.wait(), LIMIT)
        found = await activations.get(wanted.id)
        await activations.free_all()
        return found

    activations = ActivationStore(database, mail_from="desk@sender.example")
    wanted = await activations.request("request-1", EVERYTHING, admin="ann")
    for _ in range(MAX_TRIES + 1):
        came_on = await die(after=1)
    assert came_on.state is ActivationState.RUNNING
    assert came_on.created > MAX_TRIES
    for _ in range(MAX_TRIES):
        await die(after=0)
    assert (await activations.get(wanted.id)).state is ActivationState.RUNNING
    async with working(Activator(activations, LeadStore(database), supply)):
        failed = await final(activations, wanted)
    assert (failed.state, failed.created) == (ActivationState.FAILED, came_on.created)
    assert failed.message.startswith(f"It was begun {MAX_TRIES} times and never came on")
    assert await database.leads.count_documents({"status": LeadStatus.ACTIVATING.value}) == 0
