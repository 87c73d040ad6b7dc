"""Emails that came back after a mail server had accepted them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bson import ObjectId


class Kind(StrEnum):
    """What a report says of an email; nothing else is kept."""

    #: It will not arrive.
    FAILED = "failed"
    #: It has not arrived yet, and is still tried.
    DELAYED = "delayed"


@dataclass(frozen=True)
class Report:
    """What somebody out there says has become of one email. Anybody may have written it."""

    kind: Kind
    #: Which email it is about; None: it does not say so in a way that can be one of ours.
    email_id: ObjectId | None
    #: To whom it did not go; None: it does not say.
    recipient: str | None
    #: Enhanced status code (RFC 3463), such as "5.1.1", or "".
    code: str
    #: Why, in one line, without secrets.
    reason: str
    #: By which the same report is known when it comes again: its own Message-ID, or a provider's id of the event.
    source_id: str
    #: When it was written, by its own account.
    at: datetime | None
    #: Which sending of the email it is about (see :func:`server.store.emails.message_id`).
    sending: int = 0
