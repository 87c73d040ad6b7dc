"""What every test may ask for."""

from __future__ import annotations

import faulthandler
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from hypothesis import HealthCheck, settings
from pymongo import monitoring

from tests import real_database
from tests.command_rules import FILE, Watch
from tests.driver_sockets import let_the_driver_leave_its_sockets
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

# Before Qt is imported anywhere: no test needs the developer's own screen. Without the file it would be one of 800x800.
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).parent / 'desktop' / 'screen.json'}"
os.environ["QT_API"] = "pyside6"
os.environ.pop("ACTIVATION_CONFIG", None)
let_the_driver_leave_its_sockets()

# How long an example takes says more of what else the machine does than of the example.
settings.register_profile(
    "patient", parent=settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


def require(program: str) -> str:
    """The path of a program the test needs. Without it the test is skipped, or fails where nothing may be missing."""
    path = shutil.which(program)
    if path is None:
        reason = f"{program} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


_CRASH = pytest.StashKey[TextIO]()
_CRASH_LINES = 15


def _crashes(config: pytest.Config) -> Path:
    return Path(config.cache.mkdir("crashes"))


def pytest_configure(config: pytest.Config) -> None:
    """Each process of a run has a file for what ends it."""
    if not hasattr(config, "workerinput"):
        for file in _crashes(config).iterdir():
            file.unlink()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    config.stash[_CRASH] = (_crashes(config) / f"{worker}-{os.getpid()}.txt").open("w")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What ends the interpreter says where it was, also after a test in which the desktop has kept that for itself."""
    faulthandler.enable(file=item.config.stash[_CRASH])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """A process that was ended by a crash says where, last of all: there it is read."""
    for file in _crashes(config).iterdir():
        if lines := file.read_text().splitlines():
            at = next((number for number, line in enumerate(lines) if line.startswith("Current thread")), 1)
            terminalreporter.section(f"{file.stem} crashed")
            terminalreporter.write_line("\n".join([lines[0], *lines[at : at + _CRASH_LINES]]))


def pytest_unconfigure(config: pytest.Config) -> None:
    faulthandler.disable()
    config.stash[_CRASH].close()


@pytest.hookimpl(trylast=True)
def pytest_exception_interact(node: pytest.Item | pytest.Collector) -> None:
    """A failure takes away all limits of time, for who looks at it in a debugger. What is torn down keeps the last."""
    seconds = float(node.config.getini("faulthandler_timeout"))
    if seconds and isinstance(node, pytest.Item):
        faulthandler.dump_traceback_later(seconds, exit=True, file=node.config.stash[fault_handler_stderr_fd_key])


@pytest.fixture(scope="session", autouse=True)
def prepared(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Services start with their imports done, and with a data directory shared by all processes of this run."""
    ServerProcess.forked = True
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    ServerProcess.prepared_in = shared / "prepared"


@pytest.fixture(scope="session")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    """Sees every command that goes to a database, those of the services in a file."""
    path = tmp_path_factory.getbasetemp() / "broken rules.txt"
    path.touch()
    os.environ[FILE] = str(path)
    watch = Watch()
    monitoring.register(watch)
    return watch


@pytest.fixture(autouse=True)
def within_the_rules(request: pytest.FixtureRequest, watch: Watch) -> Iterator[None]:
    """No command of the service breaks a rule of MongoDB's; tests in which one may are marked with the reason."""
    path = Path(os.environ[FILE])
    seen = path.stat().st_size
    yield
    of_services = sorted(set(path.read_text(encoding="utf-8")[seen:].splitlines()))
    broken = "\n".join(watch.taken() + of_services)
    may_break = request.node.get_closest_marker("breaks_rules") is not None
    assert may_break or not broken, f"commands that break a rule:\n{broken}"


@pytest.fixture(autouse=True)
def in_databases_of_its_own() -> Iterator[None]:
    """On a real replica set no test uses a database that others use as well."""
    before = real_database.strangers()
    yield
    assert real_database.strangers() <= before


@pytest.fixture(scope="session", autouse=True)
def dropped() -> Iterator[None]:
    """Nothing is left on a real replica set."""
    yield
    real_database.drop_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is about the embedded engine is left out where there is another one."""
    if real_database.URI is not None:
        for item in items:
            if "embedded" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="about the embedded engine"))


@pytest.fixture
def screen(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Environment of a private X screen with a window manager and a tray, for a program started by the test.

    A parameter is its size, such as ``1366x768``.
    """
    size = getattr(request, "param", "1400x900")
    xvfb, openbox, trayer = require("Xvfb"), require("openbox"), require("trayer")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [xvfb, "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        display = f":{pipe.readline().strip()}"  # the server writes it when it takes connections
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    environment.pop("WAYLAND_DISPLAY", None)
    others = [
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in ([openbox], [trayer, "--edge", "bottom", "--align", "right", "--SetDockType", "true"])
    ]
    try:
        yield environment
    finally:
        for process in (*others, server):
            process.terminate()
            process.wait(LIMIT)
