"""How sending stands, and when the queue will be empty: from the limits and from the speed that was measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.contract import (
    AccountState,
    AccountStatus,
    BounceReading,
    EstimateBasis,
    Phrase,
    SendingState,
    SendingStatus,
    Sentence,
)
from server.explaining import cause_of, explained
from server.oauth.endings import ending_warnings
from server.sending_hours import ALWAYS, SendingHours
from server.smtp_accounts import Rate, SmtpAccount
from server.store.client import Database
from server.store.connections import ConnectionStore, Speed
from server.store.emails import EmailStore
from server.store.limits import Blocked, LimitStore, Paused, Room

#: An estimate beyond this says nothing.
_HORIZON = timedelta(days=366)

_FEW_HOURS = timedelta(hours=4)

#: Of so many emails that were put off it is looked why.
_LOOKED_AT = 200

#: The code of an account whose mail server does not answer.
_UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class _Account:
    account: SmtpAccount
    room: Room
    speed: Speed

    @property
    def can_send(self) -> bool:
        return self.room.blocked is None

    @property
    def slowed_to(self) -> float | None:
        """Emails a second, where it is the mail server that wants them so few, and not the limits."""
        slowed, rate = self.speed.slowed, self.account.rate
        if slowed is None or slowed * rate.interval.total_seconds() >= rate.count:
            return None
        return self.speed.emails_per_second


class SendingOutlook:
    """Answers from the rows that all servers share, so each of them says the same."""

    def __init__(
        self,
        database: Database,
        emails: EmailStore,
        limits: LimitStore,
        connections: ConnectionStore,
        accounts: Sequence[SmtpAccount],
        hours: SendingHours = ALWAYS,
        *,
        bounces: str | None = None,
    ) -> None:
        """``bounces``: the name of the mailbox that bounces are read from."""
        self._bounces = bounces
        self._database = database
        self._hours = hours
        self._emails = emails
        self._limits = limits
        self._connections = connections
        self._accounts = accounts

    async def status(self, *, pending: int, processing: int) -> SendingStatus:
        """How sending stands with so many emails in the queue."""
        now = await self._database.now()
        accounts = await self._rooms()
        paused = await self._limits.paused()
        due_at = (await self._emails.outlook()).due_at if pending else None
        is_closed = self._hours.opens_at(now) > now
        state = _state(
            accounts,
            paused,
            pending=pending,
            processing=processing,
            is_due=_is_due(due_at, now),
            is_closed=is_closed,
        )
        next_at, next_count = _next(state, accounts, due_at, pending)
        finished_at, basis = None, None
        starts_at = self._starts_at(paused, now)
        if state in (SendingState.PAUSED, SendingState.CLOSED):
            next_at = starts_at
        if starts_at is not None and pending + processing and _in_use(accounts):
            finished_at, basis = await self._estimate(accounts, pending + processing, now, starts_at)
            last_due_at = await self._emails.last_due_at() if pending else None
            if finished_at is not None and last_due_at is not None and last_due_at > finished_at:
                later, opens_at = await self._emails.count_later(), self._hours.opens_at(last_due_at)
                finished_at = (await self._estimate(accounts, later, now, opens_at))[0]
                basis = EstimateBasis.DUE
        sentence = _sentence(state, accounts, paused)
        message = _message(state, accounts, paused)
        if state is SendingState.CLOSED:
            sentence = Phrase.OUTSIDE_OF_HOURS.says(hours=self._hours.text)
            message = sentence.english
        if state is SendingState.WAITING and (mostly := _commonest(await self._emails.reasons(_LOOKED_AT))):
            sentence, message = mostly, mostly.english
        if state is SendingState.WAITING and due_at is not None and await self._emails.is_for_later(due_at):
            sentence = Phrase.LEAVE_FROM.says(until=due_at)
            message = sentence.english
        return SendingStatus(
            state=state,
            message=message,
            sentence=sentence,
            next_at=next_at,
            next_count=next_count,
            finished_at=finished_at,
            basis=basis,
            per_minute=_per_minute(state, accounts),
            accounts=tuple(_account_status(each) for each in accounts),
            warnings=tuple(ending_warnings(self._accounts, now)),
            bounces=await self.bounces(),
        )

    async def bounces(self) -> BounceReading | None:
        """How the reading of bounces stands."""
        if self._bounces is None:
            return None
        blocked = await self._limits.blocked(self._bounces)
        if blocked is None:
            return BounceReading(name=self._bounces)
        return BounceReading(
            name=self._bounces,
            message=blocked.message,
            sentence=explained(blocked.message),
            since=blocked.since,
            next_at=blocked.probe_at,
        )

    async def finished_at(self, emails: int, not_before: datetime | None = None) -> datetime | None:
        """When so many emails should have left; None while nothing leaves, so nobody can say.

        ``not_before``: when the last of them begin to leave.
        """
        accounts = await self._rooms()
        now = await self._database.now()
        starts_at = self._starts_at(await self._limits.paused(), max(now, not_before or now))
        if starts_at is None or not any(each.can_send for each in accounts):
            return None
        return (await self._estimate(accounts, emails, now, starts_at))[0]

    def _starts_at(self, paused: Paused | None, now: datetime) -> datetime | None:
        """From when on emails leave; None: from when somebody resumes."""
        begins = now if paused is None else paused.until and max(now, paused.until)
        return None if begins is None else self._hours.opens_at(begins)

    async def _rooms(self) -> list[_Account]:
        return [
            _Account(
                account,
                await self._limits.room(account.name, *account.rates),
                await self._connections.speed(account.name),
            )
            for account in self._accounts
        ]

    async def _estimate(
        self, accounts: Sequence[_Account], emails: int, now: datetime, starts_at: datetime
    ) -> tuple[datetime | None, EstimateBasis | None]:
        """The later of when the limits let the last email go, and when the mail servers have taken them all.

        ``starts_at``: from when on anything leaves.
        """
        able = _in_use(accounts)
        waited = _until_room_for(able, emails, now, lambda within: self._hours.within(starts_at, starts_at + within))
        if waited is None:
            return None, None
        known = [speed for each in able if (speed := each.speed.emails_per_second) is not None]
        needed = timedelta(seconds=emails / sum(known)) if known and sum(known) > 0 else timedelta()
        taken = self._hours.after(starts_at, min(needed, _HORIZON))
        if taken > starts_at + waited:
            return min(taken, starts_at + _HORIZON), EstimateBasis.MEASURED
        return starts_at + waited, EstimateBasis.LIMITS


def _commonest(reasons: Sequence[str]) -> Sentence | None:
    """The reason that most of them have, but for what differs from email to email."""
    if not reasons:
        return None
    causes = Counter(cause_of(reason) for reason in reasons)
    (cause, _), *_ = causes.most_common(1)
    reason = next(reason for reason in reasons if cause_of(reason) == cause)
    own = None if reason[:3].isdigit() else explained(reason)  # of a mail server's reply its own words say most
    return Phrase.MOSTLY_PUT_OFF.says(answer=own or reason)


def _is_due(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at <= now


def _in_use(accounts: Sequence[_Account]) -> list[_Account]:
    """The accounts that send at present: the spares only while there is no other."""
    able = [each for each in accounts if each.can_send]
    return [each for each in able if each.account.weight > 0] or able


def _state(
    accounts: Sequence[_Account],
    paused: Paused | None,
    *,
    pending: int,
    processing: int,
    is_due: bool,
    is_closed: bool,
) -> SendingState:
    able = _in_use(accounts)
    if paused is not None:
        return SendingState.PAUSED
    if not able:
        return SendingState.BLOCKED
    if pending + processing == 0:
        return SendingState.IDLE
    if is_closed and not processing:
        return SendingState.CLOSED
    if is_due and all(each.room.emails == 0 for each in able):
        return SendingState.LIMITED
    if not is_due and not processing:
        return SendingState.WAITING
    return SendingState.SLOWED if _slowed_to(able) is not None else SendingState.SENDING


def _slowed_to(able: Sequence[_Account]) -> float | None:
    """Emails a second, all accounts that send together, where their mail servers have slowed each of them."""
    speeds = [each.slowed_to for each in able]
    return sum(speed for speed in speeds if speed is not None) if speeds and None not in speeds else None


def _next(
    state: SendingState, accounts: Sequence[_Account], due_at: datetime | None, pending: int
) -> tuple[datetime | None, int | None]:
    """When the next emails leave, and how many."""
    match state:
        case SendingState.LIMITED:
            rooms = [each.room for each in _in_use(accounts)]
            next_at = min((room.more_at for room in rooms if room.more_at is not None), default=None)
            freed = sum(room.more for room in rooms if room.more_at == next_at)
            return next_at, min(pending, freed)
        case SendingState.WAITING:
            return due_at, None
        case SendingState.BLOCKED:
            probes = [each.room.blocked.probe_at for each in accounts if each.room.blocked is not None]
            return min(probes, default=None), None
        case SendingState.IDLE | SendingState.SENDING | SendingState.SLOWED | SendingState.PAUSED | SendingState.CLOSED:
            return None, None


def paused_sentence(paused: Paused) -> Sentence:
    """Who wants nothing to be sent, and why."""
    if paused.until is not None and paused.reason:
        return Phrase.PAUSED_UNTIL_BECAUSE.says(name=paused.by, until=paused.until, why=paused.reason)
    if paused.until is not None:
        return Phrase.PAUSED_BY_UNTIL.says(name=paused.by, until=paused.until)
    if paused.reason:
        return Phrase.PAUSED_BECAUSE.says(name=paused.by, why=paused.reason)
    return Phrase.PAUSED_BY.says(name=paused.by)


def blocked_sentence(server: str, blocked: Blocked) -> Sentence | None:
    """Why an account cannot send; of a server that does not answer, what the network says helps nobody."""
    if blocked.code == _UNREACHABLE:
        return Phrase.NO_ANSWER.says(server=server)
    return explained(blocked.message)


def _sentence(state: SendingState, accounts: Sequence[_Account], paused: Paused | None) -> Sentence | None:
    if state is SendingState.PAUSED and paused is not None:
        return paused_sentence(paused)
    if state is not SendingState.BLOCKED:
        return None
    servers = ((each.account.server, each.room.blocked) for each in accounts)
    return next((blocked_sentence(f"{server.host}:{server.port}", why) for server, why in servers if why), None)


def _per_minute(state: SendingState, accounts: Sequence[_Account]) -> float | None:
    slowed = _slowed_to(_in_use(accounts)) if state is SendingState.SLOWED else None
    return None if slowed is None else round(slowed * 60, 1)


def _message(state: SendingState, accounts: Sequence[_Account], paused: Paused | None) -> str:
    match state:
        case SendingState.PAUSED if paused is not None:
            return paused_sentence(paused).english
        case SendingState.SLOWED:
            return f"The mail server asked for it: about {_per_minute(state, accounts):g} a minute."
        case SendingState.BLOCKED:
            return next((each.room.blocked.message for each in accounts if each.room.blocked is not None), "")
        case _:
            return ""


def _account_status(each: _Account) -> AccountStatus:
    name, room = each.account.name, each.room
    if room.blocked is not None:
        message, probe_at = room.blocked.message, room.blocked.probe_at
        return AccountStatus(name=name, state=AccountState.BLOCKED, message=message, room=0, next_at=probe_at)
    if room.emails == 0:
        return AccountStatus(name=name, state=AccountState.LIMITED, message="", room=0, next_at=room.more_at)
    return AccountStatus(name=name, state=AccountState.READY, message="", room=room.emails, next_at=None)


def _until_room_for(
    accounts: Sequence[_Account], emails: int, now: datetime, open_within: Callable[[timedelta], timedelta]
) -> timedelta | None:
    """How long until the limits of all accounts together have let so many go; None: beyond any horizon.

    ``open_within``: how much of a length of time lies within the sending hours.
    """

    def let_go(within: timedelta) -> int:
        hours = open_within(within)
        return sum(_let_go(each, within, hours, now) for each in accounts)

    if let_go(timedelta()) >= emails:
        return timedelta()
    least, enough = timedelta(), timedelta(seconds=1)
    while let_go(enough) < emails:
        least, enough = enough, enough * 2
        if enough > _HORIZON:
            return None
    while enough - least > timedelta(seconds=0.5):
        middle = (least + enough) / 2
        least, enough = (least, middle) if let_go(middle) >= emails else (middle, enough)
    return enough


def _let_go(each: _Account, within: timedelta, hours: timedelta, now: datetime) -> int:
    """How many emails the account's limits let go within that time, of which so much are sending hours.

    A limit over a few hours or more goes on where nothing leaves.
    """
    return min(
        _let_go_by(rate, free, more_at, within if rate.interval > _FEW_HOURS else hours, now)
        for rate, free, more_at in each.room.by_rate
    )


def _let_go_by(rate: Rate, free: int, more_at: datetime | None, within: timedelta, now: datetime) -> int:
    """Free room now; what is used up comes back at ``more_at``; from then on a full count each interval."""
    until_more = max(timedelta(), (more_at or now) - now) if free < rate.count else rate.interval
    if within < until_more:
        return free
    rounds = (within - until_more) // rate.interval
    back = rate.count - free if free < rate.count else rate.count
    return free + back + rounds * rate.count
