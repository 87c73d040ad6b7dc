"""Elections under a service at work: it goes on, loses nothing, and sends nothing twice without saying so.

``ELECTIONS=50 make elections`` lets fifty of each come one after the other.
"""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from server.store.client import connect
from server.store.master_key import MASTER_KEY_BYTES
from tests.system.admin import AdminClient, is_finished
from tests.system.conftest import Servers
from tests.system.external_database import ExternalDatabase
from tests.system.processes import ServerProcess, wait_until
from tests.system.reconciliation import check_books, read_books
from tests.system.stepwise_mail_server import Point, StepwiseMailServer
from tests.system.two_faces import Fall, Half, TwoFaces
from tests.waiting import LIMIT

_ELECTIONS = int(os.environ.get("ELECTIONS", "2"))
_LONG = "ELECTIONS" in os.environ

#: Emails between two elections, and after how many of them the next one comes.
_LEADS, _SENT = 40, 10
_FALLS = (Fall.STEPS_DOWN, Fall.CUT_OFF, Fall.FREEZES)


@pytest.fixture
def two_faces(external_database: ExternalDatabase) -> Iterator[TwoFaces]:
    """A set of two."""
    faces = TwoFaces(external_database.port)
    faces.start()
    yield faces
    faces.end()


@pytest.fixture
async def service(
    two_faces: TwoFaces, servers: Servers, stepwise_mail_server: StepwiseMailServer
) -> AsyncIterator[ServerProcess]:
    """On the set; it must be the same process in the end."""
    server = servers(**stepwise_mail_server.settings, MONGODB_URI=two_faces.uri, QUEUE_BATCH_SIZE="1000")
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(server.add_admin)
    pid = server.pid
    yield server
    assert server.is_running, server.log[-3000:]
    assert server.pid == pid


async def activate(service: ServerProcess, leads: int) -> str:
    """So many of those that are new, by an admin who is gone again before the database is."""
    ann = AdminClient(service)
    await ann.log_in()
    return await ann.activate(leads)


async def finish(service: ServerProcess, *activations: str) -> None:
    """Until all of it is done."""
    ann = AdminClient(service)
    await ann.log_in()
    for activation in activations:

        async def has_finished(activation: str = activation) -> bool:
            return is_finished(await ann.ask("GET", f"/api/activations/{activation}"))

        await ann.until(has_finished, "the activation did not finish", seconds=LIMIT)
    await ann.all_sent()


@contextmanager
def sending(mail_server: StepwiseMailServer) -> Iterator[None]:
    """Some emails have been sent, and no more are until this is over: however fast the service is, it is at work."""
    enough, over = len(mail_server.received) + _SENT, threading.Event()
    mail_server.watch = lambda _: len(mail_server.received) < enough or over.wait(LIMIT)
    try:
        mail_server.wait_for(enough)
        yield
    finally:
        over.set()


@contextmanager
def stopped(service: ServerProcess) -> Iterator[None]:
    """It stands still, and hears of nothing."""
    os.kill(service.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(service.pid, signal.SIGCONT)


async def in_hand(service: ServerProcess) -> set[str]:
    """To whom the emails go that workers hold."""
    return set((await read_books(service)).sending)


@pytest.mark.timeout(LIMIT * (_ELECTIONS + 2))
async def test_elections_while_users_are_made_and_emails_sent(
    service: ServerProcess, two_faces: TwoFaces, stepwise_mail_server: StepwiseMailServer
) -> None:
    """Each in the middle of an activation and of what it sends; nothing is given up either."""
    falls = _FALLS if _LONG else _FALLS[:2]
    for number in range(_ELECTIONS):
        await asyncio.to_thread(service.import_leads, (number + 1) * _LEADS)
        activation = await activate(service, _LEADS)
        with sending(stepwise_mail_server):
            await asyncio.to_thread(two_faces.elect, falls[number % len(falls)])
        await finish(service, activation)
    books = await read_books(service)
    doubled = check_books(books, stepwise_mail_server.received)
    print(f"\n{two_faces.elections - 1} elections, {books.delivered.total()} emails, {len(doubled)} twice and marked")
    assert not books.failed
    assert not service.complaints()


@pytest.mark.parametrize("half", Half)
async def test_half_of_a_set_that_lost_the_other_half_lets_nothing_leave_that_could_be_forgotten(
    service: ServerProcess,
    two_faces: TwoFaces,
    external_database: ExternalDatabase,
    stepwise_mail_server: StepwiseMailServer,
    half: Half,
) -> None:
    """Whatever has arrived at the mail server was confirmed to be on its way before."""
    await asyncio.to_thread(service.import_leads, _LEADS)
    activation = await activate(service, _LEADS)
    with sending(stepwise_mail_server):
        await asyncio.to_thread(two_faces.part, half)
    is_noticed = {
        Half.OLD_PRIMARY: lambda: two_faces.unconfirmed,
        Half.SECONDARY: lambda: "database away" in service.log,
    }
    await asyncio.to_thread(wait_until, is_noticed[half], "nothing was written meanwhile")
    async with connect(external_database.uri, service.database_name) as database:
        on_their_way = await database.pending.find({"stage": "handedOver"}, {"email": 1}).to_list()
        delivered = await database.deliveries.find({}, {"email": 1}).to_list()
    known = {row["email"] for row in (*on_their_way, *delivered)}
    assert {message.recipient for message in stepwise_mail_server.received} <= known
    await asyncio.to_thread(two_faces.mend)
    await finish(service, activation)
    books = await read_books(service)
    assert not check_books(books, stepwise_mail_server.received)
    assert books.delivered.total() == _LEADS
    assert not service.complaints()


async def test_a_new_primary_whose_clock_is_ahead_takes_nothing_out_of_anybodys_hands(
    two_faces: TwoFaces, servers: Servers, stepwise_mail_server: StepwiseMailServer
) -> None:
    """By that clock the leases of a service have ended, and another one looks before it has come to renew them."""
    key = base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).decode()
    settings = {**stepwise_mail_server.settings, "MONGODB_URI": two_faces.uri, "ACTIVATION_MASTER_KEY": key}
    busy, other = servers(**settings, QUEUE_CONNECTIONS="1"), servers(**settings, QUEUE_CONNECTIONS="2")
    stepwise_mail_server.silent_at = Point.MESSAGE
    await asyncio.to_thread(busy.start)
    await asyncio.to_thread(busy.add_admin)
    await asyncio.to_thread(busy.import_leads, 1)
    activations = [await activate(busy, 1)]
    await asyncio.to_thread(stepwise_mail_server.wait_for, 1)
    held = await in_hand(busy)
    assert held == {"lead0@firm.example"}
    await asyncio.to_thread(other.start)
    with stopped(busy):
        await asyncio.to_thread(two_faces.elect, Fall.STEPS_DOWN, ahead=timedelta(seconds=90))
        # Whoever sends something has looked before what others have left behind.
        stepwise_mail_server.silent_at = None
        await asyncio.to_thread(other.import_leads, 1, prefix="later")
        activations.append(await activate(other, 1))
        await asyncio.to_thread(stepwise_mail_server.wait_for, 2)
        assert "the database's clock jumped" in other.log
        assert held <= await in_hand(other)
    stepwise_mail_server.go_on()
    await finish(busy, *activations)
    assert not check_books(await read_books(busy), stepwise_mail_server.received)
    for each in (busy, other):
        assert "emails of a worker that is gone were taken back" not in each.log
