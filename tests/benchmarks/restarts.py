"""A service that is killed and started again and again under the desktop: how soon it is back, and what is left."""

from __future__ import annotations

import asyncio
import gc
import time
import uuid
from dataclasses import dataclass

import psutil
from PySide6.QtCore import QCoreApplication, QEvent

from desktop.app import Desk
from tests.benchmarks.desktops import (
    add_leads,
    directory_of_its_own,
    in_a_desktop,
    load_note,
    logged_in,
    running,
    until,
)
from tests.benchmarks.report import AtMost, Figure, Measured, Options
from tests.system.processes import ServerProcess

_WARM_UP = 3  # restarts at most until everything that is kept for good is there


@dataclass(frozen=True)
class Resources:
    """What the desktop's process holds."""

    tasks: int
    sockets: int
    files: int
    megabytes: float


async def measure(options: Options) -> Measured:
    """Seconds from the server's first answer until the right number is on the screen, and what has leaked."""
    return await in_a_desktop(restarts, options)


async def restarts(options: Options) -> Measured:
    """As :func:`measure`, in the process that it is called in."""
    warm_up = min(_WARM_UP, options.restarts)
    async with directory_of_its_own() as directory:
        server = ServerProcess(directory / "data", QUEUE_BATCH_SIZE="1", QUEUE_INTERVAL="3600")
        async with running(server):
            await add_leads(server, warm_up + options.restarts)
            async with logged_in(server) as desk:
                await desk.api.pause("so that the emails wait")
                leads = await asyncio.to_thread(_lead_ids, server, desk, warm_up + options.restarts)
                for number in range(warm_up):
                    await _restart(server, desk, leads[number], number + 1)
                before = await _resources()
                back = [
                    await _restart(server, desk, leads[number], number + 1)
                    for number in range(warm_up, warm_up + options.restarts)
                ]
                after = await _resources()
    return Measured(
        f"{options.restarts} kills and restarts of the service",
        [
            Figure("server's answer to the right number on screen: median", sorted(back)[len(back) // 2], "s"),
            Figure("server's answer to the right number on screen: at worst", max(back), "s", AtMost(2)),
            Figure("more tasks than before", after.tasks - before.tasks, "", AtMost(0)),
            Figure("more sockets than before", after.sockets - before.sockets, "", AtMost(0)),
            Figure("more open files than before", after.files - before.files, "", AtMost(0)),
            Figure("more memory than before", after.megabytes - before.megabytes, "MB", AtMost(5)),
        ],
        [f"before: after {warm_up} restarts, {before.megabytes:.0f} MB", load_note()],
    )


def _lead_ids(server: ServerProcess, desk: Desk, count: int) -> list[str]:
    page = server.request("GET", f"/api/leads?limit={count}", token=desk.api.token)
    return [lead["id"] for lead in page["items"]]


async def _restart(server: ServerProcess, desk: Desk, lead: str, waiting: int) -> float:
    """Let one more email wait, kill the service, start it, and answer how many seconds the desktop took then."""
    request = {"requestId": uuid.uuid4().hex, "selection": {"ids": [lead]}}
    await asyncio.to_thread(server.request, "POST", "/api/activations", request, token=desk.api.token)
    await until(lambda: desk.queue.total == waiting and not desk.run.busy, f"{waiting} emails wait")
    await asyncio.to_thread(server.kill)
    await until(lambda: desk.queue.stale and desk.sidebar.badge.property("kind") == "badgeStale", "it is offline")
    await asyncio.to_thread(server.start)
    answered = time.perf_counter()
    await until(
        lambda: (
            desk.connection.is_online
            and desk.sidebar.badge.property("kind") == "badge"
            and desk.sidebar.badge.text() == str(waiting)
        ),
        f"the desktop is back and shows {waiting}",
    )
    return time.perf_counter() - answered


async def _resources() -> Resources:
    """Once everything has settled that was under way."""
    process = psutil.Process()
    await until(lambda: not [task for task in asyncio.all_tasks() if "page" in task.get_name()], "the list is there")
    for _ in range(3):
        await asyncio.sleep(0.5)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
    return Resources(
        tasks=len(asyncio.all_tasks()),
        sockets=len(process.net_connections("inet")),
        files=process.num_fds(),
        megabytes=process.memory_full_info().uss / 1e6,
    )
