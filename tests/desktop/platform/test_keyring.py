"""The login token in a real keyring, and where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import require
from tests.waiting import LIMIT

TOKEN = "tok-5f0c9d-kept-out-of-files"
SERVER = "http://desk.example:4000"

#: Runs in a program of its own, because a keyring is chosen once per program.
PROGRAM = """
import asyncio
import sys

from desktop.platform.keyring import Keyring


async def main(server: str, steps: list[str]) -> None:
    keyring = Keyring()
    for step in steps:
        name, _, value = step.partition("=")
        if name == "save":
            await keyring.save(server, value)
        elif name == "forget":
            await keyring.forget(server)
        elif name == "restart":
            keyring = Keyring()
        else:
            print(await keyring.load(server if name == "load" else "http://other.example"))
    print(f"note={keyring.note}")


asyncio.run(main(sys.argv[1], sys.argv[2:]))
"""
UNLOCKED = 'printf %s "a login password" | gnome-keyring-daemon --unlock --components=secrets >&2 && exec "$@"'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An account of its own, with nothing in it."""
    home = tmp_path / "home"
    (home / "run").mkdir(parents=True)
    (home / "run").chmod(0o700)
    return home


def run(home: Path, *steps: str, before: tuple[str, ...] = (), **settings: str) -> list[str]:
    """What a program of that account prints that does these steps with its keyring."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_", "DBUS_", "GNOME_KEYRING_", "PYTHON_KEYRING_"))
    }
    environment |= {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        **settings,
    }
    result = subprocess.run(
        [*before, sys.executable, "-c", PROGRAM, SERVER, *steps],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert TOKEN not in result.stderr
    return result.stdout.splitlines()


def clear_text(home: Path) -> list[Path]:
    """The files with the token in clear."""
    files = (path for path in home.rglob("*") if path.is_file())
    return [
        path for path in files if TOKEN.encode() in path.read_bytes() or TOKEN.encode("utf-16-le") in path.read_bytes()
    ]


def test_a_real_keyring_keeps_the_token_until_it_is_forgotten_and_no_file_shows_it(home: Path) -> None:
    bus, _ = require("dbus-run-session"), require("gnome-keyring-daemon")
    unlocked = (bus, "--", "sh", "-c", UNLOCKED, "sh")

    first = run(home, "load", f"save={TOKEN}", "load", "other", before=unlocked)
    assert first == ["None", TOKEN, "None", "note="]
    assert list(home.rglob("*.keyring")), "the keyring has written nothing"
    assert clear_text(home) == []

    again = run(home, "load", "forget", "restart", "load", "forget", before=unlocked)
    assert again == [TOKEN, "None", "note="]
    assert run(home, "load", before=unlocked) == ["None", "note="]


def test_without_a_keyring_the_token_lasts_for_this_run_only_and_that_is_said(home: Path) -> None:
    steps = ("load", f"save={TOKEN}", "load", "other", "forget", "load", f"save={TOKEN}")
    printed = run(home, *steps, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")

    assert printed[:-1] == ["None", TOKEN, "None", "None"]
    assert printed[-1].startswith("note=This system has no keyring")
    assert clear_text(home) == []
    assert run(home, "load", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring") == ["None", "note="]
