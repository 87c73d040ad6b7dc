"""Messages as a mail program shows them."""

from __future__ import annotations

import re
from email.header import decode_header
from email.message import EmailMessage, Message

_ENCODED = r"=\?utf-8\?[bq]\?[^?\s]*\?="


def text_of(message: Message) -> str:
    """The part in plain text."""
    return next(
        part.get_payload(decode=True).decode() for part in message.walk() if part.get_content_type() == "text/plain"
    )


def shown_name(message: EmailMessage, header: str) -> str:
    """The name beside an address as RFC 2047 (6.2) has it.

    The standard library's parser leaves the white space between two encoded words in, where it is a part of neither.
    """
    (raw,) = [value for name, value in message.raw_items() if name == header]
    phrase = "".join(str(raw).splitlines()).rpartition("<")[0].strip()
    if phrase.startswith('"') or "=?" not in phrase:
        return str(message[header].addresses[0].display_name)
    adjacent = re.sub(rf"({_ENCODED})\s+(?={_ENCODED})", r"\1", phrase)
    return re.sub(_ENCODED, lambda word: decode_header(word[0])[0][0].decode(), adjacent)
