"""Asking for bounces without the message: it holds a password (RFC 3461, RFC 6533).

Bounces go to a mailbox that others read. Where the server knows how (DSN), they bring the headers only, and the id by
which the email is found; success and delay are not reported.
"""

from __future__ import annotations

from collections.abc import Sequence


def sender_options(envelope_id: str) -> Sequence[str]:
    """For MAIL (RFC 3461, 4.3 and 4.4)."""
    return ("RET=HDRS", f"ENVID={_xtext(envelope_id)}")


def recipient_options(address: str) -> Sequence[str]:
    """For RCPT (RFC 3461, 4.1 and 4.2; RFC 6533, 3)."""
    original = f"rfc822;{_xtext(address)}" if address.isascii() else f"utf-8;{_unitext(address)}"
    return ("NOTIFY=FAILURE", f"ORCPT={original}")


def _xtext(text: str) -> str:
    """RFC 3461, 4."""
    return "".join(each if _stands(each, "+=") else f"+{ord(each):02X}" for each in text)


def _unitext(text: str) -> str:
    """In ASCII alone: ``utf-8-addr-xtext`` of RFC 6533, 3."""
    return "".join(each if _stands(each, "+=\\") else f"\\x{{{ord(each):X}}}" for each in text)


def _stands(character: str, but: str) -> bool:
    return "!" <= character <= "~" and character not in but
