"""What a site wants every email to carry besides what it says: where answers and bounces go, and headers of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Stands in the bounce address for the id of the email, so that each bounce tells which one it is about.
ID = "{id}"
_SAMPLE_ID = f"{'0' * 24}.99"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,76}")
_VALUE_LIMIT = 900  # characters; a line has at most 998 (RFC 5322, 2.1.1)
#: Headers that are made here, or by the mail servers on the way.
_OURS = frozenset(
    {
        "from",
        "to",
        "cc",
        "bcc",
        "sender",
        "reply-to",
        "return-path",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "auto-submitted",
        "x-auto-response-suppress",
        "received",
        "dkim-signature",
        "in-reply-to",
        "references",
    }
)
_OUR_PREFIXES = ("content-", "resent-", "arc-", "list-")


@dataclass(frozen=True)
class Letterhead:
    """The settings that all emails share."""

    #: Where people's answers go; None: to the sender.
    reply_to: str | None = None
    #: Where bounces go; None: to the sender. May hold :data:`ID`.
    bounces_to: str | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def headers_of(self, email_id: str) -> dict[str, str]:
        """The headers of this email: they may hold :data:`ID` as well."""
        return {name: value.replace(ID, email_id) for name, value in self.headers}

    def envelope_sender(self, sender: str, email_id: str) -> str:
        """To whom a bounce of this email is sent."""
        return sender if self.bounces_to is None else self.bounces_to.replace(ID, email_id)


def with_sample_id(address: str) -> str:
    """The bounce address as it will be for an email, to be checked."""
    return address.replace(ID, _SAMPLE_ID)


def parse_headers(text: str) -> tuple[tuple[str, str], ...]:
    """``Name: value; Other-Name: value``.

    Raises ValueError with a sentence.
    """
    found: dict[str, tuple[str, str]] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        name, colon, value = (each.strip() for each in part.partition(":"))
        if not colon or not _NAME.fullmatch(name) or not value:
            raise ValueError(f"{part.strip()[:80]!r} is not of the form Name: value")
        if not (value.isascii() and value.isprintable()) or len(value) > _VALUE_LIMIT:
            raise ValueError(f"the value of {name} must be one line of at most {_VALUE_LIMIT} ASCII characters")
        key = name.lower()
        if key in _OURS or key.startswith(_OUR_PREFIXES):
            raise ValueError(f"{name} is written by the service itself or by mail servers")
        if key in found:
            raise ValueError(f"names {name} twice")
        found[key] = (name, value)
    return tuple(found.values())
