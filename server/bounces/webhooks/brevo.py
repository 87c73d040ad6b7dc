"""Brevo's transactional webhooks, which show a secret.

Source: https://developers.brevo.com/docs/transactional-webhooks
"""

from __future__ import annotations

from pydantic import SecretStr

from server.bounces.ours import Ours
from server.bounces.webhooks.call import Call, objects, report, sending_of
from server.store.bounces import Kind, Report

_KINDS = {
    "hard_bounce": Kind.FAILED,
    "soft_bounce": Kind.FAILED,  # not tried any more
    "invalid_email": Kind.FAILED,
    "blocked": Kind.FAILED,
    "error": Kind.FAILED,
    "deferred": Kind.DELAYED,
}


def read(call: Call, secret: SecretStr, ours: Ours) -> list[Report]:
    """Raises :class:`NotTheirs` or :class:`NotUnderstood`."""
    call.must_know(secret)
    return [
        report(
            kind,
            sending_of(ours, names=[event.text("X-Mailin-custom")], message_ids=[event.text("message-id")]),
            recipient=event.text("email"),
            texts=[event.text("reason"), event.text("event")],
            # It gives events no id of their own.
            source_id="brevo:{}:{}:{}".format(
                event.text("event"), event.text("ts_epoch", "ts_event", "ts"), event.text("message-id")
            ),
            at=event.moment("ts_epoch") or event.moment("ts_event"),
        )
        for event in objects(call.json())
        if (kind := _KINDS.get(event.text("event"))) is not None
    ]
