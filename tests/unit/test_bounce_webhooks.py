"""What providers send when an email does not arrive, and how each shows who it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from server.bounce_sources import Provider, ProviderKeys
from server.bounces.webhooks.call import NotTheirs, NotUnderstood
from server.store.bounces import Kind
from tests.unit.provider_calls import (
    BASIC,
    BEARER,
    ID,
    NOW,
    SES_RECIPIENT,
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
    ses_mail,
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A call, and what it says of the email."""

    provider: Provider
    post: Callable[[], Post]
    kind: Kind
    code: str
    reason: str
    #: None: not said, or not said of one of ours.
    email_id: str | None = ID
    sending: int = 0


_UNKNOWN = "550 5.1.1 The email account that you tried to reach does not exist."
_REPORTS = {
    "SES, with a report of the mail server": Case(
        Provider.SES,
        lambda: by_amazon(ses_bounce(**SES_RECIPIENT)),
        Kind.FAILED,
        "5.1.1",
        "550 5.1.1 <gone@firm.example>... User unknown",
    ),
    "SES, signed in the newer way": Case(
        Provider.SES,
        lambda: by_amazon(ses_bounce(**SES_RECIPIENT), version="2"),
        Kind.FAILED,
        "5.1.1",
        "550 5.1.1 <gone@firm.example>... User unknown",
    ),
    "SES, without one": Case(
        Provider.SES, lambda: by_amazon(ses_bounce(sub="Suppressed")), Kind.FAILED, "", "Permanent Suppressed"
    ),
    "SES, a full mailbox that was given up": Case(
        Provider.SES,
        lambda: by_amazon(
            ses_bounce(
                "Transient", "MailboxFull", action="failed", status="5.2.2", diagnosticCode="smtp; 552 5.2.2 Full"
            )
        ),
        Kind.FAILED,
        "5.2.2",
        "552 5.2.2 Full",
    ),
    "SES, event publishing": Case(
        Provider.SES,
        lambda: by_amazon(
            {
                ("eventType" if name == "notificationType" else name): value
                for name, value in ses_bounce(**SES_RECIPIENT).items()
            }
        ),
        Kind.FAILED,
        "5.1.1",
        "550 5.1.1 <gone@firm.example>... User unknown",
    ),
    "SES, headers not included but the common ones": Case(
        Provider.SES,
        lambda: by_amazon(ses_bounce(**SES_RECIPIENT) | {"mail": ses_mail(headers=[])}),
        Kind.FAILED,
        "5.1.1",
        "550 5.1.1 <gone@firm.example>... User unknown",
    ),
    "SES, no headers at all": Case(
        Provider.SES,
        lambda: by_amazon(ses_bounce(**SES_RECIPIENT) | {"mail": ses_mail(headers=[], commonHeaders={})}),
        Kind.FAILED,
        "5.1.1",
        "550 5.1.1 <gone@firm.example>... User unknown",
        None,
    ),
    "SES, a delay": Case(
        Provider.SES,
        lambda: by_amazon(
            {
                "eventType": "DeliveryDelay",
                "mail": ses_mail(),
                "deliveryDelay": {
                    "timestamp": "2026-11-28T14:59:44.101Z",
                    "delayType": "MailboxFull",
                    "expirationTime": "2026-11-29T00:25:40.914Z",
                    "delayedRecipients": [
                        {
                            "emailAddress": "gone@firm.example",
                            "status": "4.2.2",
                            "diagnosticCode": "smtp; 452 4.2.2 Full",
                        }
                    ],
                },
            }
        ),
        Kind.DELAYED,
        "4.2.2",
        "452 4.2.2 Full",
    ),
    "SendGrid, a bounce": Case(
        Provider.SENDGRID, lambda: by_sendgrid([sendgrid_event()]), Kind.FAILED, "5.1.1", _UNKNOWN
    ),
    "SendGrid, not even tried": Case(
        Provider.SENDGRID,
        lambda: by_sendgrid([sendgrid_event(event="dropped", reason="Bounced Address", status="5.0.0", type=None)]),
        Kind.FAILED,
        "5.0.0",
        "Bounced Address",
    ),
    "SendGrid, put off": Case(
        Provider.SENDGRID,
        lambda: by_sendgrid([sendgrid_event(event="deferred", reason=None, status="", response="400 try again later")]),
        Kind.DELAYED,
        "",
        "400 try again later",
    ),
    "SendGrid, of the third sending": Case(
        Provider.SENDGRID,
        lambda: by_sendgrid([sendgrid_event(**{"smtp-id": f"<{ID}.2@sender.example>"})]),
        Kind.FAILED,
        "5.1.1",
        _UNKNOWN,
        ID,
        2,
    ),
    "SendGrid, of another program": Case(
        Provider.SENDGRID,
        lambda: by_sendgrid([sendgrid_event(**{"smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>"})]),
        Kind.FAILED,
        "5.1.1",
        _UNKNOWN,
        None,
    ),
    "Mailgun, for good": Case(
        Provider.MAILGUN,
        lambda: by_mailgun(mailgun_event()),
        Kind.FAILED,
        "5.1.1",
        "550 5.1.1 The email account that you tried to reach does not exist. Please try 5.1.1 double-checking the "
        "recipient's email address for typos",
    ),
    "Mailgun, on its list of those that bounced": Case(
        Provider.MAILGUN,
        lambda: by_mailgun(
            mailgun_event(
                reason="suppress-bounce",
                **{"delivery-status": {"code": 605, "message": "", "description": "Not delivering to it"}},
            )
        ),
        Kind.FAILED,
        "",
        "Not delivering to it",
    ),
    "Mailgun, for now": Case(
        Provider.MAILGUN,
        lambda: by_mailgun(
            mailgun_event(
                severity="temporary",
                reason="greylisted",
                **{"delivery-status": {"code": 450, "message": "4.2.0 Recipient address rejected: Greylisted"}},
            )
        ),
        Kind.DELAYED,
        "4.2.0",
        "450 4.2.0 Recipient address rejected: Greylisted",
    ),
    "Postmark, with the secret in the address": Case(
        Provider.POSTMARK, lambda: by_secret(postmark_event()), Kind.FAILED, "5.1.1", _UNKNOWN
    ),
    "Postmark, with the secret as a token": Case(
        Provider.POSTMARK, lambda: by_secret(postmark_event(), BEARER), Kind.FAILED, "5.1.1", _UNKNOWN
    ),
    "Postmark, late": Case(
        Provider.POSTMARK,
        lambda: by_secret(postmark_event(Type="Transient", TypeCode=2, Details="smtp;451 4.7.1 Later")),
        Kind.DELAYED,
        "4.7.1",
        "451 4.7.1 Later",
    ),
    "Brevo, for good": Case(
        Provider.BREVO,
        lambda: by_secret(brevo_event()),
        Kind.FAILED,
        "5.5.0",
        "550 5.5.0 Requested action not taken: mailbox unavailable.",
    ),
    "Brevo, with its own Message-ID and ours as a custom header": Case(
        Provider.BREVO,
        lambda: by_secret(
            brevo_event(**{"message-id": "<202611281158.9876543210@smtp-relay.mailin.fr>", "X-Mailin-custom": ID})
        ),
        Kind.FAILED,
        "5.5.0",
        "550 5.5.0 Requested action not taken: mailbox unavailable.",
    ),
    "Brevo, blocked": Case(
        Provider.BREVO,
        lambda: by_secret(brevo_event(event="blocked", reason="blocked : due to blacklist user")),
        Kind.FAILED,
        "",
        "blocked : due to blacklist user",
    ),
    "Brevo, put off": Case(
        Provider.BREVO,
        lambda: by_secret(brevo_event(event="deferred", reason="451 4.7.1 Greylisted")),
        Kind.DELAYED,
        "4.7.1",
        "451 4.7.1 Greylisted",
    ),
    "Mailjet, in a list": Case(
        Provider.MAILJET,
        lambda: by_secret([mailjet_event()]),
        Kind.FAILED,
        "",
        "Host or domain name not found. Name service error for name=firm.example",
    ),
    "Mailjet, alone": Case(
        Provider.MAILJET,
        lambda: by_secret(mailjet_event(event="blocked", error="preblocked", comment="")),
        Kind.FAILED,
        "",
        "preblocked",
    ),
    "Mailjet, greylisted": Case(
        Provider.MAILJET,
        lambda: by_secret([mailjet_event(hard_bounce=False, error="greylisted", comment="")]),
        Kind.DELAYED,
        "",
        "greylisted",
    ),
}


@pytest.mark.parametrize("case", _REPORTS.values(), ids=_REPORTS)
async def test_what_a_provider_reports_is_read_as_what_a_mail_server_does(case: Case) -> None:
    desk = Desk()
    headers, body = case.post()
    await desk.webhooks.receive(case.provider, headers, body)
    (report,) = desk.reports
    assert (report.kind, report.code, report.reason) == (case.kind, case.code, case.reason)
    assert report.email_id == (None if case.email_id is None else ObjectId(case.email_id))
    assert (report.sending, report.recipient) == (case.sending, "gone@firm.example")
    assert report.source_id.startswith(f"{case.provider}:")
    assert report.at is not None
    assert abs(report.at - NOW) < timedelta(days=1)
    await desk.webhooks.receive(case.provider, headers, body)
    assert desk.reports == [report, report], "the same call is the same report, by the same id"


_NOTHING = {
    "SES, a holiday answer": (Provider.SES, lambda: by_amazon(ses_bounce("Transient", "General"))),
    "SES, delivered": (Provider.SES, lambda: by_amazon({"notificationType": "Delivery", "mail": ses_mail()})),
    "SES, a complaint": (Provider.SES, lambda: by_amazon({"notificationType": "Complaint", "mail": ses_mail()})),
    "SES, its test": (
        Provider.SES,
        lambda: by_amazon({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "…"}),
    ),
    "SendGrid, delivered and opened": (
        Provider.SENDGRID,
        lambda: by_sendgrid(
            [sendgrid_event(event="delivered"), sendgrid_event(event="open"), sendgrid_event(event="processed")]
        ),
    ),
    "SendGrid, its test": (Provider.SENDGRID, lambda: by_sendgrid([])),
    "Mailgun, delivered": (Provider.MAILGUN, lambda: by_mailgun(mailgun_event(event="delivered", severity=None))),
    "Postmark, a holiday answer": (
        Provider.POSTMARK,
        lambda: by_secret(postmark_event(Type="AutoResponder", TypeCode=64)),
    ),
    "Postmark, delivered": (Provider.POSTMARK, lambda: by_secret(postmark_event(RecordType="Delivery"))),
    "Postmark, a question whether one is human": (
        Provider.POSTMARK,
        lambda: by_secret(postmark_event(Type="ChallengeVerification")),
    ),
    "Brevo, delivered": (Provider.BREVO, lambda: by_secret(brevo_event(event="delivered"))),
    "Mailjet, sent": (Provider.MAILJET, lambda: by_secret([mailjet_event(event="sent")])),
}


@pytest.mark.parametrize(("provider", "post"), _NOTHING.values(), ids=_NOTHING)
async def test_what_says_nothing_of_the_sort_is_taken_and_no_report(
    provider: Provider, post: Callable[[], Post]
) -> None:
    desk = Desk()
    await desk.webhooks.receive(provider, *post())
    assert desk.reports == []


async def test_several_reports_in_one_call_are_told_apart() -> None:
    desk = Desk()
    events = [
        sendgrid_event(),
        sendgrid_event(event="open"),
        sendgrid_event(sg_event_id="other", email="b@firm.example"),
    ]
    await desk.webhooks.receive(Provider.SENDGRID, *by_sendgrid(events))
    two = ses_bounce(**SES_RECIPIENT)
    two["bounce"]["bouncedRecipients"].append({"emailAddress": "b@firm.example"})
    await desk.webhooks.receive(Provider.SES, *by_amazon(two))
    assert len({report.source_id for report in desk.reports}) == len(desk.reports) == 4


_VALUES = ["failed", "permanent", "bounce", "Bounce", "HardBounce", "hard_bounce", "Permanent"]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["event", "bounce", "mail", "headers", "timestamp", "severity", "event-data", "Type", "RecordType", "Metadata",
         "delivery-status", "message", "bouncedRecipients", "notificationType", "name", "value", "code", "time"]
    ), inner | st.sampled_from(_VALUES), max_size=6),
    max_leaves=20,
)  # fmt: skip


@given(_JSON)
async def test_whatever_a_provider_sends_is_read_or_refused(content: Any) -> None:
    desk = Desk()
    posts: list[tuple[Provider, Post]] = [
        (Provider.SENDGRID, by_sendgrid(content)),
        (Provider.MAILGUN, by_mailgun(content)),
        (Provider.POSTMARK, by_secret(content)),
        (Provider.BREVO, by_secret(content)),
        (Provider.MAILJET, by_secret(content)),
        (Provider.SES, by_amazon(content)),
    ]
    for provider, post in posts:
        with suppress(NotUnderstood):  # SES sends JSON within JSON
            await desk.webhooks.receive(provider, *post)
    assert all(isinstance(report.reason, str) and len(report.source_id) <= 200 for report in desk.reports)


@given(st.binary(max_size=200))
async def test_what_is_no_json_is_not_understood(body: bytes) -> None:
    desk = Desk()
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        with pytest.raises(NotUnderstood):
            await desk.webhooks.receive(Provider.POSTMARK, BASIC, body)
    else:
        await desk.webhooks.receive(Provider.POSTMARK, BASIC, body)
    assert desk.reports == []


async def test_a_password_in_what_a_provider_quotes_is_not_kept() -> None:
    desk = Desk()
    quoted = sendgrid_event(reason="550 5.7.1 Spam: your password is abcde-fghjk-mnpqr, see")
    await desk.webhooks.receive(Provider.SENDGRID, *by_sendgrid([quoted]))
    assert "abcde" not in desk.reports[0].reason


@pytest.mark.parametrize("provider", Provider)
async def test_without_a_key_nothing_is_taken_however_good_it_looks(provider: Provider) -> None:
    desk = Desk(ProviderKeys())
    good = next(case for case in _REPORTS.values() if case.provider is provider)
    with pytest.raises(NotTheirs):
        await desk.webhooks.receive(provider, *good.post())
    assert (desk.reports, desk.fetched) == ([], [])
