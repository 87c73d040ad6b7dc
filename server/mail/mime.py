"""Messages in plain text and HTML as bytes (RFC 5322, RFC 2045, RFC 2046).

The standard library's ``EmailMessage`` would parse again every header it is given, and search its own parts for a
boundary: that takes longer than sending. Its folding also loses some spaces of what it encodes.
"""

from __future__ import annotations

import base64
import re
import secrets
from binascii import b2a_base64, b2a_qp
from collections.abc import Mapping
from email.headerregistry import Address
from functools import lru_cache

_LINE = 78  # characters of a line that every program shows well (RFC 5322, 2.1.1)
_WORD = 39  # bytes of an encoded word, so that its line has no more than 76 characters (RFC 2047, 2)

_LINE_END = re.compile(rb"\r\n|\r|\n")

#: A name and an address that stand in a header as they are: atoms (RFC 5322, 3.2.3), and not all of these.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9-]+(?: [A-Za-z0-9-]+)*")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9.-]+")


def two_parts(headers: Mapping[str, str | Address], *, text: str, html: str) -> bytes:
    """The message. The values of ``headers`` are single lines, or who it is from and for."""
    utf8 = any(isinstance(value, Address) and not value.addr_spec.isascii() for value in headers.values())
    boundary = f"=_{secrets.token_hex(16)}"  # "=_" stands in no encoded part (RFC 2045, 6.7)
    lines = [
        *(
            _mailbox(name, value, utf8) if isinstance(value, Address) else _header(name, value)
            for name, value in headers.items()
        ),
        b"MIME-Version: 1.0\r\n",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'.encode(),
    ]
    for subtype, content in (("plain", text), ("html", html)):
        encoding, body = _encoded(content)
        lines += [
            f"--{boundary}\r\n"
            f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
            f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode(),
            body,
            b"\r\n",  # it belongs to the boundary (RFC 2046, 5.1.1)
        ]
    lines.append(f"--{boundary}--\r\n".encode())
    return b"".join(lines)


def _header(name: str, value: str) -> bytes:
    """Folded at its spaces where it can stand as it is, else encoded."""
    if not _can_stand(value):
        return f"{name}: {_words(value)}\r\n".encode()
    lines: list[str] = []
    line = f"{name}: {value}"
    while len(line) > _LINE and (space := line.rfind(" ", len(name) + 2 if not lines else 1, _LINE)) > 0:
        lines.append(line[:space])
        line = line[space:]
    return "\r\n".join([*lines, line, ""]).encode()


def _mailbox(name: str, address: Address, utf8: bool) -> bytes:
    """The name quoted (RFC 5322, 3.2.4) where that is enough, else encoded."""
    if _PLAIN_NAME.fullmatch(address.display_name) and _PLAIN_ADDRESS.fullmatch(address.addr_spec):
        line = f"{name}: {address.display_name} <{address.addr_spec}>\r\n"
    else:
        line = f"{name}: {address}\r\n"
    if len(line) <= _LINE and (_can_stand(line.rstrip()) or (utf8 and "=?" not in line)):
        return line.encode()
    words = f"{_words(address.display_name)}\r\n " if address.display_name else ""
    return f"{name}: {words}<{address.addr_spec}>\r\n".encode()


def _can_stand(text: str) -> bool:
    return text.isascii() and text.isprintable() and "=?" not in text


@lru_cache(maxsize=100)
def _words(text: str) -> str:
    """Encoded words (RFC 2047, 2), a line each: the white space between them is no part of the text."""
    words, word = [], b""
    for letter in text:
        encoded = letter.encode()
        if len(word) + len(encoded) > _WORD:
            words.append(word)
            word = b""
        word += encoded
    return "\r\n ".join(f"=?utf-8?b?{b2a_base64(each, newline=False).decode()}?=" for each in [*words, word])


def _encoded(content: str) -> tuple[str, bytes]:
    """How it is encoded, and the lines: as they are where they can be, else whichever encoding is shorter."""
    body = _LINE_END.sub(b"\r\n", content.encode())
    if body.isascii() and b"\0" not in body and max(map(len, body.split(b"\r\n"))) <= _LINE:
        return "7bit", body
    quoted = b2a_qp(body, istext=True)
    if 3 * len(quoted) <= 4 * len(body):
        return "quoted-printable", quoted
    return "base64", base64.encodebytes(body).rstrip().replace(b"\n", b"\r\n")
