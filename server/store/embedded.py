"""The database of a first run and of small sites: a MongoDB-compatible engine as a supervised child process.

It listens on loopback only and wants a password that is made at first use. Its files stay in the data directory. The
engine is never imported (its licence differs from ours); over the wire it is one more MongoDB.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import structlog
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from server.errors import NotNow, StartError, WrongSetup
from server.settings import environment_without_secrets
from server.store import engine_guard
from server.store.engine_login import USER, Introduction, drop_strangers, introduction, make_login
from server.store.engine_watch import EngineWatch
from server.store.engine_words import said_since, why_it_ended

log = structlog.get_logger(__name__)

ENGINE = "secantusd-py"

_START_WAIT = timedelta(seconds=60)  # a predecessor may still be closing its files
_ANSWER_WAIT = timedelta(seconds=30)  # for an answer of one that has answered before, on a machine that is busy
_START_LOOK = 0.02  # seconds between two looks whether it answers
_ANSWER_LOOK = timedelta(seconds=0.5)  # within each look
_RESTART_WAITS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before each start anew; the last one repeats


class EmbeddedDatabase:
    """Starts the engine, starts it anew when it dies or does nothing any more, stops it."""

    def __init__(self, data_dir: Path) -> None:
        """Raises :class:`WrongSetup` where a database was and is not any more."""
        _refuse_if_lost(data_dir)
        self._data_dir = data_dir
        self._port = _free_port()
        self._password = _load_password(data_dir / "database.password")
        self._log = data_dir / "database.log"
        self._said_before = 0
        self._guard: subprocess.Popen[bytes] | None = None
        self._supervisor: asyncio.Task[None] | None = None
        #: How often the engine died, or was ended because it was stuck, and was started anew.
        self.restarts = 0

    @property
    def uri(self) -> str:
        """Address with login; the same for as long as this object lives."""
        return f"mongodb://{USER}:{quote_plus(self._password)}@127.0.0.1:{self._port}/?authSource=admin"

    async def start(self) -> None:
        """Start the engine and wait until it answers. Raises :class:`StartError`."""
        _address_file(self._data_dir).unlink(missing_ok=True)  # of one that was killed
        if not _has_files(self._data_dir):
            await self._make_login()
        await self._launch()
        if not await self._accepts_login():  # a first use that was cut short, or the password's file was removed
            await self._end()
            await self._make_login()
            await self._launch()
        _address_file(self._data_dir).write_text(json.dumps({"uri": self.uri}), encoding="utf-8")
        _address_file(self._data_dir).chmod(0o600)
        self._supervisor = asyncio.create_task(self._supervise(), name="embedded database")

    async def stop(self) -> None:
        """Close the engine's files in order."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervisor
            self._supervisor = None
        _address_file(self._data_dir).unlink(missing_ok=True)
        await self._end()

    async def _make_login(self) -> None:
        """First use: the engine takes its first user only while it asks for none."""
        with introduction(self._data_dir) as between_us:
            await self._launch(between_us)
            async with self._client(between_us, _ANSWER_WAIT) as client:
                await make_login(client, self._password)
            await self._end()

    async def _accepts_login(self) -> bool:
        async with _client(self.uri, _ANSWER_WAIT) as client:
            try:
                await drop_strangers(client)
            except OperationFailure:
                return False
            return True

    async def _launch(self, between_us: Introduction | None = None) -> None:
        """``between_us``: the engine asks for no login, and speaks with nobody else; None: with who has the login."""
        arguments = [
            *("--config", str(_empty_config(self._data_dir))),
            *("--host", "127.0.0.1", "--port", str(self._port)),
            *("--storage-path", str(self._data_dir / "database")),
            *("--cache-size", "256M", "--log-level", "ERROR"),
            # Without it a commit of a transaction that was confirmed can be lost by a kill, journalled or not.
            "--sync-on-commit",
            *(["--auth"] if between_us is None else between_us.engine_arguments),
        ]
        log_file = self._log.open("ab")
        self._said_before = self._log.stat().st_size
        try:
            # A process group of its own: Ctrl-C in a terminal is for the service, which then stops the engine in order.
            # Not a session of its own: the kernel may share out processors by session, and these two are one program.
            self._guard = subprocess.Popen(  # noqa: ASYNC220, S603 - spawning takes milliseconds; our own command
                [
                    # -P: nothing is imported from the directory that the service happens to be started in.
                    *(sys.executable, "-P", "-m", engine_guard.__name__, str(self._data_dir / "database.lock")),
                    *(str(self._port), _engine_program(), *arguments),
                ],
                env=environment_without_secrets(),
                stdin=subprocess.PIPE,
                stdout=log_file,
                stderr=log_file,
                process_group=0,
            )
        finally:
            log_file.close()
        await self._wait_until_it_answers(self._guard, between_us)

    async def _wait_until_it_answers(self, guard: subprocess.Popen[bytes], between_us: Introduction | None) -> None:
        deadline = asyncio.get_running_loop().time() + _START_WAIT.total_seconds()
        while not await self._answers(between_us):
            if (code := guard.poll()) is not None:
                raise self._explain(code)
            if asyncio.get_running_loop().time() > deadline:
                raise NotNow(
                    f"The embedded database did not answer within {_START_WAIT.total_seconds():.0f} s. "
                    f"Its messages are in {self._log}."
                )
            await asyncio.sleep(_START_LOOK)

    async def _answers(self, between_us: Introduction | None) -> bool:
        """Whether it answers. The driver is asked only when someone listens: refused, it lets half a second pass."""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return False
        writer.close()
        try:
            async with self._client(between_us, _ANSWER_LOOK) as client:
                await client.admin.command("ping")
        except PyMongoError:
            return False
        return True

    def _client(
        self, between_us: Introduction | None, wait: timedelta
    ) -> AbstractAsyncContextManager[AsyncMongoClient[dict[str, object]]]:
        options = {} if between_us is None else between_us.client_options
        return _client(f"mongodb://127.0.0.1:{self._port}/", wait, **options)

    def _explain(self, code: int) -> StartError:
        if code == engine_guard.EXIT_LOCKED:
            return NotNow(f"The database files in {self._data_dir} are in use by another process. Stop it first.")
        return why_it_ended(code, said_since(self._log, self._said_before), self._data_dir)

    async def _end(self) -> None:
        """End standard input of the guard, which stops the engine, and wait for both."""
        guard, self._guard = self._guard, None
        if guard is None:
            return
        _close_pipe(guard)
        await asyncio.to_thread(guard.wait)

    async def _supervise(self) -> None:
        """Start the engine anew whenever it dies or is stuck; clients reconnect by themselves."""
        while (guard := self._guard) is not None:
            if await self._is_stuck_before_it_ends(guard):
                log.error("embedded database does nothing any more, starting it again", restarts=self.restarts)
                await _kill(guard)
            else:
                log.error("embedded database died, starting it again", exit_code=guard.poll(), restarts=self.restarts)
            _close_pipe(guard)
            self.restarts += 1
            await self._relaunch()

    async def _is_stuck_before_it_ends(self, guard: subprocess.Popen[bytes]) -> bool:
        ended = asyncio.create_task(asyncio.to_thread(guard.wait))
        stuck = asyncio.create_task(EngineWatch(self.uri).until_stuck())
        try:
            await asyncio.wait({ended, stuck}, return_when=asyncio.FIRST_COMPLETED)
            return not ended.done()
        finally:
            ended.cancel()  # its thread goes on until the process ends
            while not stuck.done():  # one cancellation may be lost in a call that has a time limit
                stuck.cancel()
                await asyncio.wait({stuck}, timeout=2)

    async def _relaunch(self) -> None:
        attempt = 0
        while True:
            await asyncio.sleep(_RESTART_WAITS[min(attempt, len(_RESTART_WAITS) - 1)])
            try:
                await self._launch()
            except StartError as error:
                attempt += 1
                await self._end()  # one that is there and does not answer
                log.error("embedded database does not start", reason=error.message, attempt=attempt)  # noqa: TRY400
            else:
                log.info("embedded database is back")
                return


async def _kill(guard: subprocess.Popen[bytes]) -> None:
    """Guard and engine at once: what the engine has confirmed is on disk. Where there are no groups, by the guard."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(guard.pid, signal.SIGKILL)
    else:
        _close_pipe(guard)
    await asyncio.to_thread(guard.wait)


def _close_pipe(guard: subprocess.Popen[bytes]) -> None:
    if guard.stdin is not None:
        guard.stdin.close()


#: What belongs to a database: where it is alone, the database is lost, or its disk is not there.
_BELONGINGS = ("master.key", "master.key.next", "database.password")


def begin_anew(data_dir: Path) -> None:
    """Put aside what belonged to a database that is gone, so that the next start makes a new one.

    Raises :class:`WrongSetup` where there is one.
    """
    if _has_files(data_dir):
        raise WrongSetup(f"There is a database in {data_dir}. Start without --anew, or move that directory away first.")
    when = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
    for path in (data_dir / name for name in _BELONGINGS):
        if path.exists():
            path.rename(path.with_name(f"{path.name}.before-{when}"))


def _has_files(data_dir: Path) -> bool:
    files = data_dir / "database"
    return files.is_dir() and any(files.iterdir())


def _refuse_if_lost(data_dir: Path) -> None:
    """An empty place beside a key is no first start: a disk may not be mounted, and an empty database is no help.

    A first start makes the place, then the password, then the files, and the key at last: so one that was cut short at
    any point is told from a loss.
    """
    place = data_dir / "database"
    if _has_files(data_dir):
        return
    left = [name for name in _BELONGINGS if (data_dir / name).exists()]
    if place.exists() and left == ["database.password"]:
        return
    if left:
        raise WrongSetup(
            f"The database of {data_dir} is gone, and its {left[0]} is there. Mount its disk, put a backup of the "
            f"directory in its place, or begin with an empty database: activation-server run --anew"
        )
    place.mkdir(mode=0o700, exist_ok=True)


def is_installed() -> bool:
    """Whether the engine's program is there."""
    return _find_engine() is not None


def running_uri(data_dir: Path) -> str | None:
    """Address of the engine that a running service has started on this directory, or None."""
    try:
        return str(json.loads(_address_file(data_dir).read_text(encoding="utf-8"))["uri"])
    except (OSError, ValueError, KeyError):
        return None


def _address_file(data_dir: Path) -> Path:
    return data_dir / "database.json"


def _find_engine() -> str | None:
    beside_python = shutil.which(ENGINE, path=str(Path(sys.executable).parent))
    return beside_python or shutil.which(ENGINE)


def _engine_program() -> str:
    program = _find_engine()
    if program is None:
        raise WrongSetup(
            "No MONGODB_URI is set and the embedded database is not installed. "
            "Fix: pip install 'activation-desk[embedded]', or set MONGODB_URI=mongodb://…"
        )
    return program


def _empty_config(data_dir: Path) -> Path:
    """A configuration file of ours keeps the engine from reading one it finds elsewhere."""
    path = data_dir / "database.toml"
    path.touch()
    return path


def _load_password(path: Path) -> str:
    if not path.exists():
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
        draft.replace(path)
    return path.read_text(encoding="ascii").strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def _client(uri: str, wait: timedelta, **options: Any) -> AsyncIterator[AsyncMongoClient[dict[str, object]]]:
    milliseconds = int(wait.total_seconds() * 1000)
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(
        uri, serverSelectionTimeoutMS=milliseconds, connectTimeoutMS=milliseconds, directConnection=True, **options
    )
    try:
        yield client
    finally:
        await client.close()
