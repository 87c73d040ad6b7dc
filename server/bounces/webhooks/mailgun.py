"""Mailgun's webhooks, signed (HMAC).

Sources: https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhooks and …/securing-webhooks
"""

from __future__ import annotations

import hashlib
import hmac

from pydantic import SecretStr

from server.bounces.ours import Ours
from server.bounces.webhooks.call import Call, Fields, NotTheirs, report, same, sending_of
from server.bounces.webhooks.used import Used
from server.store.bounces import Kind, Report


def read(call: Call, key: SecretStr, ours: Ours, used: Used) -> list[Report]:
    """Raises :class:`NotTheirs` or :class:`NotUnderstood`. ``used``: the signature does not cover what it signs."""
    content = Fields(call.json())
    signature = content.of("signature")
    timestamp, token = signature.text("timestamp"), signature.text("token")
    wanted = hmac.new(key.get_secret_value().encode(), f"{timestamp}{token}".encode("utf-8", "replace"), hashlib.sha256)
    if not token or not same(signature.text("signature"), wanted.hexdigest()):
        raise NotTheirs("the signature is wrong")
    call.must_be_fresh(signature.moment("timestamp"))
    used.must_be_for(f"{timestamp}{token}", call.body)
    event = content.of("event-data")
    kind = _kind(event)
    if kind is None:
        return []
    status, headers = event.of("delivery-status"), event.of("message").of("headers")
    said, enhanced = status.text("message"), status.text("enhanced-code")
    codes = [status.text("code"), "" if said.startswith(enhanced) else enhanced]
    answer = " ".join(filter(None, [*codes, said])) if said else ""
    return [
        report(
            kind,
            sending_of(ours, names=event.of("user-variables").texts(), message_ids=[headers.text("message-id")]),
            recipient=event.text("recipient"),
            texts=[answer, status.text("description"), event.text("reason")],
            code=enhanced,
            source_id=f"mailgun:{event.text('id') or token}",
            at=event.moment("timestamp"),
        )
    ]


def _kind(event: Fields) -> Kind | None:
    match event.text("event"), event.text("severity"):
        case ("failed", "permanent") | ("rejected", _):
            return Kind.FAILED
        case "failed", "temporary":
            return Kind.DELAYED
    return None
