"""What becomes of an email once it was tried: written down, and told to its account."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog
from bson import ObjectId

from server.explaining import cause_of
from server.mail import outcome
from server.mail.account import SendingAccount
from server.mail.joined_writes import JoinedWrites
from server.mail.judging import Decision, Fate, Judge, Tried
from server.mail.outcome import Outcome, RetryWaits, Verdict
from server.mail.persistence import patiently
from server.mail.rooms import Rooms, Taken, use_of
from server.store.emails import ClaimedEmail, Delivered, EmailStore, GivenUp, Leaving, Postponed, Reason
from server.store.giving_back import GivenBack
from server.store.limits import Blocked

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

#: Notes of what is about to leave and of what was delivered: each time whether it may go on.
Progress = JoinedWrites[Leaving | Delivered, bool]


@dataclass(frozen=True)
class Attempt:
    """One email tried by one account; ``probe``: to find out whether the account is still blocked."""

    email: ClaimedEmail
    account: SendingAccount
    duration: timedelta
    probe: Blocked | None


class Settler:
    """Settles what one worker has tried."""

    def __init__(
        self,
        emails: EmailStore,
        accounts: Mapping[str, SendingAccount],
        judge: Judge,
        *,
        retry_waits: RetryWaits,
        rooms: Rooms,
        progress: Progress,
        tasks: Set[asyncio.Task[None]],
        wake: Callable[[], None],
    ) -> None:
        """``tasks``: those that send, by their names; ``wake``: there may be something to do."""
        self._emails = emails
        self._given_back = GivenBack(emails.database)
        self._accounts = accounts
        self._judge = judge
        self._retry_waits = retry_waits
        self._rooms = rooms
        self._progress = progress
        self._tasks = tasks
        self._wake = wake
        self._postponements = JoinedWrites(_all(emails.settle_postponed))
        self._given_up = JoinedWrites(_all(emails.settle_given_up))
        #: Since the start: tries by outcome.
        self.counters: Counter[str] = Counter()

    async def settle(self, attempt: Attempt, verdict: Verdict) -> None:
        """Write down what has become of it; the database may be away for a while."""
        email = attempt.email
        self.counters[verdict.outcome.value] += 1
        note = log.bind(email_id=str(email.id), outcome=verdict.outcome.value, attempts=email.attempts)
        blocked_by = attempt.account.block_code if attempt.probe is None else attempt.probe.code
        if blocked_by is not None and outcome.ends(blocked_by, verdict):
            await patiently(lambda: self._unblock(attempt.account))
        elif attempt.probe is not None and verdict.block is None and not verdict.doubtful:
            await patiently(attempt.account.try_at_once)  # the answer was about this email alone
        decision = await self._decide(attempt, verdict)
        if decision.block is not None:
            await self._block(attempt, decision)
        taken = Taken(email, attempt.account, use_of(verdict))
        await patiently(lambda: self._rooms.settle(taken))
        match decision.fate:
            case Fate.DELIVERED:
                delivered = Delivered(email, decision.text, attempt.account.name, attempt.duration)
                await patiently(lambda: self._progress.put(delivered))
            case Fate.GIVEN_UP:
                note.warning("given up", reason=decision.text)
                await self._give_up(attempt, decision)
            case Fate.PUT_OFF:
                note.info("will be tried again", reason=decision.text)
                await self._postpone(attempt, decision)

    async def _decide(self, attempt: Attempt, verdict: Verdict) -> Decision:
        email, account = attempt.email, attempt.account
        others = [each.name for each in others_for(email, self._accounts.values()) if each is not account]
        age = timedelta()
        if verdict.outcome is not Outcome.ACCEPTED:
            age = await patiently(self._emails.now) - email.queued_at
        tried = Tried(email, account.name, attempt.probe is not None, others, age)
        decision = self._judge.decide(tried, verdict)
        if account.name in email.doubted_by and verdict.outcome is not Outcome.ACCEPTED:
            return decision  # it has spoken against the account before
        is_late = account.is_blocked and attempt.probe is None and verdict.outcome is Outcome.REFUSED
        if not account.evidence.note(email, verdict):
            # What was under way when the account was stopped is in the same boat.
            return self._judge.in_doubt(tried, verdict) if is_late and verdict.doubtful else decision
        refused = {each for each in account.evidence.emails if each != email.id}
        account.evidence.forget()
        decision = self._judge.by_evidence(tried, verdict)
        await self._block(attempt, decision)
        if verdict.outcome is not Outcome.UNCERTAIN:  # what may have arrived is not sent again for that
            await self._take_back(account, refused)
        return decision

    async def _take_back(self, account: SendingAccount, refused: Set[ObjectId]) -> None:
        """Out of the failed ones, once they are there."""
        names = {task_name(email_id) for email_id in refused}
        settling = [task for task in self._tasks if task.get_name() in names]
        await asyncio.gather(*settling, return_exceptions=True)
        wait = self._retry_waits.after(1, None)
        back = await patiently(lambda: self._given_back.give_back([*refused], account=account.name, wait=wait))
        log.warning("the account is at fault, not the emails", account=account.name, given_back=back)

    async def _postpone(self, attempt: Attempt, decision: Decision) -> None:
        postponed = Postponed(
            attempt.email,
            decision.text,
            decision.wait,
            charged=decision.charged,
            uncertain=decision.verdict.outcome is Outcome.UNCERTAIN,
            blocked=decision.block is not None,
            account=attempt.account.name,
            doubtful=decision.doubtful,
        )
        await patiently(lambda: self._postponements.put(postponed))
        self._wake()  # its time may be before what the worker now waits for

    async def _give_up(self, attempt: Attempt, decision: Decision) -> None:
        verdict = decision.verdict
        uncertain = verdict.outcome is Outcome.UNCERTAIN
        reason = Reason(decision.text, cause_of(verdict.text), uncertain=uncertain, account=attempt.account.name)
        await patiently(lambda: self._given_up.put(GivenUp(attempt.email, reason)))

    async def _block(self, attempt: Attempt, decision: Decision) -> None:
        code, text = decision.block.value if decision.block else "", decision.block_text or decision.text
        if await patiently(lambda: attempt.account.block(code, text, attempt.probe)):
            log.error("sending stands still", account=attempt.account.name, code=code, reason=text)

    async def _unblock(self, account: SendingAccount) -> None:
        if await account.unblock():
            log.info("sending goes on", account=account.name)
            self._wake()


def task_name(email_id: ObjectId) -> str:
    """Of the task that sends the email."""
    return f"email {email_id}"


def others_for(email: ClaimedEmail, accounts: Iterable[SendingAccount]) -> list[SendingAccount]:
    """Accounts that have not refused it, as far as that may have been their fault."""
    return [each for each in accounts if not each.is_blocked and each.name not in email.doubted_by]


def _all(write: Callable[[Sequence[Result]], Awaitable[None]]) -> Callable[[Sequence[Result]], Awaitable[list[None]]]:
    """A write without results, as one with an empty result for each item."""

    async def joined(items: Sequence[Result]) -> list[None]:
        await write(items)
        return [None] * len(items)

    return joined
