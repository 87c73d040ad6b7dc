"""What one email costs when few emails wait, and when very many do."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import socketio

from server.contract import Role
from server.smtp_accounts import Rate
from server.store.admins import AdminStore
from server.store.client import Database
from server.store.emails import READ_AHEAD, Delivered, EmailStore
from server.store.limits import LimitStore
from tests.accounts import chosen
from tests.benchmarks.drain import held_back_service, until_taken
from tests.benchmarks.report import AtMost, Figure, Measured, Options
from tests.benchmarks.sink import Sink, running_sink
from tests.benchmarks.surroundings import Engine, database_engine, fill, fresh_database
from tests.benchmarks.watched import WatchedServer
from tests.system.processes import ServerProcess

SIZES = (1_000, 10_000, 100_000)
_EMBEDDED = 10_000  # the embedded engine walks collections: it is not meant for more
_FLAT = AtMost(1.3)

_CLAIM = 100  # emails, as a busy worker claims them
_CLAIMS = 8
_TOGETHER = 10  # emails settled in one write, as by ten connections
_LEASE = timedelta(minutes=10)
_RATE = Rate(10_000, timedelta(seconds=0.1))
_PASSWORD = "correct horse battery"
_SENT = 8_000  # emails at most that the service sends at each size: enough for what is done every few seconds
_LEFT = 5  # one of so many is not sent at least, or there would be fewer and fewer


async def measure(_: Options) -> Measured:
    """Milliseconds per email at each size, and how they grow from the smallest to the largest.

    First the calls by themselves, then a real service that sends some of what waits: what each email takes in all, how
    long the database was busy for it, and how much of that was counting.
    """
    async with database_engine() as engine:
        sizes = [size for size in SIZES if not engine.embedded or size <= _EMBEDDED]
        costs: dict[int, dict[str, float]] = {}
        with running_sink() as sink:
            for size in sizes:
                costs[size] = await _calls(engine, size) | await _service(engine, sink, size)
    measured = Measured(f"growth with the queue, {engine.label}", [])
    for name in costs[sizes[0]]:
        measured.figures += [Figure(f"{name}, {size:,} waiting", costs[size][name], "ms") for size in sizes]
        growth = costs[sizes[-1]][name] / costs[sizes[0]][name]
        measured.figures.append(Figure(f"{name}: growth from {sizes[0]:,} to {sizes[-1]:,}", growth, "x", _FLAT))
    if engine.embedded:
        measured.notes.append(f"up to {_EMBEDDED:,} only: this engine reads the whole range that a query names")
    return measured


async def _calls(engine: Engine, size: int) -> dict[str, float]:
    """Of each call, for one email."""
    with tempfile.TemporaryDirectory() as directory:
        async with fresh_database(engine) as database:
            await fill(database, Path(directory), size)
            emails, limits = EmailStore(database), LimitStore(database)
            looking = await _median([emails.outlook() for _ in range(_CLAIMS)])
            limiting = await _median([_limit(limits) for _ in range(_CLAIMS)])
            claiming, settling = await _claim_and_settle(emails, size)
            counting = await _median([emails.counts() for _ in range(_CLAIMS)])
    return {
        "claim, per email": claiming,
        "settle, per email": settling,
        "limits, per claim": limiting,
        "look ahead, per look": looking,
        "count, per count": counting,
    }


async def _claim_and_settle(emails: EmailStore, size: int) -> tuple[float, float]:
    claiming, settling = [], []
    for _ in range(_CLAIMS):
        started = time.perf_counter()
        claimed = await emails.claim(_CLAIM, _LEASE)
        claiming.append(time.perf_counter() - started)
        assert len(claimed) == _CLAIM
        delivered = [Delivered(email, "taken", "bench", timedelta()) for email in claimed]
        for start in range(0, _CLAIM, _TOGETHER):
            started = time.perf_counter()
            await emails.settle_delivered(delivered[start : start + _TOGETHER])
            settling.append((time.perf_counter() - started) / _TOGETHER)
    # The first claim also reads ahead, for as many emails as that.
    taking = statistics.median(claiming[1:])
    reading = max(0.0, claiming[0] - taking)
    return (taking / _CLAIM + reading / min(size, READ_AHEAD)) * 1e3, statistics.median(settling) * 1e3


async def _limit(limits: LimitStore) -> None:
    await limits.room("bench", _RATE)
    await limits.take("bench", _CLAIM, _RATE)


async def _median(calls: Sequence[Awaitable[object]]) -> float:
    """Milliseconds of one, one after the other."""
    seconds = []
    for call in calls:
        started = time.perf_counter()
        await call
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1e3


@asynccontextmanager
async def _admin_at(server: ServerProcess, database: Database) -> AsyncIterator[None]:
    """For nobody nothing is counted."""
    await AdminStore(database).add(chosen("ann", _PASSWORD, Role.OWNER), by="the benchmark")
    client = socketio.AsyncClient()
    await client.connect(server.url, auth={"token": await asyncio.to_thread(server.login, "ann", _PASSWORD)})
    try:
        yield
    finally:
        await client.disconnect()


async def _service(engine: Engine, sink: Sink, size: int) -> dict[str, float]:
    """Of a service that sends some of the emails, and tells an admin how many are left."""
    async with (
        held_back_service(engine, sink, size, of=WatchedServer) as (database, server),
        _admin_at(server, database),
    ):
        assert isinstance(server, WatchedServer)
        wanted = min(_SENT, size - size // _LEFT)
        before, taken = server.calls(), sink.taken()
        started = time.perf_counter()
        await LimitStore(database).resume("the benchmark")
        await until_taken(sink, taken + wanted)
        seconds = time.perf_counter() - started
        sent = sink.taken() - taken
        calls = server.calls().since(before).seconds
    # A change stream waits for its next change: that is no work.
    busy = sum(spent for call, spent in calls.items() if not call.startswith("getMore"))
    counting = sum(spent for call, spent in calls.items() if call.startswith("aggregate PendingActivationEmail"))
    return {
        "service: in all, per email": seconds / sent * 1e3,
        "service: database calls, per email": busy / sent * 1e3,
        "service: counting, per email": counting / sent * 1e3,
    }
