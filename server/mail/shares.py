"""Which account sends which email: by weight, as far as each has room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from server.smtp_accounts import SmtpAccount


class Shares:
    """Smooth weighted round robin: over any stretch of emails each account gets its share, also of one at a time.

    Each turn every account's credit grows by its weight; the one with the most sends, and pays the sum of the weights.
    (The algorithm of nginx's upstream module.)
    """

    def __init__(self, accounts: Sequence[SmtpAccount]) -> None:
        self._weights = {account.name: account.weight for account in accounts}
        self._credit: Counter[str] = Counter()

    def among(self, able: Sequence[str]) -> list[str]:
        """Of the accounts that can send, those that shall: spares only when there is no other."""
        regular = [name for name in able if self._weights[name] > 0]
        return regular or list(able)

    def deal(self, emails: int, room: Mapping[str, int]) -> dict[str, int]:
        """How many of the emails each account gets; together fewer than ``emails`` when there is no room for more."""
        dealt: Counter[str] = Counter()
        for _ in range(min(emails, sum(room.values()))):
            able = [name for name in room if dealt[name] < room[name]]
            for name in able:
                self._credit[name] += self._weights[name] or 1
            chosen = max(able, key=lambda name: self._credit[name])
            self._credit[chosen] -= sum(self._weights[name] or 1 for name in able)
            dealt[chosen] += 1
        return dict(dealt)
