"""Ports on this machine for servers that a test starts."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterable

from tests.waiting import LIMIT


def free_ports(count: int) -> list[int]:
    """So many that nobody listens on, all different."""
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def until_listening(process: subprocess.Popen[bytes], ports: Iterable[int]) -> None:
    """Wait until that process, or one of its children, takes connections on all of them."""
    deadline = time.monotonic() + LIMIT
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=LIMIT).close()
                break
            except ConnectionRefusedError:
                assert process.poll() is None, "the server has ended"
                assert time.monotonic() < deadline, "the server does not listen"
                time.sleep(0.05)
