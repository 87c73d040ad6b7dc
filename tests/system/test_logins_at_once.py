"""One admin who logs in from everywhere at the same moment, while desktops of the same admin come and go."""

from __future__ import annotations

import asyncio

from tests.system.admin import AdminClient
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

_ROUNDS = 4
_LOGINS = 5
_DESKTOPS = 3


async def come_and_go(desktop: AdminClient) -> None:
    await desktop.connect()
    await desktop.disconnect()


async def test_logins_of_one_admin_at_once_beside_desktops_that_come_and_go_are_all_answered(
    server: ServerProcess,
) -> None:
    """Logins change the admin's row in transactions; desktops that connect change it together with others' rows."""
    desktops = [AdminClient(server) for _ in range(_DESKTOPS)]
    async with asyncio.timeout(LIMIT):
        for desktop in desktops:
            await desktop.log_in()
        for _ in range(_ROUNDS):
            await asyncio.gather(
                *(AdminClient(server).log_in() for _ in range(_LOGINS)), *(come_and_go(desktop) for desktop in desktops)
            )
        sessions = await desktops[0].ask("GET", "/api/sessions")
    assert len(sessions) == _DESKTOPS + _ROUNDS * _LOGINS
    assert not server.complaints()
