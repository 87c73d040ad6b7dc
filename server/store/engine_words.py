"""Why the embedded engine has ended, out of what it has said: as a sentence with the way out where that is known."""

from __future__ import annotations

import os
import re
from pathlib import Path

from server.errors import NotNow, StartError, WrongSetup

#: So much of what it said last is looked at: an exception and what came before it.
_TAIL = 16 * 1024  # bytes
#: WiredTiger's words for files that are not what they were (``wiredtiger.in``; ``WT_ERROR`` comes of an empty one).
_DAMAGED = re.compile(r"WT_TRY_SALVAGE|WT_PANIC|WT_ERROR|checksum|corrupt", re.IGNORECASE)
#: Lines of a traceback that only say where.
_WHERE = re.compile(r"^(\s|Traceback )")


def why_it_ended(code: int, said: str, data_dir: Path) -> StartError:
    """``code``: its exit code. ``said``: what it has written since it was started."""
    log = data_dir / "database.log"
    if "Permission denied" in said:
        return _not_permitted(data_dir)
    if "No space left on device" in said:
        return NotNow(f"The disk of {data_dir} is full. Make room.")
    if "Read-only file system" in said:
        return NotNow(f"The disk of {data_dir} can only be read. Look at the system's log: it may be failing.")
    if "Address already in use" in said:
        return NotNow("The port of the embedded database was taken by another program in the same moment.")
    if _DAMAGED.search(said):
        return WrongSetup(
            f"The files of the database in {data_dir / 'database'} are damaged. Put a backup of {data_dir} in its "
            f"place; leave the damaged one beside it, there may be more in it. What was found is in {log}."
        )
    lines = [line for line in said.splitlines() if line.strip() and not _WHERE.match(line)]
    reason = f": {lines[-1].strip()[:300]}" if lines else ""
    return NotNow(f"The embedded database ended at once (exit code {code}){reason}. Its messages are in {log}.")


def said_since(log: Path, start: int) -> str:
    """What was written to the file from there on, its end at most."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(start, size - _TAIL))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _not_permitted(data_dir: Path) -> WrongSetup:
    for path in (data_dir / "database", *sorted((data_dir / "database").glob("*"))):
        if not os.access(path, os.R_OK | os.W_OK):
            return WrongSetup(
                f"{path} belongs to {_owner(path)} and may not be read and written by this user{_fix(data_dir)}."
            )
    return WrongSetup(f"The files of the database in {data_dir / 'database'} may not be used by this user.")


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, NotImplementedError):  # a user that is gone; Windows
        return f"user {path.stat().st_uid}"


def _fix(data_dir: Path) -> str:
    if os.name != "posix":
        return ""
    return f". Fix: chown -R {os.geteuid()}:{os.getegid()} {data_dir} && chmod -R u+rwX {data_dir}"
