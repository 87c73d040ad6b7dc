"""A database that is not the service's own: it lives, dies and comes back by itself."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from server.store.embedded import ENGINE
from tests.system.processes import COMMAND, free_port
from tests.waiting import LIMIT


class RealDatabase:
    """The replica set of ``make test-mongod`` in its place: nobody here may end it."""

    def __init__(self, uri: str) -> None:
        self.uri = uri

    @property
    def port(self) -> int:
        """Skips the test: what wants to stand in front of the embedded engine is about that."""
        pytest.skip("in front of the embedded engine only")

    def start(self) -> None:
        """It runs."""

    def kill(self) -> None:
        """Skips the test."""
        pytest.skip("kills the embedded engine")

    def end_abandoned_transactions(self) -> None:
        """As of the other."""
        _end_transactions(self.uri)

    def end(self) -> None:
        """It goes on."""


class ExternalDatabase:
    """The engine as a program of its own, for ``MONGODB_URI``; its files outlive it."""

    def __init__(
        self, directory: Path, *options: str, test_commands: bool = False, program: Sequence[str] = ()
    ) -> None:
        """``options``: of the engine. ``test_commands``: it can be made to fail, by :class:`tests.faults.Faults`.

        ``program``: another one than the engine.
        """
        self._program = program or [str(Path(COMMAND[0]).with_name(ENGINE))]
        self._options = [*options, *(["--enable-test-commands"] if test_commands else [])]
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._port = free_port()
        self.log_path = directory / "database.log"
        self.uri = f"mongodb://127.0.0.1:{self._port}/?replicaSet=secantus"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def ask_for_login(self, user: str, password: str) -> None:
        """From the next start on; the user is there already, and :attr:`uri` is its own from now on."""
        self._options.append("--auth")
        self.uri = self.uri.replace("://", f"://{quote(user, safe='')}:{quote(password, safe='')}@")

    def start(self) -> None:
        """Start, on the same port and files as before, and wait until it answers."""
        config = self._directory / "database.toml"
        config.touch()
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *self._program,
                    *("--config", str(config), "--host", "127.0.0.1", "--port", str(self._port)),
                    *("--storage-path", str(self._directory / "database"), "--cache-size", "256M"),
                    "--sync-on-commit",
                    *("--log-level", "ERROR"),
                    *self._options,
                ],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + LIMIT
        with MongoClient[dict[str, object]](self.uri, serverSelectionTimeoutMS=200) as client:
            while True:
                try:
                    client.admin.command("ping")
                except PyMongoError:
                    assert self._process.poll() is None, "the database ended"
                    assert time.monotonic() < deadline, "the database did not answer"
                else:
                    return

    def end_abandoned_transactions(self) -> None:
        """Those of clients that were killed. ``mongod`` does it within a minute (transactionLifetimeLimitSeconds);
        this engine too, but only when it is asked for another transaction, and until then writers wait.
        """
        _end_transactions(self.uri)

    def kill(self) -> None:
        """By SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(LIMIT)

    def freeze(self) -> None:
        """It answers nothing any more, and nobody hangs up, as when its disk hangs; until :meth:`thaw`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """In order, if it lives."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


def _end_transactions(uri: str) -> None:
    with MongoClient[dict[str, object]](uri) as client:
        client.admin.command({"killAllSessions": []})
