"""Activation emails as they arrive: what mail programs make of them, and what must be true of each."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses

LINK = "http://localhost:3000/login"
#: RFC 5322, 2.1.1: what a line should keep to, and what it must.
_SHOULD, _MUST = 78, 998
_TAG = re.compile(r"<[^>]+>")


def parsed(content: bytes) -> EmailMessage:
    """An email as mail programs see it."""
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(content)


def everything_in(content: bytes) -> str:
    """All that can be read in it, encoded or not, attached or not."""
    return "\n".join((content.decode(errors="replace"), *_decoded(parsed(content))))


def _decoded(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield payload.decode(errors="replace")


def check(contents: Sequence[bytes], names: Mapping[str, str]) -> None:
    """Each person, by address, has exactly one email, whole and well made, with her own name, password and the link."""
    emails = [parsed(each) for each in contents]
    assert sorted(str(email["Delivered-To"]) for email in emails) == sorted(names)
    assert len({str(email["Message-ID"]) for email in emails}) == len(emails)
    for content, email in zip(contents, emails, strict=True):
        _check_one(content, email, names[str(email["Delivered-To"])])


def _recipient(content: bytes) -> tuple[str, str]:
    """Name and address in To. The newer parser of :mod:`email` keeps the space between encoded words that RFC 2047, 6.2
    says is none, so that long names would seem to be broken."""
    ((shown, address),) = getaddresses([" ".join(message_from_bytes(content)["To"].split())])
    return str(make_header(decode_header(shown))), address


def _check_one(content: bytes, email: EmailMessage, name: str) -> None:
    address = str(email["Delivered-To"])
    assert _recipient(content) == (name, address)
    for header in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted"):
        assert len(email.get_all(header)) == 1, (address, header)
    for kind in ("plain", "html"):
        part = email.get_body((kind,))
        assert part is not None
        text = part.get_content()
        assert LINK in text, (address, kind)
        if kind == "html":
            text = html.unescape(_TAG.sub("", text))
        assert f"secret of {address}" in text, (address, kind)
        assert name in text, (address, kind)
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= _MUST, address
    ours = [line for line in lines if not line.startswith((b"\t", b"Received:", b"Return-Path:", b"Delivered-To:"))]
    assert max(map(len, ours)) <= _SHOULD, (address, max(ours, key=len))
    assert content.isascii(), address
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content), address
