"""Keeps the embedded database from outliving the service, however the service ends.

Run as a process of its own between the two: ``python -m server.store.engine_guard LOCK_FILE PROGRAM ARGUMENT…``. The
service holds the other end of standard input and never writes to it; when the service is gone, killed or not, the pipe
ends and the guard stops the database. While the database runs the guard holds the lock, so that a service restarted at
once waits for the old database to let go of its files.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from filelock import FileLock, Timeout

#: Seconds a predecessor's database may take to let go of the files.
LOCK_WAIT = 30
#: Seconds the database may take to close its files.
STOP_WAIT = 20
#: Exit code: the lock was not to be had.
EXIT_LOCKED = 75


def main(arguments: list[str]) -> int:
    """Run the program until it ends or standard input does; answer its exit code."""
    lock_file, *command = arguments
    try:
        with FileLock(Path(lock_file), timeout=LOCK_WAIT):
            return _run(command)
    except Timeout:
        return EXIT_LOCKED


def _run(command: list[str]) -> int:
    engine = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - the service's own command

    def stop_when_the_service_is_gone() -> None:
        sys.stdin.buffer.read()
        engine.terminate()
        try:
            engine.wait(STOP_WAIT)
        except subprocess.TimeoutExpired:
            engine.kill()

    threading.Thread(target=stop_when_the_service_is_gone, daemon=True).start()
    return engine.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
