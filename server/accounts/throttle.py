"""Slows down those who try passwords, without shutting out the one they are tried on.

Wrong attempts are counted in three ways, each with a few that are free and then a wait that doubles up to a limit:

- by account and source: whoever tries one account again and again from one place;
- by network: whoever tries many accounts from one place, which is an IPv4 address or a /64 of IPv6;
- by account, from everywhere: once many have failed there, each new source has to wait once before its first attempt is
  looked at, and again after each that fails. Its wait is its own: others cannot use it up.

A source is a device that has logged in to the account before and shows it, or else the network. A known device or
address is only slowed down by what it does itself. Nobody waits longer than the limit, and coming too early costs
nothing. Success counts as no attempt.

Kept in memory, as the database shall not work for those who are not let in. The size is bounded, for each kind of count
by itself: what strangers make up pushes out no count of an account. After a quarter of an hour without an attempt a
count is forgotten. Each service counts for itself.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from server.errors import TooManyAttempts
from server.networks import network_of

_FREE_AT_SOURCE = 5
_FREE_AT_ADDRESS = 20
_FREE_AT_ACCOUNT = 50

_FIRST_WAIT = 1.0  # seconds
_FORGET = 900.0  # seconds without an attempt
#: Counts of one kind kept at most; the one that was asked for longest ago goes first. In memory about 10 MB.
_MOST = 25_000


@dataclass(slots=True)
class _Count:
    attempts: int = 0
    #: Earliest time of the next one; None: no wait was ever set.
    until: float | None = None
    last: float = 0.0


@dataclass(frozen=True)
class Attempt:
    """A login that is tried: the account, and where from."""

    username: str
    address: str
    #: Hash of the device, if the account knows it.
    device: str | None
    #: The account has been logged in to from there before.
    known: bool

    #: The id of the account, whichever way its name is spelled; empty: there is none.
    account: str = ""

    @property
    def account_key(self) -> tuple[str, ...]:
        """What attempts on the account are counted by."""
        return ("account", self.account) if self.account else ("name", self.username.casefold())

    @property
    def address_key(self) -> tuple[str, ...]:
        """What attempts from the network are counted by."""
        return ("network", network_of(self.address))

    @property
    def source_key(self) -> tuple[str, ...]:
        """What attempts on the account from this source are counted by."""
        kind = "known source" if self.known else "source"
        if self.device is not None:
            return (kind, *self.account_key, "device", self.device)
        return (kind, *self.account_key, network_of(self.address))


class LoginThrottle:
    """Asked before every check of a password, and told of those that were right."""

    def __init__(self, longest_wait: timedelta, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest_wait = longest_wait.total_seconds()
        self._clock = clock
        #: By kind, which is what a key begins with.
        self._counts: defaultdict[str, OrderedDict[tuple[str, ...], _Count]] = defaultdict(OrderedDict)

    def begin(self, attempt: Attempt) -> None:
        """Count it beforehand, so that many at once are no way around. Raises :class:`TooManyAttempts`."""
        now = self._clock()
        source, address, account = (
            self._count(key, now) for key in (attempt.source_key, attempt.address_key, attempt.account_key)
        )
        under_attack = 0.0 if attempt.known else self._wait(account.attempts - _FREE_AT_ACCOUNT)
        if under_attack and source.until is None:
            source.until = now + under_attack
        until = source.until or now
        if not attempt.known:
            until = max(until, address.until or now)
        if now < until:
            seconds = max(1, math.ceil(until - now))
            raise TooManyAttempts(retry_after=seconds)
        for count in (source, address, account):
            count.attempts += 1
        source.until = now + max(self._wait(source.attempts - _FREE_AT_SOURCE + 1), under_attack)
        address.until = now + self._wait(address.attempts - _FREE_AT_ADDRESS + 1)

    def succeeded(self, attempt: Attempt) -> None:
        """It was the right password."""
        now = self._clock()
        self._counts[attempt.source_key[0]].pop(attempt.source_key, None)
        address, account = self._count(attempt.address_key, now), self._count(attempt.account_key, now)
        for count in (address, account):
            count.attempts = max(0, count.attempts - 1)
        address.until = now + self._wait(address.attempts - _FREE_AT_ADDRESS + 1)

    def _wait(self, attempts_too_many: int) -> float:
        if attempts_too_many <= 0:
            return 0.0
        return min(self._longest_wait, _FIRST_WAIT * 2.0 ** min(attempts_too_many - 1, 30))

    def _count(self, key: tuple[str, ...], now: float) -> _Count:
        counts = self._counts[key[0]]
        count = counts.pop(key, None)
        if count is None or now - count.last > _FORGET:
            count = _Count()
        count.last = now
        counts[key] = count
        if len(counts) > _MOST:
            counts.popitem(last=False)
        return count
