"""Headers, answers and bounces as a site wants them."""

from __future__ import annotations

import pytest

from server.letterhead import Letterhead, parse_headers
from server.mail.dsn import recipient_options, sender_options
from server.mail.rendering import ActivationEmails
from server.settings import SettingsError, load_settings
from server.smtp_accounts import parse_smtp_url

_MAIL = {"MAIL_FROM": "Desk <desk@sender.example>"}


def test_emails_carry_what_the_settings_say() -> None:
    settings = load_settings(
        {
            **_MAIL,
            "MAIL_REPLY_TO": "Help Desk <help@sender.example>",
            "MAIL_BOUNCES_TO": "bounces+{id}@sender.example",
            "MAIL_HEADERS": "X-SES-CONFIGURATION-SET: desk; Feedback-ID: activation:desk",
        }
    )
    writer = ActivationEmails.by(settings)
    facts = writer.facts("Ann", "ann@firm.example", "secret")
    message = writer.message(writer._fill(facts), facts, message_id="<0123@sender.example>")
    head = message.content.partition(b"\r\n\r\n")[0].decode()
    assert message.sender == "bounces+0123@sender.example"
    assert message.envelope_id == "0123"
    assert "From: Desk <desk@sender.example>\r\n" in head
    assert "Reply-To: Help Desk <help@sender.example>\r\n" in head
    assert "X-Auto-Response-Suppress: OOF, AutoReply\r\n" in head
    assert "X-SES-CONFIGURATION-SET: desk\r\n" in head
    assert "Feedback-ID: activation:desk\r\n" in head


def test_without_settings_answers_and_bounces_go_to_the_sender() -> None:
    assert Letterhead().envelope_sender("desk@sender.example", "1") == "desk@sender.example"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("no colon", "is not of the form Name: value"),
        ("Name with space: x", "is not of the form Name: value"),
        ("X-Empty:", "is not of the form Name: value"),
        ("Subject: mine", "is written by the service itself"),
        ("content-type: text/plain", "is written by the service itself"),
        ("X-A: b\r\nBcc: eve@evil.example", "must be one line"),
        ("X-A: ä", "must be one line of at most 900 ASCII"),
        ("X-A: 1; x-a: 2", "names x-a twice"),
    ],
)
def test_headers_that_cannot_be_are_refused(given: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_headers(given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_BOUNCES_TO", "Bounces <b@sender.example>"),
        ("MAIL_BOUNCES_TO", "{id}"),
        ("MAIL_BOUNCES_TO", "{name}@sender.example@x"),
        ("MAIL_REPLY_TO", "nobody"),
        ("MAIL_HEADERS", "From: eve@evil.example"),
        ("SMTP_HELO", "two words"),
    ],
)
def test_settings_that_cannot_be_are_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({**_MAIL, name: value})


def test_a_name_with_a_comma_is_told_how_to_be_written() -> None:
    with pytest.raises(SettingsError, match="a name with a comma stands in quotes"):
        load_settings({"MAIL_FROM": "Example, Staff <hr@sender.example>"})


@pytest.mark.parametrize(
    "url",
    [
        "smtp://desk:2024/mail@smtp.firm.example:587",
        "smtp://desk:7#secretTail@smtp.firm.example",
        "smtp://desk:a?b@smtp.firm.example",
        "smtp://desk:Tail/secret@smtp.firm.example",
    ],
)
def test_a_password_that_is_not_escaped_is_refused_with_the_way_out(url: str) -> None:
    with pytest.raises(ValueError, match="%2F") as refused:
        parse_smtp_url(url)
    assert "ecret" not in str(refused.value)
    assert "2024" not in str(refused.value)


def test_options_for_bounces_are_encoded() -> None:
    assert sender_options("a+b=c d") == ("RET=HDRS", "ENVID=a+2Bb+3Dc+20d")
    assert recipient_options("o'neil+tag@firm.example") == ("NOTIFY=FAILURE", "ORCPT=rfc822;o'neil+2Btag@firm.example")
    assert recipient_options("jörg@firm.example")[1] == "ORCPT=utf-8;j\\x{F6}rg@firm.example"


def test_headers_may_hold_the_id_of_the_email() -> None:
    head = Letterhead(headers=parse_headers("X-MJ-CustomID: {id}; Feedback-ID: activation:desk"))
    assert head.headers_of("6b09.2") == {"X-MJ-CustomID": "6b09.2", "Feedback-ID": "activation:desk"}
