"""Reports in the form that is made for machines (RFC 3464; with addresses of all letters: RFC 6533)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.bounces.parts import Head, Part
from server.bounces.told import Notice, Told, answer_in, code_in, is_from_a_machine, notice_of, said_of
from server.store.bounces import Kind

_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_GROUPS = 50
#: Those of RFC 3464 (2.3.3) that tell of trouble, and one that SendGrid writes.
_ACTIONS = {"failed": Kind.FAILED, "expired": Kind.FAILED, "delayed": Kind.DELAYED}
_TYPE = re.compile(r"\s*[\w.-]{1,40}\s*;\s*")
_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")


def read(head: Head, parts: Sequence[Part]) -> Notice | None:
    """What it reports; None: it has not this form, or nothing in it."""
    groups = [group for part in parts if part.type in _STATUS for group in _groups(part.content())]
    recipients = [group for group in groups if "Final-Recipient" in group or "Original-Recipient" in group]
    if not recipients:
        return None
    if not _is_report(head):
        return Notice(())
    notice = notice_of(parts)
    told = [_told(group, head, notice) for group in recipients]
    return Notice(
        told=tuple(each for each in told if each is not None),
        envelope_id=_first(groups, "Original-Envelope-Id"),
        mentions=(_first(groups, "X-Original-Message-ID"), head.first("In-Reply-To"), head.first("References")),
    )


def _is_report(head: Head) -> bool:
    """OpenSMTPD calls its reports mixed. A person who passes one on writes a message of that kind, too."""
    if head.type == "multipart/report":
        return head.parameter("report-type").lower() in ("", "delivery-status", "global-delivery-status")
    return is_from_a_machine(head)


def _groups(content: bytes) -> list[Head]:
    """The fields of the message and those of each recipient: what empty lines divide (RFC 3464, 2.1)."""
    blocks = re.split(rb"\r?\n(?:[ \t]*\r?\n)+", content, maxsplit=_GROUPS)[:_GROUPS]
    return [Head(block) for block in blocks if block.strip()]


def _first(groups: Sequence[Head], name: str) -> str:
    return next((group.first(name) for group in groups if group.first(name)), "")


def _told(group: Head, head: Head, notice: str) -> Told | None:
    status_code = found[0] if (found := _CODE.search(group.first("Status"))) else ""
    kind = _kind(group.first("Action"), status_code)
    if kind is None:
        return None
    addresses = [_address(group.first(name)) for name in ("Original-Recipient", "Final-Recipient")]
    addresses += head.all("X-Failed-Recipients")
    diagnostic = _TYPE.sub("", group.first("Diagnostic-Code"), count=1)
    said = diagnostic or answer_in(next((said for each in addresses if (said := said_of(each, notice))), ""))
    is_vague = status_code.endswith(".0.0") or not status_code
    return Told(
        kind=kind,
        recipient=next(filter(None, addresses), None),
        code=code_in(diagnostic) or (code_in(said) if is_vague else "") or status_code,
        reason=said,
    )


def _kind(action: str, status_code: str) -> Kind | None:
    words = re.match(r"[a-z]*", action.strip().lower())
    if words is None or not words[0]:
        return Kind.FAILED if status_code.startswith("5") else None
    return _ACTIONS.get(words[0])


def _address(field: str) -> str:
    """Without its type; letters beyond ASCII may be written as numbers (RFC 6533, 3)."""
    kind, semicolon, address = field.partition(";")
    address = (address if semicolon else kind).strip().strip("<>")
    if kind.strip().lower() == "utf-8":
        address = _ESCAPED.sub(lambda found: _letter(int(found[1], 16)), address)
    return address[:320]


def _letter(number: int) -> str:
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
