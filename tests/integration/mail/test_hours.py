"""Emails leave in the hours that are set for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from server.contract import EstimateBasis, SendingState
from server.live.sending import SendingOutlook
from server.sending_hours import parse_sending_hours
from server.smtp_accounts import Rate, SmtpAccount, SmtpSecurity, SmtpServer
from server.store.clock import Clock
from server.store.connections import ConnectionStore
from server.store.limits import LimitStore
from tests.integration.mail.conftest import Queue, running
from tests.integration.mail.scripted_smtp import ScriptedSmtp

WORK = "Mon-Fri 08:00-18:00 Europe/Berlin"
SATURDAY = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
#: In Berlin it is an hour later.
MONDAY_MORNING = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


class SetClock(Clock):
    """The database's, at a time that a test sets; it goes on from there."""

    def __init__(self, at: datetime) -> None:
        super().__init__(self._told)
        self._ahead = at - datetime.now(UTC)

    async def _told(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def set(self, at: datetime) -> None:
        self._ahead = at - datetime.now(UTC)
        self.measure_anew()


@pytest.fixture
def clock(queue: Queue) -> SetClock:
    """Of the queue's database; it is Saturday."""
    clock = SetClock(SATURDAY)
    queue.database.clock = clock
    return clock


async def test_outside_of_the_hours_nothing_leaves(queue: Queue, smtp: ScriptedSmtp, clock: SetClock) -> None:
    await queue.add_many(3)
    worker = queue.worker(smtp.address, QUEUE_INTERVAL="3600", QUEUE_HOURS=WORK)
    for _ in range(2):
        assert await worker._turn() > 0
    assert not worker._in_hand
    clock.set(MONDAY_MORNING - timedelta(seconds=1.5))
    async with running(worker):  # and goes on by itself
        await queue.until_empty()
    assert len(smtp.received) == 3
    assert await queue.database.now() >= MONDAY_MORNING


async def test_a_blocked_account_is_not_tried_outside_of_them_either(
    queue: Queue, smtp: ScriptedSmtp, clock: SetClock
) -> None:
    await queue.add_many(1)
    worker = queue.worker(smtp.address, QUEUE_HOURS=WORK)
    await LimitStore(queue.database).block(smtp.address.name, "busy", "421 later", wait=timedelta())
    assert await worker._turn() > 0
    assert not worker._in_hand
    assert smtp.connections == 0


async def test_the_outlook_knows_the_hours(queue: Queue, clock: SetClock) -> None:
    server = SmtpServer("mail.example", 25, SmtpSecurity.NONE)
    account = SmtpAccount(server, rate=Rate(60, timedelta(minutes=1)), per_day=80_000)
    limits = LimitStore(queue.database)
    outlook = SendingOutlook(
        queue.database, queue.emails, limits, ConnectionStore(queue.database), [account], parse_sending_hours(WORK)
    )
    await queue.add_many(1)
    status = await outlook.status(pending=60, processing=0)
    assert (status.state, status.next_at, status.basis) == (
        SendingState.CLOSED,
        MONDAY_MORNING,
        EstimateBasis.LIMITS,
    )
    assert status.message == f"Emails leave at these hours: {WORK}."
    assert status.finished_at == MONDAY_MORNING
    assert (await outlook.status(pending=0, processing=0)).state is SendingState.IDLE

    # 36,000 a day of ten hours; the day's limit of 24 hours lets more go.
    half = await outlook.finished_at(54_000)
    assert half is not None
    assert abs(half - (MONDAY_MORNING + timedelta(days=1, hours=5))) < timedelta(minutes=2)

    until = MONDAY_MORNING + timedelta(hours=10, minutes=30)  # when they are over for that day
    await limits.pause("ann", "", until=until)
    status = await outlook.status(pending=60, processing=0)
    assert (status.state, status.next_at) == (SendingState.PAUSED, MONDAY_MORNING + timedelta(days=1))
