"""Moments that were written ahead by a clock that was wrong, brought back to where a right one would have put them.

The end of a lease, the next try, what a limit has granted: each is written as the time of that moment plus a length.
Where the database's clock was ahead then, the moment stays in the future once the clock is right, and blocks for as
long as the clock was wrong. The rule for all of them: **nothing waits longer from now than its own length.** It is
applied at each start and whenever the clock has jumped; in between nothing of that kind can have been written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from server.contract import EmailState
from server.errors import DatabaseAway
from server.store.client import Collection, Criteria, Database
from server.store.clock import JUMP

log = structlog.get_logger(__name__)

#: The longest that can be set (QUEUE_LEASE), for rows that do not say how long theirs is.
LONGEST_LEASE = timedelta(hours=1)
#: The longest that a mail server may ask an email to wait.
LONGEST_RETRY = timedelta(days=1)
#: The longest that an account rests before it is tried again.
LONGEST_REST = timedelta(minutes=5)

_AWAY_WAIT = 1.0  # seconds
#: When a waiting email was last written, in the order of what tells it best.
_WRITTEN = ("lastAttemptAt", "queuedAt", "createdAt")

Row = Mapping[str, Any]
#: Which rows may be wrong, at a moment.
Candidates = Callable[[datetime], Criteria]
#: What is to be changed in a row, by the fields' names; nothing, where it is as it should be.
Correction = Callable[[Row, datetime], Mapping[str, Any]]


class Stamps:
    """Corrects what is stored."""

    def __init__(self, database: Database, jobs: Sequence[tuple[Collection, timedelta]]) -> None:
        """``jobs``: collections of jobs, and how long a lease of each is."""
        self._database = database
        self._table: list[tuple[Collection, Candidates, Correction]] = [
            (database.pending, _in_hand, lease_of(LONGEST_LEASE)),
            (database.pending, _waiting, wait),
            *((collection, _held, lease_of(length)) for collection, length in jobs),
            (database.connections, _all, holders),
            (database.limits, _all, limits),
        ]

    async def keep(self) -> None:
        """Correct them after each jump of the clock, until cancelled."""
        jumped = self._database.clock.jumped
        while True:
            await jumped.wait()
            try:
                await self.correct()
                jumped.clear()
            except DatabaseAway as error:
                log.warning("database away, moments in the future wait", reason=str(error))
                await asyncio.sleep(_AWAY_WAIT)

    async def correct(self) -> int:
        """Bring back every moment that lies too far ahead; answers in how many rows."""
        now = await self._database.now()
        changed = 0
        for collection, candidates, correction in self._table:
            async for row in collection.find(candidates(now)):
                changed += await _change(collection, row, correction(row, now))
        if changed:
            log.warning("moments that a wrong clock had put into the future were brought back", rows=changed)
        return changed


# --- Rows that may have to be corrected: of a long queue only those are read ---


def _held(now: datetime) -> Criteria:
    return {"leaseOwner": {"$ne": None}, "leaseExpiresAt": {"$gt": now + JUMP}}


def _in_hand(now: datetime) -> Criteria:
    return {"status": EmailState.PROCESSING.value, "leaseExpiresAt": {"$gt": now + JUMP}}


def _waiting(now: datetime) -> Criteria:
    ahead = {"$gt": now + JUMP}
    written: list[Criteria] = [{name: ahead} for name in _WRITTEN]
    return {"status": EmailState.PENDING.value, "$or": [*written, {"nextAttemptAt": {"$gt": now + LONGEST_RETRY}}]}


def _all(_: datetime) -> Criteria:
    """A few rows for each account and domain."""
    return {}


async def _change(collection: Collection, row: Row, changes: Mapping[str, Any]) -> int:
    """Unless somebody else has changed the same meanwhile."""
    if not changes:
        return 0
    if "version" in row:
        as_found, update = {"version": row["version"]}, {"$set": dict(changes), "$inc": {"version": 1}}
    else:
        as_found, update = {name: row[name] for name in changes}, {"$set": dict(changes)}
    return (await collection.update_one({"_id": row["_id"], **as_found}, update)).modified_count


# --- The rule for each kind of row ---


def lease_of(length: timedelta) -> Correction:
    """For a lease: of the length that the row says, or else of this one."""

    def correct(row: Row, now: datetime) -> Mapping[str, Any]:
        latest = now + _length(row, length)
        ends_at: datetime | None = row.get("leaseExpiresAt")
        return {"leaseExpiresAt": latest} if ends_at is not None and ends_at > latest else {}

    return correct


def wait(row: Row, now: datetime) -> Mapping[str, Any]:
    """For an email that waits: it was tried, or else queued, by the same clock that has put it off."""
    due_at: datetime | None = row.get("nextAttemptAt")
    if due_at is None:
        return {}
    name = next((each for each in _WRITTEN if row.get(each) is not None), None)
    at = row.get("notBefore")
    not_before = at if isinstance(at, datetime) else now  # an admin's moment, which no clock of ours has reckoned
    if name is not None and row[name] > now + JUMP:
        return {name: now, "nextAttemptAt": max(now + max(timedelta(), due_at - row[name]), not_before)}
    if row.get("inLine"):  # behind others, however many they are
        return {}
    latest = max(now + LONGEST_RETRY, not_before)
    return {"nextAttemptAt": latest} if due_at > latest else {}


def holders(row: Row, now: datetime) -> Mapping[str, Any]:
    """For those who hold connections to a mail server."""
    corrected = [
        {**each, "until": min(each["until"], now + _length(each, LONGEST_LEASE))} for each in row.get("holders", ())
    ]
    return {"holders": corrected} if corrected != row.get("holders", []) else {}


def limits(row: Row, now: datetime) -> Mapping[str, Any]:
    """For a limit: nothing was granted later than now, nobody stands in line behind that, no account rests longer."""
    changes: dict[str, Any] = {}
    grants: Mapping[str, Sequence[Row]] = row.get("grants") or {}
    latest = max((each["until"] for log_ in grants.values() for each in log_), default=now)
    if latest > now + JUMP:
        changes["grants"] = {
            name: [{**each, "since": min(each["since"], now), "until": min(each["until"], now)} for each in log_]
            for name, log_ in grants.items()
        }
        if line := row.get("lastInLine"):
            changes["lastInLine"] = line | {"at": line["at"] - (latest - now)}
    blocked = row.get("blocked")
    if blocked and blocked["probeAt"] > now + LONGEST_REST:
        changes["blocked"] = blocked | {"since": min(blocked["since"], now), "probeAt": now + LONGEST_REST}
    return changes


def _length(row: Row, otherwise: timedelta) -> timedelta:
    seconds = row.get("leaseSeconds")
    return otherwise if seconds is None else timedelta(seconds=seconds)
