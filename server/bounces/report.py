"""Reports of mail servers on what has become of our emails, read from their bytes.

Whatever comes into a mailbox is read here: answers of people and of their holiday programs, and whatever somebody makes
up. A report is what a machine has written, says that an email does not arrive or not yet, and names it as only one can
that has seen it (:mod:`server.bounces.ours`). Nobody's address alone says anything.

Sources: RFC 3464 and RFC 6533 (reports), RFC 3463 (codes), RFC 5703, 3834 (automatic answers); what mail servers really
write is in ``tests/files/bounces``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from server.bounces import free_text, status
from server.bounces.ours import Ours, Sending
from server.bounces.parts import SIZE, Head, Part, parts_of, split
from server.bounces.told import Notice, reason_line
from server.store.bounces import BounceInbox as BounceInbox
from server.store.bounces import Kind as Kind
from server.store.bounces import Report as Report
from server.store.bounces import Taken as Taken
from server.text import one_line

#: An id that is longer is kept as what it comes to.
_LONGEST_ID = 200
#: Where mail servers write to whom a message was really sent.
_SENT_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To")
_ORIGINAL = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers"}
)


def read(message: bytes, ours: Ours) -> list[Report]:
    """What the message reports; nothing: it is no report. Never raises, and takes a bounded time.

    Several recipients of one email, as behind an alias, are several reports.
    """
    head, body = split(message[:SIZE])
    parts = parts_of(head, body)
    notice = status.read(head, parts) or free_text.read(head, parts)
    if not notice.told:
        return []
    sending = _named(notice, head, parts, ours)
    source_id, at = _source_id(head, parts), _moment(head.first("Date"))
    return [
        Report(
            kind=each.kind,
            email_id=None if sending is None else sending.email_id,
            recipient=one_line(each.recipient or "") or None,
            code=each.code,
            reason=reason_line(each.reason),
            source_id=source_id,
            at=at,
            sending=0 if sending is None else sending.number,
        )
        for each in notice.told
    ]


def _named(notice: Notice, head: Head, parts: Sequence[Part], ours: Ours) -> Sending | None:
    """Which of our emails it is about: what nobody rewrites on the way comes first."""
    original = next((split(part.content())[0] for part in parts if part.type in _ORIGINAL), None)
    returned_to = [address for name in _SENT_TO for address in head.all(name)] + head.all("Received")
    if original is not None:
        returned_to += original.all("Return-Path")
    return (
        ours.of_envelope_id(notice.envelope_id)
        or ours.of_addresses(returned_to)
        or next(filter(None, map(ours.of_message_id, _message_ids(notice, original))), None)
    )


def _message_ids(notice: Notice, original: Head | None) -> Iterator[str]:
    if original is not None:
        yield from original.all("Message-ID")
    yield from notice.mentions


def _source_id(head: Head, parts: Sequence[Part]) -> str:
    """Its Message-ID; what has none, or one of any length, is known by what it says."""
    found = re.search(r"<[^<>\s]+>", head.first("Message-ID"))
    if found and len(found[0]) <= _LONGEST_ID:
        return found[0]
    said = b"".join(part.body for part in parts)
    return f"sha256:{hashlib.sha256(said).hexdigest()}"


def _moment(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
