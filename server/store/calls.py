"""Every call to the database goes through here: it has a time limit, and trouble that passes has one name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from pymongo.errors import PyMongoError

from server.errors import DatabaseAway
from server.store.passing import cut, passes

#: Seconds within which the database answers one call of what goes on by itself: an election and its aftermath are over
#: by then.
PATIENT = 120.0
#: Seconds within which it answers one call of what somebody waits for.
PROMPT = 20.0

_limit: ContextVar[float] = ContextVar("seconds of a call", default=PATIENT)

Result = TypeVar("Result")


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    """Limit each call within, and those of the tasks begun within, to so many seconds."""
    token = _limit.set(seconds)
    try:
        yield
    finally:
        _limit.reset(token)


def limit() -> float:
    """Seconds that a call has here."""
    return _limit.get()


async def ask(call: Awaitable[Result], *, seconds: float | None = None) -> Result:
    """What the database answers, within :func:`limit` or so many ``seconds``; 0: however long it takes.

    The driver's own limit (``pymongo.timeout``) is not used: with it the driver repeats what a server refuses for the
    moment at full speed until the time is over. Without it it does so once, and whoever asks waits before the next try.

    Raises :class:`DatabaseAway` where it does not answer, or with trouble that passes; every other error as it is.
    """
    with _named():
        if seconds == 0:
            return await call
        async with asyncio.timeout(limit() if seconds is None else seconds):
            return await call


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise DatabaseAway("it did not answer in time", cut=True) from error
    except PyMongoError as error:
        if not passes(error):
            raise
        raise DatabaseAway(str(error), cut=cut(error)) from error
