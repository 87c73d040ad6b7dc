"""What one limit has let go, and what is in hand under it: reckoned from a row, and put back into it.

The rule for every limit: **in no window of its length does the mail server get more than its count.** An email takes
room when a worker takes it in hand. It keeps that room until the mail server has answered, and, where it was accepted
or may have been, for the length of the limit from the answer on. The mail server counts it somewhere between the two.
So of all the emails that it counts in one window, the last one taken in hand has found all the others holding room.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from server.smtp_accounts import Rate

#: Answers closer together than this share of the interval are kept as one, so that the log stays short.
_JOINED = 100
#: Limits over so long or less are about speed: there the mail server has had the work of what it refused as well.
#: Longer ones are about quantity, of which only counts what it took.
SPEED = timedelta(minutes=5)

_NAME = re.compile(r"^(\d+)ms$")


class Use(Enum):
    """What has become of the room that an email took."""

    #: The mail server has it, or may have it.
    SENT = auto()
    #: The mail server was asked, and has refused this one email.
    REFUSED = auto()
    #: Nothing of it has reached the mail server, or it was the account that was refused.
    NOTHING = auto()


@dataclass
class Log:
    """What was let go under one rate within its interval, oldest first."""

    name: str
    rate: Rate
    grants: list[dict[str, Any]]

    @property
    def count(self) -> int:
        """How many emails."""
        return sum(int(grant["emails"]) for grant in self.grants)

    def add(self, emails: int, now: datetime) -> None:
        """They were let go now; the moment that counts is the latest of those that are kept as one."""
        last = self.grants[-1] if self.grants else None
        if last is not None and now - last["since"] < self.rate.interval / _JOINED:
            self.grants[-1] = {"since": last["since"], "until": now, "emails": last["emails"] + emails}
        else:
            self.grants.append({"since": now, "until": now, "emails": emails})


@dataclass
class Budget:
    """One row's limits at a moment."""

    logs: list[Log]
    #: By claim, how many emails are in hand.
    held: dict[str, int]
    now: datetime

    @classmethod
    def of(cls, row: Mapping[str, Any], rates: Sequence[Rate], now: datetime) -> Budget:
        """As the row says, under these rates."""
        logs = [_log(row, rate_name(rate), rate, now) for rate in rates]
        return cls(logs, {claim: int(emails) for claim, emails in (row.get("held") or {}).items()}, now)

    @classmethod
    def under_all(cls, row: Mapping[str, Any], now: datetime) -> Budget:
        """The same where the rates are not known: under all that the row has ever been asked for, to add to them."""
        found = ((name, _NAME.match(name)) for name in row.get("grants") or {})
        lengths = [(name, timedelta(milliseconds=int(match[1]))) for name, match in found if match]
        logs = [_log(row, name, Rate(0, length), now) for name, length in lengths]
        return cls(logs, {claim: int(emails) for claim, emails in (row.get("held") or {}).items()}, now)

    @property
    def in_hand(self) -> int:
        """How many emails have taken room and wait for what becomes of them."""
        return sum(self.held.values())

    @property
    def free(self) -> int:
        """How many more may be taken in hand."""
        return min(self.free_under(log) for log in self.logs)

    def free_under(self, log: Log) -> int:
        """The same as far as this one rate goes."""
        return max(0, log.rate.count - log.count - self.in_hand)

    @property
    def fullest(self) -> Log:
        """The rate that leaves the least room."""
        return min(self.logs, key=self.free_under)

    def more_at(self, log: Log) -> datetime | None:
        """When there is more under the rate at the latest; None while all of it is free."""
        if log.grants:
            until: datetime = log.grants[0]["until"]
            return until + log.rate.interval
        return self.now + log.rate.interval if self.in_hand else None

    def more(self, log: Log) -> int:
        """For how many there is room then."""
        return int(log.grants[0]["emails"]) if log.grants else self.in_hand

    def take(self, claim: str, most: int) -> int:
        """Room for as many of them as there is; answers for how many."""
        taken = min(most, self.free)
        if taken > 0:
            self.held[claim] = self.held.get(claim, 0) + taken
        return max(0, taken)

    def settle(self, claim: str, use: Use, emails: int) -> None:
        """What has become of so many emails of the claim.

        What was sent counts also where its room is no longer known: after a lost lease, it was given back too early.
        """
        if emails <= 0:
            return
        left = self.held.pop(claim, 0) - emails
        if left > 0:
            self.held[claim] = left
        for log in self.logs:
            if use is Use.SENT or (use is Use.REFUSED and log.rate.interval <= SPEED):
                log.add(emails, self.now)

    def fields(self) -> dict[str, Any]:
        """What of the row is to be written."""
        return {f"grants.{log.name}": log.grants for log in self.logs} | {"held": self.held}


def rate_name(rate: Rate) -> str:
    """By which a row names the log of a rate: a log outlives a change of the rate's count."""
    return f"{round(rate.interval.total_seconds() * 1000)}ms"


def _log(row: Mapping[str, Any], name: str, rate: Rate, now: datetime) -> Log:
    grants = [grant for grant in (row.get("grants") or {}).get(name, ()) if grant["until"] > now - rate.interval]
    return Log(name, rate, grants)
