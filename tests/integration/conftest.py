"""Real parts for integration tests: one embedded engine for the whole run, a fresh database for each test."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from server.store import schema
from server.store.client import Database, connect
from server.store.embedded import EmbeddedDatabase
from server.store.master_key import MASTER_KEY_BYTES
from server.store.vault import Vault
from tests import real_database
from tests.faults import Faults
from tests.system.external_database import ExternalDatabase

#: So that a failing model says what it compared.
pytest.register_assert_rewrite("tests.integration.queue")


@pytest.fixture(scope="session")
def engine_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running database engine. Its supervisor lives in a loop of its own, as tests each have theirs."""
    if real_database.URI is not None:
        yield real_database.URI
        return
    data_dir: Path = tmp_path_factory.mktemp("engine")
    with asyncio.Runner() as runner:
        engine = EmbeddedDatabase(data_dir)
        runner.run(engine.start())
        yield engine.uri
        runner.run(engine.stop())


@pytest.fixture
async def database(engine_uri: str) -> AsyncIterator[Database]:
    """A fresh database with its schema, dropped after the test."""
    async with connect(engine_uri, f"test_{uuid.uuid4().hex[:12]}") as database:
        await schema.ensure(database)
        yield database
        # Of what the test has cut off. The engine ends abandoned transactions only when it is asked for another one,
        # and until then dropping would wait.
        await database.client.admin.command({"killAllSessions": []})
        await database.client.drop_database(database.name)


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an engine that fails when it is told to, and is soon taken for well again."""
    engine = ExternalDatabase(tmp_path_factory.mktemp("faulty"), test_commands=True)
    engine.start()
    yield f"{engine.uri}&heartbeatFrequencyMS=500"
    engine.end()


@pytest.fixture
def faults(faulty: str) -> Iterator[Faults]:
    """Of that engine."""
    faults = Faults(faulty)
    yield faults
    faults.close()


@pytest.fixture
async def vault(database: Database) -> AsyncIterator[Vault]:
    """A vault with a master key of its own."""
    key = secrets.token_bytes(MASTER_KEY_BYTES)
    vault = await Vault.open(database, lambda: [key])
    yield vault
    await vault.close()
