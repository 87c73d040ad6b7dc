"""A message taken apart, within bounds: whatever its bytes are, it costs about as much as they are long.

The standard library parses whole messages, however deep; here only so much is looked at as a report needs, and what is
wrong with a message is taken as it is.
"""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header

#: Bytes of a message that are looked at: what a report says comes before what it gives back.
SIZE = 256 * 1024
_HEAD = 32 * 1024  # bytes of one block of headers
_VALUE = 2000  # characters of one value
_DEPTH, _PARTS = 4, 40  # multiparts within one another; parts all in all
_FIELD = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9-]{0,76})[ \t]*:(?P<value>.*)")
_END_OF_HEAD = re.compile(rb"\r?\n[ \t]*\r?\n")
#: Encodings of text that cost nothing unusual to decode; Python knows others that do.
_CHARSETS = re.compile(
    r"(utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|(windows-|cp)125\d|koi8-[ru]|gb2312|gbk|gb18030|big5|shift_jis|euc-(jp|kr)"
    r"|iso-2022-(jp|kr))",
    re.IGNORECASE,
)


class Head:
    """Headers, or the fields of a status report, which are written alike."""

    def __init__(self, block: bytes) -> None:
        self._fields: dict[str, list[str]] = {}
        values: list[str] = []
        # What is no field goes with the one before: some mail servers forget to indent the lines of an answer.
        for line in block[:_HEAD].decode("utf-8", "replace").replace("\r", "\n").split("\n"):
            if field := _FIELD.match(line):
                values = self._fields.setdefault(field["name"].lower(), [])
                values.append(field["value"])
            elif values and len(values[-1]) < _VALUE:
                values[-1] += f"\n{line}"

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._fields

    def all(self, name: str) -> list[str]:
        """Every value of that name, in one line each."""
        return [_readable(value[:_VALUE]) for value in self._fields.get(name.lower(), [])]

    def first(self, *names: str) -> str:
        """The first value of the first of these names that is there and not empty; else ""."""
        return next((value for name in names for value in self.all(name) if value), "")

    def parameter(self, name: str) -> str:
        """Of Content-Type."""
        found = re.search(rf';\s*{name}\s*=\s*(?:"([^"]{{0,200}})"|([^\s;]{{1,200}}))', self._raw_type(), re.IGNORECASE)
        return (found[1] if found[1] is not None else found[2]) if found else ""

    @property
    def type(self) -> str:
        """Of Content-Type, in small letters; what has none is text."""
        return self._raw_type().partition(";")[0].strip().lower() or "text/plain"

    def _raw_type(self) -> str:
        return next(iter(self._fields.get("content-type", ())), "")[:_VALUE]


def _readable(value: str) -> str:
    value = " ".join(value.split())
    if "=?" not in value:
        return value
    try:
        return "".join(_decoded(piece, charset) for piece, charset in decode_header(value))
    except (ValueError, HeaderParseError):
        return value


def _decoded(piece: str | bytes, charset: str | None) -> str:
    return piece if isinstance(piece, str) else text_of(piece, charset or "us-ascii")


@dataclass(frozen=True)
class Part:
    """One part that is no multipart itself. A message within the message is one part, whatever it is made of."""

    head: Head
    body: bytes

    @property
    def type(self) -> str:
        """Such as "text/plain"."""
        return self.head.type

    def content(self) -> bytes:
        """The body without its transfer encoding (RFC 2045, 6), as far as it can be decoded."""
        match self.head.first("Content-Transfer-Encoding").lower():
            case "base64":
                letters = re.sub(rb"[^A-Za-z0-9+/]", b"", self.body)
                return base64.b64decode(letters[: len(letters) // 4 * 4] + _rest(letters))
            case "quoted-printable":
                return quopri.decodestring(self.body)
            case _:
                return self.body

    def text(self) -> str:
        """The content as text."""
        return text_of(self.content(), self.head.parameter("charset"))


def _rest(letters: bytes) -> bytes:
    rest = letters[len(letters) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def text_of(content: bytes, charset: str) -> str:
    """As text; what is not in the encoding it says is shown as such."""
    known = charset if _CHARSETS.fullmatch(charset) else "utf-8"
    try:
        return content.decode("utf-8" if known.lower() in ("ascii", "us-ascii") else known, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def split(block: bytes) -> tuple[Head, bytes]:
    """The headers of a message or of a part, and what follows them."""
    block = b"\n" + block if block[:1] in (b"\n", b"\r") else block  # there are no headers
    end = _END_OF_HEAD.search(block[: _HEAD + 4])
    return (Head(block[: end.start()]), block[end.end() :]) if end else (Head(block), b"")


def parts_of(head: Head, body: bytes) -> list[Part]:
    """Everything in a message that is no multipart."""
    return [part for part, _ in zip(_walk(head, body, _DEPTH), range(_PARTS), strict=False)]


def _walk(head: Head, body: bytes, depth: int) -> Iterator[Part]:
    boundary = head.parameter("boundary")
    if not head.type.startswith("multipart/") or not boundary:
        yield Part(head, body)
    elif depth > 0:
        for block in _between(body, boundary.encode("utf-8", "replace")):
            yield from _walk(*split(block), depth - 1)


def _between(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What stands between lines of the boundary (RFC 2046, 5.1.1); the last part may lack its end."""
    lines = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    begin: int | None = None
    for number, line in enumerate(lines.finditer(body)):
        if begin is not None:
            yield _without_first_break(body[begin : line.start()])
        if line[1] or number > _PARTS:
            return
        begin = line.end()
    if begin is not None:
        yield _without_first_break(body[begin:])


def _without_first_break(block: bytes) -> bytes:
    return re.sub(rb"\A\r?\n", b"", block)
