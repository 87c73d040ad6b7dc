"""Emails leave through a real OpenSMTPD into mailboxes, and what cannot be delivered comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from server.bounces.ours import Ours
from server.bounces.report import Kind, read
from tests.integration.mail.conftest import SOON, Queue, running, until_blocked
from tests.integration.mail.dovecot import Dovecot, running_dovecot
from tests.integration.mail.letters import check, everything_in
from tests.integration.mail.opensmtpd import MESSAGES, OpenSmtpd, running_opensmtpd

BOX = "box.example"
SENDER = "desk@sender.example"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """Keeps the mailboxes."""
    with running_dovecot() as dovecot:
        dovecot.add(SENDER)
        yield dovecot


@pytest.fixture(scope="module")
def opensmtpd(dovecot: Dovecot) -> Iterator[OpenSmtpd]:
    """One for all tests here."""
    with running_opensmtpd(dovecot, domains=[BOX, "sender.example"]) as server:
        yield server


async def test_emails_arrive_as_they_were_written_over_more_connections_than_one(
    queue: Queue, opensmtpd: OpenSmtpd, dovecot: Dovecot
) -> None:
    people = [f"person{number}@{BOX}" for number in range(2 * MESSAGES + 1)]
    dovecot.add(*people, mailbox="all")
    await queue.add(*people)
    async with running(queue.worker(opensmtpd.address("open"), QUEUE_CONNECTIONS="1", **SOON)):
        await queue.until_empty()
    check(await asyncio.to_thread(dovecot.arrived, people[0], len(people)), dict.fromkeys(people, "Ann"))
    assert await queue.database.deliveries.count_documents({"attempts": 1}) == len(people)
    assert "Too many messages" in opensmtpd.log, "or this has tested nothing"


async def test_what_comes_back_is_understood_though_it_holds_the_whole_email(
    queue: Queue, opensmtpd: OpenSmtpd, dovecot: Dovecot
) -> None:
    (email_id,) = await queue.add(f"nobody@{BOX}")
    async with running(queue.worker(opensmtpd.address("open"), **SOON)):
        await queue.until_empty()
    bounces = await asyncio.to_thread(dovecot.arrived, SENDER, 1)
    assert "secret of" in everything_in(bounces[0]), "it no longer disregards RET=HDRS: the README says it does"
    reports = [report for each in bounces for report in read(each, Ours(frozenset({"sender.example"})))]
    assert {(each.kind, each.email_id, each.recipient, each.code) for each in reports} == {
        (Kind.FAILED, email_id, f"nobody@{BOX}", "5.1.1"),
    }


async def test_a_server_that_does_not_relay_stops_the_account_and_charges_nothing(
    queue: Queue, opensmtpd: OpenSmtpd
) -> None:
    await queue.add(*(f"person{number}@other.example" for number in range(10)))
    server = opensmtpd.address("open")
    async with running(queue.worker(server, proven=False, **SOON)):
        code, message = await until_blocked(queue, server.name)
    assert (code, "Invalid recipient" in message) == ("allRefused", True), message

    async def all_are_back() -> bool:
        return await queue.database.pending.count_documents({"status": "pending", "attempts": 0}) == 10

    await queue.until(all_are_back)
    assert await queue.database.failed.count_documents({}) == 0
