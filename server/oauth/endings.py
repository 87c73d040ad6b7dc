"""What accounts log in with and will not be valid for much longer: said in time, with how sending stands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from server.contract import Phrase, Sentence
from server.oauth_clients import Ending, EndingKind
from server.smtp_accounts import SmtpAccount

log = structlog.get_logger(__name__)

#: So long before the end it is said.
NOTICE = timedelta(days=30)
#: How often the log says it.
_EACH = timedelta(days=1)


def ending_warnings(accounts: Sequence[SmtpAccount], now: datetime) -> Iterator[Sentence]:
    """One for each account whose secret or certificate ends soon, or has."""
    for account in accounts:
        ending = account.server.ending
        if ending is not None and ending.at - now <= NOTICE:
            yield _warning(account.name, ending, ending.at - now)


async def keep_telling(accounts: Sequence[SmtpAccount]) -> None:
    """Write it into the log, at once and each day."""
    while True:
        for warning in ending_warnings(accounts, datetime.now(UTC)):
            log.warning("a login will end", reason=warning.english)
        await asyncio.sleep(_EACH.total_seconds())


def _warning(account: str, ending: Ending, left: timedelta) -> Sentence:
    has_ended, wait = left <= timedelta(), _rounded(left)
    match ending.kind:
        case EndingKind.SECRET if has_ended:
            return Phrase.SECRET_HAS_ENDED.says(account=account, setting=ending.setting)
        case EndingKind.SECRET:
            return Phrase.SECRET_ENDS.says(account=account, wait=wait, setting=ending.setting)
        case EndingKind.CERTIFICATE if has_ended:
            return Phrase.CERTIFICATE_HAS_ENDED.says(account=account, setting=ending.setting)
        case EndingKind.CERTIFICATE:
            return Phrase.CERTIFICATE_ENDS.says(account=account, wait=wait, setting=ending.setting)


def _rounded(left: timedelta) -> int:
    """In seconds: whole days, and hours on the last one, so that it does not change all the time."""
    unit = timedelta(days=1) if left >= timedelta(days=1) else timedelta(hours=1)
    return int(max(left // unit, 1) * unit.total_seconds())
