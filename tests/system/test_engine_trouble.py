"""An engine that does not start, or whose files are gone: the service says why, and what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from server.errors import NotNow, StartError, WrongSetup
from server.store.engine_words import why_it_ended
from tests.system.conftest import Servers
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

#: What root may do besides what everybody may.
_WITHOUT_PRIVILEGES = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.fixture
def stopped(servers: Servers) -> ServerProcess:
    """A service that has run."""
    server = servers()
    server.start()
    assert server.stop() == 0
    return server


def refusal(server: ServerProcess, *options: str, before: tuple[str, ...] = ()) -> tuple[int, str]:
    """How a start ends: exit code and the one line that it says."""
    result = subprocess.run(
        [*before, *server.command, "run", "--port", "0", *options],
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    return result.returncode, lines[0]


def overwrite(data_dir: Path) -> None:
    for file in (data_dir / "database").glob("*.wt"):
        file.write_bytes(os.urandom(file.stat().st_size))


def empty_turtle(data_dir: Path) -> None:
    (data_dir / "database" / "WiredTiger.turtle").write_bytes(b"")


@pytest.mark.parametrize("damage", [overwrite, empty_turtle])
def test_damaged_files_are_said(stopped: ServerProcess, damage: Callable[[Path], None]) -> None:
    damage(stopped.data_dir)
    code, said = refusal(stopped)
    assert code == WrongSetup.exit_code
    assert "are damaged. Put a backup" in said
    assert str(stopped.data_dir) in said


@pytest.mark.skipif(os.name != "posix", reason="rights are another matter there")
def test_a_file_that_may_not_be_used_is_named_with_the_way_out(stopped: ServerProcess) -> None:
    before: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may read everything, and there is no setpriv")
        before = _WITHOUT_PRIVILEGES
    file = stopped.data_dir / "database" / "WiredTiger.wt"
    file.chmod(0)
    code, said = refusal(stopped, before=before)
    assert code == WrongSetup.exit_code
    assert said.startswith(f"{file} belongs to {file.owner()} and may not be read")
    assert "chown" in said


@pytest.mark.parametrize(
    ("said", "kind", "sentence"),
    [
        ("x\nOSError: [Errno 28] No space left on device", NotNow, "is full"),
        ("_wiredtiger.WiredTigerError: Read-only file system", NotNow, "can only be read"),
        ("OSError: [Errno 98] Address already in use", NotNow, "taken by another program"),
        ("read checksum error for 4096B block", WrongSetup, "are damaged"),
        (
            "Traceback (most recent call last):\n  File x\nKeyError: 'x'\n",
            NotNow,
            "(exit code 1): KeyError: 'x'.",
        ),
        ("", NotNow, "ended at once (exit code 1). Its messages"),
    ],
)
def test_what_the_engine_says_is_understood(tmp_path: Path, said: str, kind: type[StartError], sentence: str) -> None:
    found = why_it_ended(1, said, tmp_path)
    assert isinstance(found, kind)
    assert sentence in found.message


@pytest.mark.parametrize("leave", [lambda place: None, lambda place: place.mkdir()], ids=["gone", "empty"])
def test_a_database_that_is_gone_is_no_first_start(stopped: ServerProcess, leave: Callable[[Path], None]) -> None:
    place = stopped.data_dir / "database"
    kept = {name: (stopped.data_dir / name).read_bytes() for name in ("master.key", "database.password")}
    aside = stopped.data_dir.with_name("the disk")
    place.rename(aside)
    leave(place)

    code, said = refusal(stopped)
    assert code == WrongSetup.exit_code
    assert f"The database of {stopped.data_dir} is gone" in said
    assert "--anew" in said
    assert {name: (stopped.data_dir / name).read_bytes() for name in kept} == kept

    if place.exists():
        place.rmdir()
    aside.rename(place)
    stopped.start()
    assert stopped.stop() == 0
    assert refusal(stopped, "--anew")[0] == WrongSetup.exit_code


def test_anew_begins_with_an_empty_database_and_keeps_the_key_aside(stopped: ServerProcess) -> None:
    key = (stopped.data_dir / "master.key").read_bytes()
    shutil.rmtree(stopped.data_dir / "database")
    stopped.launch("--anew")
    stopped.wait_until_ready()
    assert [each.read_bytes() for each in stopped.data_dir.glob("master.key.before-*")] == [key]
    assert (stopped.data_dir / "master.key").read_bytes() != key
    assert stopped.stop() == 0
    stopped.start()


@pytest.mark.parametrize("cut_short_after", ["place", "password"])
def test_a_first_start_that_was_cut_short_is_still_a_first_start(servers: Servers, cut_short_after: str) -> None:
    server = servers(first_start=True)
    server.start()
    server.kill()
    server.end()
    (server.data_dir / "master.key").unlink()
    shutil.rmtree(server.data_dir / "database")
    (server.data_dir / "database").mkdir()
    if cut_short_after == "place":
        (server.data_dir / "database.password").unlink()
    server.start()
