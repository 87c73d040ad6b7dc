"""Writes that must not be lost, whatever the database is doing at the moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from server.errors import DatabaseAway
from server.operations.supervision import Waits
from server.store.vault import Locked, Unreadable

#: How often a result is tried to be written where it is not that the database is away: within half a minute.
_TRIES = 6

Result = TypeVar("Result")


async def patiently(write: Callable[[], Awaitable[Result]]) -> Result:
    """Do a write that must not be lost: again and again while the database is away.

    What else is wrong may pass as well (a role that is changed), and an email whose result is not written is sent once
    more: that is tried some times, too.
    """
    waits, tries = Waits(), 0
    while True:
        try:
            return await write()
        except (Unreadable, Locked, ValueError):  # an answer
            raise
        except Exception as error:
            tries += not isinstance(error, DatabaseAway)
            if tries >= _TRIES:
                raise
            await asyncio.sleep(waits.after(error, task="result of an email"))
