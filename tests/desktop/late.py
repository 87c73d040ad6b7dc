"""What comes by itself comes later: for finding what takes the moment of one event for the moment of another."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
import socketio
from PySide6.QtCore import QTimer


def make_late(patch: pytest.MonkeyPatch, milliseconds: int) -> None:
    """Each answer, each piece of news (one after the other) and each timer that is to fire once takes so much longer.

    Whatever is seen by then would have been seen on the busiest of machines.
    """
    if not milliseconds:
        return
    seconds = milliseconds / 1000
    start, asked, told = QTimer.start, aiohttp.ClientSession._request, socketio.AsyncClient._trigger_event

    def start_late(timer: QTimer, *given: object) -> None:
        wanted = given[0] if given and isinstance(given[0], int) else timer.interval()  # it may be a signal's slot
        if not timer.isSingleShot() or wanted == 0:
            start(timer, wanted)
            return
        if wanted != timer.property("late"):  # else it was started before, and is late already
            wanted += milliseconds
            timer.setProperty("late", wanted)
        start(timer, wanted)

    async def answer_late(session: aiohttp.ClientSession, *request: Any, **how: Any) -> aiohttp.ClientResponse:
        answer = await asked(session, *request, **how)
        await asyncio.sleep(seconds)
        return answer

    one_after_the_other = asyncio.Lock()

    async def tell_late(client: socketio.AsyncClient, *event: Any, **where: Any) -> Any:
        async with one_after_the_other:
            await asyncio.sleep(seconds)
        return await told(client, *event, **where)

    patch.setattr(QTimer, "start", start_late)
    patch.setattr(aiohttp.ClientSession, "_request", answer_late)
    patch.setattr(socketio.AsyncClient, "_trigger_event", tell_late)
