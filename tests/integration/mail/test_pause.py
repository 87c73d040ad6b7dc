"""Admins stop all sending for a while."""

from __future__ import annotations

from server.store.limits import LimitStore
from tests.integration.mail.conftest import Queue, running
from tests.integration.mail.scripted_smtp import ScriptedSmtp


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
