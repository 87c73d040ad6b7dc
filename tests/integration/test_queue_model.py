"""The queue against a plain model: workers, crashes, admins and the clock in whatever order hypothesis thinks of.

After each step the database must say what the model says: every email in exactly one state, none lost, none received
twice by the mail server without an uncertain mark, counts that equal the rows, limits kept in every window.

``HYPOTHESIS_PROFILE=long`` looks for about ten minutes instead of half a minute.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from bson.binary import Binary
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from server.contract import EmailSelection, EmailState, QueuePart
from server.errors import Conflict, NotFound
from server.store import schema
from server.store.actions import QueueActions
from server.store.client import connect
from server.store.vault import Credential
from tests.integration.queue.machine import World, causes, leases, orders
from tests.integration.queue.steered import SteeredDatabase
from tests.integration.queue.workers import Workers

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


HELD_BY_ANN = "Held by ann"


async def issue(count: int) -> list[Credential]:
    """New passwords, for those that a wrong address may have got."""
    return [Credential("hash", Binary(b"new secret"))] * count


class WorkersAndAdmins(Workers):
    """Admins at the same queue."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.actions = QueueActions(self.database, issue)

    def _in_part(self, part: QueuePart) -> list[ObjectId]:
        """Emails in that part of the queue; pending includes what is being sent, which is then left alone."""
        match part:
            case QueuePart.PENDING:
                return self.model.ids(EmailState.PENDING, EmailState.PROCESSING)
            case QueuePart.FAILED | QueuePart.HELD:
                held = part is QueuePart.HELD
                return [id_ for id_ in self.model.ids(EmailState.FAILED) if self.model.emails[id_].held == held]

    def _select(self, data: st.DataObject, *parts: QueuePart) -> tuple[EmailSelection, list[ObjectId]]:
        """What an admin has chosen, of what an action is for, and what that means."""
        part = data.draw(st.sampled_from(parts))
        match data.draw(st.sampled_from(["part", "ids", "cause", "everything"])):
            case "part":
                return EmailSelection(part=part, everything=True), self._in_part(part)
            case "ids":
                ids = data.draw(st.lists(st.sampled_from(sorted(self.enqueued)), min_size=1, unique=True))
                queued = {id_ for part in parts for id_ in self._in_part(part)}
                return EmailSelection(ids=tuple(map(str, ids))), [id_ for id_ in ids if id_ in queued]
            case "cause":
                cause = data.draw(causes | st.just(HELD_BY_ANN))
                failed = [id_ for part in parts if part is not QueuePart.PENDING for id_ in self._in_part(part)]
                chosen = [id_ for id_ in failed if self.model.emails[id_].cause == cause]
                return EmailSelection(cause=cause), chosen
            case _:
                return EmailSelection(everything=True), self._in_part(parts[0])

    @precondition(lambda self: self.model.emails)
    @rule(data=st.data(), action=st.sampled_from(["retry", "discard", "hold", "release"]))
    def act(self, data: st.DataObject, action: str) -> None:
        match action:
            case "retry":
                selection, ids = self._select(data, QueuePart.FAILED, QueuePart.HELD, QueuePart.PENDING)
                work, expected = self.actions.retry(selection, by="ann"), self.model.retry(ids, self.now)
            case "discard":
                selection, ids = self._select(data, QueuePart.FAILED, QueuePart.HELD, QueuePart.PENDING)
                work, expected = self.actions.discard(selection, by="ann"), self.model.discard(ids)
            case "hold":
                selection, ids = self._select(data, QueuePart.PENDING)
                work, expected = self.actions.hold(selection, by="ann"), self.model.hold(ids, "ann", self.now)
            case _:
                selection, ids = self._select(data, QueuePart.HELD)
                work, expected = self.actions.release(selection, by="ann"), self.model.release(ids, self.now)
        assert self.run(work).changed == expected
        self.done[action] += expected

    @precondition(lambda self: self.model.due(self.now))
    @rule(action=st.sampled_from(["hold", "discard"]), limit=st.integers(1, 8), lease=leases, order=orders)
    def act_while_one_claims(self, action: str, limit: int, lease: timedelta, order: list[int]) -> None:
        """Each email is either the worker's or the admin's."""
        selection = EmailSelection(part=QueuePart.PENDING, everything=True)
        act = self.actions.hold if action == "hold" else self.actions.discard
        claimed, changed = self.run(
            self.database.turns.interleave(order, self.stores[0].claim(limit, lease), act(selection, by="ann"))
        )
        self._take(0, claimed, lease)
        pending = self.model.ids(EmailState.PENDING)
        expected = self.model.hold(pending, "ann", self.now) if action == "hold" else self.model.discard(pending)
        assert changed.changed == expected

    @precondition(lambda self: len(self.model.emails) > 1)
    @rule(data=st.data(), wrongly=st.booleans())
    def correct(self, data: st.DataObject, wrongly: bool) -> None:
        """``wrongly``: to the address of another; what is being sent or was sent cannot be corrected at all."""
        email = self.model.emails[data.draw(st.sampled_from(list(self.model.emails)))]
        other = next(each for each in self.model.emails.values() if each.id != email.id)
        address = other.address if wrongly else f"corrected{len(self.model.audit)}-{email.id}@firm.example"
        work = self.actions.correct(str(email.id), address, by="ann")
        if wrongly or email.state in (EmailState.PROCESSING, EmailState.SENT):
            with pytest.raises(NotFound if email.state is EmailState.SENT else Conflict):
                self.run(work)
        else:
            self.run(work)
            self.model.correct(email.id, address, self.now)
            self.done["correct"] += 1

    @rule(paused=st.booleans())
    def pause_or_resume(self, paused: bool) -> None:
        changed = self.model.pause(paused=paused)
        if paused:
            self.run(self.limits.pause("ann", "lunch"))
        else:
            assert self.run(self.limits.resume("ann")) == changed

    def teardown(self) -> None:
        """What need not be asked after each step: the audit log, and that users and leads follow their emails."""

        async def read() -> tuple[list[Any], ...]:
            database = self.database
            collections = (database.audit, database.users, database.leads, database.pending, database.failed)
            return tuple([await collection.find({}).to_list() for collection in collections])

        audit, users, leads, *emails = self.run(read())
        assert Counter((row["action"], row["count"]) for row in audit) == Counter(self.model.audit)
        addresses = {row["_id"]: row["email"] for row in (*users, *leads)}
        assert len(addresses) == 2 * len(self.enqueued)
        for row in (*emails[0], *emails[1]):
            assert addresses[row["userId"]] == addresses[row["leadId"]] == row["email"]


@pytest.fixture
def world(engine_uri: str) -> Iterator[World]:
    """A database of its own, in a loop of its own."""

    async def open_database(stack: AsyncExitStack) -> SteeredDatabase:
        plain = await stack.enter_async_context(connect(engine_uri, f"test_{uuid.uuid4().hex[:12]}"))
        stack.push_async_callback(plain.client.drop_database, plain.name)
        await schema.ensure(plain)
        return SteeredDatabase(plain)

    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        yield World(runner, runner.run(open_database(stack)))
        runner.run(stack.aclose())


@pytest.mark.timeout(3600 if LONG else 900)
def test_the_queue_does_what_the_model_does(world: World) -> None:
    run_state_machine_as_test(
        lambda: WorkersAndAdmins(world),
        settings=settings(
            max_examples=600 if LONG else 20,
            stateful_step_count=50,
            derandomize=not LONG,  # the short form comes everywhere to what it has to come to
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(*(f"{name}: {count}" for name, count in sorted(world.done.items())), sep="\n")
    assert world.done["received"]
