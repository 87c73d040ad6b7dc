"""Turning leads into users, against nothing but hashing their passwords on the same cores."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import socketio
from bson import ObjectId

from server.accounts.hashing import hash_random_password
from server.settings import PasswordHash
from server.store.client import connect
from server.store.embedded import running_uri
from server.store.master_key import MasterKeys
from server.store.vault import Vault
from tests.benchmarks import yardsticks
from tests.benchmarks.report import AtLeast, Figure, Measured, Options
from tests.benchmarks.sink import running_sink
from tests.system.processes import ServerProcess

SIZES = (100, 500, 1_000)
TARGETS = {1_000: AtLeast(0.85)}
_WARM_UP = 10
_PAGE = 500  # leads of one request
_LONGEST = 300.0  # seconds an activation may take


async def measure(options: Options) -> Measured:
    """Leads per second: small activations and larger ones, against hashing and against the Node stack.

    A round activates leads of a real service with the embedded database, from the request to the event that says it is
    finished, and then hashes just the passwords it made. The service has some credentials in reserve when a round
    starts: that helps the small ones, and hardly the larger ones. No email leaves meanwhile.
    """
    with tempfile.TemporaryDirectory() as directory:
        # The one email of this hour leaves during the warm-up.
        server = ServerProcess(Path(directory) / "data", QUEUE_BATCH_SIZE="1", QUEUE_INTERVAL="3600")
        try:
            await asyncio.to_thread(_prepare, server, _WARM_UP + options.rounds * sum(SIZES))
            await _activate(server, _WARM_UP)
            measured = Measured(f"activation, {os.cpu_count()} cores, embedded engine", [])
            for leads in SIZES:
                rounds = [await _round(server, leads) for _ in range(options.rounds)]
                measured.figures += _figures(leads, rounds)
            if options.peers:
                ours = measured.figures[-2].value
                await asyncio.to_thread(_against_node, measured, server, SIZES[-1], ours)
        finally:
            await asyncio.to_thread(server.end)
    return measured


def _prepare(server: ServerProcess, leads: int) -> None:
    server.start()
    server.add_admin()
    server.import_leads(leads)


def _figures(leads: int, rounds: Sequence[tuple[float, float]]) -> list[Figure]:
    return [
        Figure(f"hashing {leads:,} passwords", statistics.median(leads / hashing for _, hashing in rounds), "per s"),
        Figure(
            f"activating {leads:,} leads", statistics.median(leads / activating for activating, _ in rounds), "per s"
        ),
        Figure(
            f"activating / hashing, {leads:,}",
            statistics.median(hashing / activating for activating, hashing in rounds),
            "x",
            TARGETS.get(leads),
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
    activation_id, activating = await _activate(server, leads)
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
        vault = await Vault.open(database, MasterKeys(server.data_dir).load)
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
