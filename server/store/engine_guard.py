"""Keeps the embedded database from outliving the service, however the service ends.

Run as a process of its own between the two: ``python -m server.store.engine_guard LOCK_FILE PORT PROGRAM ARGUMENT…``.
The service holds the other end of standard input and never writes to it; when the service is gone, killed or not, the
pipe ends and the guard stops the database. While the database runs the guard holds the lock, so that a service
restarted at once waits for the old database to let go of its files.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

#: Seconds a predecessor's database may take to let go of the files.
LOCK_WAIT = 30
#: Seconds the database may take to close its files.
STOP_WAIT = 20
_KNOCK = 0.02  # seconds between two looks at an engine that is ending
#: So many connections it takes after the signal, and it has not heard it.
_DEAF = 20
#: Exit code: the lock was not to be had.
EXIT_LOCKED = 75


def main(arguments: list[str]) -> int:
    """Run the program until it ends or standard input does; answer its exit code."""
    lock_file, port, *command = arguments
    try:
        with FileLock(Path(lock_file), timeout=LOCK_WAIT):
            return _run(command, int(port))
    except Timeout:
        return EXIT_LOCKED


def _run(command: list[str], port: int) -> int:
    engine = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - the service's own command

    def stop_when_the_service_is_gone() -> None:
        while os.read(0, 1):  # not by way of sys.stdin: its lock, held in a thread, aborts an interpreter that ends
            pass
        engine.terminate()
        if not _ends(engine, port):
            engine.kill()

    threading.Thread(target=stop_when_the_service_is_gone, daemon=True).start()
    return engine.wait()


def _ends(engine: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the engine has ended; False when it takes too long.

    It closes the socket it listens on, which does not wake the thread that waits for a connection there, and gives that
    thread two seconds. A connection wakes it at once. One that goes on taking connections has not heard the signal: it
    came in the moment before the engine's main thread fell asleep, and only another one wakes that.
    """
    taken = 0
    deadline = time.monotonic() + STOP_WAIT
    while time.monotonic() < deadline:
        with suppress(OSError):  # refused: nobody listens any more
            socket.create_connection(("127.0.0.1", port), timeout=_KNOCK).close()
            taken += 1
        if taken == _DEAF:
            engine.terminate()
            taken = 0
        with suppress(subprocess.TimeoutExpired):
            engine.wait(_KNOCK)
            return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
