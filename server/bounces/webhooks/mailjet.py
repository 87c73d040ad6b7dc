"""Mailjet's event API, which shows a secret.

It does not tell the Message-ID, and so goes by what ``MAIL_HEADERS`` has given along (``X-MJ-CustomID: {id}``).

Source: https://dev.mailjet.com/email/guides/webhooks/
"""

from __future__ import annotations

from pydantic import SecretStr

from server.bounces.ours import Ours
from server.bounces.webhooks.call import Call, Fields, objects, report, sending_of
from server.store.bounces import Kind, Report


def read(call: Call, secret: SecretStr, ours: Ours) -> list[Report]:
    """Raises :class:`NotTheirs` or :class:`NotUnderstood`."""
    call.must_know(secret)
    return [
        report(
            kind,
            sending_of(ours, names=[event.text("CustomID"), event.text("Payload")]),
            recipient=event.text("email"),
            texts=[event.text("comment"), event.text("error"), event.text("error_related_to"), event.text("event")],
            # It gives events no id of their own.
            source_id=f"mailjet:{event.text('event')}:{event.text('time')}:{event.text('MessageID')}",
            at=event.moment("time"),
        )
        for event in objects(call.json())
        if (kind := _kind(event)) is not None
    ]


def _kind(event: Fields) -> Kind | None:
    match event.text("event"):
        case "blocked":
            return Kind.FAILED
        case "bounce":
            return Kind.FAILED if event.is_true("hard_bounce") else Kind.DELAYED
    return None
