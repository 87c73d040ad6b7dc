"""Twilio SendGrid's event webhook, signed (ECDSA).

Sources: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event and
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from server.bounces.ours import Ours
from server.bounces.webhooks.call import Call, NotTheirs, moment_of, objects, report, sending_of
from server.store.bounces import Kind, Report

_SIGNATURE = "x-twilio-email-event-webhook-signature"
_TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
#: Dropped: it was not even tried, as the address is on SendGrid's list of those that bounced.
_KINDS = {"bounce": Kind.FAILED, "dropped": Kind.FAILED, "deferred": Kind.DELAYED}


def read(call: Call, key: EllipticCurvePublicKey, ours: Ours) -> list[Report]:
    """Raises :class:`NotTheirs` or :class:`NotUnderstood`."""
    timestamp = call.headers.get(_TIMESTAMP, "")
    try:
        signature = base64.b64decode(call.headers.get(_SIGNATURE, ""), validate=True)
        key.verify(signature, timestamp.encode("utf-8", "replace") + call.body, ECDSA(SHA256()))
    except (InvalidSignature, ValueError, binascii.Error) as error:
        raise NotTheirs("the signature is wrong") from error
    call.must_be_fresh(moment_of(timestamp))
    return [
        report(
            kind,
            sending_of(ours, names=event.texts(), message_ids=[event.text("smtp-id")]),
            recipient=event.text("email"),
            texts=[event.text("reason", "response")],
            code=event.text("status"),
            source_id=f"sendgrid:{event.text('sg_event_id')}",
            at=event.moment("timestamp"),
        )
        for event in objects(call.json())
        if (kind := _KINDS.get(event.text("event"))) is not None
    ]
