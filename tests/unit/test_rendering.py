"""The activation email."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from bson import ObjectId
from bson.binary import Binary
from hypothesis import given
from hypothesis import strategies as st

from server.mail.rendering import ActivationEmails, envelope_address
from server.store.emails import ClaimedEmail

WRITER = ActivationEmails(mail_from="Désk <desk@sender.example>", login_url="https://app.example.com/login?a=1&b=2")


def email_to(address: str = "ann@firm.example", name: str = "Ann") -> ClaimedEmail:
    return ClaimedEmail(
        id=ObjectId(),
        token="t",
        user_id=ObjectId(),
        email=address,
        name=name,
        password=Binary(b""),
        message_id="<1@sender.example>",
        attempts=1,
        created_at=datetime.now(UTC),
        queued_at=datetime.now(UTC),
    )


def parsed(email: ClaimedEmail, password: str = "Kewdc-bvVaN") -> EmailMessage:
    content = WRITER.write(email, password).content
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def bodies(message: EmailMessage) -> tuple[str, str]:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return str(text.get_content()), str(html.get_content())


def test_it_says_where_to_log_in_with_what() -> None:
    message = parsed(email_to())
    assert message["From"].addresses[0].display_name == "Désk"
    assert message["To"].addresses[0].addr_spec == "ann@firm.example"
    assert message["Message-ID"] == "<1@sender.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    for body in bodies(message):
        assert "Kewdc-bvVaN" in body
        assert "ann@firm.example" in body
        assert "https://app.example.com/login?a=1" in body
        assert "when you first log in" in body


def test_html_in_a_name_stays_text() -> None:
    text, html = bodies(parsed(email_to(name="<b>Ann</b> & {{ password }}")))
    assert "<b>Ann</b> & {{ password }}" in text
    assert "<b>Ann" not in html
    assert "&lt;b&gt;Ann&lt;/b&gt; &amp; {{ password }}" in html


@given(name=st.text(max_size=80))
def test_no_name_can_add_headers_recipients_or_break_the_message(name: str) -> None:
    message = parsed(email_to(name=name))
    assert [address.addr_spec for address in message["To"].addresses] == ["ann@firm.example"]
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
        "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert "Kewdc-bvVaN" in bodies(message)[0]


def test_everything_is_seven_bit() -> None:
    assert WRITER.write(email_to(name="Zoë Müller"), "x").content.isascii()


@pytest.mark.parametrize(
    ("address", "expected"),
    [("ann@firm.example", "ann@firm.example"), ("ann@bücher.example", "ann@xn--bcher-kva.example")],
)
def test_domains_go_out_in_ascii(address: str, expected: str) -> None:
    assert envelope_address(address) == expected
    assert WRITER.write(email_to(address), "x").recipient == expected


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="@-sign"):
        WRITER.write(email_to("no address"), "x")
