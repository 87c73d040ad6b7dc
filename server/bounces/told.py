"""What a report says, before it is known of which email; and how its words are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from server.bounces.parts import Head, Part
from server.operations.redaction import without_secrets
from server.store.bounces import Kind
from server.text import one_line

#: Characters of a reason that are kept.
_LONGEST_REASON = 400
_LOOKED_AT = 4000  # characters of a text
#: Enhanced status codes (RFC 3463), and not a part of an address of a machine or of a version.
_ENHANCED = re.compile(r"(?<![\w.])#?([45]\.\d{1,3}\.\d{1,3})(?![\w]|\.\d)")
#: A mail server's answer that begins here (RFC 5321, 4.2; RFC 2034).
_ANSWER = re.compile(r"(?<![\w.-])[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3}\b|(?=[A-Za-z<\"']))")
_FIRST_CODES = re.compile(r"([45]\d\d)[ -]((?:#?[45]\.\d{1,3}\.\d{1,3})?) *")
_TAG = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]{0,300}>|<[!/]?[A-Za-z][^<>@]{0,2000}>", re.IGNORECASE)
#: Who machines say they are, left of the @.
_MACHINE = re.compile(
    r"(mailer|mail|mailerd?|smtp|double-?bounce)?[-_.]?daemon|postmaster|mdaemon|bounces?|mail-?delivery|mailsystem"
    r"|mail(delivery)?-?(sub)?system|microsoftexchange[0-9a-f]+|postoffice|nobody|root",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Told:
    """What became of one recipient."""

    kind: Kind
    recipient: str | None
    code: str
    reason: str


@dataclass(frozen=True)
class Notice:
    """A whole report. ``mentions``: where the email that it is about is named by its Message-ID, if anywhere."""

    told: tuple[Told, ...]
    envelope_id: str = ""
    mentions: tuple[str, ...] = ()


def is_from_a_machine(head: Head) -> bool:
    """Whether it says that a mail server has written it, and wants no answer."""
    sender = head.first("From")
    return bool(_is_machine(sender)) and all(_is_machine(path) for path in head.all("Return-Path"))


def _is_machine(path: str) -> bool:
    if not path.strip("<> "):
        return True
    found = re.search(r"([^\s<>@\"]+)@[^\s<>@]+>?\s*$", path) or re.search(r"([^\s<>@\"]+)>?\s*(?:\(.*\))?$", path)
    return found is not None and _MACHINE.fullmatch(found[1]) is not None


def code_in(text: str) -> str:
    """The first enhanced code of a refusal, "" if there is none; rather one that stands behind a reply code."""
    looked_at = text[:_LOOKED_AT]
    for found in _ANSWER.finditer(looked_at):
        if enhanced := _ENHANCED.search(found[0]):
            return enhanced[1]
    enhanced = _ENHANCED.search(looked_at)
    return enhanced[1] if enhanced else ""


def answer_in(text: str) -> str:
    """The mail server's own words, from its code on, if they can be told from what is said around them."""
    found = _ANSWER.search(text)
    return text[found.start() :] if found else text


def reason_line(text: str) -> str:
    """Fit to be kept and shown: one line, without secrets, and not long. The codes of several lines stand once."""
    line = without_secrets(one_line(text[:_LOOKED_AT]))
    if codes := _FIRST_CODES.match(line):
        again = rf"(?<![\w.-]){codes[1]}[ -]"
        rest = re.sub(again + (rf"(?:{re.escape(codes[2])} +)?" if codes[2] else ""), "", line[codes.end() :])
        line = f"{codes[1]} {codes[2]} {rest}" if codes[2] else f"{codes[1]} {rest}"
    return line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 1] + "…"


def notice_of(parts: Sequence[Part]) -> str:
    """What a report says to people: its first text."""
    for part in parts:
        if part.type == "text/plain":
            return part.text()[:_LOOKED_AT]
    return next((_without_tags(part.text()) for part in parts if part.type == "text/html"), "")


def _without_tags(html: str) -> str:
    """Roughly: lines where a page has them, and no styles."""
    body = re.sub(r"(?is)<(style|script|head)\b.{0,20000}?</\1>", "", html[: 10 * _LOOKED_AT])
    lines = _TAG.sub(lambda tag: "\n" if tag[0][1:2] in "b/B" else "", body)
    return unescape(lines)[:_LOOKED_AT]


def said_of(address: str, notice: str) -> str:
    """What a notice says behind an address: up to the next empty line."""
    folded, looked_for = notice.lower(), address.lower()
    best = ""
    start = folded.find(looked_for) if looked_for else -1
    while start >= 0:
        behind = notice[start + len(looked_for) :]
        said = re.split(r"\n[ \t]*\r?\n", behind.lstrip(">)\"' \t"), maxsplit=1)[0].lstrip(":;,>) \t\r\n")
        if _ANSWER.search(said):
            return said
        best = best or said
        start = folded.find(looked_for, start + 1)
    return best
