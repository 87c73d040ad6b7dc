"""Reports that are written for people alone, by mail servers that know no other form (qmail, older Exim and others).

Only those of machines, and only where the words leave no doubt: an answer that asks for a confirmation, or says that
somebody is on holiday, comes from the same place and may look much the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.bounces.parts import Head, Part
from server.bounces.told import Notice, Told, answer_in, code_in, is_from_a_machine, is_machine, notice_of, said_of
from server.store.bounces import Kind


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_NO_REPORT = _words(
    r"out[ -]of[ -](the[ -])?office",
    r"\bvacation\b|\bon leave\b|\bholiday\b|abwesen",
    r"auto(matic|mated)?[ -]?(reply|response|antwort)",
    r"\b(confirm|verify) (that|your|you|the)\b|challenge|white-?list|click (here|on|the|this)",
    r"(has been|was|were) (successfully )?(delivered|read|displayed)\b",
    r"successful(ly)? (mail )?deliver",
)
_GIVEN_UP = _words(
    r"given up",
    r"giving up",
    r"permanent (fatal )?errors?",
    r"failed permanently",
    r"will not be retried",
    r"returned to (the )?sender",
)
_GOES_ON = _words(
    r"warning:? (only|message|could not)",
    r"(has|have) not (yet )?been delivered",
    r"delayed",
    r"(still|keep|continue|be) (being )?(trying|tried|retried|retry)",
    r"will (be retried|continue|keep)",
    r"not yet (been )?deliver",
)
_FAILED = _words(
    r"(could|can) ?n[o']t be (delivered|sent)",
    r"(could|can)n?o?'?t? deliver",
    r"(unable|wasn't able|was not able|not able) to (be )?deliver",
    r"(was|were) not delivered",
    r"(delivery|message)s?\b.{0,60}\bfailed",
    r"undeliver(able|ed)",
    r"did not reach",
    r"errors? .{0,60}\bdeliver",
    r"^returned mail\b",
    r"fail(ed|ure) (notice|to deliver)|delivery failure",
    r"nicht zugestellt werden|unzustellbar",
    r"n'a pas pu être (remis|distribu|livr)",
)
_AUTOMATIC_ANSWER = ("X-Autoreply", "X-Autorespond", "X-Autoresponse")
_ADDRESS = re.compile(r"[^\s<>@\"'(),:;\[\]]{1,64}@[^\s<>@\"'(),:;\[\]]{1,255}")
#: From here on it is the email that is given back.
_COPY = re.compile(
    r"^-{2,}.{0,20}"
    r"(copy of (the|your) message|original message|below this line|returned|message header|unsent message).*$"
    r"|^(message headers|original message) follows?\b.*$|^original message headers:",
    re.IGNORECASE | re.MULTILINE,
)


def read(head: Head, parts: Sequence[Part]) -> Notice:
    """What it reports, perhaps nothing."""
    text = notice_of(parts)
    copy = _COPY.search(text)
    notice = text[: copy.start()] if copy else text
    kind = _kind(head, notice)
    if kind is None:
        return Notice(())
    recipient = _recipient(head, notice)
    said = answer_in(said_of(recipient or "", notice))
    told = Told(kind, recipient, code_in(said) or code_in(notice), said)
    return Notice((told,), mentions=(_whole_text(parts),))


def _kind(head: Head, notice: str) -> Kind | None:
    said = " ".join(f"{head.first('Subject')}\n{notice}".split())
    is_other_report = head.parameter("report-type").lower() not in ("", "delivery-status")
    is_answer = any(name in head for name in _AUTOMATIC_ANSWER) or is_other_report
    if is_answer or not is_from_a_machine(head) or _NO_REPORT.search(said):
        return None
    if _GIVEN_UP.search(said):
        return Kind.FAILED
    if _GOES_ON.search(said):
        return Kind.DELAYED
    return Kind.FAILED if _FAILED.search(said) or "X-Failed-Recipients" in head else None


def _recipient(head: Head, notice: str) -> str | None:
    """The first that is named, but for whom the report is written to."""
    known = head.first("X-Failed-Recipients").partition(",")[0].strip()
    if known:
        return known[:320]
    mine = f"{head.first('To')} {head.first('Delivered-To')} {head.first('From')}".lower()
    named = (found[0].rstrip(".") for found in _ADDRESS.finditer(notice))
    return next((each for each in named if each.lower() not in mine and not is_machine(each)), None)


def _whole_text(parts: Sequence[Part]) -> str:
    """The email's own headers may stand at the end of the text."""
    return next((part.text()[:64_000] for part in parts if part.type in ("text/plain", "text/html")), "")
