"""The sweep that wipes passwords of old failures, as the service runs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from server.contract import EmailSelection
from server.operations.tasks import end
from server.retention import SecretRetention
from server.store.actions import QueueActions
from server.store.client import Database
from server.store.failures import FailureStore
from tests.integration.mail.conftest import Queue, fail
from tests.integration.mail.scripted_smtp import ScriptedSmtp


@asynccontextmanager
async def sweeping(database: Database, kept_for: timedelta) -> AsyncIterator[None]:
    """While the sweep runs."""
    task = asyncio.create_task(SecretRetention(FailureStore(database), kept_for).run())
    try:
        yield
    finally:
        await end([task])


async def test_old_failures_are_wiped_at_start_and_others_when_their_time_comes(
    queue: Queue, smtp: ScriptedSmtp, actions: QueueActions
) -> None:
    ids = await fail(queue, smtp, ann="550 no", bob="550 no")
    kept_for = timedelta(minutes=10)
    old = {"$set": {"lastAttemptDate": await queue.database.now() - kept_for}}
    await queue.database.failed.update_one({"_id": ids["ann"]}, old)

    async def wiped() -> set[object]:
        return set(await queue.ids(queue.database.failed, password={"$exists": False}))

    async def ann_alone() -> bool:
        return await wiped() == {ids["ann"]}

    async def both() -> bool:
        return await wiped() == set(ids.values())

    async with sweeping(queue.database, kept_for):
        await queue.until(ann_alone)
        await queue.database.failed.update_one({"_id": ids["bob"]}, old)
        await queue.until(both)
    assert (await actions.retry(EmailSelection(everything=True), by="ann")).changed == 2


async def test_more_than_a_batch_is_wiped(queue: Queue, actions: QueueActions) -> None:
    await queue.add_many(1103)
    await actions.hold(EmailSelection(everything=True), by="ann")
    assert await FailureStore(queue.database).wipe_secrets(timedelta()) == 1103
    assert await queue.database.failed.count_documents({"password": {"$exists": True}}) == 0
