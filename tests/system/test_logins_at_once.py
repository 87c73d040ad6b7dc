"""Admins who log in from everywhere at the same moment, while desktops of the same admins come and go.

``make logins`` does it for 25 rounds.
"""

from __future__ import annotations

import asyncio
import os

import pytest

from tests.system.admin import AdminClient
from tests.system.api import Api
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

_ROUNDS = int(os.environ.get("LOGINS", "4"))
_ADMINS = ("ann", "bob", "cyd")
_LOGINS = 2  # of each, in each round

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
