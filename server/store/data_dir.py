"""The directory that holds what this server keeps: made, checked and locked before anything starts."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from server.errors import NotNow, WrongSetup

#: Bytes that must be free for the database to work at all.
MIN_FREE = 64 * 2**20


def prepare(path: Path) -> Path:
    """Make the directory (for this user alone) and make sure that it can be written to and has room.

    Raises :class:`StartError` with one line that names the directory.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        _keep_others_out(path)
        probe = path / f".probe-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
        free = shutil.disk_usage(path).free
    except OSError as error:
        raise NotNow(
            f"The data directory {path} cannot be used ({error.strerror}). "
            "Make it writable for this user, or choose another with --data-dir."
        ) from error
    if free < MIN_FREE:
        raise NotNow(
            f"The disk of the data directory {path} is full ({free // 2**20} MB free, {MIN_FREE // 2**20} MB needed). "
            "Make room, or choose another with --data-dir."
        )
    return path


#: Files that hold a secret; they may have come back from a backup with the rights of other files.
_SECRETS = ("master.key", "master.key.next", "database.password", "database.json")


def _keep_others_out(path: Path) -> None:
    """Set the rights of what is ours. Raises :class:`WrongSetup` where others may look in and it is not ours."""
    if os.name != "posix":
        return
    if path.stat().st_uid == os.getuid():
        path.chmod(0o700)
    elif path.stat().st_mode & stat.S_IRWXO:
        raise WrongSetup(
            f"The data directory {path} belongs to another user and is open to everybody. It holds secrets. "
            f"Fix: chmod o-rwx {path}, or choose another with --data-dir."
        )
    for file in (path / name for name in _SECRETS):
        if file.exists() and file.stat().st_uid == os.getuid():
            file.chmod(0o600)


#: Seconds that whoever wants the directory waits for it: a command looks whether it is held by trying to hold it.
LOCK_WAIT = 1.0


@contextmanager
def lock(path: Path, *, wait: float = LOCK_WAIT) -> Iterator[None]:
    """Hold the directory for this process alone; the operating system lets go of it when the process ends.

    Raises :class:`NotNow` when another server holds it.
    """
    try:
        with FileLock(path / "server.lock", timeout=wait):
            yield
    except Timeout as error:
        raise NotNow(
            f"The data directory {path} is in use by another server. Stop that one, or choose another with --data-dir."
        ) from error


def is_locked(path: Path) -> bool:
    """Whether a server is running on this directory."""
    try:
        with lock(path, wait=0):
            return False
    except NotNow:
        return True
