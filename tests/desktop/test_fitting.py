"""The desktop on a small screen, and on one at 200 %. ``make screens`` looks at all of it, in both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.gallery.rows import Rows, fill
from tests.system.processes import ServerProcess

ROOT = Path(__file__).parents[2]
ALL = os.environ.get("SCREENS") == "all"
#: Those with the most on them: a page of each kind, and the largest dialogs.
LARGEST = (
    "leads-picked",
    "queue-failed-picked",
    "admins",
    "settings",
    "dialog-login-server-untrusted",
    "dialog-change-password",
    "dialog-import-mapping",
    "dialog-import-check",
    "dialog-template-wrong",
    "dialog-confirm-unfolded",
    "dialog-imports",
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One of everything. Nothing of it is sent."""
    server = ServerProcess(tmp_path_factory.mktemp("filled") / "data")
    with server.running():
        fill(server, Rows.ONE)
        yield server


@pytest.mark.screen
@pytest.mark.timeout(1200 if ALL else 300)
@pytest.mark.parametrize("language", ["de", "en"] if ALL else ["de"])
@pytest.mark.parametrize(("screen", "scale"), [("1366x768", "1"), ("1920x1080", "2")], indirect=["screen"])
def test_all_that_one_uses_is_on_the_screen(
    filled: ServerProcess, screen: dict[str, str], scale: str, language: str
) -> None:
    scenes = () if ALL else LARGEST
    result = subprocess.run(
        [sys.executable, "-m", "tests.desktop.fitting", filled.url, language, *scenes],
        env={**screen, "FITTING_TOKEN": filled.login(), "QT_SCALE_FACTOR": scale},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    problems = json.loads(result.stdout)
    assert set(scenes) < set(problems)
    assert {scene: wrong for scene, wrong in problems.items() if wrong} == {}
