"""How long it stays known what was sent."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from server.store.client import Database
from server.store.delivery_log import keep_deliveries

LEASE = timedelta(seconds=60)


async def retention(database: Database) -> int | None:
    """Seconds after which the database removes them."""
    index = (await database.deliveries.index_information()).get("retention")
    return None if index is None else int(index["expireAfterSeconds"])


async def test_the_time_to_keep_deliveries_follows_the_setting(database: Database) -> None:
    for days in (365, 365, 1, None, None, 30):
        await keep_deliveries(database, None if days is None else timedelta(days=days))
        assert await retention(database) == (None if days is None else days * 86400)


async def test_servers_that_start_at_once_agree(database: Database) -> None:
    for each in (timedelta(days=1), None, timedelta(days=2)):
        await asyncio.gather(*(keep_deliveries(database, each) for _ in range(5)))
        assert await retention(database) == (None if each is None else each.total_seconds())
