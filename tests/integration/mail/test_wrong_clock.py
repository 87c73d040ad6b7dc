"""What was written while the database's clock was a year ahead blocks nothing for longer than its own length."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId

from server.contract import ActivationState
from server.smtp_accounts import Rate
from server.store.client import Database
from server.store.clock import MAX_AGE, Clock
from server.store.connections import ConnectionStore
from server.store.emails import Deferred, EmailStore, Postponed
from server.store.job_leases import JobLeases
from server.store.limits import LimitStore
from server.store.stamps import LONGEST_REST, LONGEST_RETRY, Stamps
from tests.integration.mail.conftest import Queue
from tests.integration.room import use_up, use_up_for_domain

YEAR = timedelta(days=365)
LEASE = timedelta(seconds=60)
JOB_LEASE = timedelta(seconds=15)
RATE = Rate(2, timedelta(minutes=1))
ACCOUNT = "desk@mail.example:587"
DOMAIN = "firm.example"
#: For what a test takes, and for two clocks that are not the same.
SLACK = timedelta(seconds=10)


class SetClock(Clock):
    """The database's, as wrong as told."""

    def __init__(self) -> None:
        super().__init__(self._told)
        self.ahead = timedelta()

    async def _told(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def set(self, ahead: timedelta) -> None:
        self.ahead = ahead
        self.measure_anew()


@pytest.fixture
def clock(database: Database) -> SetClock:
    clock = SetClock()
    database.clock = clock
    return clock


def jobs(database: Database) -> JobLeases:
    return JobLeases(database, database.activations, (ActivationState.RUNNING,))


def stamps(database: Database) -> Stamps:
    return Stamps(database, [(database.activations, JOB_LEASE)])


# --- Each writes something, and answers when it is over, as whoever waits for it sees it ---

Blocked = Callable[[], Awaitable[datetime | None]]
Write = Callable[[Database, Queue], Awaitable[Blocked]]


def _field(collection: Any, name: str) -> Blocked:
    async def read() -> datetime | None:
        row = await collection.find_one({name: {"$ne": None}})
        return None if row is None else row[name]

    return read


async def claim(database: Database, queue: Queue) -> Blocked:
    await queue.add("ann@firm.example")
    await EmailStore(database).claim(1, LEASE)
    return _field(database.pending, "leaseExpiresAt")


async def postpone(database: Database, queue: Queue) -> Blocked:
    await queue.add("ann@firm.example")
    (claimed,) = await EmailStore(database).claim(1, LEASE)
    await EmailStore(database).settle_postponed([Postponed(claimed, "450 later", timedelta(minutes=5))])
    return _field(database.pending, "nextAttemptAt")


async def postpone_by_a_clock_set_meanwhile(database: Database, queue: Queue) -> Blocked:
    """It was right when the email was claimed."""
    blocked = await postpone(database, queue)
    await database.pending.update_many({}, {"$set": {"lastAttemptAt": datetime.now(UTC)}})  # outside of any transaction
    return blocked


async def enqueue(database: Database, queue: Queue) -> Blocked:
    await queue.add("ann@firm.example")
    return _field(database.pending, "nextAttemptAt")


async def stand_in_line(database: Database, queue: Queue) -> Blocked:
    await queue.add_many(6)
    claimed = await EmailStore(database).claim(6, LEASE)
    limits = LimitStore(database)
    grant = await use_up_for_domain(limits, DOMAIN, RATE, in_line=0, new=len(claimed))
    late = claimed[grant.granted :]
    await EmailStore(database).defer([Deferred(each, at) for each, at in zip(late, grant.later, strict=True)])

    async def last() -> datetime | None:
        return await EmailStore(database).last_due_at()

    return last


async def stand_behind_a_line(database: Database, queue: Queue) -> Blocked:
    await use_up_for_domain(LimitStore(database), DOMAIN, RATE, in_line=0, new=6)

    async def next_ones() -> datetime | None:
        grant = await use_up_for_domain(LimitStore(database), DOMAIN, RATE, in_line=0, new=1)
        return max(grant.later, default=None)

    return next_ones


async def send_all(database: Database, queue: Queue) -> Blocked:
    await use_up(LimitStore(database), ACCOUNT, RATE.count, RATE)

    async def room() -> datetime | None:
        return (await LimitStore(database).room(ACCOUNT, RATE)).more_at

    return room


async def block(database: Database, queue: Queue) -> Blocked:
    await LimitStore(database).block(ACCOUNT, "login", "535 no", wait=timedelta(minutes=5))

    async def probe() -> datetime | None:
        blocked = await LimitStore(database).blocked(ACCOUNT)
        return None if blocked is None else blocked.probe_at

    return probe


async def hold_connections(database: Database, queue: Queue) -> Blocked:
    await ConnectionStore(database).lease(ACCOUNT, "gone", total=5, lease=LEASE, seconds_per_email=None)

    async def held() -> datetime | None:
        row = await database.connections.find_one({"_id": ACCOUNT})
        assert row is not None
        return max((each["until"] for each in row["holders"]), default=None)

    return held


async def take_a_job(database: Database, queue: Queue) -> Blocked:
    now = await database.now()
    job = {"_id": ObjectId(), "state": "running", "leaseOwner": None, "leaseExpiresAt": now, "createdAt": now}
    await database.activations.insert_one(job)
    taken = await jobs(database).take("gone", JOB_LEASE, lambda row: row, besides=())
    assert len(taken.jobs) == 1
    return _field(database.activations, "leaseExpiresAt")


@pytest.mark.parametrize(
    ("write", "length"),
    [
        (claim, LEASE),
        (postpone, timedelta(minutes=5)),
        (postpone_by_a_clock_set_meanwhile, LONGEST_RETRY),
        (enqueue, timedelta()),
        (stand_in_line, 3 * RATE.interval),
        (stand_behind_a_line, 3 * RATE.interval),
        (send_all, RATE.interval),
        (block, LONGEST_REST),
        (hold_connections, LEASE),
        (take_a_job, JOB_LEASE),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_nothing_that_a_wrong_clock_wrote_blocks_longer_than_its_own_length(
    database: Database, queue: Queue, clock: SetClock, write: Write, length: timedelta
) -> None:
    clock.set(YEAR)
    blocked = await write(database, queue)
    clock.set(timedelta())
    assert await stamps(database).correct() > 0
    until = await blocked()
    assert until is None or until <= datetime.now(UTC) + length + SLACK
    assert await stamps(database).correct() == 0


@pytest.mark.parametrize("write", [claim, postpone, stand_in_line, send_all, block, hold_connections, take_a_job])
async def test_what_a_right_clock_wrote_stays(database: Database, queue: Queue, clock: SetClock, write: Write) -> None:
    blocked = await write(database, queue)
    before = await blocked()
    assert before is not None
    assert await stamps(database).correct() == 0
    assert await blocked() == before


async def test_a_clock_that_jumps_ahead_takes_nothing_from_whoever_holds_it(
    database: Database, queue: Queue, clock: SetClock
) -> None:
    await claim(database, queue)
    await take_a_job(database, queue)
    await hold_connections(database, queue)
    clock.set(timedelta(hours=2))

    assert not await EmailStore(database).recover(LEASE)
    assert not (await jobs(database).take("other", JOB_LEASE, lambda row: row, besides=())).jobs
    connections = ConnectionStore(database)
    assert await connections.lease(ACCOUNT, "other", total=5, lease=LEASE, seconds_per_email=None) == 0

    clock._jumped_at = clock._jumped_at and clock._jumped_at - (LEASE + MAX_AGE).total_seconds()
    assert (await EmailStore(database).recover(LEASE)).returned == 1
    assert len((await jobs(database).take("other", JOB_LEASE, lambda row: row, besides=())).jobs) == 1
    assert await connections.lease(ACCOUNT, "other", total=5, lease=LEASE, seconds_per_email=None) == 5
