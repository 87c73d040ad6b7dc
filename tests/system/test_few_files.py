"""A service on a system that gives it few open files, and clients that would have them all."""

from __future__ import annotations

import json
import selectors
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.system.conftest import Servers
from tests.system.processes import COMMAND, ServerProcess

FILES = 200
CONNECTIONS = 2 * FILES
_WITH_FEW_FILES = (
    f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, ({FILES}, {FILES}));"
    "os.execv(sys.argv[1], sys.argv[1:])"
)
_HEAD = b"POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"


@contextmanager
def half_asked(service: ServerProcess, number: int) -> Iterator[list[socket.socket]]:
    """So many clients that have begun to log in and do not go on."""
    with ExitStack() as stack:
        clients = []
        for _ in range(number):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=10))
            client.sendall(_HEAD)
            clients.append(client)
        yield clients


def still_open(clients: list[socket.socket]) -> int:
    """How many the service has not hung up on."""
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client, selectors.EVENT_READ)
        return len(clients) - len(selector.select(0))


def test_open_files_are_left_for_admins_and_the_database(servers: Servers) -> None:
    service = servers()
    service.command = (sys.executable, "-c", _WITH_FEW_FILES, *COMMAND)
    service.start()
    service.add_admin()
    with half_asked(service, CONNECTIONS) as clients:
        token = service.login()
        assert service.request("GET", "/api/leads", token=token)["total"] == 0
        assert service.request("GET", "/readyz")
        assert 0 < still_open(clients) < FILES
        noted = [json.loads(line)["event"] for line in service.log.splitlines() if line.startswith("{")]
        assert "too many connections" in noted
        assert len(noted) < 20
    assert not service.complaints()
