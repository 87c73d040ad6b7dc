"""Turning leads into users, against nothing but hashing their passwords on the same cores."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import socketio
from bson import ObjectId

from server.accounts.hashing import hash_random_password
from server.settings import PasswordHash, Settings
from server.store.client import connect
from server.store.embedded import running_uri
from server.store.master_key import MasterKeys
from server.store.vault import open_vault
from tests.benchmarks import yardsticks
from tests.benchmarks.report import AtLeast, Figure, Measured, Options
from tests.benchmarks.sink import running_sink
from tests.benchmarks.watched import until_quiet
from tests.system.processes import ServerProcess

#: Passwords that are hashed ahead, as in a service without a setting of its own.
RESERVE = int(Settings.model_fields["password_reserve"].default)
SIZES = (100, 500, 1_000)
TARGETS = {1_000: AtLeast(0.85)}
_WARM_UP = 10
_PAGE = 500  # leads of one request
_LONGEST = 300.0  # seconds an activation may take


async def measure(options: Options) -> Measured:
    """Leads per second: small activations and larger ones, against hashing and against the Node stack.

    A round activates leads of a real service with the embedded database, from the request to the event that says it is
    finished, and then hashes just the passwords it made. As in a service that admins use, the reserve of passwords is
    full when a round starts; the last rounds are of a service that keeps none. No email leaves meanwhile.
    """
    measured = Measured(f"activation, {os.cpu_count()} cores, embedded engine", [])
    async with _service(_WARM_UP + options.rounds * sum(SIZES), PASSWORD_RESERVE=str(RESERVE)) as server:
        for leads in SIZES:
            rounds = [await _round(server, leads) for _ in range(options.rounds)]
            measured.figures += _figures(leads, rounds, TARGETS.get(leads))
        if options.peers:
            ours = measured.figures[-2].value
            await asyncio.to_thread(_against_node, measured, server, SIZES[-1], ours)
    async with _service(_WARM_UP + options.rounds * SIZES[-1], PASSWORD_RESERVE="0") as server:
        rounds = [await _round(server, SIZES[-1]) for _ in range(options.rounds)]
        measured.figures += _figures(SIZES[-1], rounds, None, note=", none in reserve")
    measured.notes.append(f"{RESERVE} passwords are in reserve when a round starts, where it does not say otherwise")
    return measured


@asynccontextmanager
async def _service(leads: int, **settings: str) -> AsyncIterator[ServerProcess]:
    """With so many leads, some of which have been activated."""
    with tempfile.TemporaryDirectory() as directory:
        # The one email of this hour leaves during the warm-up.
        server = ServerProcess(Path(directory) / "data", QUEUE_BATCH_SIZE="1", QUEUE_INTERVAL="3600", **settings)
        try:
            await asyncio.to_thread(_prepare, server, leads)
            await _activate(server, _WARM_UP)
            yield server
        finally:
            await asyncio.to_thread(server.end)


def _prepare(server: ServerProcess, leads: int) -> None:
    server.start()
    server.add_admin()
    server.import_leads(leads)


def _figures(
    leads: int, rounds: Sequence[tuple[float, float]], target: AtLeast | None, *, note: str = ""
) -> list[Figure]:
    return [
        Figure(f"hashing {leads:,} passwords{note}", statistics.median(leads / each for _, each in rounds), "per s"),
        Figure(f"activating {leads:,} leads{note}", statistics.median(leads / each for each, _ in rounds), "per s"),
        Figure(
            f"activating / hashing, {leads:,}{note}",
            statistics.median(hashing / activating for activating, hashing in rounds),
            "x",
            target,
        ),
    ]


def _against_node(measured: Measured, server: ServerProcess, leads: int, ours: float) -> None:
    uri = running_uri(server.data_dir)
    assert uri is not None
    try:
        with running_sink() as sink:
            node = yardsticks.node(uri, sink.port, leads, "pooled")["activate"]
    except yardsticks.NotHere as reason:
        measured.notes.append(f"Node stack left out: {reason}")
        return
    measured.figures += [
        Figure(f"Node stack, activating {leads:,} leads", node, "per s"),
        Figure("ours / Node stack", ours / node, "x"),
    ]
    measured.notes.append("the Node stack hashes with bcrypt at cost 10, ours with argon2id")


async def _round(server: ServerProcess, leads: int) -> tuple[float, float]:
    """Seconds to activate, and seconds just to hash the same passwords."""
    await until_quiet(server, seconds=_LONGEST)
    activation_id, activating = await _activate(server, leads)
    await until_quiet(server, seconds=_LONGEST)
    passwords = await _passwords(server, activation_id)
    assert len(set(passwords)) == leads
    return activating, await asyncio.to_thread(_hash_all, passwords)


async def _activate(server: ServerProcess, count: int) -> tuple[str, float]:
    """The activation, and the seconds from the request to the event that says it is finished."""
    token = await asyncio.to_thread(server.login)
    ids = await asyncio.to_thread(_new_leads, server, token, count)
    finished = asyncio.Event()
    client = socketio.AsyncClient()

    def on_progress(activation: dict[str, Any]) -> None:
        if activation["state"] == "finished":
            finished.set()

    client.on("activationProgress", on_progress)
    await client.connect(server.url, auth={"token": token})
    request = {"requestId": str(uuid.uuid4()), "selection": {"ids": ids}}
    started = time.perf_counter()
    activation = await asyncio.to_thread(server.request, "POST", "/api/activations", request, token=token)
    async with asyncio.timeout(_LONGEST):
        await finished.wait()
    seconds = time.perf_counter() - started
    await client.disconnect()
    return activation["id"], seconds


def _new_leads(server: ServerProcess, token: str, count: int) -> list[str]:
    """Ids, as the desktop's table reads them: page by page."""
    ids: list[str] = []
    while len(ids) < count:
        path = f"/api/leads?status=new&skip={len(ids)}&limit={min(count - len(ids), _PAGE)}"
        page = server.request("GET", path, token=token)
        assert page["items"], f"there are only {len(ids)} new leads"
        ids += [lead["id"] for lead in page["items"]]
    return ids


async def _passwords(server: ServerProcess, activation_id: str) -> list[str]:
    """What the activation's queued emails will say."""
    uri = running_uri(server.data_dir)
    assert uri is not None
    async with connect(uri, "activation_desk") as database:
        vault = await open_vault(database, MasterKeys(server.data_dir))
        rows = await database.pending.find({"activationId": ObjectId(activation_id)}).to_list()
        passwords = [await vault.decrypt(row["password"]) for row in rows]
        await vault.close()
    return passwords


def _hash_all(passwords: list[str]) -> float:
    """Seconds it takes on all cores."""
    started = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes = list(pool.map(lambda password: hash_random_password(password, PasswordHash.ARGON2ID), passwords))
    seconds = time.perf_counter() - started
    assert len(set(hashes)) == len(passwords)
    return seconds
