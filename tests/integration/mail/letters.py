"""Activation emails as they arrive: what mail programs make of them, and what must be true of each."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

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


def _check_one(content: bytes, email: EmailMessage, name: str) -> None:
    address = str(email["Delivered-To"])
    (to,) = email["To"].addresses
    assert (to.addr_spec, to.display_name) == (address, name)
    for header in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted"):
        assert len(email.get_all(header)) == 1, (address, header)
    for kind in ("plain", "html"):
        part = email.get_body((kind,))
        assert part is not None
        text = html.unescape(part.get_content())
        assert LINK in text, (address, kind)
        text = _TAG.sub("", text)
        assert f"secret of {address}" in text, (address, kind)
        assert name in text, (address, kind)
    head = content.index(b"\r\nReceived: "), content.index(b"\r\n\r\n")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= _MUST, address
    ours = [
        line for line in lines if b"Received" not in line and not line.startswith((b"\t", b"Return-Path", b"Deliv"))
    ]
    assert max(map(len, ours)) <= _SHOULD, (address, max(ours, key=len), head)
    assert content.isascii(), address
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content), address
