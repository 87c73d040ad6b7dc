"""What an idle service costs: processor time, and calls to the database by command."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import socketio

from tests.benchmarks.report import AtMost, Figure, Measured, Options
from tests.benchmarks.watched import Calls, WatchedServer, cpu_seconds, database_processes

_SETTLE = 10.0  # seconds after the start until it is taken for idle
#: Calls a minute that count as a handful: the worker's and the sweeps' looks, and the change stream's.
_TARGETS = {"alone": AtMost(10)}  # a connected admin gives signs of life besides


@dataclass(frozen=True)
class _Reading:
    calls: Calls
    service: float  # seconds of processor time
    database: float


async def measure(options: Options) -> Measured:
    """Two services side by side, one that nobody is connected to, and one with an admin's desktop."""
    measured = Measured(f"idle for {options.idle:g} s", [])
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {name: WatchedServer(directory / name) for name in ("alone", "connected")}
        for server in servers.values():
            stack.push_async_callback(asyncio.to_thread, server.end)
            await asyncio.to_thread(server.start)
        await asyncio.to_thread(servers["connected"].add_admin)
        client = socketio.AsyncClient()
        token = await asyncio.to_thread(servers["connected"].login)
        await client.connect(servers["connected"].url, auth={"token": token})
        stack.push_async_callback(client.disconnect)
        await asyncio.sleep(_SETTLE)
        before = {name: await asyncio.to_thread(_read, server) for name, server in servers.items()}
        await asyncio.sleep(options.idle)
        for name, server in servers.items():
            _report(measured, name, before[name], await asyncio.to_thread(_read, server), options.idle / 60)
    return measured


def _read(server: WatchedServer) -> _Reading:
    return _Reading(
        server.calls(),
        cpu_seconds(psutil.Process(server.pid)),
        sum(cpu_seconds(process) for process in database_processes(server)),
    )


def _report(measured: Measured, name: str, before: _Reading, after: _Reading, minutes: float) -> None:
    who = {"alone": "nobody connected", "connected": "an admin connected"}[name]
    counts = after.calls.since(before.calls).calls
    heartbeats = counts.pop("heartbeat", 0)
    measured.figures += [
        Figure(f"{who}: calls to the database", counts.total() / minutes, "per min", _TARGETS.get(name)),
        *(Figure(f"  {call}", number / minutes, "per min") for call, number in counts.most_common()),
        Figure(f"{who}: the driver's heartbeats", heartbeats / minutes, "per min"),
        Figure(f"{who}: processor, service", (after.service - before.service) / minutes, "s per min"),
        Figure(f"{who}: processor, embedded database", (after.database - before.database) / minutes, "s per min"),
    ]
