"""Hanging up, whatever the connection is doing in that moment."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from desktop.backend.ending import end
from desktop.backend.stream import Phase, Stream, _Connection

_DEADLINE = 10.0


class _Deaf:
    """Loses the first cancellation, as Python 3.11 does where it meets the end of a wait."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()

    async def wait(self) -> None:
        self.entered.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


async def test_a_cancellation_that_is_lost_is_followed_by_another() -> None:
    deaf = _Deaf()

    async def work() -> None:
        await deaf.wait()
        await asyncio.Event().wait()

    task = asyncio.get_running_loop().create_task(work())
    await deaf.entered.wait()
    async with asyncio.timeout(_DEADLINE):
        await end([task])
    assert task.cancelled()


@pytest.mark.parametrize("meanwhile", ["open", "close"])
async def test_it_hangs_up_although_the_cancellation_is_lost(monkeypatch: pytest.MonkeyPatch, meanwhile: str) -> None:
    deaf, phases = _Deaf(), []

    async def lose(connection: _Connection) -> None:
        if meanwhile == "close":
            connection.closed.set()
        else:
            await deaf.wait()

    original = _Connection.close

    async def lose_too(connection: _Connection) -> None:
        if meanwhile == "close":
            await deaf.wait()
        await original(connection)

    async def never_ready() -> bool:
        return False

    monkeypatch.setattr(_Connection, "open", lose)
    monkeypatch.setattr(_Connection, "close", lose_too)
    stream = Stream(
        "http://127.0.0.1:9",
        is_ready=never_ready,
        phase_changed=lambda phase, *_: phases.append(phase),
        logged_out=lambda _: None,
    )
    stream.start("token")
    await deaf.entered.wait()
    async with asyncio.timeout(_DEADLINE / 2):  # sooner than it is insisted on
        await stream.stop()
    assert (Phase.ONLINE in phases) == (meanwhile == "close")
