"""Commands of the service, for tests that call many of them: most of a command's time goes into its imports.

Each is a process of its own, with the entry point, environment, input and output of a command, forked from one that has
done the imports and nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory

from server import cli
from tests.waiting import LIMIT


def run_command(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    input: str = "",  # noqa: A002
    seconds: float = LIMIT,
) -> subprocess.CompletedProcess[str]:
    """As :func:`subprocess.run` does it. Raises :class:`subprocess.TimeoutExpired`."""
    with TemporaryDirectory() as made:
        directory = Path(made)
        (directory / "stdin").write_text(input)
        command = _forks().Process(target=_command, args=(directory, list(arguments), dict(env), Path.cwd(), _umask()))
        command.start()
        command.join(seconds)
        if command.exitcode is None:
            command.kill()
            command.join()
            raise subprocess.TimeoutExpired(arguments, seconds)
        code = command.exitcode
        command.close()
        said = [(directory / name).read_text() for name in ("stdout", "stderr")]
        return subprocess.CompletedProcess(list(arguments), code, *said)


@cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _command(directory: Path, arguments: list[str], env: dict[str, str], cwd: Path, umask: int) -> None:
    """In the process of the command."""
    for number, (name, flags) in enumerate(
        (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY | os.O_CREAT), ("stderr", os.O_WRONLY | os.O_CREAT))
    ):
        descriptor = os.open(directory / name, flags, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin = os.fdopen(0, closefd=False)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    os.umask(umask)
    sys.argv = ["activation-server", *arguments]
    cli.main()
