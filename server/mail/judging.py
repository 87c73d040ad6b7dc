"""What becomes of an email after a try: a decision from the verdict, what is known of the email, and the settings.

An email is charged only with what is its own. A refusal that may be the account's fault is not final before another
account has refused it as well, where there is one; and what stops an account is put down to the email after all where
the account, accepting others since, refuses this one again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto

from server.contract import Phrase
from server.mail.outcome import BlockCode, Outcome, RetryWaits, Verdict, against_the_account
from server.store.emails import REPEATS, ClaimedEmail


class Fate(Enum):
    """What becomes of the email."""

    DELIVERED = auto()
    PUT_OFF = auto()
    GIVEN_UP = auto()


@dataclass(frozen=True)
class Decision:
    """What is to be written down, and done about the account."""

    fate: Fate
    #: The reply or the reason.
    text: str
    verdict: Verdict
    wait: timedelta = timedelta()
    #: Whether the try counts.
    charged: bool = True
    #: It may be the account's fault or the email's: another account, or another email, will tell.
    doubtful: bool = False
    #: Why the account is stopped.
    block: BlockCode | None = None
    #: In which words, where they are not those about the email.
    block_text: str = ""


@dataclass(frozen=True)
class Tried:
    """An email that was tried, and by what."""

    email: ClaimedEmail
    account: str
    #: To find out whether the account is still blocked.
    is_probe: bool
    #: Accounts that could send it as well and have not refused it.
    others: Collection[str]
    #: Since it was queued.
    age: timedelta


class Judge:
    """Decides by the settings of the queue."""

    def __init__(
        self, *, waits: RetryWaits, max_attempts: int, max_age: timedelta, hold_uncertain: bool, repeats: int = REPEATS
    ) -> None:
        self._waits = waits
        self._max_attempts = max_attempts
        self._max_age = max_age
        self._repeats = 0 if hold_uncertain else repeats

    def decide(self, tried: Tried, verdict: Verdict) -> Decision:
        """What becomes of the email."""
        match verdict.outcome:
            case Outcome.ACCEPTED:
                return Decision(Fate.DELIVERED, verdict.text, verdict)
            case Outcome.REFUSED:
                return self._refused(tried, verdict)
            case Outcome.UNCERTAIN if tried.email.uncertain >= self._repeats:
                return Decision(Fate.GIVEN_UP, verdict.text, verdict)
            case Outcome.UNCERTAIN | Outcome.RETRY:
                return self._put_off(tried, verdict)
            case Outcome.BLOCKED:
                return self._blocked(tried, verdict)

    def by_evidence(self, tried: Tried, verdict: Verdict) -> Decision:
        """What becomes of an email whose verdict, with others before, shows that the account is at fault."""
        block, text = against_the_account(verdict)
        if verdict.outcome is Outcome.UNCERTAIN:
            return replace(self.decide(tried, verdict), block=block, block_text=text)
        return replace(self.in_doubt(tried, verdict), text=text, wait=self._waits.after(1, None), block=block)

    def _refused(self, tried: Tried, verdict: Verdict) -> Decision:
        if verdict.doubtful and (tried.others or tried.is_probe) and tried.age < self._max_age:
            return self.in_doubt(tried, verdict)
        return Decision(Fate.GIVEN_UP, verdict.text, verdict)

    def _put_off(self, tried: Tried, verdict: Verdict) -> Decision:
        attempts = tried.email.attempts
        if tried.age >= self._max_age:
            why = Phrase.GIVEN_UP_AFTER.says(age=self._max_age.total_seconds(), answer=verdict.text)
            return Decision(Fate.GIVEN_UP, why.english, verdict)
        if verdict.is_the_emails and attempts >= self._max_attempts:
            why = Phrase.GIVEN_UP_AFTER_ATTEMPTS.says(attempts=attempts, answer=verdict.text)
            return Decision(Fate.GIVEN_UP, why.english, verdict)
        wait = self._waits.after(1 if verdict.throttled else attempts, verdict.wait)
        return Decision(Fate.PUT_OFF, verdict.text, verdict, wait=wait, charged=not verdict.throttled)

    def _blocked(self, tried: Tried, verdict: Verdict) -> Decision:
        if verdict.otherwise is None:
            return Decision(Fate.PUT_OFF, verdict.text, verdict, charged=False, block=verdict.block)
        if tried.account in tried.email.doubted_by and not tried.is_probe:
            # Since it was refused the account has been found to send, or it would be stopped.
            return self.in_doubt(tried, verdict) if tried.others else self.decide(tried, verdict.otherwise)
        wait = self._waits.after(1, None)
        return Decision(
            Fate.PUT_OFF, verdict.text, verdict, wait=wait, charged=False, doubtful=True, block=verdict.block
        )

    def in_doubt(self, tried: Tried, verdict: Verdict) -> Decision:
        """To be tried by another account, at once where this one has not refused it before."""
        again = tried.account in tried.email.doubted_by
        wait = self._waits.after(1, None) if again else timedelta()
        return Decision(Fate.PUT_OFF, verdict.text, verdict, wait=wait, charged=False, doubtful=True)
