"""Admins stop all sending for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.errors import Invalid
from server.store.limits import PAUSE_ID, LimitStore
from tests.integration.mail.conftest import Queue, running
from tests.integration.mail.scripted_smtp import ScriptedSmtp

_HOUR = timedelta(hours=1)


async def test_while_paused_nothing_leaves_and_afterwards_everything_does(queue: Queue, smtp: ScriptedSmtp) -> None:
    limits = LimitStore(queue.database)
    await limits.pause("ann", "the text is wrong")
    await limits.pause("bob", "me too")
    await queue.add_many(3)
    worker = queue.worker(smtp.address, QUEUE_INTERVAL="3600")
    paused = await limits.paused()
    assert paused is not None
    assert (paused.by, paused.reason) == ("ann", "the text is wrong")
    assert await worker._turn() > 0
    assert not worker._in_hand

    async with running(worker):
        assert await limits.resume("cyd")
        assert not await limits.resume("cyd")
        worker.wake()
        await queue.until_empty()
    assert len(smtp.received) == 3
    log = [(row["action"], row["by"], row["details"]) async for row in queue.database.audit.find({}).sort("at", 1)]
    assert log == [("queue.pause", "ann", {"reason": "the text is wrong"}), ("queue.resume", "cyd", {})]


async def test_a_pause_stops_a_worker_between_two_batches(queue: Queue, smtp: ScriptedSmtp) -> None:
    limits = LimitStore(queue.database)
    await queue.add_many(4)
    worker = queue.worker(smtp.address, QUEUE_BATCH_SIZE="2", QUEUE_INTERVAL="1")
    async with running(worker):
        await smtp.wait_for(2)
        await limits.pause("ann", "")
        another = queue.worker(smtp.address)
        await another._turn()
        assert not another._in_hand
        assert await queue.database.pending.count_documents({"status": "pending"}) == 2
        await limits.resume("ann")
        worker.wake()
        await queue.until_empty()
    assert len(smtp.received) == 4


async def test_a_pause_ends_by_itself_and_the_log_says_so_once(queue: Queue, smtp: ScriptedSmtp) -> None:
    limits = LimitStore(queue.database)
    await queue.add_many(3)
    until = await queue.database.now() + timedelta(seconds=1.5)
    await limits.pause("ann", "lunch", until=until)
    workers = [queue.worker(smtp.address, QUEUE_INTERVAL="3600") for _ in range(2)]
    async with running(*workers):
        await queue.until_empty()
    assert len(smtp.received) == 3
    assert all(each.at >= until.replace(microsecond=0) for each in smtp.received)
    log = [(row["action"], row["by"]) async for row in queue.database.audit.find({}).sort("at", 1)]
    assert log == [("queue.pause", "ann"), ("queue.pauseEnded", "ann")]
    assert await queue.database.limits.count_documents({"_id": PAUSE_ID}) == 0


async def test_a_pause_that_is_over_is_none_whoever_has_not_written_that_down_yet(queue: Queue) -> None:
    limits, audit = LimitStore(queue.database), queue.database.audit
    await limits.pause("ann", "", until=await queue.database.now() + _HOUR)
    assert await limits.end_pause() is not None
    past = await queue.database.now() - timedelta(seconds=1)
    await queue.database.limits.update_one({"_id": PAUSE_ID}, {"$set": {"until": past}})
    assert await limits.paused() is None
    assert not await limits.resume("bob")
    assert await audit.count_documents({"action": "queue.pauseEnded"}) == 1
    await limits.pause("cyd", "")
    paused = await limits.paused()
    assert paused is not None
    assert (paused.by, paused.until) == ("cyd", None)


async def test_a_pause_can_be_made_longer_or_endless(queue: Queue) -> None:
    limits = LimitStore(queue.database)
    now = (await queue.database.now()).replace(microsecond=0)
    for until in (now + _HOUR, now + 2 * _HOUR, now + 2 * _HOUR, None):
        await limits.pause("ann", "", until=until)
        paused = await limits.paused()
        assert paused is not None
        assert paused.until == until
    assert await queue.database.audit.count_documents({"action": "queue.pause"}) == 3
    with pytest.raises(Invalid, match="is over"):
        await limits.pause("ann", "", until=now - _HOUR)
