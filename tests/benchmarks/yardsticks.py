"""Other programs of the kind, measured beside ours on the same database engine and the same mail server."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent
#: What they need is put here, once, and never into our own environment.
_BUILD = Path("build") / "benchmarks"

_LONGEST = 1_800  # seconds


class NotHere(Exception):
    """What is needed for it cannot be had on this machine."""


def node(uri: str, smtp_port: int, leads: int, mode: str) -> dict[str, float]:
    """Leads per second by phase (``activate``, ``drain``) of the Node stack; ``mode``: ``pooled`` or ``sequential``.

    Raises :class:`NotHere`.
    """
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        raise NotHere("node and npm are not installed")
    directory = _BUILD / "peer_node"
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "peer.mjs"):
        shutil.copy(_HERE / "peer_node" / name, directory)
    if not (directory / "node_modules").exists():
        _install([npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], directory)
    command = [program, "peer.mjs", uri, str(smtp_port), str(leads), mode]
    phases = [json.loads(line) for line in _run(command, directory).splitlines()]
    check = phases.pop()
    assert (check["left"], check["failed"]) == (0, 0), check
    return {phase["phase"]: leads / phase["seconds"] for phase in phases}


def post_office(smtp_port: int, emails: int, threads: int) -> float:
    """Emails per second of django-post_office on SQLite, with so many connections. Raises :class:`NotHere`."""
    environment = _BUILD / "post_office"
    python = environment / "bin" / "python"
    if not (environment / "complete").exists():
        _install([sys.executable, "-m", "venv", "--clear", str(environment)], Path())
        _install([str(python), "-m", "pip", "install", "--quiet", "django>=5,<6", "django-post_office>=3.9"], Path())
        (environment / "complete").touch()
    output = _run([str(python), str(_HERE / "django_queue.py"), str(smtp_port), str(emails), str(threads)], Path())
    return emails / float(json.loads(output.splitlines()[-1])["seconds"])


def _install(command: list[str], directory: Path) -> None:
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        said = (result.stderr or result.stdout).strip().splitlines()
        raise NotHere(f"it cannot be installed ({said[-1] if said else f'exit code {result.returncode}'})")


def _run(command: list[str], directory: Path) -> str:
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, timeout=_LONGEST)
    assert result.returncode == 0, result.stderr
    return result.stdout
