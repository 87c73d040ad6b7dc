"""How much may be sent, for all workers on all hosts together.

One document per sending account holds sliding logs of what was let go, one for each of its limits, what is in hand, and
whether the account is blocked; one per recipient domain holds the same for the domain (:mod:`server.store.budget`).
They are changed by optimistic writes: whoever loses a race reads again. One more document stands there while admins
have paused all sending. Times are the database's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from server.contract import Phrase
from server.errors import Invalid
from server.smtp_accounts import Rate
from server.store.audit import AuditLog
from server.store.budget import Budget, Log, Use
from server.store.client import Database, Session
from server.store.patience import until_won

#: The document that stands there while sending is paused.
PAUSE_ID = "pause"
#: The document that changes when an admin does not want to wait for the next try of what is blocked.
TRY_ID = "tryNow"

_A_YEAR = timedelta(days=366)


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
    #: When it ends by itself; None: when somebody resumes.
    until: datetime | None = None


@dataclass(frozen=True)
class Room:
    """How many emails may leave now, and when more may; ``blocked`` or ``paused``: none at all."""

    emails: int
    more_at: datetime | None
    #: How many more, at least.
    more: int
    #: How many are in hand, so that there may be more at any moment.
    in_hand: int
    blocked: Blocked | None
    paused: Paused | None
    #: For each rate: the rate, what is free under it now, and when there is more.
    by_rate: tuple[tuple[Rate, int, datetime | None], ...]


@dataclass(frozen=True)
class DomainGrant:
    """How many emails to a domain may leave now, and when each of the others shall ask again."""

    granted: int
    later: tuple[datetime, ...]


#: By claim and by what has become of them: how many emails.
Used = Mapping[tuple[str, Use], int]


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
        budget = Budget.of(row, rates, now)
        fullest = budget.fullest
        return Room(
            emails=budget.free,
            more_at=budget.more_at(fullest),
            more=budget.more(fullest),
            in_hand=budget.in_hand,
            blocked=_blocked(row),
            paused=await self.paused(),
            by_rate=tuple((log.rate, budget.free_under(log), budget.more_at(log)) for log in budget.logs),
        )

    async def take(self, account: str, claim: str, emails: int, *rates: Rate) -> int:
        """Take room for as many as possible of a claim's ``emails``; answers how many.

        Each of them is to be settled: :meth:`settle`.
        """
        return (await self._take(_account(account), claim, emails, rates)).granted

    async def take_for_domain(self, domain: str, rate: Rate, claim: str, *, in_line: int, new: int) -> DomainGrant:
        """Take room for a claim's emails to one domain, and give those that find none a time when they shall ask again.

        ``in_line`` of them have waited for such a time already and come first; ``new`` ones do not pass others that
        still wait. The times are spread as the rate allows, so that each email is put off about once, however many
        wait.
        """
        return await self._take(_domain(domain), claim, in_line + new, (rate,), line=_Line(in_line))

    async def _take(
        self, key: str, claim: str, emails: int, rates: Sequence[Rate], *, line: _Line | None = None
    ) -> DomainGrant:
        async def attempt() -> DomainGrant | None:
            now = await self._database.now()
            row = await self._row(key)
            budget = Budget.of(row, rates, now)
            most = emails
            last: Mapping[str, Any] | None = row.get("lastInLine")
            if line is not None and last is not None and last["at"] > now:
                most = min(most, line.in_line)
            granted = budget.take(claim, most)
            changed = budget.fields() if granted else {}
            later: list[datetime] = []
            if line is not None and granted < emails:
                later, changed["lastInLine"] = _line_up(last, emails - granted, budget, budget.logs[0])
            if not changed:
                return DomainGrant(0, ())
            return DomainGrant(granted, tuple(later)) if await self._write(row, changed) else None

        return await until_won(f"the limit of {key}", attempt)

    async def settle(self, account: str, used: Used, *rates: Rate) -> None:
        """What has become of emails that have taken room by the account."""
        await self._settle(_account(account), used, rates)

    async def settle_for_domain(self, domain: str, used: Used, rate: Rate) -> None:
        """What has become of emails that have taken room for the domain."""
        await self._settle(_domain(domain), used, (rate,))

    async def _settle(self, key: str, used: Used, rates: Sequence[Rate]) -> None:
        async def attempt() -> bool | None:
            row = await self._row(key)
            budget = Budget.of(row, rates, await self._database.now())
            for (claim, use), emails in used.items():
                budget.settle(claim, use, emails)
            return await self._write(row, budget.fields()) or None

        if used:
            await until_won(f"the limit of {key}", attempt)

    async def _write(self, row: Mapping[str, Any], changed: Mapping[str, Any]) -> bool:
        """Unless somebody else has changed the row meanwhile."""
        as_read = {"_id": row["_id"], "version": row["version"]}
        result = await self._limits.update_one(as_read, {"$set": dict(changed), "$inc": {"version": 1}})
        return result.modified_count == 1

    async def now(self) -> datetime:
        """By the clock that all times here go by."""
        return await self._database.now()

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

    async def pause(self, by: str, reason: str, *, until: datetime | None = None) -> None:
        """Let no account send anything, until then or :meth:`resume`; who paused first stays named.

        Raises :class:`Invalid` for a moment that is over.
        """
        now = await self._database.now()
        if until is not None and until <= now:
            raise Invalid(Phrase.PAUSE_IS_OVER, until=until)
        within_a_year(until, now)
        pause = {"_id": PAUSE_ID, "by": by, "reason": reason, "since": now, "until": until}

        async def work(session: Session) -> None:
            row = await self._limits.find_one({"_id": PAUSE_ID}, session=session)
            if row is not None and _is_over(row, now):
                await self._end_pause(row, session)
                row = None
            if row is None:
                await self._limits.insert_one(pause, session=session)
            elif row.get("until") == until:
                return
            else:
                await self._limits.update_one({"_id": PAUSE_ID}, {"$set": {"until": until}}, session=session)
            details = {"reason": reason} if reason else {}
            details |= {"until": until.isoformat(timespec="minutes")} if until else {}
            await self._audit.note(ObjectId(), "queue.pause", by=by, count=1, details=details, session=session)

        with suppress(DuplicateKeyError):
            await self._database.transaction(work)

    async def resume(self, by: str) -> bool:
        """Send again; answers whether it was paused."""
        now = await self._database.now()

        async def work(session: Session) -> bool:
            row = await self._limits.find_one({"_id": PAUSE_ID}, session=session)
            if row is None:
                return False
            if _is_over(row, now):
                await self._end_pause(row, session)
                return False
            await self._limits.delete_one({"_id": PAUSE_ID}, session=session)
            await self._audit.note(ObjectId(), "queue.resume", by=by, count=1, session=session)
            return True

        return await self._database.transaction(work)

    async def end_pause(self) -> datetime | None:
        """Write down that a pause is over, whose time is; answers when the one that lasts ends by itself.

        Nobody waits for that to send again: whoever reads the pause sees that it is over.
        """
        row = await self._limits.find_one({"_id": PAUSE_ID})
        now = await self._database.now()
        if row is None or not _is_over(row, now):
            return None if row is None else row.get("until")

        async def work(session: Session) -> None:
            found = await self._limits.find_one({"_id": PAUSE_ID}, session=session)
            if found is not None and _is_over(found, now):  # of several services one is the first
                await self._end_pause(found, session)

        await self._database.transaction(work)
        return None

    async def _end_pause(self, row: Mapping[str, Any], session: Session) -> None:
        """In the name of who has said until when."""
        await self._limits.delete_one({"_id": PAUSE_ID}, session=session)
        details = {"until": row["until"].isoformat(timespec="minutes")}
        await self._audit.note(
            ObjectId(), "queue.pauseEnded", by=row["by"], count=1, details=details, session=session, origin=""
        )

    async def paused(self) -> Paused | None:
        """Who has paused sending, or None."""
        row = await self._limits.find_one({"_id": PAUSE_ID})
        if row is None or _is_over(row, await self._database.now()):
            return None
        return Paused(by=row["by"], reason=row["reason"], since=row["since"], until=row.get("until"))

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


def within_a_year(moment: datetime | None, now: datetime) -> None:
    """Raises :class:`Invalid` for what lies further ahead: it is a slip, and nobody would see its end."""
    if moment is not None and moment > now + _A_YEAR:
        raise Invalid(Phrase.TOO_FAR_AHEAD, until=moment)


def _is_over(pause: Mapping[str, Any], now: datetime) -> bool:
    until: datetime | None = pause.get("until")
    return until is not None and until <= now


def _account(account: str) -> str:
    return f"account:{account}"


def _domain(domain: str) -> str:
    return f"domain:{domain}"


def _new(key: str) -> dict[str, Any]:
    return {"_id": key, "version": 0, "grants": {}, "held": {}, "blocked": None}


@dataclass(frozen=True)
class _Line:
    """Of the emails that ask for room, so many stood in line for it already."""

    in_line: int


def _line_up(
    last: Mapping[str, Any] | None, emails: int, budget: Budget, log: Log
) -> tuple[list[datetime], dict[str, Any]]:
    """Times for emails that have to wait, behind those that wait already; and where the line now ends."""
    first = budget.more_at(log) or budget.now
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
