"""What every measurement stands on: a database engine, a queue that is filled beforehand, a service."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bson import ObjectId

from server.store import schema
from server.store.client import Database, Document, connect
from server.store.emails import message_id, pending_document
from server.store.embedded import EmbeddedDatabase
from server.store.master_key import MasterKeys
from server.store.vault import open_vault

MAIL_FROM = "Desk <desk@firm.example>"
LOGIN_URL = "https://app.firm.example/login"

_AT_ONCE = 1_000  # rows of one insert


@dataclass(frozen=True)
class Engine:
    """A database engine that nobody else uses."""

    uri: str
    #: The embedded one, which walks collections where MongoDB uses an index.
    embedded: bool

    @property
    def label(self) -> str:
        """As the figures name it."""
        return "embedded engine" if self.embedded else "engine of MONGODB_URI"


@asynccontextmanager
async def database_engine() -> AsyncIterator[Engine]:
    """The engine that MONGODB_URI names, or an embedded one of its own."""
    if uri := os.environ.get("MONGODB_URI"):
        yield Engine(uri, embedded=False)
        return
    with tempfile.TemporaryDirectory() as directory:
        embedded = EmbeddedDatabase(Path(directory))
        await embedded.start()
        try:
            yield Engine(embedded.uri, embedded=True)
        finally:
            await embedded.stop()


@asynccontextmanager
async def fresh_database(engine: Engine) -> AsyncIterator[Database]:
    """With its schema; dropped afterwards."""
    async with connect(engine.uri, f"bench_{uuid.uuid4().hex[:12]}") as database:
        try:
            await schema.ensure(database)
            yield database
        finally:
            await database.client.drop_database(database.name)


async def fill(database: Database, data_dir: Path, count: int) -> list[Document]:
    """So many pending emails, due now, their passwords sealed as by a service on ``data_dir``."""
    vault = await open_vault(database, MasterKeys(data_dir))
    try:
        sealed = [await vault.encrypt("abcde-fghij-kmnpq") for _ in range(min(count, 100))]
    finally:
        await vault.close()
    now = await database.now()
    rows = []
    for number in range(count):
        email_id = ObjectId()
        rows.append(
            pending_document(
                email_id=email_id,
                user_id=ObjectId(),
                lead_id=ObjectId(),
                activation_id=ObjectId(),
                email=f"person{number}@firm.example",
                name=f"Person {number}",
                password=sealed[number % len(sealed)],
                message_id=message_id(email_id, MAIL_FROM),
                now=now,
                due_at=now,
            )
        )
    for start in range(0, count, _AT_ONCE):
        await database.pending.insert_many(rows[start : start + _AT_ONCE])
    return rows


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
    """Wait until the condition holds, asked again often enough for a figure and seldom enough to cost nothing."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, f"it did not come about within {seconds} s"
        await asyncio.sleep(0.05)
