"""What the mail server's answer means for an email: one closed set, decided here and nowhere else.

Whose fault it is, :mod:`server.mail.fault` says.

Sources: RFC 5321 (4.2 reply codes, 4.5.3.2 time-outs), RFC 3463 (enhanced codes), RFC 4954 (login).
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from server.contract import Phrase, Sentence
from server.contract.sentences import ended
from server.mail.advice import advice_on
from server.mail.fault import Fault, Judgement, Stage, judge
from server.oauth.refusals import NoToken, TokenServerAway
from server.operations.redaction import mask_passwords

#: Longest reply kept, in characters.
REPLY_LIMIT = 500

#: A mail server that asks for more patience than this is asked again anyway.
LONGEST_HINT = timedelta(hours=24)


class Outcome(StrEnum):
    """What has become of an email that was tried."""

    #: The mail server has taken it.
    ACCEPTED = "accepted"
    #: Not now; try again later.
    RETRY = "retry"
    #: Never: the server refuses this recipient or message.
    REFUSED = "refused"
    #: Handed over, but the answer was lost: it may have been delivered.
    UNCERTAIN = "uncertain"
    #: Nothing to do with this email: the account cannot send at all.
    BLOCKED = "blocked"


class BlockCode(StrEnum):
    """Why an account cannot send."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    TLS_FAILED = "tlsFailed"
    LOGIN_REFUSED = "loginRefused"
    #: There is no access token to log in with, for now.
    TOKEN_AWAY = "tokenAway"  # noqa: S105 - a name
    SENDER_REFUSED = "senderRefused"
    #: This machine or account may not send through the server, or not to others.
    SENDING_REFUSED = "sendingRefused"
    #: The name by which we greet is not taken.
    NAME_REFUSED = "nameRefused"
    #: It has sent as much as it may.
    QUOTA_USED = "quotaUsed"
    #: The server as a whole: its disk, its load, its filter.
    SERVER_TROUBLE = "serverTrouble"
    #: Found by evidence: it refuses one recipient after the other for the same cause.
    ALL_REFUSED = "allRefused"
    #: Found by evidence: the answers for what it has taken stay out.
    ANSWERS_LOST = "answersLost"
    PASSWORDS_LOCKED = "passwordsLocked"


@dataclass(frozen=True)
class Verdict:
    """The outcome, with its reason as text for people."""

    outcome: Outcome
    text: str
    #: How long the server asked to wait.
    wait: timedelta | None = None
    #: The server has enough of us for now: fewer connections and slower, and the email itself is not to blame.
    throttled: bool = False
    #: Set when the outcome is BLOCKED.
    block: BlockCode | None = None
    #: Only what is the email's own counts against its limit of attempts.
    is_the_emails: bool = False
    #: What is put down to the email may be the account's fault, or the other way round: evidence has to decide.
    doubtful: bool = False
    #: What it would be if it were the email's fault; only where a doubtful one is put down to the account.
    otherwise: Verdict | None = None


#: What goes wrong here has nothing to do with an email.
_BEFORE_ANY_EMAIL = (Stage.CONNECT, Stage.TLS, Stage.LOGIN)

_BLOCKS = {
    Fault.SENDER: BlockCode.SENDER_REFUSED,
    Fault.LOGIN: BlockCode.LOGIN_REFUSED,
    Fault.ENCRYPTION: BlockCode.TLS_FAILED,
    Fault.RELAY: BlockCode.SENDING_REFUSED,
    Fault.NAME: BlockCode.NAME_REFUSED,
    Fault.QUOTA: BlockCode.QUOTA_USED,
    Fault.SERVER: BlockCode.SERVER_TROUBLE,
}

_BLOCK_PHRASES = {
    BlockCode.UNREACHABLE: Phrase.MAIL_SERVER_UNREACHABLE,
    BlockCode.BUSY: Phrase.MAIL_SERVER_BUSY,
    BlockCode.TLS_FAILED: Phrase.MAIL_SERVER_NOT_SECURE,
    BlockCode.LOGIN_REFUSED: Phrase.MAIL_LOGIN_REFUSED,
    BlockCode.SENDER_REFUSED: Phrase.SENDER_REFUSED,
    BlockCode.SENDING_REFUSED: Phrase.SENDING_REFUSED,
    BlockCode.NAME_REFUSED: Phrase.NAME_REFUSED,
    BlockCode.QUOTA_USED: Phrase.QUOTA_USED,
    BlockCode.SERVER_TROUBLE: Phrase.SERVER_TROUBLE,
    BlockCode.ALL_REFUSED: Phrase.ALL_REFUSED,
    BlockCode.ANSWERS_LOST: Phrase.ANSWERS_LOST,
    BlockCode.PASSWORDS_LOCKED: Phrase.PASSWORDS_LOCKED,
}


def accepted(reply: str) -> Verdict:
    """The server answered the message with 250."""
    return Verdict(Outcome.ACCEPTED, readable(reply))


def answered(stage: Stage, code: int, reply: str, *, others_open: bool = False, by_token: bool = False) -> Verdict:
    """The server answered, but not as hoped.

    ``others_open``: it serves other connections of ours all the same. ``by_token``: we log in by access tokens.
    """
    text = f"{code} {readable(reply)}".strip()
    if stage is Stage.FINAL_DOT and not is_refusal(code):
        return _uncertain(Phrase.ANSWERED_STRANGELY.says(answer=text))
    judged = judge(stage, code, readable(reply))
    if judged.fault is Fault.TOO_MUCH and (others_open or stage not in _BEFORE_ANY_EMAIL):
        return Verdict(Outcome.RETRY, text, wait=asked_wait(reply), throttled=True)
    of_the_email = _of_the_email(code, text, reply, judged)
    if judged.fault.is_the_emails:
        return of_the_email
    block = _block_of(stage, judged, permanent=code >= 500)
    verdict = _advised(_blocked(block, text), advice_on(text, by_token=by_token))
    return replace(verdict, doubtful=True, otherwise=of_the_email) if stage.has_seen_the_recipient else verdict


def _advised(verdict: Verdict, advice: Phrase | None) -> Verdict:
    if advice is None:
        return verdict
    return replace(verdict, text=Phrase.ADVISED.says(problem=ended(verdict.text), advice=advice.says()).english)


def _of_the_email(code: int, text: str, reply: str, judged: Judgement) -> Verdict:
    if code >= 500:
        return Verdict(Outcome.REFUSED, text, doubtful=not judged.certain, is_the_emails=True)
    return Verdict(Outcome.RETRY, text, wait=asked_wait(reply), doubtful=not judged.certain, is_the_emails=True)


def _block_of(stage: Stage, judged: Judgement, *, permanent: bool) -> BlockCode:
    """Why the account cannot send; before any email what counts is who can be reached, and how."""
    if stage is Stage.TLS:
        return BlockCode.TLS_FAILED
    is_silent = judged.fault in (Fault.SERVER, Fault.TOO_MUCH) or not judged.certain
    if stage in _BEFORE_ANY_EMAIL and is_silent:
        return BlockCode.UNREACHABLE if permanent else BlockCode.BUSY
    return _BLOCKS[judged.fault]


def is_refusal(code: int) -> bool:
    """Whether a reply says that something was not done (RFC 5321, 4.2.1); all that is not even a reply says nothing."""
    return 400 <= code < 600


def broken_off(stage: Stage, reason: str) -> Verdict:
    """The connection was lost, timed out, or could not be made."""
    match stage:
        case Stage.CONNECT | Stage.LOGIN:
            return _blocked(BlockCode.UNREACHABLE, readable(reason))
        case Stage.TLS:
            return _blocked(BlockCode.TLS_FAILED, readable(reason))
        case Stage.SENDER | Stage.RECIPIENT | Stage.MESSAGE:
            return Verdict(Outcome.RETRY, _broke_off(reason).english)
        case Stage.FINAL_DOT:
            return _uncertain(_broke_off(reason))


def unsupported(stage: Stage, why: Sentence) -> Verdict:
    """The server does not offer what the settings ask for."""
    if stage is Stage.TLS:
        return _blocked(BlockCode.TLS_FAILED, why.english)
    return Verdict(Outcome.BLOCKED, Phrase.NO_LOGIN.says(answer=why).english, block=BlockCode.LOGIN_REFUSED)


def without_token(refusal: NoToken) -> Verdict:
    """There is no access token to log in with."""
    passes = isinstance(refusal, TokenServerAway)
    block = BlockCode.TOKEN_AWAY if passes else BlockCode.LOGIN_REFUSED
    return Verdict(Outcome.BLOCKED, refusal.sentence.english, block=block)


def impossible(reason: str) -> Verdict:
    """The email cannot be sent by this server, whatever the circumstances."""
    return Verdict(Outcome.REFUSED, readable(reason), is_the_emails=True)


def locked(reason: str) -> Verdict:
    """No email can be written, for none of the passwords can be read."""
    return _blocked(BlockCode.PASSWORDS_LOCKED, readable(reason))


def _broke_off(reason: str) -> Sentence:
    return Phrase.BROKE_OFF.says(answer=readable(reason))


def _uncertain(why: Sentence) -> Verdict:
    return Verdict(Outcome.UNCERTAIN, Phrase.HANDED_OVER.says(why=why).english)


def _blocked(code: BlockCode, text: str) -> Verdict:
    return Verdict(Outcome.BLOCKED, _BLOCK_PHRASES[code].says(answer=text).english, block=code)


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def readable(reply: str) -> str:
    """A server's reply as one safe line: bytes that are no UTF-8 and control characters replaced, length bounded.

    Servers that complain of a message may quote it, with its password; that is masked.
    """
    text = reply.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return mask_passwords(_CONTROL.sub(" ", text).strip())[:REPLY_LIMIT]


_HINT = re.compile(r"\b(?:in|after|for|wait)\s+(\d{1,6})\s*(s|m|h)(?:ec|in|our|r)?(?:ond|ute)?s?\b", re.IGNORECASE)
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


def asked_wait(reply: str) -> timedelta | None:
    """The wait a server asks for in words such as "try again in 5 minutes", at most a day."""
    found = _HINT.search(reply)
    if found is None:
        return None
    return min(int(found[1]) * _UNITS[found[2].lower()], LONGEST_HINT)


@dataclass(frozen=True)
class RetryWaits:
    """How long to wait before the next attempt: doubling from ``first`` to ``longest``, jittered by a fifth."""

    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=2)

    def after(self, attempts: int, asked: timedelta | None) -> timedelta:
        """The wait after so many attempts, never less than the server asked for."""
        doubled = min(self.first * 2.0 ** min(attempts - 1, 30), self.longest)
        jittered = doubled * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, hides nothing
        return max(jittered, asked or timedelta())


#: Blocks that end with the first conversation in which the email is spoken of; the others when one is accepted.
_ENDED_BY_TALKING = frozenset(
    {
        *(BlockCode.UNREACHABLE, BlockCode.BUSY, BlockCode.TLS_FAILED, BlockCode.LOGIN_REFUSED, BlockCode.TOKEN_AWAY),
        BlockCode.PASSWORDS_LOCKED,
    }
)


def against_the_account(verdict: Verdict) -> tuple[BlockCode, str]:
    """What evidence makes of it: why the account is stopped, and in which words."""
    code = BlockCode.ANSWERS_LOST if verdict.outcome is Outcome.UNCERTAIN else BlockCode.ALL_REFUSED
    return code, _BLOCK_PHRASES[code].says(answer=verdict.text).english


def ends(block: str, verdict: Verdict) -> bool:
    """Whether the verdict on an email shows that its account is not blocked any more, for that reason."""
    if verdict.outcome is Outcome.ACCEPTED:
        return True
    return verdict.block is None and block in _ENDED_BY_TALKING


#: What does not get better by itself, and where each try may make it worse: accounts are locked after a few.
_SLOW_PROBES: Mapping[str, tuple[int, ...]] = {  # minutes
    BlockCode.LOGIN_REFUSED: (1, 5, 15, 60),
    BlockCode.QUOTA_USED: (5, 15, 60),
}


def probe_wait(probes: int, interval: timedelta, code: str = "") -> timedelta:
    """How long a blocked account rests before it is tried again: from 5 s doubling, at most an interval or 5 min.

    One whose login is refused, or that may send no more for now, rests longer.
    """
    if code in _SLOW_PROBES:
        minutes = _SLOW_PROBES[code]
        return timedelta(minutes=minutes[min(probes, len(minutes) - 1)])
    return min(interval, timedelta(seconds=5) * 2.0 ** min(probes, 10), timedelta(minutes=5))
