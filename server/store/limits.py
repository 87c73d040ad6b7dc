"""How much may be sent, for all workers on all hosts together.

One document per sending account holds sliding logs of what was granted, one for each of its limits, and whether the
account is blocked; one per recipient domain holds the same for the domain. They are changed by optimistic writes:
whoever loses a race reads again. One more document stands there while admins have paused all sending. Times are the
database's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from server.smtp_accounts import Rate
from server.store.audit import AuditLog
from server.store.client import Database, Session
from server.store.patience import until_won

#: The document that stands there while sending is paused.
PAUSE_ID = "pause"
#: The document that changes when an admin does not want to wait for the next try of what is blocked.
TRY_ID = "tryNow"

#: Grants closer together than this share of the interval are kept as one, so that the log stays short.
_JOINED = 100


@dataclass(frozen=True)
class Blocked:
    """Why an account sends nothing, since when, and when it will be tried again."""

    code: str
    message: str
    since: datetime
    probe_at: datetime
    #: How often it has been tried again since.
    probes: int


@dataclass(frozen=True)
class Paused:
    """An admin wants nothing to be sent: who, why, since when."""

    by: str
    reason: str
    since: datetime


@dataclass(frozen=True)
class Room:
    """How many emails may leave now, and when more may; ``blocked`` or ``paused``: none at all."""

    emails: int
    more_at: datetime | None
    #: How many more, at least.
    more: int
    blocked: Blocked | None
    paused: Paused | None
    #: For each rate: the rate, what is free under it now, and when there is more.
    by_rate: tuple[tuple[Rate, int, datetime | None], ...]


@dataclass(frozen=True)
class DomainGrant:
    """How many emails to a domain may leave now, and when each of the others shall ask again."""

    granted: int
    later: tuple[datetime, ...]


class LimitStore:
    """Every query on limits."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._limits = database.limits
        self._audit = AuditLog(database)

    async def room(self, account: str, *rates: Rate) -> Room:
        """What may be sent now under all the rates; nothing is taken by asking."""
        now = await self._database.now()
        row = await self._look(_account(account))
        logs = _logs(row, rates, now)
        fullest = min(logs, key=lambda log: log.free)
        return Room(
            emails=fullest.free,
            more_at=fullest.more_at,
            more=fullest.more,
            blocked=_blocked(row),
            paused=await self.paused(),
            by_rate=tuple((log.rate, log.free, log.more_at) for log in logs),
        )

    async def take(self, account: str, emails: int, *rates: Rate) -> int:
        """Use up room for as many as possible of ``emails``; answers how many."""
        return (await self._take(_account(account), emails, rates)).granted

    async def give_back(self, account: str, emails: int, *rates: Rate) -> None:
        """So many of the granted emails have not left.

        Taken off the oldest grants: which ones they were is not known, and so no window ever holds more than the rate.
        """
        key = _account(account)

        async def attempt() -> bool | None:
            row = await self._row(key)
            logs = _logs(row, rates, await self._database.now())
            for log in logs:
                log.take_off(emails)
            result = await self._limits.update_one(
                {"_id": key, "version": row["version"]},
                {"$set": {f"grants.{log.name}": log.grants for log in logs}, "$inc": {"version": 1}},
            )
            return True if result.modified_count else None

        if emails:
            await until_won(f"the limit of {key}", attempt)

    async def take_for_domain(self, domain: str, rate: Rate, *, in_line: int, new: int) -> DomainGrant:
        """Use up room for emails to one domain, and give those that find none a time when they shall ask again.

        ``in_line`` of them have waited for such a time already and come first; ``new`` ones do not pass others that
        still wait. The times are spread as the rate allows, so that each email is put off about once, however many
        wait.
        """
        return await self._take(f"domain:{domain}", in_line + new, (rate,), line=_Line(in_line))

    async def _take(self, key: str, emails: int, rates: Sequence[Rate], *, line: _Line | None = None) -> DomainGrant:
        async def attempt() -> DomainGrant | None:
            now = await self._database.now()
            row = await self._row(key)
            logs = _logs(row, rates, now)
            granted = min(emails, *(log.free for log in logs))
            last: Mapping[str, Any] | None = row.get("lastInLine")
            if line is not None and last is not None and last["at"] > now:
                granted = min(granted, line.in_line)
            changed: dict[str, Any] = {}
            if granted:
                for log in logs:
                    log.add(granted, now)
                    changed[f"grants.{log.name}"] = log.grants
            later: list[datetime] = []
            if line is not None and granted < emails:
                later, changed["lastInLine"] = _line_up(last, emails - granted, logs[0], now)
            if not changed:
                return DomainGrant(0, ())
            result = await self._limits.update_one(
                {"_id": key, "version": row["version"]}, {"$set": changed, "$inc": {"version": 1}}
            )
            return DomainGrant(granted, tuple(later)) if result.modified_count else None

        return await until_won(f"the limit of {key}", attempt)

    async def blocked(self, account: str) -> Blocked | None:
        """Why the account sends nothing, or None when it does."""
        return _blocked(await self._look(_account(account)))

    async def block(self, account: str, code: str, message: str, *, wait: timedelta) -> bool:
        """Stop sending by the account and try it again after ``wait``; answers whether it was not blocked before."""
        now = await self._database.now()
        await self._row(_account(account))
        blocked = {"code": code, "message": message, "since": now, "probeAt": now + wait, "probes": 0}
        result = await self._limits.update_one(
            {"_id": _account(account), "blocked": None}, {"$set": {"blocked": blocked}}
        )
        if result.modified_count:
            return True
        # For another reason it is to be tried again when that reason wants it.
        await self._limits.update_one(
            {"_id": _account(account), "blocked": {"$ne": None}, "blocked.code": {"$ne": code}},
            {"$set": {"blocked.code": code, "blocked.probeAt": now + wait, "blocked.probes": 0}},
        )
        await self._limits.update_one(
            {"_id": _account(account), "blocked": {"$ne": None}}, {"$set": {"blocked.message": message}}
        )
        return False

    async def probe_at_once(self, account: str) -> None:
        """Let it be tried again now, if it is blocked."""
        await self._limits.update_one(
            {"_id": _account(account), "blocked": {"$ne": None}},
            {"$set": {"blocked.probeAt": await self._database.now()}},
        )

    async def take_probe(self, account: str, blocked: Blocked, *, wait: timedelta) -> bool:
        """Whether it is this worker that tries the account again; the next try is then ``wait`` later."""
        now = await self._database.now()
        if now < blocked.probe_at:
            return False
        result = await self._limits.update_one(
            {"_id": _account(account), "blocked.probeAt": blocked.probe_at},
            {"$set": {"blocked.probeAt": now + wait}, "$inc": {"blocked.probes": 1}},
        )
        return result.modified_count == 1

    async def try_now(self, by: str) -> bool:
        """Let blocked accounts be tried again at once; answers whether there were any."""

        async def work(session: Session) -> int:
            tried = 0
            now = await self._database.now()
            async for row in self._limits.find({"blocked": {"$ne": None}}, {"_id": 1}, session=session):
                is_blocked = {"_id": row["_id"], "blocked": {"$ne": None}}
                changed = await self._limits.update_one(is_blocked, {"$set": {"blocked.probeAt": now}}, session=session)
                tried += changed.modified_count
            if tried:
                await self._limits.update_one({"_id": TRY_ID}, {"$set": {"at": now}}, upsert=True, session=session)
                await self._audit.note(ObjectId(), "queue.tryNow", by=by, count=tried, session=session)
            return tried

        return await self._database.transaction(work) > 0

    async def unblock(self, account: str) -> None:
        """Send by the account again."""
        await self._limits.update_one({"_id": _account(account), "blocked": {"$ne": None}}, {"$set": {"blocked": None}})

    async def pause(self, by: str, reason: str) -> None:
        """Let no account send anything, until :meth:`resume`; who paused first stays named."""
        pause = {"_id": PAUSE_ID, "by": by, "reason": reason, "since": await self._database.now()}

        async def work(session: Session) -> None:
            await self._limits.insert_one(pause, session=session)
            details = {"reason": reason} if reason else None
            await self._audit.note(ObjectId(), "queue.pause", by=by, count=1, details=details, session=session)

        with suppress(DuplicateKeyError):
            await self._database.transaction(work)

    async def resume(self, by: str) -> bool:
        """Send again; answers whether it was paused."""

        async def work(session: Session) -> bool:
            was_paused = (await self._limits.delete_one({"_id": PAUSE_ID}, session=session)).deleted_count == 1
            if was_paused:
                await self._audit.note(ObjectId(), "queue.resume", by=by, count=1, session=session)
            return was_paused

        return await self._database.transaction(work)

    async def paused(self) -> Paused | None:
        """Who has paused sending, or None."""
        row = await self._limits.find_one({"_id": PAUSE_ID})
        return None if row is None else Paused(by=row["by"], reason=row["reason"], since=row["since"])

    async def _look(self, key: str) -> Mapping[str, Any]:
        """The row to read from; one that is not there yet is as empty as a new one."""
        return await self._limits.find_one({"_id": key}) or _new(key)

    async def _row(self, key: str) -> Mapping[str, Any]:
        """The row to change; made if it is not there yet."""

        async def attempt() -> Mapping[str, Any] | None:
            row = await self._limits.find_one({"_id": key})
            if row is None:
                row = _new(key)
                try:
                    await self._limits.insert_one(row)
                except DuplicateKeyError:  # another worker made it in the same moment
                    return None
            return row

        return await until_won(f"the limit of {key}", attempt)


def _account(account: str) -> str:
    return f"account:{account}"


def _new(key: str) -> dict[str, Any]:
    return {"_id": key, "version": 0, "grants": {}, "blocked": None}


@dataclass
class _Log:
    """What was granted under one rate within its interval, oldest first."""

    name: str
    rate: Rate
    grants: list[dict[str, Any]]

    @property
    def free(self) -> int:
        return max(0, self.rate.count - sum(int(grant["emails"]) for grant in self.grants))

    @property
    def more_at(self) -> datetime | None:
        """When the oldest grant ends; None when nothing is granted."""
        if not self.grants:
            return None
        until: datetime = self.grants[0]["until"]
        return until + self.rate.interval

    @property
    def more(self) -> int:
        """How many emails the oldest grant leaves room for when it ends."""
        return int(self.grants[0]["emails"]) if self.grants else 0

    def add(self, emails: int, now: datetime) -> None:
        last = self.grants[-1] if self.grants else None
        if last is not None and now - last["since"] < self.rate.interval / _JOINED:
            self.grants[-1] = {"since": last["since"], "until": now, "emails": last["emails"] + emails}
        else:
            self.grants.append({"since": now, "until": now, "emails": emails})

    def take_off(self, emails: int) -> None:
        while emails and self.grants:
            oldest = self.grants[0]
            self.grants = ([] if oldest["emails"] <= emails else [oldest | {"emails": oldest["emails"] - emails}]) + (
                self.grants[1:]
            )
            emails = max(0, emails - oldest["emails"])


def _logs(row: Mapping[str, Any], rates: Sequence[Rate], now: datetime) -> list[_Log]:
    logs = []
    for rate in rates:
        name = f"{int(rate.interval.total_seconds() * 1000)}ms"
        grants = [grant for grant in row["grants"].get(name, ()) if grant["until"] > now - rate.interval]
        logs.append(_Log(name, rate, grants))
    return logs


@dataclass(frozen=True)
class _Line:
    """Of the emails that ask for room, so many stood in line for it already."""

    in_line: int


def _line_up(
    last: Mapping[str, Any] | None, emails: int, log: _Log, now: datetime
) -> tuple[list[datetime], dict[str, Any]]:
    """Times for emails that have to wait, behind those that wait already; and where the line now ends."""
    first = log.more_at or now
    at, there = (last["at"], last["emails"]) if last is not None and last["at"] >= first else (first, 0)
    times = []
    for _ in range(emails):
        if there >= log.rate.count:
            at, there = at + log.rate.interval, 0
        times.append(at)
        there += 1
    return times, {"at": at, "emails": there}


def _blocked(row: Mapping[str, Any]) -> Blocked | None:
    blocked = row["blocked"]
    if blocked is None:
        return None
    return Blocked(
        code=blocked["code"],
        message=blocked["message"],
        since=blocked["since"],
        probe_at=blocked["probeAt"],
        probes=blocked["probes"],
    )
