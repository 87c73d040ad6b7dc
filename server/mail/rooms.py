"""The room that emails take under the limits of their accounts and of their recipients' domains."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.mail.account import SendingAccount
from server.mail.joined_writes import JoinedWrites
from server.mail.outcome import Outcome, Verdict
from server.smtp_accounts import DomainLimits, Rate
from server.store.budget import Use
from server.store.emails import ClaimedEmail
from server.store.limits import LimitStore


def use_of(verdict: Verdict) -> Use:
    """What an email has used of the limits.

    What stopped the account, or broke off before the final dot, has cost the mail server nothing that it counts.
    """
    if verdict.outcome in (Outcome.ACCEPTED, Outcome.UNCERTAIN):
        return Use.SENT
    return Use.REFUSED if verdict.is_the_emails and not verdict.throttled else Use.NOTHING


@dataclass(frozen=True)
class Taken:
    """One email's room, and what has become of it; ``account``: None where only its domain has given it room."""

    email: ClaimedEmail
    account: SendingAccount | None
    use: Use


class Rooms:
    """Settles the room that one worker's emails have taken."""

    def __init__(
        self, limits: LimitStore, domain_limits: DomainLimits, *, is_all: Callable[[Sequence[Taken]], bool]
    ) -> None:
        """``is_all``: whether no others are to be expected at any moment."""
        self._limits = limits
        self._domain_limits = domain_limits
        self._joined = JoinedWrites(self._settle_all, is_all=is_all)

    async def settle(self, room: Taken) -> None:
        """Before anything else is written of what was tried: a worker that dies in between then has counted it."""
        await self._joined.put(room)

    async def give_back(self, *rooms: Taken) -> None:
        """Of what was not tried, after it is back in the queue: until then nobody takes the room for forgotten."""
        await self._settle_all(rooms)

    async def _settle_all(self, rooms: Sequence[Taken]) -> list[None]:
        by_account: dict[SendingAccount, Counter[tuple[str, Use]]] = defaultdict(Counter)
        by_domain: dict[tuple[str, Rate], Counter[tuple[str, Use]]] = defaultdict(Counter)
        for room in rooms:
            used = (room.email.token, room.use)
            if room.account is not None:
                by_account[room.account][used] += 1
            if (domain := self._domain_limits.of(room.email.email)) is not None:
                by_domain[domain][used] += 1
        for account, used_by_account in by_account.items():
            await account.settle(used_by_account)
        for (domain_name, rate), used_by_domain in by_domain.items():
            await self._limits.settle_for_domain(domain_name, used_by_domain, rate)
        return [None] * len(rooms)
