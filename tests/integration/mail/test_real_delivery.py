"""Emails to people with odd names arrive through a real Postfix as they were written, once, whatever it is slow at.

``make mail`` does it with 300 people, and with a filter that takes longer than there is time to connect.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from server.bounces.ours import Ours
from server.bounces.report import Kind, read
from server.mail.time_limits import TimeLimits
from server.store.emails import REPEATS
from tests.integration.mail.conftest import SOON, Queue, running, until_blocked
from tests.integration.mail.dovecot import Dovecot, running_dovecot
from tests.integration.mail.letters import check, everything_in, parsed
from tests.integration.mail.loopback import TAKEN, free_ports
from tests.integration.mail.milter import slow_milter
from tests.integration.mail.postfix import Postfix, running_postfix
from tests.waiting import LIMIT

BOX = "box.example"
UMLAUT = "xn--bcher-kva.example"
SENDER = "desk@sender.example"
_LONG = os.environ.get("REAL_MAIL") == "long"
#: Seconds; longer than there is to connect (a minute, or else one second).
_SLOW = 70.0 if _LONG else 2.0
_PEOPLE = 300 if _LONG else 60

_NAMES = (
    "Ann", "山田 太郎", "محمد بن سلمان", "Ольга Петрова", "Zoë 😀", "👩‍👩‍👧‍👦",
    'Ann "the boss" Smith', "Smith, Ann", "Ann; Bob", "=?utf-8?q?Ann?=", "=?utf-8?b?QW5u?= Smith",
    "o'neil", "Müller & Söhne <GmbH>", "x" * 70, "ü" * 70, "Ann (Sales)", "Ann\\Smith",
    "ann@firm.example", "Dr. Ann Smith, PhD.", "a\u0301e\u0301", "N'Guyễn Thị Ánh", "<b>Ann</b>",
    "{{ name }}", "%s %d", ".", "--", "Ann:Smith", "שרה כהן", "ไทย ชื่อยาว", "A " * 30 + "Z",
)  # fmt: skip
_ADDRESSES = ("person{}@" + BOX, "o'neil.{}+tag@" + BOX, "person.{}@" + UMLAUT, "PERSON{}_x@" + BOX, "a{}-b=c@" + BOX)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """Keeps the mailboxes."""
    with running_dovecot() as dovecot:
        dovecot.add(SENDER)
        yield dovecot


@pytest.fixture(scope="module")
def milter_port() -> int:
    """Where a filter may listen."""
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def postfix(dovecot: Dovecot, milter_port: int) -> Iterator[Postfix]:
    """One for all tests here."""
    filtered = f"smtpd_milters=inet:127.0.0.1:{milter_port}"
    listeners = {
        "open": (),
        "slow": (filtered, "milter_content_timeout=300s"),
        "full disk": ("queue_minfree=1000000000000000",),
        "broken filter": ("smtpd_milters=inet:127.0.0.1:9",),
        "too much": ("smtpd_client_message_rate_limit=1", "smtpd_client_event_limit_exceptions="),
    }
    with running_postfix(listeners, dovecot=dovecot, domains=[BOX, UMLAUT, "sender.example"]) as server:
        yield server


async def test_people_with_odd_names_get_one_email_each_as_it_was_written(
    queue: Queue, postfix: Postfix, dovecot: Dovecot
) -> None:
    people = {
        _ADDRESSES[number % len(_ADDRESSES)].format(number): _NAMES[number % len(_NAMES)] for number in range(_PEOPLE)
    }
    dovecot.add(*people, mailbox="all")
    dovecot.add(*(address.replace("+tag", "") for address in people if "+tag" in address), mailbox="all")
    for address, name in people.items():
        await queue.add(address, name=name)
    async with running(queue.worker(postfix.address("open"), QUEUE_BATCH_SIZE="1000", **SOON)):
        await queue.until_empty()
    check(await asyncio.to_thread(dovecot.arrived, f"person0@{BOX}", _PEOPLE), people)
    assert await queue.database.failed.count_documents({}) == 0


async def test_what_comes_back_is_understood_and_holds_no_password(
    queue: Queue, postfix: Postfix, dovecot: Dovecot
) -> None:
    dovecot.add(f"full@{BOX}", kilobytes=1)
    ids = await queue.add(f"full@{BOX}", f"nobody@{BOX}")
    async with running(queue.worker(postfix.address("open"), **SOON)):
        await queue.until_empty()
    bounces = await asyncio.to_thread(dovecot.arrived, SENDER, 2)
    assert not [each for each in map(everything_in, bounces) if "secret of" in each]
    reports = [report for each in bounces for report in read(each, Ours(frozenset({"sender.example"})))]
    assert {(each.kind, each.email_id, each.recipient, each.code) for each in reports} == {
        (Kind.FAILED, ids[0], f"full@{BOX}", "5.2.2"),
        (Kind.FAILED, ids[1], f"nobody@{BOX}", "5.1.1"),
    }


@pytest.mark.timeout(LIMIT + 2 * _SLOW)
async def test_a_filter_may_take_longer_than_connecting_and_nobody_gets_a_second_copy(
    queue: Queue, postfix: Postfix, dovecot: Dovecot, milter_port: int
) -> None:
    dovecot.add(f"slow@{BOX}")
    await queue.add(f"slow@{BOX}")
    limits = TimeLimits.with_connect(60 if _LONG else 1)
    async with slow_milter(milter_port) as milter:
        milter.seconds = _SLOW
        async with running(queue.worker(postfix.address("slow"), time_limits=limits, **SOON)):
            await queue.until(lambda: _is_empty(queue), seconds=LIMIT + _SLOW)
        assert milter.messages == 1
    assert len(await asyncio.to_thread(dovecot.arrived, f"slow@{BOX}", 1)) == 1
    assert await queue.database.deliveries.count_documents({"attempts": 1, "uncertain": 0}) == 1


async def test_a_filter_that_takes_too_long_costs_a_few_copies_and_then_an_admin_decides(
    queue: Queue, postfix: Postfix, dovecot: Dovecot, milter_port: int
) -> None:
    dovecot.add(f"slower@{BOX}")
    await queue.add(f"slower@{BOX}")
    async with slow_milter(milter_port) as milter:
        milter.seconds = 2
        limits = TimeLimits(connect=LIMIT, greeting=LIMIT, final_dot=0.5)
        async with running(queue.worker(postfix.address("slow"), time_limits=limits, **SOON)):
            await queue.until_empty()
        assert milter.messages == 1 + REPEATS
        copies = await asyncio.to_thread(dovecot.arrived, f"slower@{BOX}", 1 + REPEATS)
    assert len({str(parsed(each)["Message-ID"]) for each in copies}) == 1, "people see that it is the same"
    assert await queue.database.failed.count_documents({"email": f"slower@{BOX}"}) == 1


@pytest.mark.parametrize(
    ("listener", "said"),
    [
        ("full disk", "452 4.3.1 Insufficient system storage"),
        ("broken filter", "451 4.7.1 Service unavailable"),
    ],
)
async def test_what_ails_the_whole_server_is_charged_to_no_email(
    queue: Queue, postfix: Postfix, listener: str, said: str
) -> None:
    await queue.add(*(f"person{number}@{TAKEN}" for number in range(10)))
    server = postfix.address(listener)
    async with running(queue.worker(server, proven=False, **SOON)):
        _, message = await until_blocked(queue, server.name)
    assert said in message
    assert await queue.database.failed.count_documents({}) == 0
    assert await queue.database.pending.count_documents({"attempts": {"$gt": 0}}) == 0


async def test_a_server_that_wants_fewer_emails_gets_them_more_slowly_and_charges_none(
    queue: Queue, postfix: Postfix
) -> None:
    await queue.add(*(f"person{number}@{TAKEN}" for number in range(5)))
    waiting = {"lastError": {"$regex": "450 4.7.1 Error: too much mail"}}

    async def are_put_off() -> bool:
        return await queue.database.pending.count_documents(waiting) > 0

    async with running(queue.worker(postfix.address("too much"), proven=False, **SOON)):
        await queue.until(are_put_off)
    assert await queue.database.failed.count_documents({}) == 0
    assert await queue.database.pending.count_documents({"attempts": {"$gt": 0}}) == 0


async def _is_empty(queue: Queue) -> bool:
    return await queue.database.pending.count_documents({}) == 0
