"""Imports as durable jobs, on a real database: whatever is killed, each lead comes in once and is counted once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from server.contract import AuditFilter, Import, ImportPlan, ImportState, LeadField, LeadStatus, Phrase
from server.contract.import_codes import ImportProblemCode
from server.errors import Conflict, NotFound
from server.importing import batches
from server.importing.check import check, import_file
from server.importing.importer import Importer
from server.operations.tasks import end
from server.store.audit import AuditLog, asked_from
from server.store.client import Database
from server.store.imports import ImportJob, ImportStore
from server.store.leads import LeadStore
from tests.waiting import LIMIT
from tests.workbooks import workbook

PLAN = ImportPlan(mapping={LeadField.EMAIL: 0, LeadField.NAME: 1})


@pytest.fixture
def imports(database: Database) -> ImportStore:
    return ImportStore(database, AuditLog(database))


def csv_of(count: int) -> bytes:
    """Every tenth row has no usable address, and every eleventh address comes twice."""
    lines = [f"{'nobody' if n % 10 == 9 else f'p{n - n % 11 % 2}@firm.example'},P {n}" for n in range(count)]
    return ("email,name\n" + "\n".join(lines)).encode()


@asynccontextmanager
async def importer(database: Database, imports: ImportStore) -> AsyncIterator[Importer]:
    """A running one; cut off at the end as by a kill."""
    importer = Importer(database, imports, LeadStore(database))
    task = asyncio.create_task(importer.run())
    try:
        yield importer
    finally:
        await end([task])


async def until(imports: ImportStore, import_id: str, condition: Callable[[Import], bool]) -> Import:
    """Look until it is so."""
    async with asyncio.timeout(LIMIT):
        while not condition(found := await imports.get(import_id)):
            await asyncio.sleep(0.02)
    return found


async def test_an_import_counts_what_it_did(database: Database, imports: ImportStore) -> None:
    await LeadStore(database).add([], by="x", now=await database.now())
    content = b"email,name\nann@firm.example,Ann\nbob,Bob\nANN@firm.example,Again\ncyd@firm.example,\n"
    import_id = await imports.upload(content, "leads.csv", by="ann")
    async with importer(database, imports) as running:
        await imports.start(import_id, PLAN, by="bob")
        running.wake()
        done = await until(imports, import_id, lambda each: each.state.is_over)
        async with asyncio.timeout(LIMIT):
            while await database.import_files.find_one({}):
                await asyncio.sleep(0.02)
    assert (done.state, done.total, done.done) == (ImportState.FINISHED, 4, 4)
    assert (done.imported, done.duplicates, done.refused, done.by) == (2, 1, 1, "bob")
    assert [(each.line, each.value) for each in await imports.problems(import_id)] == [(3, "bob")]
    with pytest.raises(NotFound, match="not kept any more"):
        await imports.file(import_id)
    wanted = AuditFilter(action="leads.")
    (entry,) = (await AuditLog(database).page(wanted, after=None, skip=0, limit=9)).items
    assert (entry.by, entry.action, entry.count, entry.details) == ("bob", "leads.import", 2, {"file": "leads.csv"})


async def test_a_killed_import_goes_on_and_counts_right(
    database: Database, imports: ImportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_BATCH", 20)
    content = csv_of(200)
    import_id = await imports.upload(content, "leads.csv", by="ann")
    await imports.start(import_id, PLAN, by="ann")
    killed_after = iter((1, 3, 2))

    class Killed(ImportStore):
        """Dies after the leads of a batch are in and before they are counted."""

        left = 0

        async def advance(self, job: ImportJob, *, rows: int, **counts: object) -> None:
            self.left -= 1
            if self.left == 0:
                await asyncio.Event().wait()  # never: the end comes from outside
            await super().advance(job, rows=rows, **counts)  # type: ignore[arg-type]

    for alive in killed_after:
        dying = Killed(database, AuditLog(database))
        dying.left = alive
        before = await database.leads.count_documents({})
        async with importer(database, dying):
            async with asyncio.timeout(LIMIT):
                while dying.left:
                    await asyncio.sleep(0.02)
        assert await database.leads.count_documents({}) > before
        await imports.free_all()

    async with importer(database, imports):
        done = await until(imports, import_id, lambda each: each.state.is_over)
    expected = {f"p{n - n % 11 % 2}" for n in range(200) if n % 10 != 9}
    assert await database.leads.count_documents({}) == len(expected) == done.imported
    assert (done.total, done.done, done.refused) == (200, 200, 20)
    assert done.duplicates == 180 - len(expected)
    assert len(await imports.problems(import_id)) == 20


async def test_a_stopped_importer_gives_its_job_back_between_two_batches(
    database: Database, imports: ImportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_BATCH", 5)
    import_id = await imports.upload(csv_of(300), "leads.csv", by="ann")
    await imports.start(import_id, PLAN, by="ann")
    stopping = Importer(database, imports, LeadStore(database))
    task = asyncio.create_task(stopping.run())
    await until(imports, import_id, lambda each: each.done > 0)
    stopping.stop()
    await asyncio.wait_for(task, LIMIT)
    stopped = await imports.get(import_id)
    assert stopped.state is ImportState.RUNNING
    assert stopped.done < 300
    async with importer(database, imports):
        assert (await until(imports, import_id, lambda each: each.state.is_over)).done == 300


async def test_an_import_is_undone_while_none_of_its_leads_is_activated(
    database: Database, imports: ImportStore
) -> None:
    await LeadStore(database).add([], by="x", now=await database.now())
    first = await imports.upload(b"email\nold@firm.example\n", "old.csv", by="ann")
    second = await imports.upload(b"email\nold@firm.example\nnew@firm.example\n", "new.csv", by="ann")
    plan = ImportPlan(mapping={LeadField.EMAIL: 0})
    async with importer(database, imports) as running:
        for import_id in (first, second):
            with pytest.raises(Conflict, match="Only a finished import"):
                await imports.undo(import_id, by="bob")
            await imports.start(import_id, plan, by="ann")
            running.wake()
            await until(imports, import_id, lambda each: each.state.is_over)
        assert (await imports.undo(second, by="bob")).state is ImportState.UNDOING
        running.wake()
        undone = await until(imports, second, lambda each: each.state.is_over)
        assert (undone.state, undone.removed) == (ImportState.UNDONE, 1)
        assert (await imports.undo(second, by="bob")).state is ImportState.UNDONE
        assert [lead["email"] async for lead in database.leads.find({})] == ["old@firm.example"]

        await database.leads.update_many({}, {"$set": {"status": "activated"}})
        with pytest.raises(Conflict, match="are users by now"):
            await imports.undo(first, by="bob")
    assert await database.leads.count_documents({}) == 1


@pytest.mark.parametrize("status", [LeadStatus.ACTIVATED, LeadStatus.ACTIVATING])
async def test_an_undo_leaves_those_who_are_users_and_says_how_many(
    database: Database, imports: ImportStore, status: LeadStatus
) -> None:
    content = b"email,name\n" + b"".join(b"p%d@firm.example,P\n" % number for number in range(5))
    import_id = await imports.upload(content, "leads.csv", by="ann")
    async with importer(database, imports) as running:
        await imports.start(import_id, PLAN, by="ann")
        running.wake()
        await until(imports, import_id, lambda each: each.state.is_over)
        users = [lead["_id"] async for lead in database.leads.find({}).limit(2)]
        await database.leads.update_many({"_id": {"$in": users}}, {"$set": {"status": status.value}})
        skipped = {"status": LeadStatus.SKIPPED.value}
        await database.leads.update_one({"status": LeadStatus.NEW.value}, {"$set": skipped})
        await imports.undo(import_id, by="bob")
        running.wake()
        undone = await until(imports, import_id, lambda each: each.state is ImportState.UNDONE)
    assert (undone.imported, undone.removed, undone.kept) == (5, 3, 2)
    assert {lead["_id"] async for lead in database.leads.find({})} == set(users)
    (entry,) = await database.audit.find({"action": "leads.undoImport"}).to_list()
    assert (entry["by"], entry["count"], entry["details"]) == ("bob", 3, {"file": "leads.csv", "kept": "2"})


async def test_a_file_that_cannot_be_read_imports_nothing(database: Database, imports: ImportStore) -> None:
    import_id = await imports.upload(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "leads.xls", by="ann")
    await imports.start(import_id, PLAN, by="ann")
    async with importer(database, imports):
        failed = await until(imports, import_id, lambda each: each.state.is_over)
    assert (failed.state, failed.imported) == (ImportState.FAILED, 0)
    assert "an old workbook" in failed.message
    assert failed.sentence == Phrase.WORKBOOK_OLD.says()
    assert await database.leads.count_documents({}) == 0


@pytest.mark.parametrize("column", [0, 1])
@pytest.mark.parametrize("is_workbook", [True, False])
async def test_a_row_with_a_cell_longer_than_any_spreadsheet_has_is_refused_and_the_others_come_in(
    database: Database, imports: ImportStore, column: int, is_workbook: bool
) -> None:
    rows = [[f"p{n}@firm.example", f"P {n}"] for n in range(45)]
    rows[40][column] = "x" * 200_000
    table = [["email", "name"], *rows]
    content = workbook({"Leads": table}) if is_workbook else "\n".join(",".join(row) for row in table).encode()
    import_id = await imports.upload(content, "leads", by="ann")
    async with importer(database, imports) as running:
        await imports.start(import_id, PLAN, by="ann")
        running.wake()
        done = await until(imports, import_id, lambda each: each.state.is_over)
    assert (done.state, done.total, done.imported, done.refused) == (ImportState.FINISHED, 45, 44, 1)
    (problem,) = await imports.problems(import_id)
    assert (problem.line, problem.code) == (42, ImportProblemCode.CELL_TOO_LONG)
    assert len(problem.value) <= 200


async def test_a_long_cell_in_a_column_that_nobody_wants_does_no_harm(database: Database, imports: ImportStore) -> None:
    content = b"email,name,notes\nann@firm.example,Ann," + b"x" * 200_000 + b"\n"
    import_id = await imports.upload(content, "leads.csv", by="ann")
    await imports.start(import_id, PLAN, by="ann")
    async with importer(database, imports):
        done = await until(imports, import_id, lambda each: each.state.is_over)
    assert (done.state, done.imported) == (ImportState.FINISHED, 1)


async def test_a_file_that_cannot_be_read_as_wished_imports_nothing(database: Database, imports: ImportStore) -> None:
    import_id = await imports.upload(b"email,name\nann@firm.example,Ann\n", "leads.csv", by="ann")
    await imports.start(import_id, PLAN.model_copy(update={"header_row": 9}), by="ann")
    async with importer(database, imports):
        failed = await until(imports, import_id, lambda each: each.state.is_over)
    assert (failed.state, failed.imported) == (ImportState.FAILED, 0)
    assert failed.sentence == Phrase.FILE_WITHOUT_HEADER.says(line=9)
    assert failed.message == failed.sentence.english
    assert await database.leads.count_documents({}) == 0


async def test_a_stopped_import_keeps_what_came_in_and_can_be_taken_back(
    database: Database, imports: ImportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_BATCH", 5)
    import_id = await imports.upload(csv_of(2000), "leads.csv", by="ann")
    with pytest.raises(Conflict, match="not started"):
        await imports.ask_to_stop(import_id, by="bob")
    await imports.start(import_id, PLAN, by="ann")
    async with importer(database, imports) as running:
        await until(imports, import_id, lambda each: each.done > 0)
        assert (await imports.ask_to_stop(import_id, by="bob")).state is ImportState.STOPPING
        stopped = await until(imports, import_id, lambda each: each.state.is_over)
        assert stopped.state is ImportState.STOPPED
        assert 0 < stopped.done < stopped.total == 2000
        assert stopped.done == stopped.imported + stopped.duplicates_in_file + stopped.already_there + stopped.refused
        assert await database.leads.count_documents({}) == stopped.imported
        assert (await imports.ask_to_stop(import_id, by="bob")).state is ImportState.STOPPED
        await imports.undo(import_id, by="bob")
        running.wake()
        undone = await until(imports, import_id, lambda each: each.state is ImportState.UNDONE)
    assert undone.removed == stopped.imported
    assert await database.leads.count_documents({}) == 0


async def test_a_server_that_takes_over_a_stop_counts_what_the_killed_one_left(
    database: Database, imports: ImportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_BATCH", 5)
    import_id = await imports.upload(csv_of(200), "leads.csv", by="ann")
    await imports.start(import_id, PLAN, by="ann")
    (job,) = (await imports.take("killed", timedelta(seconds=60))).jobs
    first = next(batches.batches(await imports.file(import_id), PLAN)).good
    await LeadStore(database).add(first, by="ann", now=await database.now(), import_id=job.id)  # and not counted
    await imports.ask_to_stop(import_id, by="bob")
    await imports.free_all()
    async with importer(database, imports):
        stopped = await until(imports, import_id, lambda each: each.state.is_over)
    assert (stopped.state, stopped.done) == (ImportState.STOPPED, 5)
    assert stopped.done == stopped.imported + stopped.duplicates + stopped.refused
    assert stopped.imported == await database.leads.count_documents({})


@pytest.mark.parametrize("walk_from", [0, 10**9])
async def test_a_check_tells_what_an_import_would_do(
    database: Database, monkeypatch: pytest.MonkeyPatch, walk_from: int
) -> None:
    monkeypatch.setattr("server.store.leads._WALK_FROM", walk_from)  # look addresses up, or walk all leads
    leads = LeadStore(database)
    first = await import_file(leads, b"email\nann@firm.example\nbob@firm.example\n", by="x", now=await database.now())
    assert first.imported == 2
    content = (
        b"email,name\nANN@firm.example,Ann\ncyd@firm.example,C\nCyd@firm.example,C\nnobody,N\ndee@firm.example,D\n"
    )
    found = await check(content, PLAN, leads.known_addresses)
    assert (found.rows, found.importable, found.already_there, found.duplicates_in_file) == (5, 2, 1, 1)
    assert [(each.line, each.value) for each in found.problems] == [(5, "nobody")]
    assert await database.leads.count_documents({}) == 2


async def test_each_step_is_noted_under_the_name_and_the_address_of_who_asked(
    database: Database, imports: ImportStore
) -> None:
    asked_from.set("192.0.2.1")
    import_id = await imports.upload(b"email\nann@firm.example\n", "leads.csv", by="ann")
    asked_from.set("192.0.2.2")
    await imports.start(import_id, PLAN, by="bob")
    asked_from.set("192.0.2.3")
    await imports.ask_to_stop(import_id, by="cyd")
    await imports.ask_to_stop(import_id, by="cyd")  # which changes nothing more
    asked_from.set("")  # as in the importer
    async with importer(database, imports) as running:
        await until(imports, import_id, lambda each: each.state.is_over)
        asked_from.set("192.0.2.4")
        await imports.undo(import_id, by="dan")
        running.wake()
        await until(imports, import_id, lambda each: each.state is ImportState.UNDONE)
    entries = await database.audit.find({}).sort("at", 1).to_list()
    assert [(each["action"], each["by"], each["origin"]) for each in entries] == [
        ("import.upload", "ann", "192.0.2.1"),
        ("import.stop", "cyd", "192.0.2.3"),
        ("leads.import", "bob", "192.0.2.2"),
        ("leads.undoImport", "dan", "192.0.2.4"),
    ]
