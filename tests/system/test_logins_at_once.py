"""One admin who logs in from everywhere at the same moment, while desktops of the same admin come and go.

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
_LOGINS = 6
_DESKTOPS = 3


async def log_in(server: ServerProcess, number: int) -> None:
    """From an address of its own: of one, no more than a few are looked at in the same moment."""
    body = {"username": "ann", "password": "correct horse battery"}
    headers = {"X-Forwarded-For": f"203.0.113.{number}"}
    answer = await asyncio.to_thread(Api(server, "").ask, "POST", "/api/login", body, token=None, headers=headers)
    assert answer.status == 200, answer.body


async def come_and_go(desktop: AdminClient) -> None:
    await desktop.connect()
    await desktop.disconnect()


@pytest.mark.timeout(LIMIT * (_ROUNDS + 2))
async def test_logins_of_one_admin_at_once_beside_desktops_that_come_and_go_are_all_answered(
    server: ServerProcess,
) -> None:
    """Logins change the admin's row in transactions; desktops that connect change it together with others' rows."""
    desktops = [AdminClient(server) for _ in range(_DESKTOPS)]
    for desktop in desktops:
        await desktop.log_in()
    for _ in range(_ROUNDS):
        async with asyncio.timeout(LIMIT):
            await asyncio.gather(
                *(log_in(server, number) for number in range(_LOGINS)),
                *(come_and_go(desktop) for desktop in desktops),
            )
    sessions = await desktops[0].ask("GET", "/api/sessions")
    assert len(sessions) == _DESKTOPS + _ROUNDS * _LOGINS
    assert not server.complaints()
