"""How fast a full queue is emptied when no limit holds it back, against a floor and against others in the same run."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import aiosmtplib

from server.mail.rendering import ActivationEmails
from server.store.client import Database, Document
from server.store.emails import ClaimedEmail
from server.store.limits import LimitStore
from tests.benchmarks import yardsticks
from tests.benchmarks.report import AtLeast, Figure, Measured, Options
from tests.benchmarks.sink import Sink, running_sink
from tests.benchmarks.surroundings import LOGIN_URL, MAIL_FROM, Engine, database_engine, fill, fresh_database, until
from tests.benchmarks.watched import until_quiet
from tests.system.processes import ServerProcess

CONNECTIONS = 10
_CLAIM = 100  # emails the floor claims at once
_LEASE = timedelta(minutes=10)
_LONGEST = 600.0  # seconds a drain may take
_SEQUENTIAL = 200  # emails: one after the other takes long


async def measure(options: Options) -> Measured:
    """Emails per second, from the moment that sending is resumed to the empty queue.

    *Ours* is the service as a process of its own. *Floor* is no queue at all: the same messages made by the same code
    and sent by the same SMTP library over as many connections, and then, one after the other, the same writes as bare
    calls, in groups of as many emails as there are connections. Their rounds alternate, and a ratio is one of
    neighbours.
    """
    ours, floors = [], []
    count = options.emails
    async with database_engine() as engine:
        with running_sink() as sink:
            for _ in range(options.rounds):
                floors.append(await _floor(engine, sink, count))
                ours.append(await _ours(engine, sink, count))
            rate = statistics.median(count / seconds for seconds in ours)
            ratio = statistics.median(sum(floor) / seconds for floor, seconds in zip(floors, ours, strict=True))
            measured = Measured(
                f"drain of {count} emails, {CONNECTIONS} connections, {engine.label}",
                [
                    Figure("ours", rate, "emails/s"),
                    Figure("floor", statistics.median(count / sum(floor) for floor in floors), "emails/s"),
                    Figure(
                        "floor, only made and sent", _median_rate(count, [floor[0] for floor in floors]), "emails/s"
                    ),
                    Figure("floor, only the writes", _median_rate(count, [floor[1] for floor in floors]), "emails/s"),
                    Figure("ours / floor", ratio, "x", AtLeast(0.5)),
                ],
            )
            if options.peers:
                await _against_node(measured, engine, sink, count, ours[-1])
                await _against_post_office(measured, sink, rate, count)
    return measured


def _median_rate(count: int, seconds: Sequence[float]) -> float:
    return statistics.median(count / each for each in seconds)


async def _against_node(measured: Measured, engine: Engine, sink: Sink, count: int, before: float) -> None:
    """The peer takes minutes: ours is measured again after it, and compared with the mean of its two neighbours."""
    few = min(count, _SEQUENTIAL)
    try:
        pooled = (await asyncio.to_thread(yardsticks.node, engine.uri, sink.port, count, "pooled"))["drain"]
        after = await _ours(engine, sink, count)
        sequential = (await asyncio.to_thread(yardsticks.node, engine.uri, sink.port, few, "sequential"))["drain"]
    except yardsticks.NotHere as reason:
        measured.notes.append(f"Node stack left out: {reason}")
        return
    ours = 2 * count / (before + after)
    measured.figures += [
        Figure("Node stack, pooled", pooled, "emails/s"),
        Figure("ours / Node pooled", ours / pooled, "x", AtLeast(15)),
        Figure(f"Node stack, sequential, {few} emails", sequential, "emails/s"),
        Figure("ours / Node sequential", ours / sequential, "x"),
    ]


async def _against_post_office(measured: Measured, sink: Sink, ours: float, count: int) -> None:
    try:
        post_office = await asyncio.to_thread(yardsticks.post_office, sink.port, count, CONNECTIONS)
    except yardsticks.NotHere as reason:
        measured.notes.append(f"django-post_office left out: {reason}")
        return
    measured.figures += [
        Figure("django-post_office, SQLite", post_office, "emails/s"),
        Figure("ours / django-post_office", ours / post_office, "x"),
    ]
    measured.notes.append("django-post_office writes down what it has sent only after each batch")


# --- Ours ---


async def _ours(engine: Engine, sink: Sink, count: int) -> float:
    """Seconds from resuming to the empty queue."""
    async with held_back_service(engine, sink, count) as (database, _):
        taken = await asyncio.to_thread(sink.taken)
        started = time.perf_counter()
        await LimitStore(database).resume("the benchmark")
        await until_drained(database, sink, taken + count)
        seconds = time.perf_counter() - started
        assert await asyncio.to_thread(sink.taken) == taken + count
        assert await database.deliveries.count_documents({}) == count
    return seconds


class MailServer(Protocol):
    """Takes emails on this machine."""

    @property
    def port(self) -> int:
        """Where."""


@asynccontextmanager
async def held_back_service(
    engine: Engine,
    mail_server: MailServer,
    count: int,
    *,
    of: type[ServerProcess] = ServerProcess,
    connections: int = CONNECTIONS,
) -> AsyncIterator[tuple[Database, ServerProcess]]:
    """A running service whose queue is full and whose sending is paused."""
    with tempfile.TemporaryDirectory() as directory:
        data_dir = Path(directory) / "data"
        data_dir.mkdir()
        async with fresh_database(engine) as database:
            await LimitStore(database).pause("the benchmark", "")
            await fill(database, data_dir, count)
            server = of(data_dir, **_settings(engine, database, mail_server, connections))
            try:
                await asyncio.to_thread(server.start)
                await until_quiet(server, seconds=_LONGEST)
                yield database, server
            finally:
                await asyncio.to_thread(server.end)


def _settings(engine: Engine, database: Database, mail_server: MailServer, connections: int) -> dict[str, str]:
    """Of a service without limits."""
    return {
        "MONGODB_URI": engine.uri,
        "MONGODB_DATABASE": database.name,
        "SMTP_URL": f"smtp+plain://127.0.0.1:{mail_server.port}",
        "MAIL_FROM": MAIL_FROM,
        "LOGIN_URL": LOGIN_URL,
        "QUEUE_BATCH_SIZE": "10000",
        "QUEUE_INTERVAL": "0.1",
        "QUEUE_CONNECTIONS": str(connections),
    }


async def until_taken(sink: Sink, count: int) -> None:
    """Until the sink has taken so many messages."""

    async def are_taken() -> bool:
        return await asyncio.to_thread(sink.taken) >= count

    await until(are_taken, seconds=_LONGEST)


async def until_drained(database: Database, sink: Sink, taken: int) -> None:
    """Until the sink has taken so many messages, and then the queue is empty: asking the sink costs nothing."""

    async def is_empty() -> bool:
        return await database.pending.find_one({}, {"_id": 1}) is None

    await until_taken(sink, taken)
    await until(is_empty, seconds=_LONGEST)


# --- The floor ---


async def _floor(engine: Engine, sink: Sink, count: int) -> tuple[float, float]:
    """Seconds to make and send the messages, and seconds for the bare writes."""
    with tempfile.TemporaryDirectory() as directory:
        async with fresh_database(engine) as database:
            rows = await fill(database, Path(directory), count)
            started = time.perf_counter()
            await _send(sink, rows)
            sending = time.perf_counter() - started
            started = time.perf_counter()
            await _write(database, rows)
            writing = time.perf_counter() - started
    return sending, writing


async def _send(sink: Sink, rows: Sequence[Document]) -> None:
    writer = ActivationEmails(mail_from=MAIL_FROM, login_url=LOGIN_URL)
    left = iter(rows)

    async def one_connection() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port, start_tls=False) as smtp:
            for row in left:
                message = writer.write(_claimed(row), "abcde-fghij-kmnpq")
                await smtp.sendmail(message.sender, [message.recipient], message.content)

    await asyncio.gather(*(one_connection() for _ in range(CONNECTIONS)))


async def _write(database: Database, rows: Sequence[Document]) -> None:
    """What the queue writes for each email, and nothing else: claim, hand-over, delivery, removal."""
    now = await database.now()
    for claim in _groups(rows, _CLAIM):
        ids = [row["_id"] for row in claim]
        claiming = {"status": "processing", "leaseOwner": "floor", "leaseExpiresAt": now + _LEASE, "lastAttemptAt": now}
        await database.pending.update_many({"_id": {"$in": ids}}, {"$set": claiming, "$inc": {"attempts": 1}})
        for group in _groups(claim, CONNECTIONS):
            mine = {"_id": {"$in": [row["_id"] for row in group]}}
            await database.pending.update_many(mine, {"$set": {"stage": "handedOver", "account": "floor"}})
            await database.deliveries.insert_many([_delivery(row, now) for row in group], ordered=False)
            await database.pending.delete_many(mine)


def _groups(rows: Sequence[Document], size: int) -> Iterator[Sequence[Document]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _claimed(row: Document) -> ClaimedEmail:
    return ClaimedEmail(
        id=row["_id"],
        token="floor",
        user_id=row["userId"],
        email=row["email"],
        name=row["name"],
        password=row["password"],
        message_id=row["messageId"],
        attempts=1,
        created_at=row["createdAt"],
        queued_at=row["createdAt"],
    )


def _delivery(row: Document, now: datetime) -> dict[str, Any]:
    return {
        "_id": row["_id"],
        "userId": row["userId"],
        "email": row["email"],
        "name": row["name"],
        "messageId": row["messageId"],
        "attempts": 1,
        "createdAt": row["createdAt"],
        "sentAt": now,
        "reply": "2.0.0 taken",
        "account": "floor",
        "durationMs": 1,
    }
