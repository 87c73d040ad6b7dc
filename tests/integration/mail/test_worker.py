"""The queue worker against a real database and a real mail server that does what the test wants."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from server.contract import EmailState
from server.store.actions import QueueActions
from server.store.client import Database
from server.store.emails import Delivered, EmailStore, GivenUp, Leaving, Postponed, Reason
from server.store.limits import LimitStore
from tests.integration.mail.conftest import Queue, running
from tests.integration.mail.scripted_smtp import DROP, ScriptedSmtp
from tests.messages import text_of
from tests.waiting import LIMIT

LEASE = timedelta(seconds=60)


async def test_each_email_leaves_once_with_its_own_password_and_message_id(queue: Queue, smtp: ScriptedSmtp) -> None:
    ids = await queue.add_many(20)
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    accepted = smtp.accepted
    assert len(accepted) == 20
    for number, email_id in enumerate(ids):
        (message,) = accepted[f"person{number}@firm.example"]
        assert f"secret of person{number}@firm.example" in text_of(message)
        assert message["Message-ID"] == f"<{email_id}@sender.example>"
        assert message["Auto-Submitted"] == "auto-generated"
    delivered = await queue.database.deliveries.find({}).to_list()
    assert {row["_id"] for row in delivered} == set(ids)
    assert smtp.connections <= 5


async def test_no_more_than_the_limit_leaves_in_an_interval(queue: Queue, smtp: ScriptedSmtp) -> None:
    await queue.add_many(25)
    started = datetime.now(UTC)
    async with running(queue.worker(smtp.address, QUEUE_BATCH_SIZE="10", QUEUE_INTERVAL="2")):
        await queue.until_empty()
    for number, received in enumerate(smtp.received):  # each may have been long under way, but none left too early
        assert received.at - started >= number // 10 * timedelta(seconds=2)


async def test_two_workers_share_queue_and_limit(queue: Queue, smtp: ScriptedSmtp) -> None:
    await queue.add_many(40)
    settings = {"QUEUE_BATCH_SIZE": "10", "QUEUE_INTERVAL": "1"}
    started = datetime.now(UTC)
    async with running(queue.worker(smtp.address, **settings), queue.worker(smtp.address, **settings)):
        await queue.until_empty()
    assert sorted(len(messages) for messages in smtp.accepted.values()) == [1] * 40
    for number, received in enumerate(smtp.received):
        assert received.at - started >= number // 10 * timedelta(seconds=1)


async def test_new_work_wakes_a_waiting_worker(queue: Queue, smtp: ScriptedSmtp) -> None:
    worker = queue.worker(smtp.address, QUEUE_INTERVAL="3600")
    async with running(worker):
        await queue.add("early@firm.example")
        worker.wake()
        await smtp.wait_for(1)
        await queue.until_empty()
        await queue.add("late@firm.example")
        worker.wake()
        await smtp.wait_for(2)


async def test_a_temporary_refusal_is_tried_again(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.recipient["slow@firm.example"] = ["451 4.7.1 greylisted", "450 later", "250 OK"]
    await queue.add("slow@firm.example", "quick@firm.example")
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    assert {recipient: len(messages) for recipient, messages in smtp.accepted.items()} == {
        "slow@firm.example": 1,
        "quick@firm.example": 1,
    }
    delivery = await queue.database.deliveries.find_one({"email": "slow@firm.example"})
    assert delivery is not None
    assert delivery["attempts"] == 3


async def test_a_refused_recipient_is_moved_to_failed_and_disturbs_nobody(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.recipient["nobody@firm.example"] = ["550-5.1.1 no such\r\n550 5.1.1 user h\xe9re"]
    (refused, _) = await queue.add("nobody@firm.example", "ann@firm.example")
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    failed = await queue.database.failed.find({}).to_list()
    assert [row["_id"] for row in failed] == [refused]
    assert set(failed[0]) >= {"userId", "email", "password", "error", "attempts", "lastAttemptDate"}
    assert failed[0]["error"].startswith("550 5.1.1 no such 5.1.1 user h")
    assert failed[0]["attempts"] == 1
    assert "ann@firm.example" in smtp.accepted


async def test_attempts_are_limited(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.message["never@firm.example"] = ["452 mailbox full"]
    await queue.add("never@firm.example")
    async with running(queue.worker(smtp.address, QUEUE_MAX_ATTEMPTS="3")):
        await queue.until_empty()
    (failed,) = await queue.database.failed.find({}).to_list()
    assert failed["attempts"] == 3
    assert "Given up after 3 attempts" in failed["error"]
    assert "452 mailbox full" in failed["error"]


async def test_a_connection_lost_after_the_message_is_uncertain_and_sent_again_under_the_same_id(
    queue: Queue, smtp: ScriptedSmtp
) -> None:
    smtp.message["maybe@firm.example"] = [DROP, "250 OK"]
    (email_id,) = await queue.add("maybe@firm.example")
    worker = queue.worker(smtp.address)
    async with running(worker):
        await queue.until_empty()
    assert [each.message["Message-ID"] for each in smtp.received] == [f"<{email_id}@sender.example>"] * 2
    assert worker.counters["uncertain"] == 1


async def test_a_connection_lost_before_the_message_is_simply_tried_again(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.recipient["ann@firm.example"] = [DROP, "250 OK"]
    await queue.add("ann@firm.example")
    worker = queue.worker(smtp.address)
    async with running(worker):
        await queue.until_empty()
    assert worker.counters["uncertain"] == 0
    assert len(smtp.received) == 1


async def test_a_blocked_account_charges_no_attempt_says_so_and_resumes_by_itself(
    queue: Queue, smtp: ScriptedSmtp
) -> None:
    smtp.sender = ["550 5.7.1 sender not allowed", "550 5.7.1 sender not allowed", "250 OK"]
    limits = LimitStore(queue.database)
    await queue.add_many(3)
    async with running(queue.worker(smtp.address, QUEUE_CONNECTIONS="1")):

        async def is_blocked() -> bool:
            blocked = await limits.blocked(smtp.address.name)
            return blocked is not None and blocked.code == "senderRefused"

        await queue.until(is_blocked)
        await queue.until_empty()
    assert await limits.blocked(smtp.address.name) is None
    assert [row["attempts"] async for row in queue.database.deliveries.find({})] == [1, 1, 1]


async def test_a_mail_server_that_was_away_loses_nothing(queue: Queue, smtp: ScriptedSmtp) -> None:
    await smtp.stop()
    limits = LimitStore(queue.database)
    await queue.add_many(5)
    async with running(queue.worker(smtp.address)):

        async def is_blocked() -> bool:
            blocked = await limits.blocked(smtp.address.name)
            return blocked is not None and blocked.code == "unreachable"

        await queue.until(is_blocked)
        await smtp.start()
        await queue.until_empty()
    assert len(smtp.accepted) == 5


async def test_a_graceful_stop_finishes_what_has_left_and_gives_back_the_rest(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.go.clear()
    await queue.add_many(10)
    worker = queue.worker(smtp.address, QUEUE_CONNECTIONS="2")
    task = asyncio.create_task(worker.run())

    async def two_have_left() -> bool:
        return await queue.database.pending.count_documents({"stage": "handedOver"}) == 2

    await queue.until(two_have_left)
    worker.stop()
    smtp.go.set()
    await asyncio.wait_for(task, LIMIT)
    assert len(smtp.received) == 2
    rows = await queue.database.pending.find({}).to_list()
    assert [(row["status"], row["attempts"], row["leaseOwner"]) for row in rows] == [("pending", 0, None)] * 8


async def test_a_stop_does_not_wait_for_a_silent_mail_server(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.go.clear()
    (email_id,) = await queue.add("ann@firm.example")
    worker = queue.worker(smtp.address, ACTIVATION_STOP_TIMEOUT="0")
    task = asyncio.create_task(worker.run())

    async def has_left() -> bool:
        return await queue.database.pending.count_documents({"stage": "handedOver"}) == 1

    await queue.until(has_left)
    worker.stop()
    await asyncio.wait_for(task, LIMIT)
    row = await queue.database.pending.find_one({"_id": email_id})
    assert row is not None
    assert (row["status"], row["stage"]) == ("processing", "handedOver")  # whoever comes next sees that it had left


# --- What is left after a kill: the same calls, stopped between two of them ---


async def test_a_worker_killed_before_handing_over_leaves_an_email_that_is_simply_pending_again(queue: Queue) -> None:
    await queue.add("ann@firm.example")
    await queue.emails.claim(1, LEASE)
    recovered = await queue.emails.recover(everything=True)
    assert (recovered.returned, recovered.uncertain) == (1, 0)
    assert await queue.emails.counts() == (1, 0, 0)


async def test_a_worker_killed_after_handing_over_leaves_an_uncertain_email(queue: Queue) -> None:
    await queue.add("ann@firm.example")
    claimed = await queue.emails.claim(1, LEASE)
    await queue.emails.mark_handed_over(claimed, "account")
    recovered = await queue.emails.recover(everything=True)
    assert (recovered.returned, recovered.uncertain) == (0, 1)
    row = await queue.database.pending.find_one({})
    assert row is not None
    assert (row["status"], row["uncertain"]) == ("pending", 1)
    assert "not known" in row["lastError"]


async def test_an_acceptance_that_comes_too_late_leaves_the_email_where_it_is(queue: Queue, database: Database) -> None:
    (email_id,) = await queue.add("ann@firm.example")
    late = await queue.emails.claim(1, LEASE)
    await queue.emails.mark_handed_over(late, "account")
    await queue.emails.recover(everything=True)
    await queue.emails.settle_delivered([Delivered(late[0], "250 OK", "account", timedelta())])
    assert await queue.emails.counts() == (1, 0, 0)
    assert await database.deliveries.count_documents({}) == 0

    again = await queue.emails.claim(1, LEASE)
    other = await queue.add("bob@firm.example")
    both = [*again, *await queue.emails.claim(1, LEASE), *late]
    await queue.emails.settle_delivered([Delivered(email, "250 OK", "account", timedelta()) for email in both])
    assert await queue.emails.counts() == (0, 0, 0)
    delivered = {row["_id"]: row["attempts"] async for row in database.deliveries.find({})}
    assert delivered == {email_id: 2, other[0]: 1}


async def test_an_acceptance_that_comes_too_late_does_not_keep_a_corrected_email_from_being_sent(
    queue: Queue, actions: QueueActions
) -> None:
    (email_id,) = await queue.add_people("mistyped@firm.example")
    late = await queue.emails.claim(1, LEASE)
    await queue.emails.mark_handed_over(late, "account")
    await queue.emails.recover(everything=True)
    refused = await queue.emails.claim(1, LEASE)
    await queue.emails.settle_given_up([GivenUp(refused[0], Reason("550 no such user", "550 no such user"))])
    await queue.emails.settle_delivered([Delivered(late[0], "250 OK", "account", timedelta())])
    await actions.correct(str(email_id), "right@firm.example", by="ann")

    await queue.emails.claim(1, LEASE)  # by a worker that is killed at once
    await queue.emails.recover(everything=True)
    (claimed,) = await queue.emails.claim(1, LEASE)
    assert claimed.email == "right@firm.example"


async def test_an_email_handed_over_while_it_is_recovered_is_not_taken_for_one_that_never_left(
    queue: Queue, database: Database
) -> None:
    await queue.add("ann@firm.example")
    late = await queue.emails.claim(1, timedelta())

    class InTheMeantime:
        """The pending emails; between reading and writing, a worker whose lease has ended hands its email over."""

        def __getattr__(self, name: str) -> object:
            return getattr(queue.database.pending, name)

        async def bulk_write(self, *arguments: object, **how: object) -> object:
            assert await queue.emails.mark_handed_over(late, "account") == set(late)
            return await queue.database.pending.bulk_write(*arguments, **how)

    store = EmailStore(database)
    store._pending = InTheMeantime()  # type: ignore[assignment]
    assert not await store.recover()
    assert (await queue.emails.recover()).uncertain == 1


async def test_a_delivery_stays_marked_that_may_be_the_second_one(queue: Queue) -> None:
    await queue.add("ann@firm.example")
    (late,) = await queue.emails.claim(1, LEASE)
    await queue.emails.mark_handed_over([late], "account")
    await queue.emails.recover(everything=True)
    (again,) = await queue.emails.claim(1, LEASE)
    for email in (late, again):  # the worker whose lease had ended is the first to be answered
        await queue.emails.settle_delivered([Delivered(email, "250 OK", "account", timedelta())])
    (delivery,) = await queue.database.deliveries.find({}).to_list()
    assert delivery["uncertain"] == 1
    assert await queue.emails.counts() == (0, 0, 0)


async def test_a_live_lease_is_left_alone(queue: Queue) -> None:
    await queue.add("ann@firm.example")
    await queue.emails.claim(1, LEASE)
    assert not await queue.emails.recover()
    assert await queue.emails.counts() == (0, 1, 0)


async def test_a_worker_that_lost_its_lease_changes_nothing(queue: Queue) -> None:
    await queue.add("a@firm.example", "b@firm.example", "c@firm.example", "d@firm.example")
    old = await queue.emails.claim(4, LEASE)
    await queue.emails.recover(everything=True)
    new = await queue.emails.claim(4, LEASE)
    assert await queue.emails.mark_handed_over(old, "account") == set()
    assert await queue.emails.mark_handed_over([old[0], *new, old[1]], "account") == set(new)
    await queue.emails.settle_postponed([Postponed(old[0], "late", LEASE)])
    await queue.emails.settle_given_up([GivenUp(old[1], Reason("late", "late"))])
    await queue.emails.settle_delivered([Delivered(old[2], "250", "account", timedelta())])
    await queue.emails.give_back([old[3]])
    assert await queue.emails.counts() == (0, 4, 0)
    rows = await queue.database.pending.find({}).to_list()
    assert {row["leaseOwner"] for row in rows} == {email.token for email in new}


async def test_some_leave_and_others_are_logged_in_one_step(queue: Queue, database: Database) -> None:
    delivered, leaving = await _one_delivered_one_leaving(queue)
    ours = await queue.emails.advance([leaving], [delivered])
    assert ours == {leaving.email}
    assert await queue.emails.counts() == (0, 1, 0)
    row = await database.pending.find_one({})
    assert row is not None
    assert (row["_id"], row["stage"], row["account"]) == (leaving.email.id, "handedOver", "account")
    logged = await database.deliveries.find({}).to_list()
    assert [row["_id"] for row in logged] == [delivered.email.id]


@pytest.mark.parametrize("lost", ["leaving", "delivered"])
async def test_a_lost_lease_holds_up_nobody_elses_step(queue: Queue, database: Database, lost: str) -> None:
    delivered, leaving = await _one_delivered_one_leaving(queue)
    loser = leaving.email if lost == "leaving" else delivered.email
    await database.pending.update_one({"_id": loser.id}, {"$set": {"leaseOwner": "another"}})
    ours = await queue.emails.advance([leaving], [delivered])
    assert ours == ({leaving.email} - {loser})
    rows = {row["_id"]: row["stage"] async for row in database.pending.find({})}
    assert rows.pop(loser.id) == (None if lost == "leaving" else "handedOver")
    assert rows == ({leaving.email.id: "handedOver"} if lost == "delivered" else {})
    logged = await database.deliveries.find({}).to_list()
    assert [row["_id"] for row in logged] == ([delivered.email.id] if lost == "leaving" else [])


async def _one_delivered_one_leaving(queue: Queue) -> tuple[Delivered, Leaving]:
    await queue.add("a@firm.example", "b@firm.example")
    first, second = await queue.emails.claim(2, LEASE)
    await queue.emails.mark_handed_over([first], "account")
    return Delivered(first, "250 OK", "account", timedelta()), Leaving(second, "account")


async def test_leases_of_a_dead_worker_end_and_another_worker_takes_over(queue: Queue, smtp: ScriptedSmtp) -> None:
    await queue.add_many(3)
    await queue.emails.claim(3, timedelta(seconds=1))
    worker = queue.worker(smtp.address)
    async with running(worker):
        await queue.until_empty()
    assert worker.counters["recovered"] == 3
    assert len(smtp.accepted) == 3


async def test_a_lease_is_renewed_while_the_mail_server_takes_its_time(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.go.clear()
    await queue.add("ann@firm.example")
    slow = queue.worker(smtp.address, QUEUE_LEASE="1")
    other = queue.worker(smtp.address, QUEUE_LEASE="1")
    async with running(slow, other):
        start = await queue.database.now()

        async def renewed_twice() -> bool:
            row = await queue.database.pending.find_one({})
            return (
                row is not None and bool(row["leaseExpiresAt"]) and row["leaseExpiresAt"] > start + timedelta(seconds=2)
            )

        await queue.until(renewed_twice)
        smtp.go.set()
        await queue.until_empty()
    assert len(smtp.received) == 1
    assert slow.counters["recovered"] == other.counters["recovered"] == 0


async def test_pages_never_hold_a_password(queue: Queue, smtp: ScriptedSmtp) -> None:
    smtp.recipient["nobody@firm.example"] = ["550 no"]
    await queue.add("nobody@firm.example", "ann@firm.example")
    waiting = await queue.emails.page(EmailState.PENDING, search="ANN@", after=None, skip=0, limit=10)
    assert [item.email for item in waiting.items] == ["ann@firm.example"]
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    for state, address in ((EmailState.FAILED, "nobody@firm.example"), (EmailState.SENT, "ann@firm.example")):
        page = await queue.emails.page(state, search="", after=None, skip=0, limit=10)
        assert [item.email for item in page.items] == [address]
        assert "secret" not in page.model_dump_json()


async def test_what_may_have_arrived_is_held_for_an_admin_where_that_is_wanted(
    queue: Queue, smtp: ScriptedSmtp
) -> None:
    smtp.message["maybe@firm.example"] = [DROP, "250 OK"]
    (email_id,) = await queue.add("maybe@firm.example")
    async with running(queue.worker(smtp.address, QUEUE_UNCERTAIN="hold")):
        await queue.until_empty()
    assert len(smtp.received) == 1
    (failed,) = await queue.database.failed.find({}).to_list()
    assert (failed["_id"], failed["uncertain"], failed["attempts"]) == (email_id, 1, 1)
    assert "whether it was delivered is not known" in failed["error"]


async def test_what_a_killed_service_may_have_sent_is_held_where_that_is_wanted(queue: Queue) -> None:
    holding = EmailStore(queue.database, hold_uncertain=True)
    (handed_over, untouched) = await queue.add("maybe@firm.example", "ann@firm.example")
    claimed = {email.id: email for email in await holding.claim(2, LEASE)}
    await holding.mark_handed_over([claimed[handed_over]], "account")

    recovered = await holding.recover(everything=True)
    assert (recovered.returned, recovered.uncertain) == (1, 1)
    assert await holding.counts() == (1, 0, 1)
    (failed,) = await queue.database.failed.find({}).to_list()
    assert (failed["_id"], failed["uncertain"]) == (handed_over, 1)
    assert [row["_id"] async for row in queue.database.pending.find({})] == [untouched]
    assert not await holding.recover(everything=True)


async def test_the_rest_after_a_look_is_a_part_of_the_pause(queue: Queue, smtp: ScriptedSmtp) -> None:
    worker, rests = queue.worker(smtp.address, QUEUE_INTERVAL="30", QUEUE_LEASE="30"), []

    async def note(seconds: float, _unless: asyncio.Event) -> None:
        rests.append(seconds)
        if len(rests) == 2:
            worker.stop()

    worker._rest = note  # type: ignore[method-assign]
    await worker.run()
    assert rests[0] > 0
    assert sum(rests) == pytest.approx(30)
