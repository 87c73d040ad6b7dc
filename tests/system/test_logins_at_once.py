"""Admins who log in from everywhere at the same moment, while desktops of the same admins come and go.

``make logins`` does it for 25 rounds. ``make deadlock`` does for ten minutes, at the same time, all that ever locked up
the embedded engine: logins, desktops, sweeps of presence, claims and activations.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from server.store.admins import AdminStore
from server.store.client import connect
from server.store.emails import EmailStore
from server.store.leads import LeadStore, NewLead
from tests.system.admin import AdminClient, is_finished
from tests.system.api import Api
from tests.system.conftest import Servers
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

_ROUNDS = int(os.environ.get("LOGINS", "4"))
_ADMINS = ("ann", "bob", "cyd")
_LOGINS = 2  # of each, in each round

#: For how long everything is done at once, and after how many of them something has hung.
_SECONDS = float(os.environ.get("DEADLOCK", "4"))
_HUNG = 60.0

_PASSWORD = "correct horse battery"


async def log_in(server: ServerProcess, name: str, number: int) -> None:
    """From an address of its own: of one, no more than a few are looked at in the same moment."""
    body, headers = {"username": name, "password": _PASSWORD}, {"X-Forwarded-For": f"203.0.113.{number}"}
    answer = await asyncio.to_thread(Api(server, "").ask, "POST", "/api/login", body, token=None, headers=headers)
    assert answer.status == 200, answer.body


async def come_and_go(desktop: AdminClient, over: asyncio.Event) -> None:
    while not over.is_set():
        await desktop.connect()
        await desktop.disconnect()


@pytest.mark.timeout(LIMIT * (_ROUNDS + 2))
async def test_logins_at_once_beside_desktops_that_come_and_go_are_all_answered(server: ServerProcess) -> None:
    """Logins change the admin's row in transactions; desktops that connect change it together with others' rows."""
    for name in _ADMINS[1:]:
        server.add_admin(name)
    desktops = [AdminClient(server, name) for name in _ADMINS]
    for desktop in desktops:
        await desktop.log_in()
    for _ in range(_ROUNDS):
        over = asyncio.Event()
        async with asyncio.timeout(LIMIT), asyncio.TaskGroup() as group:
            for desktop in desktops:
                group.create_task(come_and_go(desktop, over))
            await asyncio.gather(*(log_in(server, name, n) for n in range(_LOGINS) for name in _ADMINS))
            over.set()
    for desktop in desktops:
        assert len(await desktop.ask("GET", "/api/sessions")) == 1 + _ROUNDS * _LOGINS
    assert not server.complaints()


@dataclass
class Together:
    """Things that are done at the same time, each again and again."""

    until: float = field(default_factory=lambda: time.monotonic() + _SECONDS)
    done: dict[str, int] = field(default_factory=dict)
    longest: dict[str, float] = field(default_factory=dict)

    async def repeat(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Until the time is over. Raises :class:`AssertionError` for what hangs."""
        self.done[name], self.longest[name] = 0, 0.0
        while not self.done[name] or time.monotonic() < self.until:
            started = time.monotonic()
            try:
                async with asyncio.timeout(_HUNG):
                    await work()
            except TimeoutError:
                raise AssertionError(f"{name} hangs; {self}") from None
            self.done[name] += 1
            self.longest[name] = max(self.longest[name], time.monotonic() - started)

    def __str__(self) -> str:
        return ", ".join(
            f"{count} {name} (the longest {self.longest[name]:.1f} s)" for name, count in self.done.items()
        )


@pytest.mark.timeout(LIMIT + 2 * _SECONDS)
async def test_nothing_hangs_while_everything_changes_the_same_rows(servers: Servers) -> None:
    server = servers(QUEUE_BATCH_SIZE="10000", QUEUE_INTERVAL="0.5")
    await asyncio.to_thread(server.start)
    for name in _ADMINS:
        await asyncio.to_thread(server.add_admin, name)
    ann = AdminClient(server)
    await ann.log_in()

    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(connect(server.database_uri, server.database_name))
        admins, emails, leads = AdminStore(database), EmailStore(database), LeadStore(database)

        async def desktop(name: str) -> Callable[[], Awaitable[None]]:
            client = AdminClient(server, name)
            await client.log_in()

            async def once() -> None:
                await client.connect()
                await client.disconnect()

            return once

        async def sweep() -> None:
            await admins.mark_offline(timedelta())
            await asyncio.sleep(0.02)

        async def claim() -> None:
            """As a second worker that finds no room for what it has claimed."""
            await emails.give_back(await emails.claim(20, timedelta(minutes=1)))
            await asyncio.sleep(0.02)

        async def activate() -> None:
            number = together.done["activations"]
            new = [NewLead(f"lead{number}-{each}@firm.example", "Ann") for each in range(20)]
            await leads.add(new, by="ann", now=await database.now())
            activation = await ann.activate(20)

            async def has_finished() -> bool:
                return is_finished(await ann.ask("GET", f"/api/activations/{activation}"))

            await ann.until(has_finished, "the activation did not finish", seconds=_HUNG)

        desks = [await desktop(name) for name in _ADMINS]
        together = Together()
        async with asyncio.TaskGroup() as group:
            for number, (name, desk) in enumerate(zip(_ADMINS, desks, strict=True)):
                group.create_task(together.repeat(f"visits of {name}", desk))
                login = lambda name=name, number=number: log_in(server, name, number)  # noqa: E731
                group.create_task(together.repeat(f"logins of {name}", login))
            group.create_task(together.repeat("sweeps", sweep))
            group.create_task(together.repeat("claims", claim))
            group.create_task(together.repeat("activations", activate))
    print(f"\n{together}")
    await ann.all_sent()
    assert all(together.done.values())
    assert not server.complaints()
