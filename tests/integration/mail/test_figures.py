"""How often the mail servers are bothered, and what becomes of a queue, while something is wrong for long."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from server.mail.worker import QueueWorker
from server.store.clock import Clock
from server.store.limits import LimitStore
from tests.integration.mail.conftest import Queue, running
from tests.integration.mail.scripted_smtp import ScriptedSmtp, scripted_smtp

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class MovedClock(Clock):
    """The database's, moved ahead by a test."""

    def __init__(self) -> None:
        super().__init__(self._told)
        self.ahead = timedelta()

    async def _told(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, by: timedelta) -> None:
        self.ahead += max(timedelta(), by)
        self.measure_anew()


@pytest.fixture
def clock(queue: Queue) -> MovedClock:
    """Of the queue's database."""
    clock = MovedClock()
    queue.database.clock = clock
    return clock


async def take_a_turn(worker: QueueWorker) -> None:
    """Claim, send and settle what there is to be sent now."""
    await worker._turn()
    while worker._tasks:
        await asyncio.gather(*worker._tasks)


async def until_probed(queue: Queue, clock: MovedClock, account: str) -> bool:
    """Move on to the next try of a blocked account; answers whether it is blocked."""
    blocked = await LimitStore(queue.database).blocked(account)
    if blocked is not None:
        clock.move(blocked.probe_at - await queue.database.now() + timedelta(milliseconds=5))
    return blocked is not None


async def test_one_of_two_accounts_that_refuses_everything_costs_no_email(queue: Queue, smtp: ScriptedSmtp) -> None:
    emails = 200
    refusal = "554 5.7.1 <someone@firm.example>: Relay access denied"
    async with scripted_smtp() as good:
        smtp.recipient |= {f"person{number}@firm.example": [refusal] for number in range(emails)}
        await queue.add_many(emails)
        async with running(queue.worker(smtp.address, good.address, proven=False, QUEUE_BATCH_SIZE="1000")):
            await queue.until_empty()
        assert len(good.accepted) == emails
        assert all(len(copies) == 1 for copies in good.accepted.values())
    assert await queue.database.failed.count_documents({}) == 0
    tries = sum(command.startswith("RCPT") for command in smtp.commands)
    print(f"{emails} of {emails} delivered, {tries} tries at the account that refuses")
    assert 1 <= tries <= 15


async def test_a_refused_login_is_tried_four_times_in_an_hour(
    queue: Queue, smtp: ScriptedSmtp, clock: MovedClock
) -> None:
    smtp.username, smtp.told_password = "desk", "wrong"
    await queue.add_many(20)
    worker = queue.worker(smtp.address, proven=False)
    start = await queue.database.now()
    await take_a_turn(worker)
    while await until_probed(queue, clock, smtp.address.name) and await queue.database.now() < start + HOUR:
        await take_a_turn(worker)
    print(f"{len(smtp.auths)} logins in an hour")
    assert len(smtp.auths) == 4  # at once, after 1, 6 and 21 minutes
    assert smtp.logins == 0
    assert {row["attempts"] async for row in queue.database.pending.find({})} == {0}


@pytest.mark.parametrize("stage", ["sender", "recipient", "message"])
async def test_a_full_disk_of_three_days_costs_no_email(
    queue: Queue, smtp: ScriptedSmtp, clock: MovedClock, stage: str
) -> None:
    full = ["452 4.3.1 Insufficient system storage"]
    if stage == "sender":
        smtp.sender = full
    else:
        getattr(smtp, stage).update({f"person{number}@firm.example": full for number in range(8)})
    await queue.add_many(8)
    worker = queue.worker(smtp.address, proven=False)
    start = await queue.database.now()
    while await queue.database.now() < start + 3 * DAY + 6 * HOUR:
        clock.move(2 * HOUR)
        await until_probed(queue, clock, smtp.address.name)
        await take_a_turn(worker)
    assert len(smtp.accepted) == 0
    assert await queue.database.failed.count_documents({}) == 0, "given up"

    full[0] = "250 OK"
    clock.move(2 * HOUR)
    while await queue.database.pending.count_documents({}):
        await take_a_turn(worker)
        clock.move(HOUR)
    assert len(smtp.accepted) == 8
    assert all(len(copies) == 1 for copies in smtp.accepted.values())
