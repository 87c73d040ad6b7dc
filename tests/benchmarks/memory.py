"""Memory of the service and of its embedded database, idle and while it empties a full queue."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import psutil

from server.store.client import connect
from server.store.embedded import running_uri
from server.store.limits import LimitStore
from tests.benchmarks.drain import CONNECTIONS, until_drained
from tests.benchmarks.report import Figure, Measured, Options
from tests.benchmarks.sink import running_sink
from tests.benchmarks.surroundings import LOGIN_URL, MAIL_FROM, fill
from tests.benchmarks.watched import database_processes, megabytes
from tests.system.processes import ServerProcess

_SETTLE = 5.0  # seconds after the start until it is taken for idle


async def measure(options: Options) -> Measured:
    """Resident memory in MB: some seconds after the start, and the most while a full queue is drained."""
    with tempfile.TemporaryDirectory() as directory, running_sink() as sink:
        server = ServerProcess(
            Path(directory) / "data",
            SMTP_URL=f"smtp+plain://127.0.0.1:{sink.port}",
            MAIL_FROM=MAIL_FROM,
            LOGIN_URL=LOGIN_URL,
            QUEUE_BATCH_SIZE="10000",
            QUEUE_INTERVAL="0.1",
            QUEUE_CONNECTIONS=str(CONNECTIONS),
        )
        try:
            await asyncio.to_thread(server.start)
            await asyncio.sleep(_SETTLE)
            service, engine = [psutil.Process(server.pid)], database_processes(server)
            idle = megabytes(service), megabytes(engine)
            uri = running_uri(server.data_dir)
            assert uri is not None
            async with connect(uri, "activation_desk") as database:
                limits = LimitStore(database)
                await limits.pause("the benchmark", "")
                await fill(database, server.data_dir, options.emails)
                await limits.resume("the benchmark")
                draining = asyncio.create_task(until_drained(database, sink, options.emails))
                most = megabytes(service), megabytes(engine)
                while not draining.done():
                    await asyncio.wait([draining], timeout=0.2)
                    most = max(most[0], megabytes(service)), max(most[1], megabytes(engine))
                await draining
        finally:
            await asyncio.to_thread(server.end)
    return Measured(
        "memory",
        [
            Figure("service, idle", idle[0], "MB"),
            Figure(f"service, draining {options.emails:,} emails", most[0], "MB"),
            Figure("embedded database, idle", idle[1], "MB"),
            Figure(f"embedded database, draining {options.emails:,} emails", most[1], "MB"),
        ],
    )
