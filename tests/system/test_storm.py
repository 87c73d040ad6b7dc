"""Whoever keeps a service busy keeps nobody from logging in, and no email from leaving.

``make storm`` does it with 1,000 connections, and says how long an owner's logins took and what the service needed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from server.contract import Role
from tests.system.api import Api
from tests.system.conftest import Servers
from tests.system.mail_server import MailServer
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

_LONG = "STORM" in os.environ
_CONNECTIONS = int(os.environ.get("STORM", "60"))
_LEADS = 20
_LOGINS = 20 if _LONG else 3
#: Of the long form: what an admin puts up with, and what a machine has.
_LONGEST_LOGIN = 2.0
_MOST_MEMORY = 200 * 2**20
_MOST_LOG = 100_000


@contextmanager
def storm(service: ServerProcess, token: str) -> Iterator[None]:
    """Around the service."""
    command = [sys.executable, "-m", "tests.system.storm", str(service.port), token, str(_CONNECTIONS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as blowing:
        assert blowing.stdout is not None
        try:
            assert blowing.stdout.readline() == b"blowing\n"
            yield
            assert blowing.poll() is None
        finally:
            blowing.kill()


def logins(service: ServerProcess) -> Iterator[float]:
    """Seconds that each of an owner takes, from where the owner always comes from."""
    for _ in range(_LOGINS):
        begun = time.monotonic()
        assert service.login()
        yield time.monotonic() - begun


@pytest.mark.timeout(LIMIT * 5)
def test_a_storm_keeps_nobody_from_logging_in_and_no_email_from_leaving(
    servers: Servers, mail_server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    service = servers(**mail_server.settings, QUEUE_BATCH_SIZE="50", QUEUE_INTERVAL="1")
    service.start()
    service.add_admin()
    service.add_admin("eve", role=Role.VIEWER)
    service.import_leads(_LEADS)
    service.login()  # so that the owner is known from here
    process = psutil.Process(service.pid)
    before, said_before = process.memory_info().rss, len(service.log)
    with storm(service, service.login("eve")):
        took = list(logins(service))
        api = Api(service, service.login())
        assert (
            api.ask("POST", "/api/activations", {"requestId": "storm-0001", "selection": {"matching": {}}}).status
            == 202
        )
        mail_server.wait_for(_LEADS)
        took += logins(service)
        assert api.ask("GET", "/readyz").status == 200
        memory, said = process.memory_info().rss - before, len(service.log) - said_before
    assert len({message.message_id for message in mail_server.received}) == len(mail_server.received) == _LEADS
    assert not service.complaints()
    assert said < _MOST_LOG
    if _LONG:
        with capsys.disabled():
            print(
                f"\n{_CONNECTIONS} connections: {len(took)} logins took {min(took):.2f} to {max(took):.2f} s; "
                f"{memory / 2**20:.0f} MB more memory, {said / 1000:.0f} KB of log"
            )
        assert max(took) <= _LONGEST_LOGIN
        assert memory <= _MOST_MEMORY
