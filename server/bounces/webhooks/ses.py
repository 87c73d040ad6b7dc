"""Amazon SES, by way of an Amazon SNS topic: signed (RSA), and subscribed to by answering the first call.

Nothing is fetched but from the one host that speaks for the topic of the settings.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html,
https://docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html and
https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm

from server.bounce_sources import Topic
from server.bounces.ours import Ours, Sending
from server.bounces.webhooks.call import Call, Fields, NotTheirs, parsed, report, sending_of
from server.bounces.webhooks.certificates import Certificates
from server.store.bounces import Kind, Report

log = structlog.get_logger(__name__)

#: Signed are these fields, in this order, where they are there.
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"
    ),
}  # fmt: skip
#: Amazon signs by the first unless told otherwise.
_HASHES: dict[str, Callable[[], HashAlgorithm]] = {"1": SHA1, "2": SHA256}
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-zA-Z]{8,64}\.pem")


class Ses:
    """What comes from one topic."""

    def __init__(self, topic: Topic, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        """``fetch``: what is at an address of Amazon's."""
        self._topic = topic
        self._fetch = fetch
        self._certificates = Certificates(fetch)

    async def read(self, call: Call, ours: Ours) -> list[Report]:
        """Raises :class:`NotTheirs`, :class:`NotUnderstood`, or OSError where Amazon has to be asked and is away."""
        message = Fields(call.json())
        await self._check(message)
        call.must_be_fresh(message.moment("Timestamp"))
        if message.text("Type") == "SubscriptionConfirmation":
            await self._subscribe(message.whole("SubscribeURL"))
            return []
        return _reports(Fields(parsed(message.whole("Message"))), ours)

    async def _check(self, message: Fields) -> None:
        if message.text("TopicArn") != self._topic.arn:
            raise NotTheirs("it is of another topic")
        fields = _SIGNED.get(message.text("Type"))
        algorithm = _HASHES.get(message.text("SignatureVersion"))
        address = message.text("SigningCertURL")
        if fields is None or algorithm is None or not self._is_theirs(address, _CERTIFICATE):
            raise NotTheirs("it is signed in another way")
        key = await self._certificates.key_at(address)
        signed = "".join(f"{name}\n{message.whole(name)}\n" for name in fields if message.has(name))
        try:
            signature = base64.b64decode(message.text("Signature"), validate=True)
            key.verify(signature, signed.encode("utf-8", "replace"), PKCS1v15(), algorithm())
        except (InvalidSignature, ValueError, binascii.Error) as error:
            raise NotTheirs("the signature is wrong") from error

    async def _subscribe(self, address: str) -> None:
        if not self._is_theirs(address, re.compile("/")):
            raise NotTheirs("it wants another host to be asked")
        await self._fetch(address)
        log.info("subscribed to bounces", topic=self._topic.arn)

    def _is_theirs(self, address: str, path: re.Pattern[str]) -> bool:
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        return parts.scheme == "https" and parts.netloc == self._topic.host and path.fullmatch(parts.path) is not None


def _reports(event: Fields, ours: Ours) -> list[Report]:
    kind = event.text("notificationType", "eventType")
    mail = event.of("mail")
    sending = _sending(mail, ours)
    match kind:
        case "Bounce":
            return _bounced(event.of("bounce"), sending)
        case "DeliveryDelay":
            delay = event.of("deliveryDelay")
            return [
                _report(Kind.DELAYED, each, sending, delay, f"{mail.text('messageId')}:{delay.text('timestamp')}")
                for each in delay.all("delayedRecipients")
            ]
        case "Reject":
            reason = event.of("reject").text("reason")
            source_id = f"ses:{mail.text('messageId')}:reject"
            at = mail.moment("timestamp")
            return [report(Kind.FAILED, sending, recipient="", texts=[reason], source_id=source_id, at=at)]
    return []


def _bounced(bounce: Fields, sending: Sending | None) -> list[Report]:
    """Of what is not permanent only what a mail server has reported: people's holiday answers are told alike."""
    permanent = bounce.text("bounceType") == "Permanent"
    return [
        _report(Kind.FAILED, each, sending, bounce, bounce.text("feedbackId"))
        for each in bounce.all("bouncedRecipients")
        if permanent or each.text("action").lower() == "failed"
    ]


def _report(kind: Kind, recipient: Fields, sending: Sending | None, of: Fields, event_id: str) -> Report:
    general = " ".join(filter(None, (of.text("bounceType", "delayType"), of.text("bounceSubType"))))
    return report(
        kind,
        sending,
        recipient=recipient.text("emailAddress"),
        texts=[recipient.text("diagnosticCode"), general],
        code=recipient.text("status"),
        source_id=f"ses:{event_id}:{recipient.text('emailAddress')}",
        at=of.moment("timestamp"),
    )


def _sending(mail: Fields, ours: Ours) -> Sending | None:
    """By the headers as they were before SES wrote its own Message-ID."""
    headers = [each.text("value") for each in mail.all("headers") if each.text("name").lower() == "message-id"]
    return sending_of(ours, message_ids=[*headers, mail.of("commonHeaders").text("messageId")])
