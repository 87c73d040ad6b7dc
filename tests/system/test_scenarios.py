"""The four scenarios of the request, over real processes: whatever admins and servers do, every email goes out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.system.admin import AdminClient, is_empty, is_finished
from tests.system.conftest import Servers
from tests.system.mail_server import MailServer
from tests.system.processes import ServerProcess
from tests.system.reconciliation import check_books, read_books

LEADS = 100

#: Emails that one service has under way at most, by default.
CONNECTIONS = 5


@pytest.fixture
def service(servers: Servers, mail_server: MailServer) -> ServerProcess:
    """A running service with two admins and leads; two seconds stand for the thirty of real life."""
    server = servers(**mail_server.settings, QUEUE_BATCH_SIZE="50", QUEUE_INTERVAL="2")
    server.start()
    server.add_admin("ann")
    server.add_admin("bob")
    server.import_leads(LEADS)
    return server


@pytest.fixture
async def ann(service: ServerProcess) -> AsyncIterator[AdminClient]:
    """The first admin, logged in and listening."""
    admin = AdminClient(service, "ann")
    await admin.log_in()
    await admin.connect()
    yield admin
    await admin.disconnect()


async def test_emails_go_out_while_the_admin_is_logged_out(
    service: ServerProcess, mail_server: MailServer, ann: AdminClient
) -> None:
    activation = await ann.activate(LEADS)
    await ann.activation(activation, is_finished)
    await ann.log_out()

    await asyncio.to_thread(mail_server.wait_for, LEADS)

    await ann.log_in()
    await ann.connect()
    await ann.all_sent()
    books = await read_books(service)
    assert not check_books(books, mail_server.received)
    assert not books.pending
    assert len(mail_server.received) == LEADS


async def test_terminated_while_sending_it_finishes_what_it_has_in_hand_and_the_rest_later(
    service: ServerProcess, mail_server: MailServer, ann: AdminClient
) -> None:
    mail_server.withhold_answers(after=20)
    activation = await ann.activate(LEADS)
    await ann.activation(activation, is_finished)
    await asyncio.to_thread(mail_server.wait_for, 22)  # two are here whose senders wait for the answer
    await ann.disconnect()

    stopping = asyncio.create_task(asyncio.to_thread(service.stop))
    mail_server.release()
    assert await stopping == 0
    assert len(mail_server.received) < LEADS
    await asyncio.to_thread(service.start)

    await asyncio.to_thread(mail_server.wait_for, LEADS)
    await ann.connect()
    await ann.all_sent()
    assert not check_books(await read_books(service), mail_server.received)
    assert len(mail_server.received) == LEADS


async def test_killed_while_sending_it_loses_nothing_and_repeats_only_what_had_no_answer(
    service: ServerProcess, mail_server: MailServer, ann: AdminClient
) -> None:
    mail_server.withhold_answers(after=20)
    activation = await ann.activate(LEADS)
    await ann.activation(activation, is_finished)
    await asyncio.to_thread(mail_server.wait_for, 22)
    await ann.disconnect()

    await asyncio.to_thread(service.kill)
    in_flight = mail_server.received[20:]
    mail_server.release()
    await asyncio.to_thread(service.start)

    await asyncio.to_thread(mail_server.wait_for, LEADS + len(in_flight))
    await ann.connect()
    await ann.all_sent()
    twice = check_books(await read_books(service), mail_server.received)
    assert {message.recipient for message in in_flight} <= twice
    # Besides, an answer may have come in the moment before the kill, and its row could not be settled any more.
    assert len(twice) <= len(in_flight) + CONNECTIONS


async def test_six_reconnects_see_the_right_count_at_once_and_sending_never_stops(
    servers: Servers, mail_server: MailServer
) -> None:
    service = servers(**mail_server.settings, QUEUE_BATCH_SIZE="5", QUEUE_INTERVAL="1")
    service.start()
    service.add_admin()
    service.import_leads(50)
    ann = AdminClient(service)
    await ann.log_in()
    await ann.connect()
    activation = await ann.activate(50)
    await ann.activation(activation, is_finished)

    for _ in range(6):
        await ann.disconnect()
        arrived = len(mail_server.received)
        before = await ann.ask("GET", "/api/queue/status")
        greeting = await ann.connect()
        after = await ann.ask("GET", "/api/queue/status")
        assert set(greeting) == {"pending", "processing", "failed", "total", "timestamp"}
        assert before["total"] >= greeting["total"] >= after["total"]
        assert greeting["failed"] == 0
        await asyncio.to_thread(mail_server.wait_for, arrived + 1)

    await ann.all_sent()
    await ann.disconnect()
    assert not check_books(await read_books(service), mail_server.received)
    assert len(mail_server.received) == 50


async def test_a_second_admin_sees_the_count_go_down(
    service: ServerProcess, mail_server: MailServer, ann: AdminClient
) -> None:
    bob = AdminClient(service, "bob")
    await bob.log_in()
    assert is_empty(await bob.connect())
    mail_server.withhold_answers(after=0)  # first the count goes up, then down
    activation = await ann.activate(LEADS)
    await ann.activation(activation, is_finished)
    mail_server.release()
    await ann.all_sent()
    await asyncio.gather(ann.queue(is_empty), bob.queue(is_empty))
    await bob.disconnect()

    seen = [status["total"] for status in bob.statuses]
    peak = seen.index(max(seen))
    assert max(seen) > 0
    assert seen[: peak + 1] == sorted(seen[: peak + 1])
    assert seen[peak:] == sorted(seen[peak:], reverse=True)
    assert len(set(seen[peak:])) > 2
    assert seen[-5:] == [status["total"] for status in ann.statuses][-5:]
