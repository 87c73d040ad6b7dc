"""Whether the embedded engine works, asked from outside: one that listens and does nothing is as good as dead.

Statements that wait for each other within the engine wait for ever, and everything that is asked after them as well.
Asking for a transaction also makes the engine end those that were abandoned by a client that was killed, which it does
at no other time, and whose rows nobody can write until then.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pymongo
from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import PyMongoError

#: Between two beats.
EVERY = timedelta(seconds=10)
#: In which a beat has to come back. An engine that is busy answers in between: a large import holds it for seconds.
LIMIT = timedelta(seconds=10)
#: So many in a row that did not come back mean that none will.
MISSES = 3

_CLOSE_SECONDS = 0.2
_SLACK = 1.0  # seconds more for the driver to keep its own limit
_DATABASE = "activation_watch"  # not the service's own: it is there before that, and is called what the admin wants


class EngineWatch:
    """Beats, of one engine from its start to its end."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    async def until_stuck(self) -> None:
        """Return when the engine has not done what it was asked for too long. One that is refused is asked again."""
        misses = 0
        client = _client(self._uri)
        try:
            while misses < MISSES:
                began = asyncio.get_running_loop().time()
                misses = 0 if await _comes_back(client) else misses + 1
                took = asyncio.get_running_loop().time() - began
                await asyncio.sleep(max(0.0, EVERY.total_seconds() - took))
        finally:
            with pymongo.timeout(_CLOSE_SECONDS):  # it would look for an engine that has died for much longer
                await client.close()


async def _comes_back(client: AsyncMongoClient[dict[str, object]]) -> bool:
    """One small write in a transaction."""
    rows = client.get_database(_DATABASE)["pulse"]

    async def write(session: AsyncClientSession) -> None:
        await rows.update_one({"_id": "pulse"}, {"$inc": {"beats": 1}}, upsert=True, session=session)

    limit = LIMIT.total_seconds()
    try:
        async with asyncio.timeout(limit + _SLACK):
            with pymongo.timeout(limit):
                async with client.start_session() as session:
                    await session.with_transaction(write)
    except (PyMongoError, TimeoutError):
        return False
    return True


def _client(uri: str) -> AsyncMongoClient[dict[str, object]]:
    """Of its own: connections that others wait for are none of its business."""
    return AsyncMongoClient(
        uri, directConnection=True, maxPoolSize=2, serverSelectionTimeoutMS=int(LIMIT.total_seconds() * 1000)
    )
