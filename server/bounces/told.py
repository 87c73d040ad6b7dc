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
_MENTIONS = 5  # of an address that are looked at
#: Enhanced status codes (RFC 3463), and not a part of an address of a machine or of a version.
_ENHANCED = re.compile(r"(?<![\w.])#?([45]\.\d{1,3}\.\d{1,3})(?![\w]|\.\d)")
#: A mail server's answer that begins here (RFC 5321, 4.2; RFC 2034).
_ANSWER = re.compile(r"(?<![\w.-])[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3}\b|(?=[A-Za-z<\"']))")
_FIRST_CODES = re.compile(r"([45]\d\d)[ -]((?:#?[45]\.\d{1,3}\.\d{1,3})?) *")
_TAG = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]{0,300}>|<[!/]?[A-Za-z][^<>@]{0,2000}>", re.IGNORECASE)
#: Who machines say they are, left of the @.
_MACHINE = re.compile(
    r"((mailer|mail|smtp)[-_.]?)?daemon|postmaster|mdaemon|(double-)?bounces?|postoffice"
    r"|mail[-_.]?(delivery[-_.]?)?((sub)?system)?|microsoftexchange[0-9a-f]+",
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
    return is_machine(sender) and all(is_machine(path) for path in head.all("Return-Path"))


def is_machine(path: str) -> bool:
    """Whether the address is a mail server's own, or none."""
    address = re.sub(r"\([^()]*\)", "", path).strip().removesuffix("<>").strip("<> ")
    if not address:
        return True
    local = re.split(r"[\s<>\"]+", address)[-1].partition("@")[0]
    return _MACHINE.fullmatch(local) is not None


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
    body = html[: 10 * _LOOKED_AT]
    for name in ("head", "style", "script"):
        body = _without_element(body, name)
    lines = _TAG.sub(lambda tag: "\n" if tag[0][1:2] in "b/B" else "", body)
    return unescape(lines)[:_LOOKED_AT]


def _without_element(html: str, name: str) -> str:
    folded, kept, at = html.lower(), "", 0
    while (begin := folded.find(f"<{name}", at)) >= 0 and (end := folded.find(f"</{name}>", begin)) >= 0:
        kept, at = kept + html[at:begin], end
    return kept + html[at:]


def said_of(address: str, notice: str) -> str:
    """What a notice says of an address: a mail server's answer behind it or anywhere, or else the words behind it."""
    folded, looked_for = notice.lower(), address.lower()
    words = ""
    start = folded.find(looked_for) if looked_for else -1
    for _ in range(_MENTIONS):
        if start < 0:
            break
        said = _paragraph(notice[start + len(looked_for) :])
        if _ANSWER.search(said):
            return said
        words = words or said
        start = folded.find(looked_for, start + 1)
    answer = _ANSWER.search(notice)
    return _paragraph(notice[answer.start() :]) if answer else words


def _paragraph(text: str) -> str:
    """The first in which there is a word."""
    paragraphs = re.split(r"\n[ \t]*\r?\n", text[:_LOOKED_AT].replace("\r\n", "\n"))
    said = (each.lstrip(":;,.>)\"' \t\n") for each in paragraphs)
    return next((each for each in said if re.search(r"[^\W\d_]{3}", each)), "")
