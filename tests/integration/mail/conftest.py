"""A queue with emails in it, a mail server that obeys, and workers between the two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from server.activation.passwords import CredentialSupply
from server.mail.outcome import RetryWaits
from server.mail.rendering import ActivationEmails
from server.mail.time_limits import TimeLimits
from server.mail.worker import QueueWorker
from server.settings import PasswordHash, load_settings
from server.smtp_accounts import SmtpAccount, SmtpServer
from server.store.actions import QueueActions
from server.store.changes import ChangeFeed
from server.store.client import Collection, Database
from server.store.connections import ConnectionStore
from server.store.emails import EmailStore, message_id, pending_document
from server.store.limits import LimitStore
from server.store.throughput import Tally
from server.store.vault import Vault
from tests.integration.mail.scripted_smtp import HANG, ScriptedSmtp, scripted_smtp
from tests.waiting import LIMIT

MAIL_FROM = "Desk <desk@sender.example>"
#: Short enough to see the next batch in a test. An answer that a test holds back is not given up before the test is.
QUICK = {"QUEUE_INTERVAL": "1", "QUEUE_LEASE": "60", "SMTP_TIMEOUT": str(LIMIT)}
#: Shorter still: blocked accounts are tried again soon.
SOON = {"QUEUE_INTERVAL": "0.2"}
RETRY = RetryWaits(first=timedelta(milliseconds=100), longest=timedelta(milliseconds=200))


def soon(answer: str | None) -> dict[str, str]:
    """The same for a server with this answer: one that keeps silent is given up soon, one that is only slow is not."""
    return {**SOON, "SMTP_TIMEOUT": "3"} if answer == HANG else SOON


@pytest.fixture
async def smtp() -> AsyncIterator[ScriptedSmtp]:
    """A mail server."""
    async with scripted_smtp() as server:
        yield server


@dataclass
class Queue:
    """The queue of a test."""

    database: Database
    vault: Vault
    emails: EmailStore

    async def add(self, *addresses: str, name: str = "Ann") -> list[ObjectId]:
        """Pending emails, due now; the password of each is its address."""
        now = await self.database.now()
        rows = []
        for address in addresses:
            email_id = ObjectId()
            rows.append(
                pending_document(
                    email_id=email_id,
                    user_id=ObjectId(),
                    lead_id=ObjectId(),
                    activation_id=ObjectId(),
                    email=address,
                    name=name,
                    password=await self.vault.encrypt(f"secret of {address}"),
                    message_id=message_id(email_id, MAIL_FROM),
                    now=now,
                    due_at=now,
                )
            )
        await self.database.pending.insert_many(rows)
        return [row["_id"] for row in rows]

    async def add_people(self, *addresses: str) -> list[ObjectId]:
        """Pending emails with the users and leads that they are for."""
        ids = await self.add(*addresses)
        async for row in self.database.pending.find({"_id": {"$in": ids}}):
            user = {"_id": row["userId"], "email": row["email"], "passwordHash": "first", "mustChangePassword": True}
            await self.database.users.insert_one(user)
            await self.database.leads.insert_one({"_id": row["leadId"], "email": row["email"]})
        return ids

    async def ids(self, collection: Collection, **criteria: Any) -> set[ObjectId]:
        """Which emails are there."""
        return {row["_id"] async for row in collection.find(criteria, {"_id": 1})}

    async def add_many(self, count: int) -> list[ObjectId]:
        """That many."""
        return await self.add(*(f"person{number}@firm.example" for number in range(count)))

    def worker(
        self,
        *servers: SmtpServer | SmtpAccount,
        writer: ActivationEmails | None = None,
        tally: Tally | None = None,
        retry_waits: RetryWaits = RETRY,
        time_limits: TimeLimits | None = None,
        proven: bool = True,
        **given: str,
    ) -> QueueWorker:
        """One that works quickly, by servers with the limits of the settings or accounts with their own.

        ``proven``: its accounts have accepted something before, so that it need not begin with one email alone.
        """
        settings = load_settings({**QUICK, "MAIL_FROM": MAIL_FROM, **given})
        worker = QueueWorker(
            emails=EmailStore(self.database, tally=tally),
            limits=LimitStore(self.database),
            connections=ConnectionStore(self.database),
            vault=self.vault,
            accounts=[each if isinstance(each, SmtpAccount) else settings.account_at(each) for each in servers],
            settings=settings,
            writer=writer,
            retry_waits=retry_waits,
            time_limits=time_limits or TimeLimits.each(settings.smtp_timeout),
        )
        for account in worker._accounts.values():
            account.evidence.has_accepted = proven
        return worker

    async def until(self, condition: Callable[[], Awaitable[Any]], seconds: float = LIMIT) -> None:
        """Wait until the database says so, asked again at each change."""
        changed = asyncio.Event()
        feed = ChangeFeed(self.database)
        for collection in (self.database.pending, self.database.failed, self.database.limits, self.database.deliveries):
            feed.on(collection, lambda _: changed.set())
        listening = asyncio.create_task(feed.run())
        try:
            async with asyncio.timeout(seconds):
                await feed.open.wait()
                while not await condition():
                    await changed.wait()
                    changed.clear()
        finally:
            listening.cancel()

    async def until_empty(self) -> None:
        """Wait until nothing is pending and nothing is being sent."""

        async def is_empty() -> bool:
            return await self.database.pending.count_documents({}) == 0

        await self.until(is_empty)


@pytest.fixture
async def queue(database: Database, vault: Vault) -> Queue:
    """An empty one."""
    return Queue(database, vault, EmailStore(database))


@pytest.fixture
def actions(queue: Queue) -> QueueActions:
    """What admins can do to it."""
    return QueueActions(queue.database, CredentialSupply(queue.vault, PasswordHash.BCRYPT, reserve=0, threads=2).issue)


async def fail(queue: Queue, smtp: ScriptedSmtp, **refusals: str) -> dict[str, ObjectId]:
    """Emails that the mail server refuses once with these replies, with their users and leads; their ids by name."""
    addresses = {name: f"{name}@firm.example" for name in refusals}
    for name, reply in refusals.items():
        smtp.recipient[addresses[name]] = [reply, "250 OK"]
    ids = await queue.add_people(*addresses.values())
    async with running(queue.worker(smtp.address)):
        await queue.until_empty()
    return dict(zip(refusals, ids, strict=True))


async def until_blocked(queue: Queue, account: str) -> tuple[str, str]:
    """Code and message of the block, once there is one."""
    limits = LimitStore(queue.database)

    async def is_blocked() -> bool:
        return await limits.blocked(account) is not None

    await queue.until(is_blocked)
    blocked = await limits.blocked(account)
    assert blocked is not None
    return blocked.code, blocked.message


@asynccontextmanager
async def running(*workers: QueueWorker) -> AsyncIterator[None]:
    """Workers at work, stopped in good order afterwards."""
    async with AsyncExitStack() as stack:
        for worker in workers:
            task = asyncio.create_task(worker.run())
            stack.push_async_callback(asyncio.wait_for, task, 20)
            stack.callback(worker.stop)
        yield
