"""Fewer and slower where the mail server wants that, longer waits where it asks for them, and an end to all trying."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from server.mail import pace
from server.mail.outcome import RetryWaits
from server.mail.time_limits import TimeLimits
from server.smtp_accounts import Rate
from server.store.limits import LimitStore
from tests.integration.mail.conftest import SOON, Queue, running, until_blocked
from tests.integration.mail.scripted_smtp import DROP, ScriptedSmtp
from tests.waiting import LIMIT

#: Seconds that a server takes for its last answer; in the long form more than a minute.
FINAL_DOT = float(os.environ.get("FINAL_DOT", "1.5"))

# --- A server that has enough of us ---


async def rows(queue: Queue) -> Mapping[ObjectId, Mapping[str, Any]]:
    """What was delivered, by id."""
    return {row["_id"]: row async for row in queue.database.deliveries.find({})}


async def test_fewer_connections_are_used_where_the_server_wants_no_more(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.most_connections = 2
    smtp.delay = 0.01
    await queue.add_many(30)
    worker = queue.worker(smtp.address, QUEUE_CONNECTIONS="8", QUEUE_INTERVAL="1")
    async with running(worker):
        await queue.until_empty()
    assert [row["attempts"] for row in (await rows(queue)).values()] == [1] * 30
    assert [len(messages) for messages in smtp.accepted.values()] == [1] * 30
    assert smtp.throttled >= 1
    assert smtp.throttled < 40, "it went on at the same pace"  # at which it is more than a hundred times
    assert await queue.database.failed.count_documents({}) == 0


async def test_the_limit_holds_in_every_window_also_when_a_slowed_server_is_quick_again(
    queue: Queue, smtp: ScriptedSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SUCCESSES", 3)  # so that it is quick again within seconds
    rate = Rate(15, timedelta(seconds=4))
    answers = ["421 4.7.0 slower please"]  # whoever the email is for
    smtp.recipient |= {f"person{number}@firm.example": answers for number in range(45)}
    smtp.message["person7@firm.example"] = ["451 4.7.1 greylisted", "250 OK"]
    await queue.add_many(45)
    worker = queue.worker(smtp.address, QUEUE_BATCH_SIZE=str(rate.count), QUEUE_INTERVAL="4")
    (account,) = worker._accounts.values()
    gaps, most_in_hand, before = set(), 0, None

    async def is_empty() -> bool:
        nonlocal most_in_hand, before
        gaps.add(account.transport.pace.gap)
        if account.transport.pace.gap > timedelta(seconds=0.3):
            answers[:] = ["250 OK"]
            in_hand = await queue.database.pending.count_documents({"status": "processing"})
            if before is not None and in_hand > before:  # what was claimed before it was slowed stays in hand
                most_in_hand = max(most_in_hand, in_hand)
            before = in_hand
        return await queue.database.pending.count_documents({}) == 0

    async with running(worker):
        await queue.until(is_empty, seconds=60)
    assert max(gaps) > timedelta(seconds=0.3), "it was not slowed"
    assert account.transport.pace.gap == timedelta(), "it is not quick again"
    assert most_in_hand <= 2 + pace.AHEAD / 0.4, "more are being sent than leave"
    times = [each.at for each in smtp.received if each.accepted]
    assert len(times) == 45
    for position in range(len(times) - rate.count):
        assert times[position + rate.count] - times[position] >= rate.interval


async def test_once_its_server_is_back_a_slowed_account_is_tried_at_once(queue: Queue, smtp: ScriptedSmtp) -> None:
    await queue.add_many(60)
    limits = LimitStore(queue.database)
    worker = queue.worker(smtp.address, QUEUE_BATCH_SIZE="100", QUEUE_INTERVAL="3600")
    (account,) = worker._accounts.values()
    account.transport.pace._gap = 30.0
    await smtp.stop()
    async with running(worker):
        await until_blocked(queue, account.name)

        async def nothing_in_hand() -> bool:
            return await queue.database.pending.count_documents({"status": "processing"}) == 0

        await queue.until(nothing_in_hand)
        await smtp.start()
        assert await limits.try_now("ann")
        worker.wake()

        async def goes_on() -> bool:
            return await limits.blocked(account.name) is None

        await queue.until(goes_on)
    assert len(smtp.received) >= 1


async def test_a_server_that_wants_a_new_connection_now_and_then_gets_it(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.most_messages = 4
    await queue.add_many(20)
    async with running(queue.worker(smtp.address, QUEUE_CONNECTIONS="1", QUEUE_INTERVAL="1")):
        await queue.until_empty()
    assert [row["attempts"] for row in (await rows(queue)).values()] == [1] * 20
    assert smtp.connections >= 5
    assert [len(messages) for messages in smtp.accepted.values()] == [1] * 20


async def test_a_slow_server_is_waited_for(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.delay = 0.4  # five answers take longer than the time-out for one
    await queue.add_many(3)
    worker = queue.worker(smtp.address, **SOON)
    async with running(worker):
        await queue.until_empty()
    assert worker.counters == {"accepted": 3}


async def test_a_connection_that_cannot_be_reset_is_not_used_again(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.reset = [DROP]
    smtp.recipient["bad@firm.example"] = ["550 no"]
    await queue.add("bad@firm.example", "ann@firm.example", "bob@firm.example")
    worker = queue.worker(smtp.address, QUEUE_CONNECTIONS="1", **SOON)
    async with running(worker):
        await queue.until_empty()
    assert worker.counters == {"refused": 1, "accepted": 2}
    assert smtp.connections == 2


# --- Waits and their end ---


async def attempted(queue: Queue, id_: ObjectId, attempts: int) -> Mapping[str, Any]:
    """The pending email after so many attempts."""

    async def is_postponed() -> bool:
        row = await queue.database.pending.find_one({"_id": id_, "status": "pending"})
        return row is not None and row["lastError"] is not None and row["attempts"] == attempts

    await queue.until(is_postponed)
    row = await queue.database.pending.find_one({"_id": id_})
    assert row is not None
    return row


async def test_waits_grow_and_are_jittered(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.recipient["ann@firm.example"] = ["451 later"]
    (id_,) = await queue.add("ann@firm.example")
    worker = queue.worker(
        smtp.address, retry_waits=RetryWaits(first=timedelta(hours=1), longest=timedelta(hours=100)), **SOON
    )
    waits = []
    async with running(worker):
        for attempt in range(1, 5):
            row = await attempted(queue, id_, attempt)
            waits.append((row["nextAttemptAt"] - row["lastAttemptAt"]).total_seconds())
            await queue.database.pending.update_one(
                {"_id": id_}, {"$set": {"nextAttemptAt": await queue.database.now()}}
            )
            worker.wake()
    for wait, hours in zip(waits, (1, 2, 4, 8), strict=True):
        assert 0.8 * hours * 3600 - 1 <= wait <= 1.2 * hours * 3600 + LIMIT
    assert len({round(wait / 3600 / 2**number, 3) for number, wait in enumerate(waits)}) > 1


@pytest.mark.parametrize(
    ("stage", "answer"), [("recipient", "451 4.7.1 try again in 5 minutes"), ("message", "421 wait 300 s")]
)
async def test_the_wait_that_a_server_asks_for_is_honoured(
    queue: Queue, smtp: ScriptedSmtp, stage: str, answer: str
) -> None:
    getattr(smtp, stage)["ann@firm.example"] = [answer]
    (id_,) = await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **SOON)):
        row = await attempted(queue, id_, 0 if answer.startswith("421") else 1)
    wait = row["nextAttemptAt"] - row["lastAttemptAt"]
    assert timedelta(minutes=5) <= wait < timedelta(minutes=5, seconds=LIMIT)
    assert row["lastError"] == answer


async def test_an_email_is_given_up_after_so_many_attempts(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.recipient["ann@firm.example"] = ["421 slower", "451 later"]  # the first of these is not charged
    await queue.add("ann@firm.example")
    worker = queue.worker(smtp.address, QUEUE_MAX_ATTEMPTS="2", **SOON)
    async with running(worker):
        await queue.until_empty()
    (failed,) = await queue.database.failed.find({}).to_list()
    assert (failed["attempts"], failed["error"]) == (2, "Given up after 2 attempts. The last one: 451 later")
    assert failed["cause"] == "451 later"
    assert worker.counters == {"retry": 3}


async def test_an_email_that_is_too_old_is_given_up(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.recipient["old@firm.example"] = ["421 slower"]  # charges nothing: the attempts would never be over
    smtp.recipient["new@firm.example"] = ["421 slower", "250 OK"]
    old, _ = await queue.add("old@firm.example", "new@firm.example")
    long_ago = await queue.database.now() - timedelta(seconds=61)
    await queue.database.pending.update_one({"_id": old}, {"$set": {"queuedAt": long_ago}})
    async with running(queue.worker(smtp.address, QUEUE_MAX_AGE="60", **SOON)):
        await queue.until_empty()
    (failed,) = await queue.database.failed.find({}).to_list()
    assert failed["_id"] == old
    assert failed["error"] == "Given up after 1 minute. The last attempt: 421 slower"
    assert list(smtp.accepted) == ["new@firm.example"]


async def test_the_final_dot_has_more_time_than_connecting(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.go.clear()  # a filter that looks at the message for longer than connecting may take
    await queue.add("ann@firm.example")
    limits = TimeLimits.with_connect(FINAL_DOT / 3 if FINAL_DOT < LIMIT / 2 else 60)  # which is the default
    async with running(queue.worker(smtp.address, time_limits=limits, **SOON)):

        async def has_left() -> bool:
            return await queue.database.pending.count_documents({"stage": "handedOver"}) == 1

        await queue.until(has_left)
        asyncio.get_running_loop().call_later(FINAL_DOT, smtp.go.set)
        await queue.until_empty()
    assert len(smtp.received) == 1


def test_each_stage_has_the_time_of_the_rfc() -> None:
    limits = TimeLimits.with_connect(60)
    assert (limits.greeting, limits.envelope, limits.data, limits.final_dot) == (300, 300, 120, 600)


async def test_an_email_that_may_have_arrived_three_times_is_held(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.message["ann@firm.example"] = [DROP]
    await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, **SOON)):
        await queue.until_empty()
    (failed,) = await queue.database.failed.find({}).to_list()
    assert (len(smtp.received), failed["uncertain"], failed["attempts"]) == (3, 3, 3)
    assert "whether it was delivered is not known" in failed["error"]


async def test_what_is_not_the_emails_own_trouble_lasts_longer_than_its_attempts(
    queue: Queue, smtp: ScriptedSmtp
) -> None:
    smtp.recipient["ann@firm.example"] = [DROP, DROP, "450 4.7.1 Error: too much mail", "250 OK"]
    await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address, QUEUE_MAX_ATTEMPTS="1", **SOON)):
        await queue.until_empty()
    assert list(smtp.accepted) == ["ann@firm.example"]
    assert await queue.database.failed.count_documents({}) == 0
