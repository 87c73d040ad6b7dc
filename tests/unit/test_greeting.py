"""The name by which a mail server is greeted."""

from __future__ import annotations

import re
import socket

import pytest

from server.mail.greeting import address_literal, greeting_name
from server.smtp_accounts import HELLO


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("desk.example.com", "desk.example.com"),
        ("localhost", "[192.0.2.7]"),
        ("localhost.localdomain", "[192.0.2.7]"),
        ("3f9a2c1d", "[192.0.2.7]"),
        ("bad name.example", "[192.0.2.7]"),
        ("", "[192.0.2.7]"),
    ],
)
async def test_a_machine_without_a_full_name_greets_by_its_address(
    monkeypatch: pytest.MonkeyPatch, own: str, expected: str
) -> None:
    monkeypatch.setattr(socket, "getfqdn", lambda: own)
    assert await greeting_name(("192.0.2.7", 40000)) == expected


def test_an_address_of_version_6_says_so_and_names_no_interface() -> None:
    assert address_literal("fe80::1%eth0") == "[IPv6:fe80::1]"


@pytest.mark.parametrize("name", ["desk", "desk.example.com", "[192.0.2.1]", "[IPv6:2001:db8::1]", "a_b.example"])
def test_what_may_be_said(name: str) -> None:
    assert re.match(HELLO, name)


@pytest.mark.parametrize("name", ["", "two words", "a..b", ".a", "a.", "desk\r\nMAIL FROM:<x>", "[x y]", "ä.example"])
def test_what_may_not(name: str) -> None:
    assert not re.fullmatch(HELLO.removesuffix("$"), name)
