"""A worker whose database has trouble: it goes on, and no email is lost, sent twice or given up for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from server.errors import DatabaseAway
from server.mail.worker import QueueWorker
from server.operations import supervision
from tests.integration.mail.conftest import Queue, running
from tests.integration.mail.scripted_smtp import ScriptedSmtp

AWAY = DatabaseAway("operation was interrupted")
FORBIDDEN = OperationFailure("not authorized on desk to execute command", 13)
MISTAKE = KeyError("planted")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests need not wait as long as databases."""
    monkeypatch.setattr(supervision, "AWAY", 0.01)
    monkeypatch.setattr(supervision, "SHORTEST", 0.01)


def fail(worker: QueueWorker, call: str, *errors: Exception, when: Callable[..., Any] = lambda *_: True) -> list[str]:
    """The worker's store raises these, one each time that ``call`` is made as described; answers what it has raised."""
    method: Callable[..., Awaitable[Any]] = getattr(worker._emails, call)
    left, raised = list(errors), []

    async def failing(*args: Any, **options: Any) -> Any:
        if left and when(*args):
            error = left.pop(0)
            raised.append(repr(error))
            raise error
        return await method(*args, **options)

    setattr(worker._emails, call, failing)
    return raised


@pytest.mark.parametrize("error", [AWAY, FORBIDDEN, MISTAKE], ids=repr)
async def test_a_lease_is_renewed_though_it_was_once_refused(
    queue: Queue, smtp: ScriptedSmtp, error: Exception
) -> None:
    smtp.go.clear()
    await queue.add("ann@firm.example")
    slow = queue.worker(smtp.address, QUEUE_LEASE="1")
    raised = fail(slow, "renew", error)
    async with running(slow):
        await queue.until(lambda: queue.database.pending.count_documents({"stage": "handedOver"}))
        start = await queue.database.now()

        async def renewed_twice() -> bool:
            row = await queue.database.pending.find_one({"leaseExpiresAt": {"$gt": start + timedelta(seconds=2)}})
            return row is not None

        async with running(queue.worker(smtp.address, QUEUE_LEASE="1")):  # which would take over what has no lease
            await queue.until(renewed_twice)
            smtp.go.set()
            await queue.until_empty()
    assert len(raised) == 1
    assert len(smtp.received) == 1


async def test_what_is_in_hand_is_not_taken_for_left_behind_after_the_database_was_away(
    queue: Queue, smtp: ScriptedSmtp
) -> None:
    smtp.go.clear()
    (email,) = await queue.add("ann@firm.example")
    worker = queue.worker(smtp.address)
    async with running(worker):
        await queue.until(lambda: queue.database.pending.count_documents({"stage": "handedOver"}))
        past = await queue.database.now() - timedelta(seconds=5)
        await queue.database.pending.update_one({"_id": email}, {"$set": {"leaseExpiresAt": past}})
        worker._recover_at = None
        worker.wake()

        async def renewed() -> bool:
            return await queue.database.pending.count_documents({"leaseExpiresAt": {"$gt": past}}) == 1

        await queue.until(renewed)
        smtp.go.set()
        await queue.until_empty()
    assert len(smtp.received) == 1
    assert worker.counters["recovered"] == 0
    (row,) = await queue.database.deliveries.find({}).to_list()
    assert "uncertain" not in row or not row["uncertain"]


@pytest.mark.parametrize("errors", [[AWAY], [FORBIDDEN], [AWAY, FORBIDDEN, AWAY, MISTAKE]], ids=repr)
async def test_what_was_accepted_is_written_down_though_it_was_refused_at_first(
    queue: Queue, smtp: ScriptedSmtp, errors: list[Exception]
) -> None:
    await queue.add("ann@firm.example")
    worker = queue.worker(smtp.address, QUEUE_LEASE="1")
    raised = fail(worker, "advance", *errors, when=lambda _, delivered: delivered)
    async with running(worker):
        await queue.until_empty()
    assert len(raised) == len(errors)
    assert len(smtp.received) == 1
    assert await queue.database.deliveries.count_documents({}) == 1


@pytest.mark.parametrize("error", [AWAY, FORBIDDEN, MISTAKE], ids=repr)
async def test_what_cannot_be_marked_does_not_leave_and_is_sent_later(
    queue: Queue, smtp: ScriptedSmtp, error: Exception
) -> None:
    await queue.add("ann@firm.example")
    worker = queue.worker(smtp.address)
    raised = fail(worker, "advance", error, when=lambda leaving, _: leaving)
    async with running(worker):
        await queue.until_empty()
    assert len(raised) == 1
    assert len(smtp.received) == 1
    (row,) = await queue.database.deliveries.find({}).to_list()
    assert row["attempts"] == 1, "no attempt is charged for what was not tried"


@pytest.mark.parametrize("call", ["now", "outlook", "claim", "recover", "give_back"])
@pytest.mark.parametrize("error", [AWAY, MISTAKE], ids=repr)
async def test_the_queue_goes_on_whatever_a_turn_raises(
    queue: Queue, smtp: ScriptedSmtp, call: str, error: Exception
) -> None:
    await queue.add_many(3)
    await queue.emails.claim(1, timedelta(seconds=1))  # left behind, to be recovered
    worker = queue.worker(smtp.address)
    raised = fail(worker, call, error, error)
    async with running(worker):
        await queue.until_empty()
    assert len(raised) == 2
    assert len(smtp.received) == 3
    assert await queue.database.failed.count_documents({}) == 0
