"""Messages as bytes: whatever goes in comes out again, and every server and program can take it."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.mail.mime import two_parts
from server.text import one_line
from tests.messages import shown_name

LINES = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\r\n.= \t"), max_size=400)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=120).map(one_line)
TO = Address("Ann", "ann", "firm.example")


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def lines_of(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    assert not part.defects
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@given(text=LINES, html=LINES)
@example(text="\r", html="ends in an empty line\n\n")
@example(text="é\r\n\r", html="é" * 100 + "\n\n")
@example(text="", html="")
def test_both_parts_come_out_as_they_went_in(text: str, html: str) -> None:
    message = parsed(two_parts({"To": TO, "Subject": "Hello"}, text=text, html=html))
    assert lines_of(body(message, "plain")) == lines_of(text)
    assert lines_of(body(message, "html")) == lines_of(html)


@given(subject=NAMES, name=NAMES, text=LINES)
def test_it_is_seven_bit_and_its_lines_are_short_and_end_in_both(subject: str, name: str, text: str) -> None:
    content = two_parts({"To": Address(name, "ann", "firm.example"), "Subject": subject}, text=text, html="")
    assert content.isascii()
    lines = content.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 998  # RFC 5322, 2.1.1


@given(subject=NAMES, name=NAMES)
@example(subject="=?utf-8?q?x?=", name="=?utf-8?q?x?=")
@example(subject="Zoë " * 30 + "Zoë", name="Zoë " * 30 + "Zoë")
@example(subject="Ann " * 50 + "x" * 100, name="Ann, " * 30 + '"\\')
@example(subject="x" * 300, name="x" * 300)
def test_headers_say_what_was_meant(subject: str, name: str) -> None:
    to = Address(name, "ann", "firm.example")
    message = parsed(two_parts({"From": to, "Subject": subject, "To": to}, text="", html=""))
    assert message["Subject"] == subject
    for header in ("From", "To"):
        (address,) = message[header].addresses
        assert address.addr_spec == "ann@firm.example"
        assert shown_name(message, header) == name


@given(name=NAMES)
@example(name="Zoë 😀" * 30)
def test_encoded_words_are_as_short_as_they_must_be(name: str) -> None:
    lines = two_parts({"Subject": f"é{name}"}, text="", html="").partition(b"MIME-Version")[0].splitlines()
    assert max(map(len, lines)) <= 76  # RFC 2047, 2


def test_what_has_no_place_to_fold_stays_in_one_line() -> None:
    message_id = f"<1@{'a' * 60}.{'b' * 60}.example>"
    assert f"Message-ID: {message_id}\r\n".encode() in two_parts({"Message-ID": message_id}, text="", html="")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain words", "7bit"),
        ("x" * 79, "quoted-printable"),
        ("Viele Grüße an alle, die es lesen", "quoted-printable"),
        ("文字" * 40, "base64"),
    ],
)
def test_each_part_is_encoded_as_it_needs(text: str, encoding: str) -> None:
    message = parsed(two_parts({"To": TO}, text=text, html=""))
    part = message.get_body(("plain",))
    assert part is not None
    assert part["Content-Transfer-Encoding"] == encoding


def test_an_address_beyond_ascii_is_written_as_it_is() -> None:
    content = two_parts({"To": Address("Zoë", "zoë", "firm.example")}, text="", html="")
    assert "To: Zoë <zoë@firm.example>\r\n".encode() in content
