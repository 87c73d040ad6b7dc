"""Calls of providers: from whom they are, what they report, and that it is written down before they are answered."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from server.bounce_sources import Provider, ProviderKeys
from server.bounces.ours import Ours
from server.bounces.webhooks import brevo, mailgun, mailjet, postmark, sendgrid
from server.bounces.webhooks.call import Call, NotTheirs
from server.bounces.webhooks.certificates import fetch as fetch_from_amazon
from server.bounces.webhooks.ses import Ses
from server.bounces.webhooks.used import Used
from server.store.bounces import BounceInbox, Report, Taken

log = structlog.get_logger(__name__)

#: Seconds in which refusals are one line of the log.
_JOINED = 600.0


class Webhooks:
    """What this service takes, by the keys that it has."""

    def __init__(
        self,
        keys: ProviderKeys,
        ours: Ours,
        inbox: BounceInbox,
        *,
        now: Callable[[], Awaitable[datetime]],
        fetch: Callable[[str], Awaitable[bytes]] = fetch_from_amazon,
    ) -> None:
        """``now``: the database's time; ``fetch``: what is at an address of Amazon's."""
        self._keys = keys
        self._ours = ours
        self._inbox = inbox
        self._now = now
        self._ses = None if keys.ses_topic is None else Ses(keys.ses_topic, fetch)
        self._used = Used()
        self._refused: dict[Provider, tuple[float, int]] = {}

    async def receive(self, provider: Provider, headers: Mapping[str, str], body: bytes) -> Taken:
        """Take what it reports. Raises :class:`NotTheirs`, :class:`NotUnderstood`, or OSError where who signs has to be
        asked first and cannot be."""
        call = Call({name.lower(): value for name, value in headers.items()}, body, await self._now())
        try:
            reports = await self._reports(provider, call)
        except NotTheirs as error:
            self._say_refused(provider, str(error))
            raise
        return await self._inbox.take(reports, via=provider.value)

    async def _reports(self, provider: Provider, call: Call) -> list[Report]:
        keys = self._keys
        match provider:
            case Provider.SES if self._ses is not None:
                return await self._ses.read(call, self._ours)
            case Provider.SENDGRID if keys.sendgrid is not None:
                return sendgrid.read(call, keys.sendgrid, self._ours)
            case Provider.MAILGUN if keys.mailgun is not None:
                return mailgun.read(call, keys.mailgun, self._ours, self._used)
            case Provider.POSTMARK if keys.postmark is not None:
                return postmark.read(call, keys.postmark, self._ours)
            case Provider.BREVO if keys.brevo is not None:
                return brevo.read(call, keys.brevo, self._ours)
            case Provider.MAILJET if keys.mailjet is not None:
                return mailjet.read(call, keys.mailjet, self._ours)
        raise NotTheirs("no key is set for it")

    def _say_refused(self, provider: Provider, reason: str) -> None:
        """The first one, and how many there were meanwhile with the next: anybody can call."""
        now = time.monotonic()
        said_at, since = self._refused.get(provider, (float("-inf"), 0))
        if now - said_at < _JOINED:
            self._refused[provider] = said_at, since + 1
            return
        self._refused[provider] = now, 0
        log.warning("a call about bounces was refused", provider=provider.value, reason=reason, others_before=since)
