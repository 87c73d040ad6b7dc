"""Emails leave through a real Exim into mailboxes, and what cannot be delivered comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import psutil
import pytest

from server.bounces.ours import Ours
from server.bounces.report import Kind, read
from server.smtp_accounts import SmtpSecurity, Trust
from tests.integration.mail.certificates import Authority
from tests.integration.mail.conftest import SOON, Queue, running, until_blocked
from tests.integration.mail.dovecot import Dovecot, running_dovecot
from tests.integration.mail.exim import FULL, MESSAGES, Exim, running_exim
from tests.integration.mail.letters import check, everything_in
from tests.integration.mail.loopback import PASSWORD

BOX = "box.example"
SENDER = "desk@sender.example"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One that nobody else knows."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """Keeps the mailboxes."""
    with running_dovecot() as dovecot:
        dovecot.add(SENDER)
        yield dovecot


@pytest.fixture(scope="module")
def exim(dovecot: Dovecot, authority: Authority) -> Iterator[Exim]:
    """One for all tests here."""
    with running_exim(dovecot, domains=[BOX, "sender.example"], certificate=authority.server_file()) as server:
        yield server


async def test_emails_arrive_as_they_were_written_over_more_connections_than_one(
    queue: Queue, exim: Exim, dovecot: Dovecot, authority: Authority
) -> None:
    people = [f"person{number}@{BOX}" for number in range(2 * MESSAGES + 1)]
    dovecot.add(*people, mailbox="all")
    await queue.add(*people)
    server = exim.address(
        "open", password=PASSWORD, security=SmtpSecurity.STARTTLS, trust=Trust(ca_file=authority.file)
    )
    async with running(queue.worker(server, QUEUE_CONNECTIONS="1", **SOON)):
        await queue.until_empty()
    check(await asyncio.to_thread(dovecot.arrived, people[0], len(people)), dict.fromkeys(people, "Ann"))
    assert await queue.database.deliveries.count_documents({"attempts": 1}) == len(people)
    assert "too many messages" in exim.log, "or this has tested nothing"
    open_still = [each.raddr for each in psutil.Process().net_connections() if each.raddr]
    assert exim.ports["open"] not in {port for _, port in open_still}, "the server has closed, and so must we"


async def test_what_comes_back_is_understood_and_holds_no_password(queue: Queue, exim: Exim, dovecot: Dovecot) -> None:
    ids = await queue.add(f"{FULL}@{BOX}", f"nobody@{BOX}")
    async with running(queue.worker(exim.address("open"), **SOON)):
        await queue.until_empty()
    bounces = await asyncio.to_thread(dovecot.arrived, SENDER, 2)
    assert not [each for each in map(everything_in, bounces) if "secret of" in each]
    reports = [report for each in bounces for report in read(each, Ours(frozenset({"sender.example"})))]
    assert {(each.kind, each.email_id, each.recipient, each.code) for each in reports} == {
        (Kind.FAILED, ids[0], f"{FULL}@{BOX}", "5.2.2"),
        (Kind.FAILED, ids[1], f"nobody@{BOX}", "5.1.1"),
    }


async def test_a_server_that_does_not_relay_stops_the_account_and_charges_nothing(queue: Queue, exim: Exim) -> None:
    await queue.add(*(f"person{number}@other.example" for number in range(10)))
    server = exim.address("open")
    async with running(queue.worker(server, proven=False, **SOON)):
        code, message = await until_blocked(queue, server.name)
    assert (code, "relay not permitted" in message) == ("sendingRefused", True), message
    assert await queue.database.failed.count_documents({}) == 0
    assert await queue.database.pending.count_documents({"attempts": 0}) == 10
