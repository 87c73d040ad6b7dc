"""Room under the limits that workers took and can no longer settle, as they are gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.contract import EmailState
from server.store.budget import Budget, Use
from server.store.client import Database
from server.store.patience import until_won

#: An engine may compare each row with each of the claims it is asked for.
_CLAIMS_AT_ONCE = 100


class LeftRoom:
    """What was handed over counts as sent, all else is given back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._limits = database.limits

    async def settle(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """For emails that are about to be taken back, as they were left; to be called before that.

        So it is done once, however often it is begun: what was settled holds no room any more.
        """
        claims = {str(row["leaseOwner"]) for row in rows}
        handed_over: dict[str, list[str]] = {claim: [] for claim in claims}
        for row in rows:
            if row.get("stage") is not None:
                handed_over[str(row["leaseOwner"])].append(_key(row.get("account")))
        await self._settle(handed_over)

    async def sweep(self) -> None:
        """Give back what was taken for claims of which nobody holds an email any more.

        An email is its claim's until its room is settled, or has not been handed over.
        """
        claims = [claim async for row in self._holding() for claim in row["held"]]
        alive: set[str] = set()
        for start in range(0, len(claims), _CLAIMS_AT_ONCE):
            among = {"$in": claims[start : start + _CLAIMS_AT_ONCE]}
            held = {"status": EmailState.PROCESSING.value, "leaseOwner": among}
            alive |= {row["leaseOwner"] async for row in self._database.pending.find(held, {"leaseOwner": 1})}
        await self._settle({claim: () for claim in claims if claim not in alive})

    def _holding(self) -> Any:
        return self._limits.find({"held": {"$exists": True, "$ne": {}}}, {"held": 1})

    async def _settle(self, handed_over: Mapping[str, Sequence[str]]) -> None:
        """By claim, the limits of the accounts by which its emails were handed over, one for each email."""
        if not handed_over:
            return
        keys = [row["_id"] async for row in self._holding() if row["held"].keys() & handed_over.keys()]
        for key in keys:
            await self._settle_one(key, handed_over)

    async def _settle_one(self, key: str, handed_over: Mapping[str, Sequence[str]]) -> None:
        async def attempt() -> bool | None:
            row = await self._limits.find_one({"_id": key})
            if row is None:
                return True
            budget = Budget.under_all(row, await self._database.now())
            for claim in handed_over.keys() & budget.held.keys():
                emails = budget.held[claim]
                by_key = Counter(handed_over[claim])
                # To which domain they went is not asked: one too many counts, rather than one too few.
                sent = min(emails, by_key[key] if key.startswith(_ACCOUNT) else by_key.total())
                budget.settle(claim, Use.SENT, sent)
                budget.settle(claim, Use.NOTHING, emails - sent)
            changed = {"$set": budget.fields(), "$inc": {"version": 1}}
            result = await self._limits.update_one({"_id": key, "version": row["version"]}, changed)
            return result.modified_count == 1 or None

        await until_won(f"the limit of {key}", attempt)


_ACCOUNT = "account:"


def _key(account: str | None) -> str:
    return f"{_ACCOUNT}{account}"
