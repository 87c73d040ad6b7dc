"""How soon the desktop can be used after its start, and the memory it takes when very many leads were looked at."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.desktops import ROWS_NOTE, PlentifulServer, directory_of_its_own, load_note, running
from tests.benchmarks.report import AtMost, Figure, Measured, Options
from tests.system.processes import ServerProcess


async def measure(options: Options) -> Measured:
    """Seconds from the process's start to the first paint of the list, and MB."""
    async with directory_of_its_own() as directory:
        server = PlentifulServer(directory / "data", leads=options.leads)
        async with running(server):
            token = await asyncio.to_thread(server.login)
            cold, *warm = [await _desktop(server, token, directory) for _ in range(1 + options.rounds)]
            browsed = await _desktop(server, token, directory, places=options.places)
    return Measured(
        "the desktop's start and memory",
        [
            Figure("start to the list painted: the first one", cold["usable"], "s"),
            Figure(
                f"start to the list painted: median of {options.rounds}",
                statistics.median(each["usable"] for each in warm),
                "s",
                AtMost(1.5),
            ),
            Figure("  what it computed itself", statistics.median(each["computed"] for each in warm), "s"),
            Figure("memory at first, RSS", browsed["before"]["rss"], "MB"),
            Figure(f"memory, {options.leads:,} leads browsed, RSS", browsed["after"]["rss"], "MB", AtMost(200)),
            Figure(f"memory, {options.leads:,} leads browsed, PSS", browsed["after"]["pss"], "MB"),
        ],
        [f"browsed at {options.places} places from the first lead to the last", ROWS_NOTE, load_note()],
    )


async def _desktop(server: ServerProcess, token: str, directory: Path, *, places: int = 0) -> dict[str, Any]:
    """What a desktop with a kept login and files of its own has to tell."""
    home = directory / "home"
    own = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "CACHE", "DATA", "STATE")}
    environment = {
        **os.environ,
        **own,
        "XDG_RUNTIME_DIR": str(home),
        "HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "tests.benchmarks.kept_token.KeptToken",
        "KEPT_TOKEN": token,
        "PLACES_TO_BROWSE": str(places),
    }
    home.mkdir(mode=0o700, exist_ok=True)
    started = time.time()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.watched_desktop", "--server", server.url),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, f"the desktop ended with {process.returncode}"
    told: dict[str, Any] = {}
    for line in output.splitlines():
        told |= json.loads(line)
    return {**told, "usable": told["usable"] - started}
