"""What is claimed, by one who reads ahead while others take from the same queue."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bson import ObjectId

from server.store.client import Database
from server.store.emails import EmailStore, Postponed, due
from tests.integration.mail.conftest import Queue
from tests.waiting import LIMIT

LEASE = timedelta(seconds=60)


async def test_what_another_took_or_put_off_meanwhile_is_passed_over(database: Database, queue: Queue) -> None:
    ids = await queue.add_many(6)
    ours, others = EmailStore(database), EmailStore(database)
    assert [email.id for email in await ours.claim(1, LEASE)] == ids[:1]  # knows of all six from now on
    theirs = await others.claim(3, LEASE)
    assert [email.id for email in theirs] == ids[1:4]
    put_off = Postponed(theirs[0], "450 later", timedelta(hours=1))
    await others.settle_postponed([put_off])
    claimed = [email for _ in range(3) for email in await ours.claim(2, LEASE)]
    assert [email.id for email in claimed] == ids[4:]
    row = await database.pending.find_one({"_id": ids[1]})
    assert row is not None
    assert (row["status"], row["attempts"]) == ("pending", 1)


async def test_an_email_is_due_in_the_very_millisecond_that_is_its_time(database: Database, queue: Queue) -> None:
    (email_id,) = await queue.add("ann@firm.example")
    now = await database.now()
    await database.pending.update_one({"_id": email_id}, {"$set": {"nextAttemptAt": now}})
    assert await database.pending.count_documents(due(now)) == 1
    assert await database.pending.count_documents(due(now - timedelta(milliseconds=1))) == 0


async def test_a_worker_and_a_transaction_that_want_the_same_row_do_not_wait_for_each_other(
    database: Database, queue: Queue
) -> None:
    (email_id,) = await queue.add("ann@firm.example")
    (claimed,) = await queue.emails.claim(1, LEASE)
    async with database.client.start_session() as session, await session.start_transaction():
        await database.pending.delete_one({"_id": email_id}, session=session)
        renewing = asyncio.create_task(queue.emails.renew(claimed.token, LEASE))
        await asyncio.wait([renewing], timeout=0.5)  # it now waits for the transaction
        async with asyncio.timeout(LIMIT):
            await database.pending.insert_one({"_id": ObjectId(), "status": "pending"}, session=session)
    await renewing
    assert await queue.emails.counts() == (1, 0, 0)
