"""The service as a real process, as its users run it."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import psutil
from filelock import FileLock

from server.contract import Role
from server.store.admins import AdminStore
from server.store.client import Database, connect
from server.store.embedded import running_uri
from server.store.leads import LeadStore, NewLead
from tests import real_database
from tests.accounts import chosen
from tests.system.commands import run_command
from tests.system.forks import Fork
from tests.waiting import LIMIT

#: Settings of the developer's own, which no test may use.
_SETTINGS = ("ACTIVATION_", "FRONTEND_", "LOGIN_", "MAIL_", "MONGODB_", "PASSWORD_", "QUEUE_", "SMTP_")

#: The service's command, as installed beside this Python.
COMMAND = (str(Path(sys.executable).with_name("activation-server")),)


class ServerProcess:
    """One data directory and the service on it, which can be started, ended and killed again and again.

    ``first_start``: the service sets up its data directory itself, for tests about what it does then. All others begin
    with a copy of one that another service has set up, which saves a third of the work of a start.
    """

    #: What is run, before its arguments.
    command: tuple[str, ...] = COMMAND

    #: Whether it runs in a session of its own, as a service that is installed: the kernel shares the processor between
    #: sessions first.
    session_of_its_own: ClassVar[bool] = False

    #: Whether the command is forked from a process that has done the imports, which saves half of a start.
    forked: ClassVar[bool] = False

    #: Where the data directory to copy is kept for one run of the tests; None: nothing is copied.
    prepared_in: ClassVar[Path | None] = None

    def __init__(self, data_dir: Path, *, first_start: bool = False, **settings: str) -> None:
        self.data_dir = data_dir
        self._first_start = first_start
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = data_dir.with_suffix(".log")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
        # Nothing is hashed ahead where it is not told: most services here end before they need a password.
        defaults = {"ACTIVATION_DATA_DIR": str(data_dir), "PASSWORD_RESERVE": "0"}
        if real_database.URI is not None:
            if settings.get("MONGODB_URI") == real_database.URI:  # services that are told of it share a database
                defaults["MONGODB_DATABASE"] = real_database.name_for(data_dir.parent)
            elif "MONGODB_URI" not in settings and not first_start:
                uri = real_database.URI
                defaults |= {"MONGODB_URI": uri, "MONGODB_DATABASE": real_database.name_for(data_dir)}
        self.environment = {**kept, **defaults, **settings}
        self._process: subprocess.Popen[bytes] | Fork | None = None

    @property
    def pid(self) -> int:
        """Of the running service."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def database_uri(self) -> str:
        """Of the database it was given, or of its own one while it runs."""
        uri = self.environment.get("MONGODB_URI") or running_uri(self.data_dir)
        assert uri is not None, "the service does not run"
        return uri

    @property
    def database_name(self) -> str:
        """Of the service's database there."""
        return self.environment.get("MONGODB_DATABASE", "activation_desk")

    @property
    def mailbox(self) -> Path:
        """Where emails are kept when no mail server is set."""
        return self.data_dir / "mailbox"

    @property
    def log(self) -> str:
        """Everything the service has said."""
        return self.log_path.read_text() if self.log_path.exists() else ""

    def start(self) -> None:
        """Start and wait until it can work; one that does not become ready is ended again."""
        self.launch()
        self.wait_until_ready()

    def launch(self, *options: str) -> None:
        """Start, and do not wait for anything."""
        if self.prepared_in is not None and self._can_begin_with_a_copy():
            shutil.copytree(_prepared(self.prepared_in), self.data_dir)
        self._process = self._begin("run", "--port", str(self.port), *options)

    def wait_until_ready(self) -> None:
        """Until it can work; one that does not become ready is ended."""
        process = self._process
        assert process is not None
        try:
            wait_until(lambda: self._is_ready() or process.poll() is not None, "it did not become ready")
            assert process.poll() is None, "it ended"
        except AssertionError as problem:
            self.end()
            raise AssertionError(f"the service: {problem}\n{self.log}") from None

    def _begin(self, *arguments: str) -> subprocess.Popen[bytes] | Fork:
        log_path, alone = self.log_path, self.session_of_its_own
        if self.forked and self.command == COMMAND:
            return Fork(arguments, env=self.environment, stdout=log_path, stderr=log_path, start_new_session=alone)
        with log_path.open("ab") as log:
            return subprocess.Popen(
                [*self.command, *arguments], env=self.environment, stdout=log, stderr=log, start_new_session=alone
            )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Started, with an admin; nothing is left of it afterwards."""
        try:
            self.start()
            self.add_admin()
            yield
        finally:
            self.end()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end by a signal, and answer its exit code."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(LIMIT)

    def wait(self) -> int:
        """Until it ends by itself; answers its exit code."""
        assert self._process is not None
        return self._process.wait(LIMIT)

    def kill(self) -> None:
        """SIGKILL to the service alone; its database has to notice by itself."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(LIMIT)

    def end(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        if self._process is None:
            return
        children = []
        if self._process.poll() is None:
            children = psutil.Process(self._process.pid).children(recursive=True)
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(LIMIT)
        _, left = psutil.wait_procs(children, 10)
        for child in left:
            child.kill()

    def cli(self, *arguments: str, input: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:  # noqa: A002
        """A command beside the service."""
        result = run_command(arguments, env=self.environment, input=input)
        if check:
            assert result.returncode == 0, f"{arguments} ended with {result.returncode}:\n{result.stderr}"
        return result

    def add_admin(self, name: str = "ann", password: str = "correct horse battery", role: Role = Role.OWNER) -> None:
        """An admin who may log in."""
        new = chosen(name, password, role)
        self.in_database(lambda database: AdminStore(database).add(new, by="command line"))

    def login(self, name: str = "ann", password: str = "correct horse battery") -> str:
        """The token."""
        return str(self.request("POST", "/api/login", {"username": name, "password": password})["token"])

    def import_leads(self, count: int, *, prefix: str = "lead") -> None:
        """That many leads, less those that are there already."""
        self.add_leads([NewLead(f"{prefix}{number}@firm.example", f"Lead {number}") for number in range(count)])

    def add_leads(self, leads: Sequence[NewLead]) -> None:
        """These, less those that are there already."""

        async def add(database: Database) -> None:
            await LeadStore(database).add(leads, by="ann", now=await database.now())

        self.in_database(add)

    def request(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Any:
        """One HTTP request; raises ``urllib.error.HTTPError`` when refused."""
        request = urllib.request.Request(self.url + path, method=method)
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=LIMIT) as response:
            content = response.read()
        return json.loads(content) if content else None

    def answer(self, path: str) -> tuple[int, Any]:
        """Status and body of a request, whatever they are; (0, None) where nobody answers."""
        try:
            return 200, self.request("GET", path)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())
        except (urllib.error.URLError, ConnectionError):
            return 0, None

    def complaints(self) -> set[str]:
        """What the service has noted of errors that it did not expect."""
        noted = [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]
        # What the library says once and never again is no flood.
        noted = [line for line in noted if "further occurrences" not in line["event"]]
        unexpected = [line for line in noted if line["level"] in ("error", "critical") or "exception" in line]
        found = {f"{line['event']} {line.get('exception', '')[-300:]}" for line in unexpected}
        return found | ({"Traceback"} if "Traceback" in self.log and not found else set())

    def in_database(self, work: Callable[[Database], Awaitable[object]]) -> None:
        """Beside the running service, as its commands do it, but without starting a program for each."""

        async def connected() -> None:
            async with connect(self.database_uri, self.database_name) as database:
                await work(database)

        # In a thread: the test may have a running event loop of its own.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, connected()).result()

    def _can_begin_with_a_copy(self) -> bool:
        if self._first_start or self.data_dir.exists():
            return False
        return not {"MONGODB_URI", "ACTIVATION_MASTER_KEY"} & self.environment.keys()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@cache
def _prepared(directory: Path) -> Path:
    """A data directory as a service leaves it that was started for the first time and stopped; made by whichever of
    the processes that run tests needs it first."""
    directory.mkdir(exist_ok=True)
    data_dir = directory / "data"
    with FileLock(directory / "lock"):
        if not data_dir.exists():
            server = ServerProcess(directory / "being made", first_start=True)
            server.start()
            assert server.stop() == 0, server.log
            server.data_dir.rename(data_dir)
    return data_dir


def free_port() -> int:
    """A port that is free, and stays so until it is used: the system gives those it picks itself from above these."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


def wait_until(condition: Callable[[], object], problem: str, seconds: float = LIMIT) -> None:
    """For what only shows from outside the process. Raises :class:`AssertionError` with the problem."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, problem
        time.sleep(0.05)
