"""A stock JavaScript client can log in and listen."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from tests.conftest import require
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

pytestmark = pytest.mark.node

_SOURCE = Path(__file__).parent / "js"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client with its locked packages, outside the tree."""
    npm = require("npm")
    directory = tmp_path_factory.mktemp("js")
    for name in ("package.json", "package-lock.json", "client.mjs"):
        shutil.copy(_SOURCE / name, directory)
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=directory, check=True)
    return directory / "client.mjs"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A running service with an admin; nothing of its queue is there before it is asked for."""
    server = ServerProcess(tmp_path_factory.mktemp("javascript") / "data")
    with server.running():
        yield server


@contextmanager
def listening(client: Path, *arguments: str) -> Iterator[IO[str]]:
    """The lines the client prints."""
    process = subprocess.Popen(
        [require("node"), str(client), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.communicate(timeout=LIMIT)


def next_of(lines: IO[str], kind: str) -> Any:
    """The next line of that kind; the test's time limit ends the wait."""
    for line in lines:
        message = json.loads(line)
        if message["kind"] == kind:
            return message["data"]
    raise AssertionError(f"the client ended without {kind}")


def test_with_a_token_it_receives_exactly_the_five_fields(service: ServerProcess, client: Path) -> None:
    with listening(client, service.url, "ann", "correct horse battery") as lines:
        first = next_of(lines, "emailQueueUpdate")
        assert set(first) == {"pending", "processing", "failed", "total", "timestamp"}
        assert (first["pending"], first["processing"], first["failed"], first["total"]) == (0, 0, 0, 0)
        service.import_leads(3)
        service.cli("activate", "--all", "--no-wait")
        totals = [first["total"]]
        while totals[-1] == 0 or len(totals) < 2:
            totals.append(next_of(lines, "emailQueueUpdate")["total"])
        while totals[-1] > 0:
            totals.append(next_of(lines, "emailQueueUpdate")["total"])
    assert max(totals) > 0


def test_without_a_token_it_is_refused(service: ServerProcess, client: Path) -> None:
    with listening(client, service.url) as lines:
        refusal = next_of(lines, "refused")
    assert refusal["data"]["code"] == "unauthorized"
    assert "login is needed" in refusal["message"]
