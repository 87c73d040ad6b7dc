"""Several accounts, limits by domain, throttling and age: the worker against real mail servers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.settings import load_settings
from server.smtp_accounts import SmtpAccount
from server.store.limits import LimitStore
from tests.integration.mail.conftest import Queue, running
from tests.integration.mail.scripted_smtp import DROP, ScriptedSmtp, scripted_smtp
from tests.waiting import LIMIT

_OPEN = {"QUEUE_BATCH_SIZE": "1000"}


@pytest.fixture
async def other(smtp: ScriptedSmtp) -> AsyncIterator[ScriptedSmtp]:
    """A second mail server."""
    async with scripted_smtp() as server:
        yield server


def account(smtp: ScriptedSmtp, **changes: object) -> SmtpAccount:
    return replace(load_settings(_OPEN).account_at(smtp.address), **changes)  # type: ignore[arg-type]


async def test_accounts_share_by_weight(queue: Queue, smtp: ScriptedSmtp, other: ScriptedSmtp) -> None:
    await queue.add_many(40)
    async with running(queue.worker(account(smtp, weight=3), account(other, weight=1), **_OPEN)):
        await queue.until_empty()
    assert (len(smtp.received), len(other.received)) == (30, 10)
    by_account = Counter([row["account"] async for row in queue.database.deliveries.find({})])
    assert sorted(by_account.values()) == [10, 30]


async def test_what_a_blocked_account_cannot_send_goes_by_the_other(
    queue: Queue, smtp: ScriptedSmtp, other: ScriptedSmtp
) -> None:
    smtp.sender = ["550 5.7.1 not you"]
    await queue.add_many(20)
    async with running(queue.worker(account(smtp), account(other), **_OPEN)):
        await queue.until_empty()
    assert len(other.received) == 20
    assert {row["attempts"] async for row in queue.database.deliveries.find({})} == {1}
    assert await LimitStore(queue.database).blocked(account(smtp).name) is not None
    assert await LimitStore(queue.database).blocked(account(other).name) is None


async def test_a_spare_sends_only_while_the_other_cannot(queue: Queue, smtp: ScriptedSmtp, other: ScriptedSmtp) -> None:
    worker = queue.worker(account(smtp), account(other, weight=0), **_OPEN)
    async with running(worker):
        await queue.add_many(5)
        worker.wake()
        await queue.until_empty()
        assert len(other.received) == 0
        await smtp.stop()
        await queue.add_many(5)
        worker.wake()
        await queue.until_empty()
        assert len(other.received) == 5
        await smtp.start()


async def test_each_account_keeps_to_its_own_limit(queue: Queue, smtp: ScriptedSmtp, other: ScriptedSmtp) -> None:
    await queue.add_many(30)
    limited = account(smtp, per_day=4)
    async with running(queue.worker(limited, account(other), **_OPEN)):
        await queue.until_empty()
    assert (len(smtp.received), len(other.received)) == (4, 26)


async def test_no_more_goes_to_a_domain_than_its_limit(queue: Queue, smtp: ScriptedSmtp) -> None:
    await queue.add(*(f"p{number}@gmail.com" for number in range(9)))
    started = datetime.now(UTC)
    async with running(queue.worker(smtp.address, **_OPEN, QUEUE_DOMAIN_LIMITS="gmail.com=3/1", QUEUE_INTERVAL="30")):
        await queue.until_empty()
    assert len(smtp.received) == 9
    for number, received in enumerate(smtp.received):  # each may have been long under way, but none left too early
        assert received.at - started >= number // 3 * timedelta(seconds=1)
    assert {row["attempts"] async for row in queue.database.deliveries.find({})} == {1}


async def test_others_do_not_wait_for_a_domain_that_has_reached_its_limit(queue: Queue, smtp: ScriptedSmtp) -> None:
    await queue.add(
        *(f"p{number}@gmail.com" for number in range(9)), *(f"p{number}@firm.example" for number in range(9))
    )
    limit = {"QUEUE_DOMAIN_LIMITS": "gmail.com=3/3600", "QUEUE_INTERVAL": "30"}
    async with running(queue.worker(smtp.address, **_OPEN, **limit)):
        await smtp.wait_for(12)
    assert Counter(each.recipient.partition("@")[2] for each in smtp.received) == {"gmail.com": 3, "firm.example": 9}


async def test_a_throttling_server_is_left_in_peace_and_the_email_is_not_to_blame(
    queue: Queue, smtp: ScriptedSmtp
) -> None:
    smtp.recipient["person0@firm.example"] = ["421 4.7.0 too many, try again in 1 second", "250 OK"]
    await queue.add_many(3)
    worker = queue.worker(smtp.address, **_OPEN, QUEUE_MAX_ATTEMPTS="1")
    (sending,) = worker._accounts.values()
    async with running(worker):
        await queue.until_empty()
        assert sending.transport.pace.connections == 2
        assert sending.transport.pace.is_throttled
    assert len(smtp.accepted) == 3
    assert {row["attempts"] async for row in queue.database.deliveries.find({})} == {1}


async def test_a_connection_lost_before_the_final_dot_is_no_uncertainty(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.data["person0@firm.example"] = [DROP, "354 go on"]
    await queue.add_many(1)
    worker = queue.worker(smtp.address, QUEUE_UNCERTAIN="hold")
    async with running(worker):
        await queue.until_empty()
    assert worker.counters == {"retry": 1, "accepted": 1}
    assert await queue.database.failed.count_documents({}) == 0


async def test_an_email_that_is_too_old_is_given_up(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.message["person0@firm.example"] = ["452 mailbox full"]
    (email_id,) = await queue.add_many(1)
    long_ago = await queue.database.now() - timedelta(seconds=61)
    await queue.database.pending.update_one({"_id": email_id}, {"$set": {"queuedAt": long_ago}})
    async with running(queue.worker(smtp.address, QUEUE_MAX_AGE="60")):
        await queue.until_empty()
    (failed,) = await queue.database.failed.find({}).to_list()
    assert failed["error"] == "Given up after 1 minute. The last attempt: 452 mailbox full"


async def test_workers_together_open_no_more_connections_than_the_account_takes(
    queue: Queue, smtp: ScriptedSmtp
) -> None:
    await queue.add_many(60)
    smtp.go.clear()
    workers = [queue.worker(account(smtp, connections=2), **_OPEN) for _ in range(3)]
    async with running(*workers):
        async with asyncio.timeout(LIMIT), smtp.changed:
            await smtp.changed.wait_for(lambda: smtp.connections >= 2)
        assert smtp.connections == 2
        smtp.go.set()
        await queue.until_empty()
    assert smtp.most_at_once <= 2
    assert len(smtp.accepted) == 60
