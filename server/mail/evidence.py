"""What an account's answers show about the account itself, where the words do not say it.

Kept in memory by each worker for itself: a worker that starts anew learns it anew, at the cost of as many emails once
more, which are given back like the first ones. Once one worker has stopped an account, all see that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bson import ObjectId

from server.explaining import cause_of
from server.mail.outcome import Outcome, Verdict
from server.store.emails import ClaimedEmail

#: So many different recipients refused in a row for the same cause show that it is not about the recipients.
REFUSED_IN_A_ROW = 5
#: So many answers in a row that stay out show that it is not about the message; each costs somebody a second copy.
LOST_IN_A_ROW = 3

_LOST = "the answer is lost"


@dataclass
class Evidence:
    """About one account, by what this worker has seen."""

    #: It has accepted something since this worker started; until then one email at a time is enough to learn more.
    has_accepted: bool = False
    _cause: str = ""
    #: By recipient, refused for that cause with nothing accepted since.
    _emails: dict[str, ObjectId] = field(default_factory=dict)

    @property
    def emails(self) -> list[ObjectId]:
        """Those that speak against the account."""
        return list(self._emails.values())

    def note(self, email: ClaimedEmail, verdict: Verdict) -> bool:
        """Take the verdict in; answers whether it is now the account that must be at fault."""
        match verdict.outcome:
            case Outcome.ACCEPTED:
                self.has_accepted = True
                self.forget()
                return False
            case Outcome.UNCERTAIN:
                return self._count(email, _LOST) >= LOST_IN_A_ROW
            case Outcome.REFUSED | Outcome.RETRY if verdict.doubtful:
                return self._count(email, cause_of(verdict.text)) >= REFUSED_IN_A_ROW
            case _:
                return False

    def forget(self) -> None:
        """Begin anew."""
        self._cause = ""
        self._emails.clear()

    def _count(self, email: ClaimedEmail, cause: str) -> int:
        if cause != self._cause:
            self.forget()
            self._cause = cause
        self._emails[email.email.casefold()] = email.id
        return len(self._emails)
