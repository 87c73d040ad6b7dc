"""How much one admin may ask for: every request has a price, and of dear ones few are in hand at once."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from server.contract import Phrase
from server.errors import TooMany

#: Of one admin at one service, in the price of the cheapest request: far more than any desktop asks for, scrolling as
#: fast as it can.
REQUESTS_AT_ONCE = 1000
REQUESTS_PER_SECOND = 100.0

#: Requests that take the service far longer than others, by method and path, and their price. Programs may well ask for
#: many of them, one after the other: it is above all :data:`IN_HAND` that bounds what they cost.
DEAR: Mapping[tuple[str, str], float] = {
    ("GET", "/api/openapi.json"): 3,
    ("POST", "/api/password"): 10,
    ("POST", "/api/admins"): 10,
    ("POST", "/api/admins/{admin_id}/reset"): 10,
    ("GET", "/api/audit/export.csv"): 10,
    ("POST", "/api/audit/verification"): 10,
    ("POST", "/api/leads/chosen"): 2,
    ("GET", "/api/leads/export.csv"): 10,
    ("POST", "/api/leads/import"): 20,
    ("POST", "/api/imports"): 10,
    ("POST", "/api/imports/{import_id}/preview"): 10,
    ("POST", "/api/imports/{import_id}/check"): 10,
    ("GET", "/api/users/export.csv"): 10,
    ("POST", "/api/activations/preview"): 3,
    ("GET", "/api/activations/{activation_id}/skipped.csv"): 10,
    ("GET", "/api/queue/emails/export.csv"): 10,
    ("POST", "/api/template/preview"): 5,
    ("POST", "/api/template/test-send"): 10,
    ("POST", "/api/template"): 10,
}
#: Of what has a long body, whatever it is for.
LONG_BODY = 5.0

#: Dear requests of one admin that are read and worked on at the same time, and those that may wait for that.
IN_HAND = 2
WAITING = 30
#: Seconds they wait at most; a desktop waits for an answer a little longer.
PATIENCE = 20.0


class RequestLimit:
    """A bucket for each admin, which fills up again by and by."""

    def __init__(self, *, at_once: float = REQUESTS_AT_ONCE, per_second: float = REQUESTS_PER_SECOND) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, admin_id: str, price: float = 1.0) -> None:
        """Raises :class:`TooMany`. Where the price is more than fits into the bucket, a full one pays for it."""
        now = time.monotonic()
        left, since = self._left.get(admin_id, (self._at_once, now))
        left = min(self._at_once, left + (now - since) * self._per_second)
        if left < min(price, self._at_once):
            raise TooMany(Phrase.TOO_MANY_REQUESTS)
        self._left[admin_id] = left - price, now


class Turns:
    """Dear requests of each admin, a few at a time."""

    def __init__(self, *, in_hand: int = IN_HAND, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self._in_hand = in_hand
        self._waiting = waiting
        self._patience = patience
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._number: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, admin_id: str) -> AsyncIterator[None]:
        """While it is this request's. Raises :class:`TooMany` where that takes too long."""
        if self._number[admin_id] >= self._in_hand + self._waiting:
            raise TooMany(Phrase.TOO_MANY_REQUESTS)
        turns = self._turns.setdefault(admin_id, asyncio.Semaphore(self._in_hand))
        self._number[admin_id] += 1
        try:
            try:
                await asyncio.wait_for(turns.acquire(), self._patience)
            except TimeoutError as error:
                raise TooMany(Phrase.TOO_MANY_REQUESTS) from error
            try:
                yield
            finally:
                turns.release()
        finally:
            self._number[admin_id] -= 1
            if not self._number[admin_id]:
                del self._number[admin_id], self._turns[admin_id]


class Budget:
    """What each admin may ask for at this service."""

    def __init__(self, requests: RequestLimit, turns: Turns) -> None:
        self.requests = requests
        self.turns = turns
