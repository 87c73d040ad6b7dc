"""Connections to a mail server, shared by all workers."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from server.store.client import Database
from server.store.connections import ConnectionStore

_ACCOUNT = "desk@mail.example:587"
_LONG = timedelta(minutes=1)


@pytest.fixture
def connections(database: Database) -> ConnectionStore:
    """Nobody holds any."""
    return ConnectionStore(database)


async def lease(connections: ConnectionStore, owner: str, lease: timedelta = _LONG) -> int:
    return await connections.lease(_ACCOUNT, owner, total=5, lease=lease, seconds_per_email=None)


async def test_one_alone_has_all_and_two_share_them_when_the_first_asks_again(connections: ConnectionStore) -> None:
    assert await lease(connections, "a") == 5
    assert await lease(connections, "b") == 0
    assert await lease(connections, "a") == 3
    assert await lease(connections, "b") == 2
    await connections.release(_ACCOUNT, "a")
    assert await lease(connections, "b") == 5


async def test_those_of_one_that_is_gone_are_free_when_its_lease_ends(
    connections: ConnectionStore, database: Database
) -> None:
    assert await lease(connections, "gone", timedelta(seconds=0)) == 5
    assert await lease(connections, "b") == 5


async def test_after_a_kill_a_server_alone_has_them_all_at_once(connections: ConnectionStore) -> None:
    await lease(connections, "killed")
    await connections.free_all()
    assert await lease(connections, "b") == 5


async def test_all_together_never_hold_more_than_there_are(database: Database) -> None:
    stores = {name: ConnectionStore(database) for name in "abcdefg"}
    held: dict[str, int] = {}

    async def ask(name: str) -> None:
        held[name] = await lease(stores[name], name)

    for _ in range(3):
        await asyncio.gather(*(ask(name) for name in stores))
        row = await database.connections.find_one({"_id": _ACCOUNT})
        assert row is not None
        assert sum(each["connections"] for each in row["holders"]) <= 5
    assert sum(held.values()) == 5
    assert max(held.values()) == 1


async def test_the_speed_that_was_measured_is_remembered(connections: ConnectionStore) -> None:
    assert (await connections.speed(_ACCOUNT)).emails_per_second is None
    await connections.lease(_ACCOUNT, "a", total=5, lease=_LONG, seconds_per_email=0.5)
    await lease(connections, "a")
    assert (await connections.speed(_ACCOUNT)).emails_per_second == 10


async def test_the_speed_is_what_slowed_workers_leave_of_it_together(connections: ConnectionStore) -> None:
    for owner, seconds in (("a", 10), ("a", 20), ("b", 5)):
        await connections.lease(
            _ACCOUNT, owner, total=2, lease=_LONG, seconds_per_email=0.5, gap=timedelta(seconds=seconds)
        )
    await connections.lease(_ACCOUNT, "a", total=2, lease=_LONG, seconds_per_email=0.5, gap=timedelta(seconds=20))
    await connections.lease(_ACCOUNT, "b", total=2, lease=_LONG, seconds_per_email=0.5, gap=timedelta(seconds=5))
    assert (await connections.speed(_ACCOUNT)).emails_per_second == pytest.approx(1 / 20 + 1 / 5)
    await connections.lease(_ACCOUNT, "b", total=2, lease=_LONG, seconds_per_email=0.5)
    assert (await connections.speed(_ACCOUNT)).emails_per_second == 4, "one that is not slowed sends at full speed"
