"""Processes of the service, for tests that start many of them: most of a start goes into the imports.

Each is a process of its own, with the entry point, environment, input and output of a command, forked from one that has
done the imports and nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path

import server.app  # noqa: F401 - what a service imports when it runs
from server import cli
from tests.command_rules import watch_this_process


class Fork:
    """A command in a process of its own, to be dealt with as :class:`subprocess.Popen`.

    ``stdin``, ``stdout`` and ``stderr`` are files; the last two are appended to.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        env: Mapping[str, str],
        stdin: Path = Path(os.devnull),
        stdout: Path,
        stderr: Path,
        start_new_session: bool = False,
    ) -> None:
        self._arguments = list(arguments)
        files = (stdin, stdout, stderr)
        self._process = _forks().Process(
            target=_command, args=(self._arguments, dict(env), files, Path.cwd(), _umask(), start_new_session)
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """The exit code (less than 0: minus the signal), None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """Until it has ended. Raises :class:`subprocess.TimeoutExpired`."""
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            raise subprocess.TimeoutExpired(self._arguments, timeout)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


@cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _command(
    arguments: list[str], env: dict[str, str], files: Sequence[Path], cwd: Path, umask: int, own_session: bool
) -> None:
    """In the new process."""
    flags = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_APPEND, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number, (file, how) in enumerate(zip(files, flags, strict=True)):
        descriptor = os.open(file, how, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin = os.fdopen(0, closefd=False)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    os.umask(umask)
    if own_session:
        os.setsid()
    watch_this_process()
    sys.argv = ["activation-server", *arguments]
    cli.main()
