"""How much may be sent, for all workers together."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from server.smtp_accounts import Rate
from server.store.budget import Use
from server.store.client import Database
from server.store.limits import LimitStore
from tests.integration.room import use_up, use_up_for_domain
from tests.waiting import LIMIT

_ACCOUNT = "desk@mail.example:587"
_HOUR = timedelta(hours=1)


@pytest.fixture
def limits(database: Database) -> LimitStore:
    """Nothing granted yet."""
    return LimitStore(database)


async def age(database: Database, by: timedelta) -> None:
    """Let time pass for everything that was granted so far."""
    row = await database.limits.find_one({})
    assert row is not None
    grants = {
        rate: [{**each, "since": each["since"] - by, "until": each["until"] - by} for each in log]
        for rate, log in row["grants"].items()
    }
    await database.limits.update_one({"_id": row["_id"]}, {"$set": {"grants": grants}})


async def test_what_was_taken_is_no_longer_there(limits: LimitStore) -> None:
    rate = Rate(10, _HOUR)
    assert (await limits.room(_ACCOUNT, rate)).emails == 10
    assert await use_up(limits, _ACCOUNT, 4, rate) == 4
    assert (await limits.room(_ACCOUNT, rate)).emails == 6
    assert await use_up(limits, _ACCOUNT, 10, rate) == 6
    assert await use_up(limits, _ACCOUNT, 1, rate) == 0
    room = await limits.room(_ACCOUNT, rate)
    assert (room.emails, room.blocked) == (0, None)


async def test_asking_takes_nothing(limits: LimitStore) -> None:
    rate = Rate(3, _HOUR)
    assert [(await limits.room(_ACCOUNT, rate)).emails for _ in range(3)] == [3, 3, 3]
    assert (await limits.room(_ACCOUNT, rate)).more_at is None


async def test_each_account_has_its_own_room(limits: LimitStore) -> None:
    rate = Rate(2, _HOUR)
    assert await use_up(limits, _ACCOUNT, 2, rate) == 2
    assert await use_up(limits, "another", 2, rate) == 2


async def test_room_comes_back_when_it_was_said_to(limits: LimitStore, database: Database) -> None:
    rate = Rate(10, _HOUR)
    await use_up(limits, _ACCOUNT, 7, rate)
    await age(database, timedelta(minutes=30))
    await use_up(limits, _ACCOUNT, 3, rate)
    more_at = (await limits.room(_ACCOUNT, rate)).more_at
    assert more_at is not None
    assert abs(more_at - await database.now() - timedelta(minutes=30)) < timedelta(minutes=5)
    await age(database, timedelta(minutes=29))
    assert await use_up(limits, _ACCOUNT, 10, rate) == 0
    await age(database, timedelta(minutes=2))
    assert await use_up(limits, _ACCOUNT, 10, rate) == 7
    await age(database, timedelta(minutes=30))
    assert await use_up(limits, _ACCOUNT, 10, rate) == 3


async def test_a_smaller_rate_counts_what_was_granted_before(limits: LimitStore) -> None:
    await use_up(limits, _ACCOUNT, 8, Rate(10, _HOUR))
    assert (await limits.room(_ACCOUNT, Rate(5, _HOUR))).emails == 0
    assert await use_up(limits, _ACCOUNT, 5, Rate(5, _HOUR)) == 0


async def test_takers_at_once_share_the_room(database: Database) -> None:
    rate = Rate(20, _HOUR)
    granted = await asyncio.gather(*(use_up(LimitStore(database), _ACCOUNT, 3, rate) for _ in range(10)))
    assert sum(granted) == 20
    assert all(each <= 3 for each in granted)


async def test_two_takers_never_get_more_than_the_rate_in_any_window(database: Database) -> None:
    rate = Rate(10, timedelta(seconds=0.5))
    granted: list[tuple[datetime, datetime, int]] = []

    async def take(limits: LimitStore) -> None:
        while sum(emails for *_, emails in granted) < 50:
            asked_at = await database.now()
            emails = await use_up(limits, _ACCOUNT, 3, rate)
            if emails:
                granted.append((asked_at, await database.now(), emails))
            room = await limits.room(_ACCOUNT, rate)
            assert 0 <= room.emails <= rate.count

    async with asyncio.timeout(LIMIT):
        await asyncio.gather(take(LimitStore(database)), take(LimitStore(database)))
    # The moment of a grant lies between asking and answer: what was surely granted within one window counts.
    for start, *_ in granted:
        surely = [emails for asked, answered, emails in granted if asked >= start and answered <= start + rate.interval]
        assert sum(surely) <= rate.count


_SHORT = Rate(10, timedelta(seconds=30))
_LONG = Rate(15, timedelta(days=1))


@pytest.mark.parametrize(
    ("use", "left"),
    [(Use.SENT, (4, 9)), (Use.REFUSED, (4, 15)), (Use.NOTHING, (10, 15))],
    ids=lambda value: str(value),
)
async def test_only_what_the_mail_server_has_counts_and_of_speed_what_it_refused(
    limits: LimitStore, use: Use, left: tuple[int, int]
) -> None:
    assert await limits.take(_ACCOUNT, "claim", 6, _SHORT, _LONG) == 6
    room = await limits.room(_ACCOUNT, _SHORT, _LONG)
    assert (room.emails, room.in_hand) == (4, 6)
    await limits.settle(_ACCOUNT, {("claim", use): 6}, _SHORT, _LONG)
    room = await limits.room(_ACCOUNT, _SHORT, _LONG)
    assert tuple(free for _, free, _ in room.by_rate) == left
    assert room.in_hand == 0


async def test_what_is_in_hand_keeps_its_room_however_long_it_takes(limits: LimitStore, database: Database) -> None:
    assert await limits.take(_ACCOUNT, "claim", 7, _SHORT) == 7
    await age(database, _HOUR)
    assert await limits.take(_ACCOUNT, "other", 7, _SHORT) == 3
    await limits.settle(_ACCOUNT, {("claim", Use.SENT): 7}, _SHORT)
    assert await limits.take(_ACCOUNT, "other", 7, _SHORT) == 0, "it counts from its answer on"


async def test_what_was_sent_counts_though_its_room_was_given_back(limits: LimitStore) -> None:
    await limits.settle(_ACCOUNT, {("lost", Use.SENT): 4}, _SHORT)
    assert (await limits.room(_ACCOUNT, _SHORT)).emails == 6


async def test_what_is_blocked_is_tried_at_once_where_an_admin_wants_that(
    limits: LimitStore, database: Database
) -> None:
    assert not await limits.try_now("ann")
    await limits.block(_ACCOUNT, "unreachable", "refused", wait=_HOUR)
    await limits.room("another", Rate(1, _HOUR))
    assert await limits.try_now("ann")
    blocked = await limits.blocked(_ACCOUNT)
    assert blocked is not None
    assert await limits.take_probe(_ACCOUNT, blocked, wait=_HOUR)
    noted = [(row["action"], row["by"], row["count"]) async for row in database.audit.find({})]
    assert noted == [("queue.tryNow", "ann", 1)]


async def test_the_log_of_grants_stays_short(limits: LimitStore, database: Database) -> None:
    for _ in range(30):
        assert await use_up(limits, _ACCOUNT, 1, Rate(1000, _HOUR)) == 1
    row = await database.limits.find_one({})
    assert row is not None
    assert len(row["grants"]) == 1
    assert (await limits.room(_ACCOUNT, Rate(1000, _HOUR))).emails == 970


async def test_a_block_is_seen_by_all_and_keeps_its_beginning(limits: LimitStore, database: Database) -> None:
    assert await limits.block(_ACCOUNT, "loginRefused", "535 no", wait=_HOUR)
    first = await LimitStore(database).blocked(_ACCOUNT)
    assert first is not None
    assert (first.code, first.message, first.probes) == ("loginRefused", "535 no", 0)
    assert not await limits.block(_ACCOUNT, "unreachable", "refused", wait=timedelta(0))
    second = (await limits.room(_ACCOUNT, Rate(1, _HOUR))).blocked
    assert second is not None
    assert (second.code, second.message) == ("unreachable", "refused")
    assert second.since == first.since
    assert second.probe_at < first.probe_at  # as its new reason wants it
    assert not await limits.block(_ACCOUNT, "unreachable", "still", wait=_HOUR)
    assert (await limits.room(_ACCOUNT, Rate(1, _HOUR))).blocked == replace(second, message="still")
    assert await limits.blocked("another") is None


async def test_unblocking_lets_it_be_blocked_anew(limits: LimitStore) -> None:
    await limits.unblock(_ACCOUNT)
    await limits.block(_ACCOUNT, "busy", "421", wait=_HOUR)
    await limits.unblock(_ACCOUNT)
    assert await limits.blocked(_ACCOUNT) is None
    assert await limits.block(_ACCOUNT, "busy", "421", wait=_HOUR)


async def test_a_blocked_account_is_tried_by_one_worker_and_not_too_early(database: Database) -> None:
    workers = [LimitStore(database) for _ in range(4)]
    await workers[0].block(_ACCOUNT, "busy", "421", wait=_HOUR)
    early = await workers[0].blocked(_ACCOUNT)
    assert early is not None
    assert not await workers[0].take_probe(_ACCOUNT, early, wait=_HOUR)
    past = await database.now() - timedelta(seconds=1)
    await database.limits.update_one({}, {"$set": {"blocked.probeAt": past}})
    blocked = await workers[0].blocked(_ACCOUNT)
    assert blocked is not None
    taken = await asyncio.gather(*(worker.take_probe(_ACCOUNT, blocked, wait=_HOUR) for worker in workers))
    assert sorted(taken) == [False, False, False, True]
    after = await workers[0].blocked(_ACCOUNT)
    assert after is not None
    assert (after.probes, after.since) == (1, blocked.since)
    assert after.probe_at > await database.now()


async def test_blocking_does_not_forget_what_was_granted(limits: LimitStore) -> None:
    rate = Rate(5, _HOUR)
    await use_up(limits, _ACCOUNT, 5, rate)
    await limits.block(_ACCOUNT, "busy", "421", wait=_HOUR)
    await limits.unblock(_ACCOUNT)
    assert await use_up(limits, _ACCOUNT, 1, rate) == 0


async def test_the_tightest_of_several_rates_counts(limits: LimitStore) -> None:
    second, hour = Rate(10, timedelta(seconds=1)), Rate(15, _HOUR)
    assert await use_up(limits, _ACCOUNT, 10, second, hour) == 10
    async with asyncio.timeout(LIMIT):
        while (granted := await use_up(limits, _ACCOUNT, 10, second, hour)) == 0:
            await asyncio.sleep(0.05)
    assert granted == 5
    room = await limits.room(_ACCOUNT, second, hour)
    assert room.emails == 0
    assert room.more_at is not None
    assert room.more_at > datetime.now(room.more_at.tzinfo) + timedelta(minutes=50)
    assert room.more == 15


async def test_emails_to_a_full_domain_get_times_one_after_the_other(limits: LimitStore, database: Database) -> None:
    rate = Rate(3, timedelta(seconds=100))
    first = await use_up_for_domain(limits, "gmail.com", rate, in_line=0, new=8)
    assert first.granted == 3
    now = await database.now()
    waits = [round((at - now).total_seconds()) for at in first.later]
    assert waits == [100, 100, 100, 200, 200]
    # One that comes later does not pass those that wait, nor does it meet them.
    second = await use_up_for_domain(limits, "gmail.com", rate, in_line=0, new=2)
    assert (second.granted, [round((at - now).total_seconds()) for at in second.later]) == (0, [200, 300])
    other = await use_up_for_domain(limits, "gmx.de", rate, in_line=0, new=1)
    assert (other.granted, other.later) == (1, ())


async def test_who_stood_in_line_comes_before_who_is_new(limits: LimitStore, database: Database) -> None:
    rate = Rate(2, timedelta(seconds=100))
    await use_up_for_domain(limits, "gmail.com", rate, in_line=0, new=6)
    await age_domain(database, timedelta(seconds=101))
    grant = await use_up_for_domain(limits, "gmail.com", rate, in_line=1, new=3)
    assert grant.granted == 1
    assert len(grant.later) == 3


async def age_domain(database: Database, by: timedelta) -> None:
    """Let time pass for what a domain was granted, but not for the line."""
    await age(database, by)
