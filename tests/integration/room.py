"""Room under limits, as it is used up by emails that were sent at once."""

from __future__ import annotations

from server.smtp_accounts import Rate
from server.store.budget import Use
from server.store.limits import DomainGrant, LimitStore

CLAIM = "c0ffee"


async def use_up(limits: LimitStore, account: str, emails: int, *rates: Rate) -> int:
    """Take room for as many as possible, and use it; answers for how many."""
    taken = await limits.take(account, CLAIM, emails, *rates)
    await limits.settle(account, {(CLAIM, Use.SENT): taken}, *rates)
    return taken


async def use_up_for_domain(limits: LimitStore, domain: str, rate: Rate, *, in_line: int, new: int) -> DomainGrant:
    """The same for emails to one domain."""
    grant = await limits.take_for_domain(domain, rate, CLAIM, in_line=in_line, new=new)
    await limits.settle_for_domain(domain, {(CLAIM, Use.SENT): grant.granted}, rate)
    return grant
