"""What is known of one email, and of many: its history, and the throughput."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from server.contract import EmailEventKind, EmailSelection, EmailState, ThroughputSpan
from server.errors import NotFound
from server.store.actions import QueueActions
from server.store.client import Database
from server.store.emails import Delivered, EmailStore, Postponed
from server.store.history import KEPT, HistoryStore
from server.store.throughput import Ending, Tally, ThroughputStore
from tests.integration.mail.conftest import Queue, running
from tests.integration.mail.scripted_smtp import DROP, ScriptedSmtp

LEASE = timedelta(seconds=60)
K = EmailEventKind


async def story(queue: Queue, email_id: ObjectId) -> list[tuple[EmailEventKind, str]]:
    """What has happened to it; never in another order than it did."""
    events = await HistoryStore(queue.database).events(str(email_id))
    assert [each.at for each in events] == sorted(each.at for each in events)
    return [(each.what, each.detail) for each in events]


async def test_a_delivered_email_tells_of_every_try_before(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.recipient["ann@firm.example"] = ["451 4.7.1 greylisted", "250 OK"]
    smtp.message["ann@firm.example"] = [DROP, "250 2.0.0 taken as 42"]
    (email_id,) = await queue.add("ann@firm.example")
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    queued, postponed, uncertain, delivered = await story(queue, email_id)
    assert queued == (K.QUEUED, "")
    assert postponed == (K.POSTPONED, "451 4.7.1 greylisted")
    assert uncertain[0] is K.UNCERTAIN
    assert "whether it was delivered is not known" in uncertain[1]
    assert delivered[0] is K.DELIVERED
    assert delivered[1].startswith(f"2.0.0 taken as 42 ({smtp.address.name}, ")


async def test_an_email_that_failed_and_was_corrected_tells_who_did_what(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    smtp.recipient["an@firm.example"] = ["550 no such user"]
    (email_id,) = await queue.add("an@firm.example")
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
        assert await story(queue, email_id) == [(K.QUEUED, ""), (K.FAILED, "550 no such user")]
    await actions.correct(str(email_id), "ann@firm.example", by="bob")
    await actions.hold(EmailSelection(ids=(str(email_id),)), by="cyd")
    await actions.release(EmailSelection(ids=(str(email_id),)), by="dee")
    assert await story(queue, email_id) == [
        (K.QUEUED, ""),
        (K.FAILED, "550 no such user"),
        (K.CORRECTED, "From an@firm.example to ann@firm.example, by bob."),
        (K.REQUEUED, "By bob."),
        (K.HELD, "Held by cyd."),
        (K.REQUEUED, "By dee."),
    ]


async def test_what_a_dead_server_left_is_told(queue: Queue) -> None:
    gone, maybe = await queue.add("gone@firm.example", "maybe@firm.example")
    claimed = {email.id: email for email in await queue.emails.claim(2, LEASE)}
    await queue.emails.mark_handed_over([claimed[maybe]], "account")
    assert await story(queue, maybe) == [(K.QUEUED, ""), (K.SENDING, "")]
    await queue.emails.recover(everything=True)
    assert await story(queue, gone) == [(K.QUEUED, ""), (K.INTERRUPTED, "")]
    assert [what for what, _ in await story(queue, maybe)] == [K.QUEUED, K.UNCERTAIN]


async def test_a_worker_that_lost_its_lease_adds_nothing(queue: Queue) -> None:
    (email_id,) = await queue.add("ann@firm.example")
    (old,) = await queue.emails.claim(1, LEASE)
    await queue.emails.recover(everything=True)
    await queue.emails.settle_postponed([Postponed(old, "late", LEASE)])
    assert await story(queue, email_id) == [(K.QUEUED, ""), (K.INTERRUPTED, "")]


async def test_a_history_is_bounded_and_stays_out_of_pages(queue: Queue) -> None:
    (email_id,) = await queue.add("ann@firm.example")
    for number in range(KEPT + 2):
        (email,) = await queue.emails.claim(1, LEASE)
        await queue.emails.settle_postponed([Postponed(email, f"try {number}", timedelta())])
    told = await story(queue, email_id)
    assert (len(told), told[1][1], told[-1][1]) == (KEPT + 1, "try 2", f"try {KEPT + 1}")
    page = await queue.emails.page(EmailState.PENDING, search="", after=None, skip=0, limit=10)
    assert "try 2" not in page.model_dump_json()


async def test_an_attempt_that_says_nothing_of_the_email_is_not_told(queue: Queue) -> None:
    (email_id,) = await queue.add("ann@firm.example")
    (email,) = await queue.emails.claim(1, LEASE)
    await queue.emails.settle_postponed([Postponed(email, "blocked", timedelta(), charged=False)])
    (email,) = await queue.emails.claim(1, LEASE)
    await queue.emails.give_back([email])
    assert await story(queue, email_id) == [(K.QUEUED, "")]


async def test_of_an_email_that_never_was_nothing_is_told(queue: Queue) -> None:
    with pytest.raises(NotFound):
        await HistoryStore(queue.database).events("0" * 24)


# --- Throughput ---


async def counts(database: Database, span: ThroughputSpan = ThroughputSpan.HOUR) -> dict[str, int]:
    """What was counted in the whole span."""
    periods = (await ThroughputStore(database).throughput(span)).periods
    return {ending.value: sum(getattr(period, ending.value) for period in periods) for ending in Ending}


async def test_every_email_is_counted_by_what_became_of_it(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.recipient["later@firm.example"] = ["451 later", "250 OK"]
    smtp.recipient["never@firm.example"] = ["550 no"]
    smtp.message["maybe@firm.example"] = [DROP, "250 OK"]
    await queue.add("later@firm.example", "never@firm.example", "maybe@firm.example", "ann@firm.example")
    tally = Tally(queue.database)
    async with running(queue.worker(smtp.address, tally=tally)):
        await queue.until_empty()
    await tally.write()
    await tally.write()
    expected = {"accepted": 3, "retried": 1, "failed": 1, "uncertain": 1}
    for span in ThroughputSpan:
        assert await counts(queue.database, span) == expected
    assert await queue.database.throughput.count_documents({}) <= 2


async def test_what_a_dead_server_left_is_counted(queue: Queue) -> None:
    tally = Tally(queue.database)
    emails = EmailStore(queue.database, hold_uncertain=False, tally=tally)
    await queue.add_many(2)
    claimed = await emails.claim(2, LEASE)
    await emails.mark_handed_over(claimed[:1], "account")
    await emails.recover(everything=True)
    await tally.write()
    assert await counts(queue.database) == {"accepted": 0, "retried": 0, "failed": 0, "uncertain": 1}


async def test_minutes_and_hours_stand_where_they_belong(database: Database) -> None:
    now = await database.now()
    tally = Tally(database)
    for minutes, count in ((0, 1), (5, 2), (58, 4), (61, 8), (23 * 60, 16), (6 * 24 * 60, 32), (8 * 24 * 60, 64)):
        tally.note(Ending.ACCEPTED, count, now - timedelta(minutes=minutes))
    await tally.write()
    store = ThroughputStore(database)
    hour = await store.throughput(ThroughputSpan.HOUR)
    assert (len(hour.periods), hour.period_seconds) == (60, 60)
    assert [period.accepted for period in hour.periods if period.accepted] == [4, 2, 1]
    (last,) = [period for period in hour.periods if period.start <= now < period.start + timedelta(minutes=1)]
    assert last.accepted == 1
    day = await store.throughput(ThroughputSpan.DAY)
    assert len(day.periods) == 24
    assert sum(period.accepted for period in day.periods) == 1 + 2 + 4 + 8 + 16
    week = await store.throughput(ThroughputSpan.WEEK)
    assert len(week.periods) == 24 * 7
    assert sum(period.accepted for period in week.periods) == 63


async def test_servers_that_count_at_once_lose_nothing(database: Database) -> None:
    now = await database.now()
    tallies = [Tally(database) for _ in range(6)]
    for tally in tallies:
        tally.note(Ending.ACCEPTED, 7, now)
    for tally in tallies:
        await tally.write()
    assert (await counts(database))["accepted"] == 42


async def test_the_rate_is_measured_from_when_emails_began_to_leave(database: Database) -> None:
    store, tally = ThroughputStore(database), Tally(database)
    assert await store.rate(timedelta(minutes=10)) == 0.0
    now = await database.now()
    tally.note(Ending.ACCEPTED, 10_000, now - timedelta(minutes=20))
    tally.note(Ending.ACCEPTED, 300, now - timedelta(minutes=4))
    tally.note(Ending.FAILED, 300, now - timedelta(minutes=6))
    tally.note(Ending.ACCEPTED, 300, now - timedelta(minutes=2))
    await tally.write()
    rate = await store.rate(timedelta(minutes=10))
    assert 600 / (5 * 60 + 5) <= rate <= 600 / (4 * 60)


async def test_a_kill_between_loses_a_count_but_no_delivery(queue: Queue) -> None:
    await queue.add("ann@firm.example")
    emails = EmailStore(queue.database, tally=Tally(queue.database))
    (email,) = await emails.claim(1, LEASE)
    await emails.settle_delivered([Delivered(email, "250 OK", "account", timedelta())])
    # The kill: what was noted is never written.
    assert await queue.database.deliveries.count_documents({"_id": email.id}) == 1
    assert (await counts(queue.database))["accepted"] == 0


async def test_hours_begin_on_the_hour(database: Database) -> None:
    tally = Tally(database)
    tally.note(Ending.RETRIED, 1, datetime(2026, 3, 1, 12, 59, 59, 999000, tzinfo=UTC))
    tally.note(Ending.RETRIED, 1, datetime(2026, 3, 1, 13, 0, tzinfo=UTC))
    await tally.write()
    rows = await database.throughput.find({}, {"minutes": 1}).sort("_id", 1).to_list()
    assert [(row["_id"].hour, row["minutes"]) for row in rows] == [
        (12, {"m59": {"retried": 1}}),
        (13, {"m00": {"retried": 1}}),
    ]
