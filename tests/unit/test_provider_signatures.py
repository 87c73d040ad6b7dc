"""How each provider shows that a call is its own, and what is not done for anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import SecretStr

from server.bounce_sources import Provider, parse_sendgrid_key, parse_topic
from server.bounces.webhooks.call import OLDEST, NotTheirs
from tests.unit.provider_calls import (
    CERTIFICATE,
    CONFIRM,
    HOST,
    KEYS,
    SECONDS,
    SENDGRID,
    SENDGRID_TEXT,
    TOPIC,
    Desk,
    Post,
    brevo_event,
    by_amazon,
    by_mailgun,
    by_secret,
    by_sendgrid,
    mailgun_event,
    mailjet_event,
    postmark_event,
    sendgrid_event,
    ses_bounce,
    subscription,
)  # fmt: skip

_OTHER_SECRET = SecretStr("another secret, as long")
_EARLIER = str(SECONDS - int(OLDEST.total_seconds()) - 60)
_LATER = str(SECONDS + 3600)
_FORGED: dict[str, tuple[Provider, Callable[[], Post]]] = {
    "SendGrid, by another key": (
        Provider.SENDGRID, lambda: by_sendgrid([sendgrid_event()], key=ec.generate_private_key(ec.SECP256R1()))
    ),
    "SendGrid, another body": (Provider.SENDGRID, lambda: (by_sendgrid([sendgrid_event()])[0], b"[{}]")),
    "SendGrid, no signature": (Provider.SENDGRID, lambda: ({}, by_sendgrid([sendgrid_event()])[1])),
    "SendGrid, long ago": (Provider.SENDGRID, lambda: by_sendgrid([sendgrid_event()], timestamp=_EARLIER)),
    "SendGrid, in the future": (Provider.SENDGRID, lambda: by_sendgrid([sendgrid_event()], timestamp=_LATER)),
    "SendGrid, at no time": (Provider.SENDGRID, lambda: by_sendgrid([sendgrid_event()], timestamp="soon")),
    "Mailgun, by another key": (Provider.MAILGUN, lambda: by_mailgun(mailgun_event(), key=_OTHER_SECRET)),
    "Mailgun, no signature": (Provider.MAILGUN, lambda: ({}, json.dumps({"event-data": mailgun_event()}).encode())),
    "Mailgun, long ago": (Provider.MAILGUN, lambda: by_mailgun(mailgun_event(), timestamp=_EARLIER)),
    "Mailgun, nothing was signed": (Provider.MAILGUN, lambda: by_mailgun(mailgun_event(), timestamp="", token="")),
    "Postmark, no secret": (Provider.POSTMARK, lambda: by_secret(postmark_event(), {})),
    "Postmark, another secret": (
        Provider.POSTMARK, lambda: by_secret(postmark_event(), {"Authorization": "Bearer another"})
    ),
    "Postmark, no base64": (Provider.POSTMARK, lambda: by_secret(postmark_event(), {"Authorization": "Basic ä"})),
    "Brevo, an empty secret": (Provider.BREVO, lambda: by_secret(brevo_event(), {"Authorization": "Basic Og=="})),
    "Mailjet, no secret": (Provider.MAILJET, lambda: by_secret([mailjet_event()], {})),
    "SES, by another key": (
        Provider.SES, lambda: by_amazon(ses_bounce(), key=rsa.generate_private_key(65537, 2048))
    ),
    "SES, another message": (Provider.SES, lambda: by_amazon(ses_bounce(), signed={"Message": "{}"})),
    "SES, signed for another topic": (Provider.SES, lambda: by_amazon(ses_bounce(), signed={"TopicArn": "x"})),
    "SES, of another topic": (
        Provider.SES, lambda: by_amazon(ses_bounce(), TopicArn="arn:aws:sns:eu-west-1:999999999999:bounces")
    ),
    "SES, long ago": (Provider.SES, lambda: by_amazon(ses_bounce(), Timestamp="2026-11-20T10:00:00.000Z")),
    "SES, signed in no known way": (Provider.SES, lambda: by_amazon(ses_bounce(), SignatureVersion="3")),
    "SES, of no known type": (Provider.SES, lambda: by_amazon(ses_bounce(), Type="Whatever")),
}  # fmt: skip


@pytest.mark.parametrize(("provider", "post"), _FORGED.values(), ids=_FORGED)
async def test_what_does_not_show_where_it_comes_from_is_refused(provider: Provider, post: Callable[[], Post]) -> None:
    desk = Desk()
    with pytest.raises(NotTheirs):
        await desk.webhooks.receive(provider, *post())
    assert desk.reports == []


async def test_a_signature_that_does_not_cover_the_report_is_good_for_one_alone() -> None:
    desk = Desk()
    await desk.webhooks.receive(Provider.MAILGUN, *by_mailgun(mailgun_event()))
    await desk.webhooks.receive(Provider.MAILGUN, *by_mailgun(mailgun_event()))
    with pytest.raises(NotTheirs):
        await desk.webhooks.receive(Provider.MAILGUN, *by_mailgun(mailgun_event(recipient="eve@firm.example")))
    await desk.webhooks.receive(Provider.MAILGUN, *by_mailgun(mailgun_event(), token="u" * 50))
    assert len(desk.reports) == 3


async def test_a_subscription_to_the_topic_is_confirmed_at_amazon() -> None:
    desk = Desk()
    await desk.webhooks.receive(Provider.SES, *subscription())
    assert desk.fetched == [CERTIFICATE, CONFIRM]


@pytest.mark.parametrize(
    "address",
    [
        "https://sns.eu-west-1.amazonaws.com.evil.example/?Action=ConfirmSubscription",
        "https://evil.example/?x=sns.eu-west-1.amazonaws.com",
        "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
        "https://sns.eu-west-1.amazonaws.com@evil.example/",
        "https://sns.eu-west-1.amazonaws.com:8443/",
        "https://evil.s3.amazonaws.com/",
        "https://sns.us-east-1.amazonaws.com/",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
async def test_no_other_host_is_ever_asked(address: str) -> None:
    desk = Desk()
    with pytest.raises(NotTheirs):
        await desk.webhooks.receive(Provider.SES, *subscription(SubscribeURL=address))
    with pytest.raises(NotTheirs):
        await desk.webhooks.receive(Provider.SES, *by_amazon(ses_bounce(), SigningCertURL=address + _PEM))
    assert set(desk.fetched) <= {CERTIFICATE}


_PEM = "/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem"


async def test_strangers_cannot_have_certificates_fetched_without_end() -> None:
    desk = Desk()
    for number in range(50):
        other = f"{HOST}/SimpleNotificationService-{number:032x}.pem"
        with pytest.raises((NotTheirs, OSError)):
            await desk.webhooks.receive(
                Provider.SES, *by_amazon(ses_bounce(), SigningCertURL=other, Signature="", signed={"Message": "x"})
            )
    assert len(desk.fetched) <= 10


async def test_calls_that_are_refused_are_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(replace(KEYS, brevo=None))
    for _ in range(20):
        with pytest.raises(NotTheirs):
            await desk.webhooks.receive(Provider.POSTMARK, *by_secret(postmark_event(), {}))
    assert len(desk.webhooks._refused) == 1
    assert desk.webhooks._refused[Provider.POSTMARK][1] == 19


@pytest.mark.parametrize(
    "text", [SENDGRID_TEXT, f"-----BEGIN PUBLIC KEY-----\n{SENDGRID_TEXT}\n-----END PUBLIC KEY-----"]
)
def test_a_key_is_taken_as_it_is_shown(text: str) -> None:
    assert parse_sendgrid_key(text).public_numbers() == SENDGRID.public_key().public_numbers()


@pytest.mark.parametrize(
    ("arn", "host"),
    [
        (TOPIC, "sns.eu-west-1.amazonaws.com"),
        ("arn:aws-cn:sns:cn-north-1:123456789012:b", "sns.cn-north-1.amazonaws.com.cn"),
        ("arn:aws-us-gov:sns:us-gov-west-1:123456789012:b", "sns.us-gov-west-1.amazonaws.com"),
    ],
)
def test_one_host_speaks_for_a_topic(arn: str, host: str) -> None:
    assert parse_topic(arn).host == host


@pytest.mark.parametrize(
    "arn", ["", "bounces", "arn:aws:sqs:eu-west-1:123456789012:b", "arn:aws:sns:evil.example/:1:b"]
)
def test_what_is_no_topic_is_refused(arn: str) -> None:
    with pytest.raises(ValueError, match="ARN"):
        parse_topic(arn)
