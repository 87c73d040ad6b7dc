"""Real services for system tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import real_database
from tests.system.external_database import ExternalDatabase, RealDatabase
from tests.system.mail_server import MailServer
from tests.system.processes import ServerProcess
from tests.system.stepwise_mail_server import StepwiseMailServer

Servers = Callable[..., ServerProcess]


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    """Makes services by their settings; ends them all."""
    made: list[ServerProcess] = []

    def make(*, first_start: bool = False, **settings: str) -> ServerProcess:
        server = ServerProcess(tmp_path / f"data{len(made)}", first_start=first_start, **settings)
        made.append(server)
        return server

    yield make
    for server in made:
        server.end()


@pytest.fixture
def server(servers: Servers) -> ServerProcess:
    """A running service with an admin."""
    server = servers()
    server.start()
    server.add_admin()
    return server


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that outlives the service."""
    mail_server = MailServer()
    mail_server.start()
    yield mail_server
    mail_server.stop()


@pytest.fixture
def stepwise_mail_server() -> Iterator[StepwiseMailServer]:
    """A mail server that can go and come back, and fall silent."""
    mail_server = StepwiseMailServer()
    mail_server.start()
    yield mail_server
    mail_server.end()


@pytest.fixture
def external_database(tmp_path: Path) -> Iterator[ExternalDatabase | RealDatabase]:
    """A database beside the services."""
    real = real_database.URI
    database = ExternalDatabase(tmp_path / "external") if real is None else RealDatabase(real)
    database.start()
    yield database
    database.end()
