"""Emails that were activated for later leave then, whatever becomes of them meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from server.contract import EmailSelection, EmailState, EstimateBasis, SendingState
from server.live.sending import SendingOutlook
from server.smtp_accounts import Rate, SmtpAccount, SmtpSecurity, SmtpServer
from server.store.actions import QueueActions
from server.store.connections import ConnectionStore
from server.store.emails import Postponed
from server.store.limits import LimitStore
from server.store.stamps import Stamps
from tests.integration.mail.conftest import Queue, running
from tests.integration.mail.scripted_smtp import ScriptedSmtp

LEASE = timedelta(seconds=60)


async def add_for(queue: Queue, not_before: datetime, *addresses: str) -> list[ObjectId]:
    """As an activation makes them."""
    ids = await queue.add_people(*addresses)
    later = {"nextAttemptAt": not_before, "notBefore": not_before}
    await queue.database.pending.update_many({"_id": {"$in": ids}}, {"$set": later})
    return ids


async def in_an_hour(queue: Queue) -> datetime:
    now = await queue.database.now()
    return (now + timedelta(hours=1)).replace(microsecond=0)


async def due_at(queue: Queue, id_: ObjectId) -> datetime:
    row = await queue.database.pending.find_one({"_id": id_})
    assert row is not None
    at: datetime = row["nextAttemptAt"]
    return at


async def test_they_wait_and_leave_by_themselves(queue: Queue, smtp: ScriptedSmtp) -> None:
    soon = await queue.database.now() + timedelta(seconds=1.5)
    await add_for(queue, soon, "ann@firm.example")
    async with running(queue.worker(smtp.address, QUEUE_INTERVAL="3600")):
        await queue.until_empty()
    (received,) = smtp.received
    assert received.at >= soon - timedelta(milliseconds=1)


async def test_held_corrected_or_given_back_they_still_wait(queue: Queue, actions: QueueActions) -> None:
    later = await in_an_hour(queue)
    held, corrected = await add_for(queue, later, "ann@firm.example", "bob@firm.example")
    one = EmailSelection(ids=(str(held),))
    await actions.hold(one, by="ann")
    await actions.release(one, by="ann")
    await actions.correct(str(corrected), "robert@firm.example", by="ann")
    assert [await due_at(queue, id_) for id_ in (held, corrected)] == [later, later]
    page = await queue.emails.page(EmailState.PENDING, search="", after=None, skip=0, limit=10)
    assert [each.not_before for each in page.items] == [later, later]


async def test_an_admin_can_send_them_now(queue: Queue, actions: QueueActions, smtp: ScriptedSmtp) -> None:
    (email_id,) = await add_for(queue, await in_an_hour(queue), "ann@firm.example")
    await actions.retry(EmailSelection(ids=(str(email_id),)), by="ann")
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    assert len(smtp.received) == 1


async def test_a_clock_that_was_wrong_sends_nothing_too_early(queue: Queue) -> None:
    now = await queue.database.now()
    next_week = (now + timedelta(days=7)).replace(microsecond=0)
    right, wrong = await add_for(queue, next_week, "ann@firm.example", "bob@firm.example")
    await queue.database.pending.update_one({"_id": wrong}, {"$set": {"queuedAt": now + timedelta(days=365)}})
    assert await Stamps(queue.database, []).correct() == 1
    assert [await due_at(queue, id_) for id_ in (right, wrong)] == [next_week, next_week]


async def test_their_age_counts_from_then(queue: Queue) -> None:
    (email_id,) = await add_for(queue, await queue.database.now(), "ann@firm.example")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    await queue.database.pending.update_one({"_id": email_id}, {"$set": {"queuedAt": long_ago}})
    (claimed,) = await queue.emails.claim(1, LEASE)
    assert claimed.queued_at == await due_at(queue, email_id)
    await queue.emails.settle_postponed([Postponed(claimed, "451 later", timedelta(hours=2))])
    page = await queue.emails.page(EmailState.PENDING, search="", after=None, skip=0, limit=10)
    assert page.items[0].not_before is None, "it waits for something else now"


async def test_the_outlook_says_from_when_and_until_when(queue: Queue) -> None:
    server = SmtpServer("mail.example", 25, SmtpSecurity.NONE)
    account = SmtpAccount(server, rate=Rate(1, timedelta(minutes=1)))
    limits, connections = LimitStore(queue.database), ConnectionStore(queue.database)
    outlook = SendingOutlook(queue.database, queue.emails, limits, connections, [account])
    later = await in_an_hour(queue)
    await add_for(queue, later, "ann@firm.example", "bob@firm.example", "cyd@firm.example")
    status = await outlook.status(pending=3, processing=0)
    assert (status.state, status.next_at, status.basis) == (SendingState.WAITING, later, EstimateBasis.DUE)
    assert status.message.endswith(f"they leave from {later:%Y-%m-%d %H:%M} UTC on.")
    assert status.finished_at is not None
    assert (status.finished_at - later).total_seconds() == pytest.approx(120, abs=2)
    planned = await outlook.finished_at(3, later)
    assert planned is not None
    assert (planned - later).total_seconds() == pytest.approx(120, abs=2)
