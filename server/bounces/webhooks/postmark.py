"""Postmark's bounce webhook, which shows a secret.

It does not tell the Message-ID, and so goes by what ``MAIL_HEADERS`` has given along as
``X-PM-Metadata-email-id: {id}``.

Sources: https://postmarkapp.com/developer/webhooks/bounce-webhook and
https://postmarkapp.com/developer/api/bounce-api#bounce-types
"""

from __future__ import annotations

from pydantic import SecretStr

from server.bounces.ours import Ours
from server.bounces.webhooks.call import Call, objects, report, sending_of
from server.store.bounces import Kind, Report

#: Others are answers of people and their machines, and complaints.
_KINDS = {
    "HardBounce": Kind.FAILED,
    "SoftBounce": Kind.FAILED,  # not tried any more
    "BadEmailAddress": Kind.FAILED,
    "Blocked": Kind.FAILED,
    "DMARCPolicy": Kind.FAILED,
    "ManuallyDeactivated": Kind.FAILED,
    "SMTPApiError": Kind.FAILED,
    "Transient": Kind.DELAYED,
    "DnsError": Kind.DELAYED,
}


def read(call: Call, secret: SecretStr, ours: Ours) -> list[Report]:
    """Raises :class:`NotTheirs` or :class:`NotUnderstood`."""
    call.must_know(secret)
    return [
        report(
            kind,
            sending_of(ours, names=event.of("Metadata").texts()),
            recipient=event.text("Email"),
            texts=[event.text("Details"), event.text("Description"), event.text("Name")],
            source_id=f"postmark:{event.text('ID')}",
            at=event.moment("BouncedAt"),
        )
        for event in objects(call.json())
        if event.text("RecordType") == "Bounce" and (kind := _KINDS.get(event.text("Type"))) is not None
    ]
