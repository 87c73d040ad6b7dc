"""The row under the pointer is the row that is meant: in every list, at every scaling."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.desktop.gallery.rows import Rows, fill
from tests.desktop.rows_in_hand import LISTS
from tests.system.processes import ServerProcess


@pytest.fixture(scope="module")
def own_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """With some of everything."""
    server = ServerProcess(tmp_path_factory.mktemp("rows") / "data")
    server.start()
    server.add_admin()
    for rows in (Rows.ONE, Rows.SOME):
        fill(server, rows)
    yield server
    server.end()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("scaling", [1.0, 1.5, 2.0])
def test_what_is_pointed_at_is_meant(own_service: ServerProcess, scaling: float) -> None:
    environment = {
        **os.environ,
        "DESK_TOKEN": own_service.login(),
        "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": f"{scaling:g}",
    }
    command = [sys.executable, "-m", "tests.desktop.rows_in_hand", own_service.url]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=800, check=False)
    assert result.returncode == 0, result.stderr
    pointed_at = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each for each in pointed_at if each["problems"]] == []
    rows = [(each["list"], each["row"]) for each in pointed_at]
    assert len(set(rows)) == len(rows) == 3 * len(LISTS)
