"""Killed at any moment, by SIGKILL: afterwards every lead has exactly one user, and every user one email."""

from __future__ import annotations

import asyncio
import random

import psutil
import pytest

from tests.system.admin import AdminClient, is_empty, is_finished
from tests.system.conftest import Servers
from tests.system.mail_server import MailServer
from tests.system.processes import ServerProcess
from tests.system.reconciliation import check_books, read_books

LEADS = 150
KILLS = 6


@pytest.fixture
def service(servers: Servers, mail_server: MailServer) -> ServerProcess:
    """A running service with an admin and leads."""
    server = servers(**mail_server.settings, QUEUE_BATCH_SIZE="50", QUEUE_INTERVAL="1")
    server.start()
    server.add_admin()
    server.import_leads(LEADS)
    return server


async def finish(service: ServerProcess, ann: AdminClient, activation: str) -> None:
    """Wait for the end of the activation, asked for before a kill, and of sending."""
    ann.activations[activation] = await ann.ask("GET", f"/api/activations/{activation}")
    await ann.activation(activation, is_finished)
    await ann.all_sent()


async def test_killed_while_creating_users_it_goes_on_where_it_was(
    service: ServerProcess, mail_server: MailServer
) -> None:
    ann = AdminClient(service)
    await ann.log_in()
    await ann.connect()
    activation = await ann.activate(LEADS)
    seen = await ann.activation(activation, lambda news: news["created"] > 0)
    assert not is_finished(seen)

    await asyncio.to_thread(service.kill)
    await ann.disconnect()
    await asyncio.to_thread(service.start)
    await ann.connect()
    await finish(service, ann, activation)

    books = await read_books(service)
    check_books(books, mail_server.received)
    assert set(books.leads.values()) == {"activated"}
    assert ann.activations[activation]["created"] == LEADS
    await ann.disconnect()


async def test_killed_again_and_again_it_still_gets_everything_done(
    service: ServerProcess, mail_server: MailServer
) -> None:
    chance = random.Random(20)
    ann = AdminClient(service)
    await ann.log_in()
    await ann.connect()
    activation = await ann.activate(LEADS)
    uncertain = 0
    for _ in range(KILLS):
        arrived = len(mail_server.received)
        news = len(ann.statuses) + chance.randint(1, 4)
        await ann.queue(lambda status, news=news: len(ann.statuses) >= news or is_empty(status))
        await asyncio.to_thread(service.kill)
        uncertain += len(mail_server.received) - arrived
        await ann.disconnect()
        await asyncio.to_thread(service.start)
        await ann.connect()
    await finish(service, ann, activation)

    books = await read_books(service)
    twice = check_books(books, mail_server.received)
    assert len(twice) <= uncertain
    assert set(books.leads.values()) == {"activated"}
    await ann.disconnect()


async def test_a_database_killed_while_sending_is_started_again_and_nothing_is_lost(
    service: ServerProcess, mail_server: MailServer
) -> None:
    ann = AdminClient(service)
    await ann.log_in()
    await ann.connect()
    mail_server.withhold_answers(after=30)
    activation = await ann.activate(LEADS)
    await ann.activation(activation, is_finished)
    await asyncio.to_thread(mail_server.wait_for, 31)

    engine = engine_of(service)
    engine.kill()
    await asyncio.to_thread(psutil.wait_procs, [engine], 10)
    mail_server.release()
    await asyncio.to_thread(mail_server.wait_for, LEADS)
    await ann.all_sent()

    twice = check_books(await read_books(service), mail_server.received)
    assert not twice, "the service itself was never gone, so it knows what was answered"
    assert service.log.index("embedded database died") < service.log.index("embedded database is back")
    assert service.log.index("database away") < service.log.index('"database is back"')
    assert engine_of(service).pid != engine.pid
    await ann.disconnect()


def engine_of(service: ServerProcess) -> psutil.Process:
    """The database's process."""
    found = [child for child in psutil.Process(service.pid).children(recursive=True) if "secantusd" in child.name()]
    assert len(found) == 1
    return found[0]
