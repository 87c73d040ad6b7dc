"""Whose sockets may be left open."""

from __future__ import annotations

import asyncio
import gc
import socket
import warnings
from contextlib import suppress

import pytest
from pymongo import pool_shared
from pymongo.pool_options import PoolOptions

from tests.driver_sockets import DriverSocket
from tests.waiting import LIMIT


def left_open(caught: list[warnings.WarningMessage]) -> list[str]:
    return [str(each.message) for each in caught if "unclosed" in str(each.message)]


@pytest.mark.filterwarnings("always::ResourceWarning")
async def test_a_socket_of_the_driver_whose_attempt_was_cancelled_is_closed_without_a_warning() -> None:
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as full,
        socket.create_connection(full.getsockname()),  # another one waits for ever
        warnings.catch_warnings(record=True) as caught,
    ):
        attempt = asyncio.create_task(
            pool_shared._async_create_connection(full.getsockname(), PoolOptions(connect_timeout=60))
        )
        async with asyncio.timeout(LIMIT):
            while not any(type(each) is DriverSocket for each in gc.get_objects()):
                await asyncio.sleep(0.01)
        attempt.cancel()
        with suppress(asyncio.CancelledError):
            await attempt
        del attempt
        gc.collect()
    assert left_open(caught) == []


@pytest.mark.filterwarnings("always::ResourceWarning")
def test_a_socket_of_ours_that_is_left_is_warned_of() -> None:
    with warnings.catch_warnings(record=True) as caught:
        left = socket.socket()
        number = left.fileno()
        del left
        gc.collect()
    assert any(f"fd={number}" in message for message in left_open(caught))
