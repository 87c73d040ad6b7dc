"""Database or mail server gone for a while: nothing is lost, the service says so, and goes on by itself."""

from __future__ import annotations

import asyncio
import sys
import threading
import urllib.error
from collections.abc import AsyncIterator

import pytest

from server.contract import Phrase
from tests.system import watchful_server
from tests.system.admin import AdminClient, is_empty, is_finished
from tests.system.conftest import Servers
from tests.system.external_database import ExternalDatabase
from tests.system.processes import ServerProcess
from tests.system.reconciliation import check_books, read_books
from tests.system.stepwise_mail_server import Point, StepwiseMailServer
from tests.waiting import LIMIT

LEADS = 60
MANY = 250  # more than one transaction takes


async def ready(server: ServerProcess) -> AdminClient:
    """The service runs, with leads and an admin who listens."""
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(server.add_admin)
    await asyncio.to_thread(server.import_leads, LEADS)
    ann = AdminClient(server)
    await ann.log_in()
    await ann.connect()
    return ann


@pytest.fixture
async def outside(
    external_database: ExternalDatabase, servers: Servers, stepwise_mail_server: StepwiseMailServer
) -> AsyncIterator[tuple[ServerProcess, AdminClient]]:
    """A service on the external database, and its admin."""
    server = servers(
        **stepwise_mail_server.settings, MONGODB_URI=external_database.uri, QUEUE_BATCH_SIZE="10", QUEUE_INTERVAL="0.5"
    )
    ann = await ready(server)
    yield server, ann
    await ann.disconnect()


async def readiness(server: ServerProcess) -> str:
    """What the service says to those who ask whether it can work."""

    def ask() -> str:
        try:
            return str(server.request("GET", "/readyz")["status"])
        except urllib.error.HTTPError as error:
            with error:
                return f"{error.code} {error.read().decode()}"

    return await asyncio.to_thread(ask)


async def unready(server: ServerProcess) -> None:
    """Wait until it says that its database does not answer; what was just found stands for two seconds."""
    async with asyncio.timeout(LIMIT):
        while await readiness(server) != '503 {"status":"database unreachable"}':
            pass


async def test_a_database_gone_while_sending(
    outside: tuple[ServerProcess, AdminClient],
    stepwise_mail_server: StepwiseMailServer,
    external_database: ExternalDatabase,
) -> None:
    service, ann = outside
    # However fast it is, it is still sending when the database goes.
    gone = threading.Event()
    stepwise_mail_server.watch = lambda _: len(stepwise_mail_server.received) < 5 or gone.wait(LIMIT)
    activation = await ann.activate(LEADS)
    await ann.activation(activation, is_finished)
    await asyncio.to_thread(stepwise_mail_server.wait_for, 5)

    await asyncio.to_thread(external_database.kill)
    gone.set()
    await unready(service)
    await asyncio.to_thread(external_database.start)

    await asyncio.to_thread(stepwise_mail_server.wait_for, LEADS)
    await ann.all_sent()
    assert await readiness(service) == "ok"
    assert service.log.index("database away") < service.log.index("database is back")
    assert not check_books(await read_books(service), stepwise_mail_server.received)


async def test_a_database_gone_while_creating_users(
    outside: tuple[ServerProcess, AdminClient],
    stepwise_mail_server: StepwiseMailServer,
    external_database: ExternalDatabase,
) -> None:
    service, ann = outside
    await asyncio.to_thread(service.import_leads, MANY)
    activation = await ann.activate(MANY)
    seen = await ann.activation(activation, lambda news: news["created"] > 0)
    assert not is_finished(seen)

    await asyncio.to_thread(external_database.kill)
    await unready(service)
    await asyncio.to_thread(external_database.start)

    seen = await ann.activation(activation, is_finished)
    assert seen["created"] == MANY
    await asyncio.to_thread(stepwise_mail_server.wait_for, MANY)
    await ann.all_sent()
    assert service.log.index("database away") < service.log.index("database is back")
    assert not check_books(await read_books(service), stepwise_mail_server.received)


async def test_a_database_that_does_nothing_is_told_to_everybody_who_listens(
    external_database: ExternalDatabase, servers: Servers
) -> None:
    service = servers(MONGODB_URI=external_database.uri)
    service.command = (sys.executable, "-m", watchful_server.__name__)
    ann = await ready(service)
    try:
        external_database.freeze()
        alert = await ann.alert(lambda alert: alert["code"] == "database" and alert["active"])
        assert alert["sentence"]["code"] == Phrase.DATABASE_SILENT.code
        assert await readiness(service) == '503 {"status":"the database does not answer"}'

        external_database.thaw()
        await ann.alert(lambda alert: alert["code"] == "database" and not alert["active"])
        async with asyncio.timeout(LIMIT):
            while await readiness(service) != "ok":
                pass
        assert service.log.count('"trouble": "silent"') == 1
        assert service.log.count("the database works again") == 1
    finally:
        external_database.thaw()
        await ann.disconnect()


async def test_a_mail_server_gone_while_sending_pauses_the_queue_and_charges_nothing(
    servers: Servers, stepwise_mail_server: StepwiseMailServer
) -> None:
    service = servers(**stepwise_mail_server.settings, QUEUE_BATCH_SIZE="20", QUEUE_INTERVAL="15")
    ann = await ready(service)
    activation = await ann.activate(40)
    await asyncio.to_thread(stepwise_mail_server.wait_for, 20)  # the others have to wait

    async def nothing_is_under_way() -> bool:
        return bool((await ann.ask("GET", "/api/queue/status"))["processing"] == 0)

    await ann.until(nothing_is_under_way, "emails are still being sent", seconds=10)
    await asyncio.to_thread(stepwise_mail_server.stop)
    await ann.activation(activation, is_finished)
    alert = await ann.alert(lambda alert: alert["active"])
    assert alert["code"] == "unreachable"
    assert "mail server cannot be reached" in alert["message"]
    await asyncio.to_thread(stepwise_mail_server.start)

    await ann.alert(lambda alert: not alert["active"])
    await asyncio.to_thread(stepwise_mail_server.wait_for, 40)
    await ann.all_sent()
    await ann.disconnect()
    assert "sending stands still" in service.log
    assert "sending goes on" in service.log
    books = await read_books(service)
    assert not check_books(books, stepwise_mail_server.received)
    assert set(books.attempts.values()) == {1}


async def test_a_mail_server_that_falls_silent_is_given_up_on_after_the_time_limit(
    servers: Servers, stepwise_mail_server: StepwiseMailServer
) -> None:
    service = servers(**stepwise_mail_server.settings, SMTP_TIMEOUT="3", QUEUE_BATCH_SIZE="20", QUEUE_INTERVAL="0.5")
    stepwise_mail_server.silent_at = Point.GREETING
    ann = await ready(service)
    activation = await ann.activate(LEADS)
    await ann.activation(activation, is_finished)

    alert = await ann.alert(lambda alert: alert["active"])
    assert alert["code"] == "unreachable"
    stepwise_mail_server.silent_at = None
    await ann.alert(lambda alert: not alert["active"])
    await asyncio.to_thread(stepwise_mail_server.wait_for, LEADS)
    await ann.all_sent()
    await ann.disconnect()

    books = await read_books(service)
    assert not check_books(books, stepwise_mail_server.received)
    assert set(books.attempts.values()) == {1}


async def test_a_mail_server_that_keeps_its_answer_to_itself_leaves_uncertain_emails(
    servers: Servers, stepwise_mail_server: StepwiseMailServer
) -> None:
    service = servers(**stepwise_mail_server.settings, SMTP_TIMEOUT="3", QUEUE_UNCERTAIN="hold", QUEUE_CONNECTIONS="2")
    stepwise_mail_server.silent_at = Point.MESSAGE
    ann = await ready(service)
    activation = await ann.activate(5)
    await ann.activation(activation, is_finished)
    for arrived in range(1, 6):  # it would have ten minutes for each answer
        await asyncio.to_thread(stepwise_mail_server.wait_for, arrived)
        stepwise_mail_server.drop_all()
    await ann.queue(lambda status: is_empty(status) and status["failed"] == 5)
    await ann.disconnect()

    books = await read_books(service)
    assert not check_books(books, stepwise_mail_server.received)
    assert books.failed == books.users
    assert set(books.uncertain.values()) == {1}
    assert all("whether it was delivered is not known" in error for error in books.errors.values())
