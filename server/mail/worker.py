"""The queue worker: claims what is due, sends it, and settles each email by its own answer.

It is woken by new work, by a due retry, by the next room under the limit, or by the clock. Nothing it does needs to be
remembered: killed anywhere, what it held is found again when its lease ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from server.errors import DatabaseAway
from server.mail import outcome
from server.mail.account import CONNECTION_LEASE, SendingAccount, first
from server.mail.joined_writes import JoinedWrites
from server.mail.judging import Judge
from server.mail.openings import Openings, Outlets
from server.mail.outcome import RetryWaits, Verdict
from server.mail.pace import SentAway
from server.mail.persistence import patiently
from server.mail.rendering import ActivationEmails
from server.mail.rooms import Rooms, Taken
from server.mail.settling import Attempt, Settler, others_for, task_name
from server.mail.shares import Shares
from server.mail.smtp import Message
from server.mail.time_limits import TimeLimits
from server.operations.supervision import each_of, is_set_within, keep_running
from server.operations.tasks import end
from server.settings import Settings, Uncertain
from server.smtp_accounts import SmtpAccount
from server.store.budget import Use
from server.store.connections import ConnectionStore
from server.store.emails import ClaimedEmail, Deferred, Delivered, EmailStore, Leaving
from server.store.left_room import LeftRoom
from server.store.limits import Blocked, LimitStore
from server.store.vault import Locked, Unreadable, Vault

log = structlog.get_logger(__name__)

#: Emails in hand at most; more are claimed when half of them are done.
IN_HAND = 400

_SOON = 0.0
#: Intervals between two looks at an empty queue: whatever comes is announced, so they only find what was not.
_FOREIGN_PAUSE = timedelta(seconds=60)  # between two looks for emails of another program
_EMPTY = 2

#: However often it is woken, looking for work takes a bounded share of the database's time, and never waits long.
_REST_PER_LOOK = 9.0
_LONGEST_REST = 1.0  # seconds

#: Among so many more an email is looked for that can show whether an account is still blocked.
_CHOICE = 20


class _NotMarked(Exception):
    """It could not be written down that the message is about to leave."""


class QueueWorker:
    """One worker; any number of them, here and on other hosts, share one queue and its limits."""

    def __init__(
        self,
        *,
        emails: EmailStore,
        limits: LimitStore,
        connections: ConnectionStore,
        vault: Vault,
        accounts: Sequence[SmtpAccount],
        settings: Settings,
        writer: ActivationEmails | None = None,
        retry_waits: RetryWaits | None = None,
        time_limits: TimeLimits | None = None,
    ) -> None:
        self._emails = emails
        self._limits = limits
        self._vault = vault
        patience = time_limits or TimeLimits.with_connect(settings.smtp_timeout)
        self._accounts = {
            account.name: SendingAccount(account, limits, connections, time_limits=patience) for account in accounts
        }
        #: Those that are not yet tried since the start, whatever blocks them: their settings may be others.
        self._not_tried = list(self._accounts.values())
        self._shares = Shares(accounts)
        self._outlets = Outlets(self._accounts, self._shares, settings.hours, emails.now)
        self._domain_limits = settings.domain_limits
        self._writer = writer or ActivationEmails.by(settings)
        self._longest_wait = settings.interval
        waits = retry_waits or RetryWaits()
        judge = Judge(
            waits=waits,
            max_attempts=settings.queue_max_attempts,
            max_age=settings.max_age,
            hold_uncertain=settings.queue_uncertain is Uncertain.HOLD,
        )
        self._lease = settings.lease
        self._stop_timeout = settings.stop_timeout

        # By claim, not by id: one that was given back may be claimed again before the task that had it is over.
        self._in_hand: set[ClaimedEmail] = set()
        self._not_left: set[ClaimedEmail] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._more_waiting = False
        #: The last claim got all it asked for, so there is probably more to claim: no need to look first.
        self._flowing = False
        #: When to look for leases that have ended; None: now.
        self._recover_at: datetime | None = None
        #: When sending goes on that is paused.
        self._pause_ends_at: datetime | None = None
        #: When to look for emails of another program.
        self._foreign_at: datetime | None = None
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()

        self._conversing = 0
        self._rooms = Rooms(limits, settings.domain_limits, is_all=lambda rooms: len(rooms) > self._conversing)
        self._left_room = LeftRoom(emails.database)
        self._progress = JoinedWrites(self._write_progress, is_all=self._all_wait)
        self._returned = JoinedWrites(self._return_all)
        self._settler = Settler(
            emails,
            self._accounts,
            judge,
            retry_waits=waits,
            rooms=self._rooms,
            progress=self._progress,
            tasks=self._tasks,
            wake=self.wake,
        )

        #: Since the start: sends by outcome, and what was recovered.
        self.counters = self._settler.counters

    def wake(self) -> None:
        """There may be new work."""
        self._woken.set()

    def stop(self) -> None:
        """Claim nothing more, finish what has left, give back the rest; :meth:`run` then ends."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        """Work until :meth:`stop`."""
        renewing = [
            asyncio.create_task(keep_running("leases of emails", self._renew_leases)),
            asyncio.create_task(keep_running("leases of connections", self._renew_connections)),
        ]
        try:
            await keep_running("queue", self._take_turns, until=self._stopping)
            await self._finish()
        finally:
            await end(renewing)
            for account in self._accounts.values():
                await account.close()

    async def _take_turns(self) -> None:
        """Until :meth:`stop`; raises whatever a turn raises."""
        while self._not_tried:  # once: each login that is refused counts
            await self._not_tried[-1].try_at_once()
            self._not_tried.pop()
        while not self._stopping.is_set():
            self._woken.clear()
            started = time.monotonic()
            pause = await self._turn()
            cost = time.monotonic() - started
            least = min(pause, cost * _REST_PER_LOOK, _LONGEST_REST)
            await self._rest(least, self._stopping)
            await self._rest(pause - least, self._woken)

    async def _rest(self, seconds: float, unless: asyncio.Event) -> None:
        await is_set_within(seconds, unless)

    # --- Taking ---

    async def _turn(self) -> float:
        """Claim and start what may be sent now; answers the seconds until there can be more to do."""
        self._more_waiting = self._outlets.what_ends_makes_room = False
        now = await self._emails.now()
        if not self._flowing or self._recover_at is None or now >= self._recover_at:
            due_at = await self._look(now)
            if due_at is None or due_at > now:
                if not self._in_hand:
                    await self._leave_connections()
                longest = self._longest_wait if due_at is not None else _EMPTY * self._longest_wait
                return self._until(now, due_at, self._recover_at, self._pause_ends_at, at_most=longest)
        if len(self._in_hand) > IN_HAND // 2:
            self._more_waiting = True
            return self._until(now, self._recover_at)

        openings = await self._outlets.look()
        if openings.nothing:
            self._flowing = False
            return self._until(now, openings.more_at, self._recover_at)
        choice = _CHOICE if openings.probes else 0
        asked = min(openings.emails + choice, IN_HAND - len(self._in_hand))
        claimed = await self._emails.claim(asked, self._lease)
        self._flowing = len(claimed) == asked and not openings.probes
        await self._start_all(claimed, openings)
        return _SOON if claimed and not openings.probes else self._until(now, self._recover_at)

    async def _look(self, now: datetime) -> datetime | None:
        """Take back what was left behind; answers when the next email falls due."""
        if self._foreign_at is None or now >= self._foreign_at:
            if taken_in := await self._emails.take_in_foreign():
                log.info("emails of another program were taken in or set aside", emails=taken_in)
            self._foreign_at = now + _FOREIGN_PAUSE
        self._pause_ends_at = await self._limits.end_pause()
        if self._recover_at is None or now >= self._recover_at:
            await self._left_room.sweep()
        outlook = await self._emails.outlook()
        if outlook.lease_ends_at is not None and outlook.lease_ends_at <= now:
            await self._recover()
            outlook = await self._emails.outlook()
        ends_at = outlook.lease_ends_at
        # One that has ended and is there all the same is another worker's, or the database's clock has just jumped.
        is_left = ends_at is not None and ends_at <= now
        self._recover_at = now + self._lease / 4 if is_left else first(ends_at, now + self._lease)
        return outlook.due_at

    async def _start_all(self, claimed: Sequence[ClaimedEmail], openings: Openings) -> None:
        """Deal the emails to the accounts, as the limits allow in the end, and start them."""
        if openings.probes:
            claimed = sorted(claimed, key=lambda email: bool(email.doubted_by))  # what is in doubt itself shows nothing
            await self._emails.give_back(claimed[openings.emails :])
            claimed = claimed[: openings.emails]
        emails = list(await self._keep_to_domain_limits(claimed))
        for name, blocked in openings.probes.items():
            account = self._accounts[name]
            if emails and await account.may_connect() and await account.take(emails[0].token, 1):
                self._start(emails.pop(0), account, probe=blocked)
            else:
                await account.try_at_once()  # with the next email: nothing was tried
        for name, count in self._shares.deal(len(emails), openings.free).items():
            # Another worker may have taken room in the same moment.
            granted = await self._accounts[name].take(emails[0].token, count)
            for email in emails[:granted]:
                self._start(email, await self._unless_refused(email, self._accounts[name]), probe=None)
            emails = emails[granted:]
        await self._emails.give_back(emails)
        await self._rooms.give_back(*(Taken(email, None, Use.NOTHING) for email in emails))

    async def _unless_refused(self, email: ClaimedEmail, account: SendingAccount) -> SendingAccount:
        """The account, or another one where this one has refused the email and may have been at fault: also a spare."""
        if account.name in email.doubted_by:
            for other in others_for(email, self._accounts.values()):
                if await other.may_connect() and await other.take(email.token, 1):
                    await account.settle({(email.token, Use.NOTHING): 1})
                    return other
        return account

    async def _keep_to_domain_limits(self, claimed: Sequence[ClaimedEmail]) -> Sequence[ClaimedEmail]:
        """Those that may leave now; the others are put off to a time of their own."""
        limited: dict[str, list[ClaimedEmail]] = {}
        free: list[ClaimedEmail] = []
        for email in claimed:
            limit = self._domain_limits.of(email.email)
            (free if limit is None else limited.setdefault(limit[0], [])).append(email)
        deferred: list[Deferred] = []
        for domain, emails in limited.items():
            _, rate = self._domain_limits.of(emails[0].email) or ("", None)
            if rate is None:
                continue
            emails.sort(key=lambda email: not email.in_line)
            in_line = sum(email.in_line for email in emails)
            grant = await self._limits.take_for_domain(
                domain, rate, emails[0].token, in_line=in_line, new=len(emails) - in_line
            )
            free += emails[: grant.granted]
            deferred += [Deferred(email, at) for email, at in zip(emails[grant.granted :], grant.later, strict=True)]
        await self._emails.defer(deferred)
        return free

    async def _leave_connections(self) -> None:
        for account in self._accounts.values():
            await account.rest()

    def _until(self, now: datetime, *moments: datetime | None, at_most: timedelta | None = None) -> float:
        """Seconds until the first of the moments, at most an interval if nothing else is said."""
        waits = [(moment - now).total_seconds() for moment in moments if moment is not None]
        return max(0.01, min([*waits, (at_most or self._longest_wait).total_seconds()]))

    async def _recover(self) -> None:
        await self._renew_those_in_hand()  # where the database was away for long, they would be found among the others
        recovered = await self._emails.recover(self._lease)
        if recovered:
            log.warning(
                "emails of a worker that is gone were taken back",
                returned=recovered.returned,
                uncertain=recovered.uncertain,
            )
            self.counters["recovered"] += recovered.returned + recovered.uncertain

    async def _renew_leases(self) -> None:
        """Keep what is in hand, for as long as it takes."""
        while True:
            await self._renew_those_in_hand()
            await asyncio.sleep(self._lease.total_seconds() / 2)

    async def _renew_those_in_hand(self) -> None:
        """Each claim by itself: trouble with one takes none of the others their lease."""
        tokens = {email.token for email in self._in_hand}
        await each_of([partial(self._emails.renew, token, self._lease) for token in tokens])

    async def _renew_connections(self) -> None:
        while True:
            await each_of([account.keep_connections for account in self._accounts.values()])
            await asyncio.sleep(CONNECTION_LEASE.total_seconds() / 2)

    # --- Sending ---

    def _start(self, email: ClaimedEmail, account: SendingAccount, *, probe: Blocked | None) -> None:
        task = asyncio.create_task(self._send(email, account, probe), name=task_name(email.id))
        self._in_hand.add(email)
        account.in_hand += 1
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Its lease ends, and the email is dealt with as that of a worker that is gone.
            log.error("unexpected error, the email waits for its lease to end", task=task.get_name(), exc_info=error)

    async def _send(self, email: ClaimedEmail, account: SendingAccount, probe: Blocked | None) -> None:
        """One email from claim to settlement."""
        try:
            with self._not_yet_left(email):
                message = await self._write(email)
                async with account.transport.slot(urgent=probe is not None):
                    started = time.monotonic()
                    with self._in_conversation():
                        verdict = await self._converse(email, message, account, probe)
            if verdict is not None:
                attempt = Attempt(email, account, timedelta(seconds=time.monotonic() - started), probe)
                await self._settler.settle(attempt, verdict)
        except SentAway:
            await self._give_back(email, account, probe)
        finally:
            self._in_hand.discard(email)
            account.in_hand -= 1
            is_awaited = self._more_waiting or self._outlets.what_ends_makes_room
            if is_awaited and len(self._in_hand) <= IN_HAND // 2 and account.has_room_in_hand:
                self.wake()

    @contextlib.contextmanager
    def _not_yet_left(self, email: ClaimedEmail) -> Iterator[None]:
        """The email can be given back until it is marked as handed over."""
        self._not_left.add(email)
        try:
            yield
        finally:
            self._not_left.discard(email)

    @contextlib.contextmanager
    def _in_conversation(self) -> Iterator[None]:
        self._conversing += 1
        try:
            yield
        finally:
            self._conversing -= 1

    def _all_wait(self, steps: Sequence[Leaving | Delivered]) -> bool:
        """Whether every conversation waits for these to be written: no more of them can come."""
        return sum(isinstance(step, Leaving) for step in steps) >= self._conversing

    async def _write(self, email: ClaimedEmail) -> Message | Verdict:
        try:
            password = await patiently(lambda: self._vault.decrypt(email.password))
            return self._writer.write(email, password)
        except (Unreadable, ValueError) as error:
            return outcome.impossible(str(error))
        except Locked as error:
            return outcome.locked(str(error))

    async def _converse(
        self, email: ClaimedEmail, message: Message | Verdict, account: SendingAccount, probe: Blocked | None
    ) -> Verdict | None:
        """The verdict, or None when the email is not this worker's any more."""
        if isinstance(message, Verdict):
            return message
        if self._stopping.is_set() or (account.is_blocked and probe is None):
            await self._give_back(email, account, probe)
            return None

        async def hand_over() -> bool:
            self._not_left.discard(email)
            try:
                still_ours = await self._progress.put(Leaving(email, account.name))
            except Exception as error:
                raise _NotMarked from error
            if not still_ours:
                log.warning("lost the lease, not sent", email_id=str(email.id))
                self.counters["leases lost"] += 1
            return still_ours

        try:
            return await account.transport.send(message, hand_over, urgent=probe is not None)
        except _NotMarked as error:
            # The mark may or may not be written; the email has not left either way.
            cause = error.__cause__
            unexpected = None if isinstance(cause, DatabaseAway) else cause
            log.warning(
                "not sent, as it cannot be marked", email_id=str(email.id), reason=str(cause), exc_info=unexpected
            )
            await self._give_back(email, account, probe)
            return None

    async def _give_back(self, email: ClaimedEmail, account: SendingAccount, probe: Blocked | None) -> None:
        """Back into the queue, with the room that was taken for it."""
        await patiently(lambda: self._returned.put(Taken(email, account, Use.NOTHING)))
        if probe is not None:
            await patiently(account.try_at_once)  # nothing was tried

    async def _return_all(self, returned: Sequence[Taken]) -> list[None]:
        await self._emails.give_back([room.email for room in returned])
        try:
            await self._rooms.give_back(*returned)
        except DatabaseAway as error:  # not twice: it would be other emails' room
            log.warning("database away, room under the limits is given back later", reason=str(error))
        self.wake()
        return [None] * len(returned)

    async def _write_progress(self, steps: Sequence[Leaving | Delivered]) -> list[bool]:
        """For each whether it may go on: what was delivered always, what is about to leave if it is still ours."""
        leaving = [step for step in steps if isinstance(step, Leaving)]
        delivered = [step for step in steps if isinstance(step, Delivered)]
        ours = await self._emails.advance(leaving, delivered)
        return [isinstance(step, Delivered) or step.email in ours for step in steps]

    # --- Stopping ---

    async def _finish(self) -> None:
        """What has left is settled within the time limit; the rest is given back or left to its lease."""
        for account in self._accounts.values():
            await account.transport.pace.send_away()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._stop_timeout)
        rest, not_left = list(self._tasks), list(self._not_left)
        await end(rest)
        await asyncio.gather(*rest, return_exceptions=True)
        try:
            await self._emails.give_back(not_left)
            await self._left_room.sweep()
            for account in self._accounts.values():
                await account.leave()
        except DatabaseAway as error:
            log.warning("database away, claimed emails wait for their lease to end", reason=str(error))
        except Exception:  # the service is to end in order all the same
            log.exception("unexpected error, claimed emails wait for their lease to end")
        if rest:
            log.warning("stopped with emails in hand", given_back=len(not_left), unsettled=len(rest) - len(not_left))
