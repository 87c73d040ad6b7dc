"""What makes a name that stands in a report the name of one of our emails.

An email is named in three ways: by the envelope id (RFC 3461, 4.4), in the address to which bounces go where
``MAIL_BOUNCES_TO`` holds ``{id}``, and by its Message-ID. All three hold the same: the id of the email, and behind a
dot which sending of it this is, from the second on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr

from bson import ObjectId

from server.letterhead import ID
from server.settings import Settings

_NAME = r"(?P<id>[0-9a-f]{24})(?:\.(?P<sending>[1-9][0-9]{0,3}))?"
_WHOLE_NAME = re.compile(_NAME, re.IGNORECASE)
_MESSAGE_ID = re.compile(rf"<\s*{_NAME}@(?P<domain>[^<>@\s]{{1,255}})\s*>", re.IGNORECASE)


@dataclass(frozen=True)
class Sending:
    """One sending of one email."""

    email_id: ObjectId
    number: int = 0


@dataclass(frozen=True)
class Ours:
    """By what our emails are known."""

    #: Of the sender, in small letters: right of the @ in each Message-ID.
    domains: frozenset[str]
    #: ``MAIL_BOUNCES_TO``: where bounces go.
    bounces_to: str | None = None

    @classmethod
    def by(cls, settings: Settings) -> Ours:
        """As the settings have it."""
        domain = parseaddr(settings.mail_from)[1].rpartition("@")[2].lower()
        return cls(frozenset({domain}), settings.mail_bounces_to)

    def of_envelope_id(self, text: str) -> Sending | None:
        """The one that an envelope id names."""
        found = _WHOLE_NAME.fullmatch(text.strip())
        return _sending(found) if found else None

    def of_addresses(self, texts: Iterable[str]) -> Sending | None:
        """The one that an address names which was made for it, somewhere in these texts."""
        if self.bounces_to is None or ID not in self.bounces_to:
            return None
        before, after = map(re.escape, self.bounces_to.split(ID, 1))
        # In front of it a relay may have put a tag of its own (BATV), and it may stand in brackets.
        made_for_it = re.compile(rf"(?<![A-Za-z0-9.+-]){before}{_NAME}{after}(?![A-Za-z0-9.-])", re.IGNORECASE)
        return next((_sending(found) for text in texts if (found := made_for_it.search(text))), None)

    def of_message_id(self, text: str) -> Sending | None:
        """The one that the first Message-ID of ours in the text names."""
        ours = (found for found in _MESSAGE_ID.finditer(text) if found["domain"].lower() in self.domains)
        return next((_sending(found) for found in ours), None)


def _sending(found: re.Match[str]) -> Sending:
    return Sending(ObjectId(found["id"]), int(found["sending"] or 0))
