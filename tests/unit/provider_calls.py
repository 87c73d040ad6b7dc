"""Calls of providers about emails that did not arrive, in the forms that they document, signed as they sign them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from server.bounce_sources import ProviderKeys, parse_sendgrid_key, parse_topic
from server.bounces.ours import Ours
from server.bounces.webhooks.receiver import Webhooks
from server.store.bounces import Report

NOW = datetime(2026, 11, 28, 15, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ID = "6b09c33de9d4f022a720019f"
MESSAGE_ID = f"<{ID}@sender.example>"
OURS = Ours(frozenset({"sender.example"}))
SECRET = SecretStr("a secret of some length")
BASIC = {"Authorization": "Basic " + base64.b64encode(b"desk:" + SECRET.get_secret_value().encode()).decode()}
BEARER = {"Authorization": f"Bearer {SECRET.get_secret_value()}"}

SENDGRID = ec.generate_private_key(ec.SECP256R1())
SENDGRID_TEXT = base64.b64encode(
    SENDGRID.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
AMAZON = rsa.generate_private_key(65537, 2048)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"
HOST = "https://sns.eu-west-1.amazonaws.com"
CERTIFICATE = f"{HOST}/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem"
CONFIRM = f"{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
KEYS = ProviderKeys(
    ses_topic=parse_topic(TOPIC),
    sendgrid=parse_sendgrid_key(SENDGRID_TEXT),
    mailgun=SECRET,
    postmark=SECRET,
    brevo=SECRET,
    mailjet=SECRET,
)


def pem() -> bytes:
    name = x509.Name.from_rfc4514_string("CN=sns.amazonaws.com")
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(AMAZON.public_key())
    dated = builder.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=300))
    return dated.serial_number(1).sign(AMAZON, SHA256()).public_bytes(Encoding.PEM)


class Desk:
    """The receiving end, and what it has got."""

    def __init__(self, keys: ProviderKeys = KEYS, *, at: datetime = NOW) -> None:
        self.reports: list[Report] = []
        self.fetched: list[str] = []
        self.at = at
        self.webhooks = Webhooks(keys, OURS, self, now=self._now, fetch=self._fetch)

    async def take(self, reports: Any, *, via: str) -> Any:
        self.reports += reports
        return None

    async def _now(self) -> datetime:
        return self.at

    async def _fetch(self, address: str) -> bytes:
        self.fetched.append(address)
        return pem()


Post = tuple[Mapping[str, str], bytes]


def by_sendgrid(events: Any, *, timestamp: str = str(SECONDS), key: ec.EllipticCurvePrivateKey = SENDGRID) -> Post:
    body = json.dumps(events).encode()
    signature = base64.b64encode(key.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))).decode()
    return {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }, body


def by_mailgun(event: Any, *, timestamp: str = str(SECONDS), key: SecretStr = SECRET, token: str = "t" * 50) -> Post:
    signed = hmac.new(key.get_secret_value().encode(), (timestamp + token).encode(), hashlib.sha256).hexdigest()
    content = {"signature": {"timestamp": timestamp, "token": token, "signature": signed}, "event-data": event}
    return {"Content-Type": "application/json"}, json.dumps(content).encode()


def by_amazon(
    message: Any,
    *,
    version: str = "1",
    key: rsa.RSAPrivateKey = AMAZON,
    signed: Mapping[str, str] | None = None,
    **other: str,
) -> Post:
    """``signed``: what the signature is made for, where that is not what is sent."""
    content = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification",
        "Message": message if isinstance(message, str) else json.dumps(message) + "\n",
        "Timestamp": NOW.strftime("%Y-%m-%dT%H:%M:%S.675Z"),
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
        "UnsubscribeURL": f"{HOST}/?Action=Unsubscribe",
    } | other
    if content["Type"] != "Notification":
        del content["Subject"]
    names = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
    text = "".join(f"{name}\n{(content | dict(signed or {}))[name]}\n" for name in names if name in content)
    content["Signature"] = base64.b64encode(
        key.sign(text.encode(), PKCS1v15(), SHA1() if version == "1" else SHA256())
    ).decode()
    return {"x-amz-sns-message-type": content["Type"], "Content-Type": "text/plain; charset=UTF-8"}, json.dumps(
        content
    ).encode()


def subscription(**other: str) -> Post:
    return by_amazon(
        "You have chosen to subscribe to the topic …",
        Type="SubscriptionConfirmation",
        **({"Token": "2336412f37", "SubscribeURL": CONFIRM} | other),
    )


def by_secret(event: Any, headers: Mapping[str, str] = BASIC) -> Post:
    return headers, json.dumps(event).encode()


def ses_mail(**other: Any) -> dict[str, Any]:
    return {
        "timestamp": "2026-11-28T14:59:38.237Z",
        "source": "desk@sender.example",
        "sourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/sender.example",
        "sendingAccountId": "123456789012",
        "messageId": "00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000",
        "destination": ["gone@firm.example"],
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": "Desk <desk@sender.example>"},
            {"name": "To", "value": "gone@firm.example"},
            {"name": "Message-ID", "value": MESSAGE_ID},
        ],
        "commonHeaders": {"to": ["gone@firm.example"], "messageId": MESSAGE_ID, "subject": "Your account"},
    } | other


def ses_bounce(kind: str = "Permanent", sub: str = "General", **recipient: str) -> dict[str, Any]:
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": sub,
            "reportingMTA": "dns; email.example.com",
            "bouncedRecipients": [{"emailAddress": "gone@firm.example"} | recipient],
            "timestamp": "2026-11-28T14:59:44.101Z",
            "feedbackId": "00000138111222aa-44455566-cccc-cccc-cccc-ddddaaaa068a-000000",
            "remoteMtaIp": "127.0.2.0",
        },
        "mail": ses_mail(),
    }


SES_RECIPIENT = {
    "status": "5.1.1",
    "action": "failed",
    "diagnosticCode": "smtp; 550 5.1.1 <gone@firm.example>... User unknown",
}


def mailgun_event(**other: Any) -> dict[str, Any]:
    return {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "recipient": "gone@firm.example",
        "timestamp": SECONDS + 0.389832,
        "log-level": "error",
        "envelope": {"transport": "smtp", "sender": "desk@sender.example", "targets": "gone@firm.example"},
        "message": {
            "headers": {
                "to": "gone@firm.example",
                "message-id": MESSAGE_ID.strip("<>"),
                "from": "Desk <desk@sender.example>",
                "subject": "Your account",
            },
            "attachments": [],
            "size": 809,
        },
        "delivery-status": {
            "tls": True,
            "mx-host": "mx.firm.example",
            "attempt-no": 1,
            "description": "",
            "session-seconds": 2.95,
            "utf8": True,
            "code": 550,
            "enhanced-code": "5.1.1",
            "message": "5.1.1 The email account that you tried to reach does not exist. Please try\n"
            "5.1.1 double-checking the recipient's email address for typos",
            "certificate-verified": True,
        },
        "user-variables": {},
        "tags": [],
    } | other


def postmark_event(**other: Any) -> dict[str, Any]:
    return {
        "RecordType": "Bounce",
        "ID": 901542550,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "",
        "MessageID": "2706ee8a-737c-4285-b032-ccd317af53ed",
        "ServerID": 23,
        "MessageStream": "outbound",
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": "gone@firm.example",
        "From": "desk@sender.example",
        "BouncedAt": "2026-11-28T10:00:50.3963933-05:00",
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": "Your account",
        "Metadata": {"email-id": ID},
    } | other


def sendgrid_event(**other: Any) -> dict[str, Any]:
    return {
        "ip": "167.89.17.173",
        "status": "5.1.1",
        "smtp-id": MESSAGE_ID,
        "sg_event_id": "lC0Rc-FuQmKbnxCWxX1jRQ",
        "reason": "550 5.1.1 The email account that you tried to reach does not exist.",
        "sg_message_id": "Lli-03HcQ5-JLybO9fXsJg.filter0077p1las1.21536.5717FC482.0",
        "tls": 1,
        "event": "bounce",
        "email": "gone@firm.example",
        "timestamp": SECONDS,
        "type": "bounce",
    } | other


def brevo_event(**other: Any) -> dict[str, Any]:
    return {
        "event": "hard_bounce",
        "email": "gone@firm.example",
        "id": 26224,
        "date": "2026-11-28 16:00:00",
        "ts": 1795874400,
        "message-id": MESSAGE_ID,
        "ts_event": 1795874400,
        "ts_epoch": SECONDS * 1000,
        "subject": "Your account",
        "reason": " RecipientError: 550 5.5.0 Requested action not taken: mailbox unavailable.",
        "tag": "",
        "sending_ip": "192.0.2.3",
    } | other


def mailjet_event(**other: Any) -> dict[str, Any]:
    return {
        "event": "bounce",
        "time": SECONDS,
        "MessageID": 12345678901234567,
        "Message_GUID": "1ab23cd4-e567-8901-2345-6789f0gh1i2j",
        "email": "gone@firm.example",
        "mj_campaign_id": 1234567890,
        "mj_contact_id": 9876543210,
        "customcampaign": "",
        "CustomID": ID,
        "Payload": "",
        "blocked": True,
        "hard_bounce": True,
        "error_related_to": "recipient",
        "error": "user unknown",
        "comment": "Host or domain name not found. Name service error for name=firm.example",
    } | other
