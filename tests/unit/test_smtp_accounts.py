"""How mail servers, their shares and their limits are written down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.settings import SettingsError, load_settings
from server.smtp_accounts import Rate, parse_domain_limits, parse_smtp_accounts

_FROM = {"MAIL_FROM": "desk@firm.example"}


def test_each_account_may_have_limits_of_its_own_and_the_others_come_from_the_settings() -> None:
    urls = "smtps://ann:pw@a.example?weight=3&day=5000&batch=7&interval=2.5 smtp://b.example?weight=0&connections=2"
    first, second = load_settings(
        {
            "SMTP_URL": urls,
            "QUEUE_BATCH_SIZE": "20",
            "QUEUE_CONNECTIONS": "9",
            "QUEUE_CONNECTION_MESSAGES": "4",
            **_FROM,
        }
    ).smtp_accounts
    assert (first.name, first.weight, first.per_day, first.connections) == ("ann@a.example:465", 3, 5000, 9)
    assert first.rates == (Rate(7, timedelta(seconds=2.5)), Rate(5000, timedelta(days=1)))
    assert (second.name, second.weight, second.connections) == ("b.example:587", 0, 2)
    assert second.rates == (Rate(20, timedelta(seconds=30)),)
    assert second.messages_per_connection == 4


@pytest.mark.parametrize(
    ("urls", "reason"),
    [
        ("", "names no mail server"),
        ("smtp://a.example smtp://a.example", "the same account twice"),
        ("smtp://a.example http://b.example", "account 2 must start with"),
        ("smtp://a.example?wieght=2", "an option that is not known"),
        ("smtp://a.example?weight=x", "not a number"),
        ("smtp://a.example?weight=-1", "not a number"),
        ("smtp://a.example?connections=0", "not from 1 to 100"),
        ("smtp://a.example?batch=2.5", "not a number"),
    ],
)
def test_a_wrong_account_is_named_with_the_reason(urls: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_smtp_accounts(urls)


def test_no_secret_is_in_the_complaint() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"SMTP_URL": "smtp://ann:hunter2@a.example?x=1 smtp://b:hunter3@c.example", **_FROM})
    assert "SMTP_URL" in str(caught.value)
    assert "hunter" not in str(caught.value)


def test_limits_by_domain() -> None:
    limits = parse_domain_limits("gmail.com=20/60 *=100/0.5")
    assert limits.of("Ann@GMAIL.com") == ("gmail.com", Rate(20, timedelta(seconds=60)))
    assert limits.of("ann@firm.example") == ("firm.example", Rate(100, timedelta(seconds=0.5)))
    assert parse_domain_limits("gmail.com=20/60").of("ann@firm.example") is None
    assert parse_domain_limits("").of("ann@firm.example") is None


@pytest.mark.parametrize("text", ["gmail.com", "gmail.com=20", "gmail.com=0/5", "a=1/0", "a=1/5 A=2/5", "a b=1/5"])
def test_wrong_limits_by_domain_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="QUEUE_DOMAIN_LIMITS"):
        load_settings({"QUEUE_DOMAIN_LIMITS": text})
