"""Commands beside the service, from their start to their end."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.system.forks import Fork
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
        stdin, stdout, stderr = (Path(made, name) for name in ("stdin", "stdout", "stderr"))
        stdin.write_text(input)
        command = Fork(arguments, env=env, stdin=stdin, stdout=stdout, stderr=stderr)
        try:
            code = command.wait(seconds)
        except subprocess.TimeoutExpired:
            command.kill()
            command.wait(LIMIT)
            raise
        return subprocess.CompletedProcess(list(arguments), code, stdout.read_text(), stderr.read_text())
