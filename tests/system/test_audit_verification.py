"""The audit log of a real service is sealed, also where it is killed while it does that; the command tells the rest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from server.contract import AuditVerification
from server.errors import DatabaseAway
from server.store.client import Database
from tests.system.tracing import Kill, TracedServer, Tracer
from tests.waiting import LIMIT


@pytest.fixture
async def tracer() -> AsyncIterator[Tracer]:
    tracer = Tracer()
    yield tracer
    tracer.close()


@pytest.fixture
async def server(tmp_path: Path, tracer: Tracer) -> AsyncIterator[TracedServer]:
    server = TracedServer(tmp_path / "data", tracer)
    yield server
    await asyncio.to_thread(server.end)


async def _verified(server: TracedServer, *options: str) -> tuple[int, AuditVerification]:
    done = await asyncio.to_thread(server.cli, "audit", "verify", "--json", *options, check=False)
    assert done.stdout, done.stderr
    return done.returncode, AuditVerification.model_validate_json(done.stdout)


async def _sealed(server: TracedServer) -> AuditVerification:
    """When all is sealed."""
    async with asyncio.timeout(LIMIT):
        while True:
            code, found = await _verified(server)
            assert (code, found.faults) == (0, ())
            if found.not_sealed_yet == 0:
                return found


async def test_killed_while_it_seals_it_goes_on_and_what_is_done_behind_its_back_is_told(
    server: TracedServer, tracer: Tracer
) -> None:
    await asyncio.to_thread(server.start)
    killed = tracer.kill_at(Kill("after insert auditSeals in a transaction after meta"))
    with suppress(DatabaseAway):  # she is in it, and so is the entry: nothing is sealed before that
        await asyncio.to_thread(server.add_admin)
    await _bury(server, killed)
    killed = tracer.kill_at(Kill("after commit of meta, auditSeals, audit"))
    with suppress(AssertionError):  # it may not even come to listen
        await asyncio.to_thread(server.start)
    await _bury(server, killed)
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(server.add_admin, "ben")
    found = await _sealed(server)
    assert (found.first, found.last, found.entries) == (1, 2, 2)

    said = await asyncio.to_thread(server.cli, "audit", "verify", "--head", found.head[:16])
    assert "is that of number 2" in said.stdout
    assert f"Head: {found.head}" in said.stdout
    wrong = await asyncio.to_thread(server.cli, "audit", "verify", "--head", "ann", check=False)
    assert (wrong.returncode, wrong.stdout) == (1, "")

    async def tamper(database: Database) -> None:
        await database.audit.update_one({"sealed": 2}, {"$set": {"by": "eve"}})

    await asyncio.to_thread(server.in_database, tamper)
    code, found = await _verified(server)
    assert (code, [(fault.kind, fault.first) for fault in found.faults]) == (1, [("changed", 2)])
    said = await asyncio.to_thread(server.cli, "audit", "verify", check=False)
    assert said.returncode == 1
    assert said.stdout.startswith("2  changed after it was sealed")
    numbers = [json.loads(line)["number"] for line in (await _list(server)).splitlines()]
    assert sorted(numbers) == [1, 2]


async def _bury(server: TracedServer, killed: asyncio.Future[str]) -> None:
    async with asyncio.timeout(LIMIT):
        await killed
    await asyncio.to_thread(server.kill)


async def _list(server: TracedServer) -> str:
    return (await asyncio.to_thread(server.cli, "audit", "list", "--json")).stdout
