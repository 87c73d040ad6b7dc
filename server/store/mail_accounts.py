"""By which accounts the service sends, for commands beside it: they are not told its settings.

Kept is what sending is reckoned from; of how to log in only the user's name, as part of the account's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from server.oauth_clients import Ending, EndingKind
from server.smtp_accounts import Rate, SmtpAccount, SmtpSecurity, SmtpServer
from server.store.client import Database

_ID = "mailAccounts"  # of its row in ``meta``


class MailAccountStore:
    """The accounts of the service that was started last; all services on one database should have the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, accounts: Sequence[SmtpAccount], *, bounces: str | None = None) -> None:
        """Instead of those of the run before; ``bounces``: the name of the mailbox that bounces are read from."""
        rows = [_row(account) for account in accounts]
        changed = {"accounts": rows, "bounces": bounces}
        await self._database.meta.update_one({"_id": _ID}, {"$set": changed}, upsert=True)

    async def kept(self) -> tuple[SmtpAccount, ...]:
        """Those, without a login; none: no service was started yet."""
        row = await self._database.meta.find_one({"_id": _ID})
        return tuple(map(_account, row["accounts"])) if row is not None else ()

    async def bounces(self) -> str | None:
        """The name of the mailbox that bounces are read from; None: none is."""
        row = await self._database.meta.find_one({"_id": _ID})
        return None if row is None else row.get("bounces")


def _row(account: SmtpAccount) -> dict[str, Any]:
    server, rate = account.server, account.rate
    return {
        "name": account.name,
        "host": server.host,
        "port": server.port,
        "security": server.security.value,
        "batch": rate.count,
        "interval": rate.interval.total_seconds(),
        "perDay": account.per_day,
        "weight": account.weight,
        "ending": _ending_row(server.ending),
    }


def _ending_row(ending: Ending | None) -> dict[str, Any] | None:
    return None if ending is None else {"kind": ending.kind.value, "at": ending.at, "setting": ending.setting}


def _ending(row: Mapping[str, Any] | None) -> Ending | None:
    return None if row is None else Ending(EndingKind(row["kind"]), row["at"], row["setting"])


def _account(row: Mapping[str, Any]) -> SmtpAccount:
    return SmtpAccount(
        SmtpServer(
            row["host"],
            row["port"],
            SmtpSecurity(row["security"]),
            label=row["name"],
            ending=_ending(row.get("ending")),
        ),
        rate=Rate(row["batch"], timedelta(seconds=row["interval"])),
        per_day=row["perDay"],
        weight=row["weight"],
    )
