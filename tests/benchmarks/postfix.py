"""How fast a queue is emptied into a real Postfix, against what the same Postfix takes from its own load generator."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from dataclasses import dataclass

import pytest

from server.store.limits import LimitStore
from tests.benchmarks.drain import held_back_service
from tests.benchmarks.report import Figure, Measured, Options
from tests.benchmarks.surroundings import Engine, database_engine, until
from tests.integration.mail.postfix import Postfix, running_postfix

_EMAILS = 1_000
_CONNECTIONS = 5
_BYTES = 4_500  # about as long as ours
_LONGEST = 600.0  # seconds a drain may take


@dataclass(frozen=True)
class _Door:
    port: int


async def measure(options: Options) -> Measured:
    """Emails per second, from the moment that sending is resumed to the empty queue, into a Postfix that discards them.

    ``smtp-source`` keeps no queue: it writes nothing down and makes its message once. Rounds alternate, and a ratio is
    one of neighbours.
    """
    measured = Measured(f"drain of {_EMAILS} emails into Postfix, {_CONNECTIONS} connections", [])
    ours, sources = [], []
    try:
        with running_postfix({"open": ()}) as postfix:
            async with database_engine() as engine:
                for _ in range(options.rounds):
                    sources.append(await _source(postfix))
                    ours.append(await _ours(engine, postfix))
                measured.title += f", {engine.label}"
    except pytest.skip.Exception as reason:
        measured.notes.append(f"left out: {reason}")
        return measured
    ratio = statistics.median(source / own for source, own in zip(sources, ours, strict=True))
    measured.figures += [
        Figure("ours", _EMAILS / statistics.median(ours), "emails/s"),
        Figure("smtp-source", _EMAILS / statistics.median(sources), "emails/s"),
        Figure("ours / smtp-source", ratio, "x"),
    ]
    measured.notes.append(f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return measured


async def _source(postfix: Postfix) -> float:
    started = time.perf_counter()
    await asyncio.to_thread(postfix.submit, "open", _EMAILS, sessions=_CONNECTIONS, length=_BYTES)
    seconds = time.perf_counter() - started
    await _until_idle(postfix)
    return seconds


async def _ours(engine: Engine, postfix: Postfix) -> float:
    door = _Door(postfix.ports["open"])
    async with held_back_service(engine, door, _EMAILS, connections=_CONNECTIONS) as (database, _):
        started = time.perf_counter()
        await LimitStore(database).resume("the benchmark")

        async def is_empty() -> bool:
            return await database.pending.find_one({}, {"_id": 1}) is None

        await until(is_empty, seconds=_LONGEST)
        seconds = time.perf_counter() - started
        assert await database.deliveries.count_documents({"reply": {"$regex": "queued as"}}) == _EMAILS
    await _until_idle(postfix)
    return seconds


async def _until_idle(postfix: Postfix) -> None:
    """What it has left over is not to slow down who comes next."""

    async def is_idle() -> bool:
        return await asyncio.to_thread(lambda: postfix.is_idle)

    await until(is_idle, seconds=_LONGEST)
