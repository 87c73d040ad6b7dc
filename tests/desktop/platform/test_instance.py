"""One desktop per user and server, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.platform.instance import AlreadyRunning, SingleInstance
from tests.waiting import LIMIT

ROOT = Path(__file__).parents[3]
URL = "http://127.0.0.1:9"
SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.platform.instance import AlreadyRunning, SingleInstance
application = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
try:
    instance.claim(sys.argv[2])
except AlreadyRunning as error:
    print("answered" if error.answered else "silent", flush=True)
else:
    print("alone", flush=True)
    if len(sys.argv) > 3:
        application.exec()
"""


@pytest.fixture
def directory() -> Iterator[Path]:
    """A short path: addresses of sockets have little room."""
    with tempfile.TemporaryDirectory(prefix="desk") as name:
        yield Path(name)


@pytest.fixture
def first(qapp: QApplication, directory: Path) -> Iterator[SingleInstance]:
    instance = SingleInstance(directory)
    instance.claim(URL)
    yield instance
    instance.release()


def start(directory: Path, url: str, *more: str) -> subprocess.Popen[str]:
    """Another process that wants to be the one."""
    return subprocess.Popen(
        [sys.executable, "-c", SECOND, str(directory), url, *more],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_a_second_start_raises_the_first(first: SingleInstance, directory: Path, qtbot: QtBot) -> None:
    second = start(directory, URL)
    with qtbot.waitSignal(first.raise_requested):
        pass
    answer, _ = second.communicate(timeout=LIMIT)
    assert answer == "answered\n"


def test_another_server_is_another_desktop(first: SingleInstance, directory: Path) -> None:
    answer, _ = start(directory, "https://desk.example").communicate(timeout=LIMIT)
    assert answer == "alone\n"


def test_whoever_lets_go_makes_room(first: SingleInstance, directory: Path) -> None:
    first.release()
    answer, _ = start(directory, URL).communicate(timeout=LIMIT)
    assert answer == "alone\n"


def test_a_killed_one_leaves_nothing_in_the_way(qapp: QApplication, directory: Path) -> None:
    other = start(directory, URL, "stay")
    assert other.stdout is not None
    assert other.stdout.readline() == "alone\n"
    with pytest.raises(AlreadyRunning):
        SingleInstance(directory).claim(URL)
    other.send_signal(signal.SIGKILL)
    other.wait(LIMIT)
    other.stdout.close()

    heir = SingleInstance(directory)
    heir.claim(URL)
    heir.release()


def test_the_whole_program_starts_once_and_ends_on_a_signal(tmp_path: Path, directory: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DBUS_SESSION_BUS_ADDRESS"},
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(directory),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    directory.chmod(0o700)
    command = [sys.executable, "-m", "desktop", "--server", URL]
    running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        while running.poll() is None and not list(directory.rglob("desk-*.lock")):
            pass
        again = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False)
        assert (again.returncode, again.stdout) == (0, ""), again.stderr
        running.terminate()
        _, complaints = running.communicate(timeout=LIMIT)
        assert running.returncode == 0, complaints
        assert "Traceback" not in complaints
        assert list(tmp_path.rglob("desktop.log"))
    finally:
        if running.poll() is None:
            running.kill()
            running.communicate()
