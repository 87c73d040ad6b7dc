"""Whose fault a mail server's answer is: one closed decision, made here and nowhere else.

It goes by the words first, then by the codes, then by the stage: the stage alone says little. Postfix, for one, answers
at RCPT what it has against the client, its name, its login or the sender (``smtpd_delay_reject``), and others answer
that after the final dot. Where an answer may mean the email or the account alike, the judgement is not certain, and
evidence has to decide (see :mod:`server.mail.evidence`).

Sources: RFC 3463 and its registry (enhanced codes), RFC 5321 (4.2 reply codes), RFC 4954 (6, login); the wordings are
those in ``tests/unit/real_replies.py``, each with where it was found.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class Stage(StrEnum):
    """Where in the conversation (RFC 5321, 3) something went wrong."""

    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    #: The message itself: from DATA until its final dot is sent. The server has nothing it could deliver.
    MESSAGE = "message"
    #: From the final dot to its answer. The server may have delivered.
    FINAL_DOT = "finalDot"

    @property
    def has_seen_the_recipient(self) -> bool:
        """Whether the server knew for whom the email is, so that the answer may be about that."""
        return self in (Stage.RECIPIENT, Stage.MESSAGE, Stage.FINAL_DOT)


class Whose(Enum):
    """Who has to change something before the same email can be accepted."""

    RECIPIENT = auto()
    MESSAGE = auto()
    ACCOUNT = auto()
    SERVER = auto()


class Fault(StrEnum):
    """What is at fault."""

    #: The recipient's address or mailbox, or what the recipient's site will not take.
    RECIPIENT = "recipient"
    #: This one message.
    MESSAGE = "message"

    #: Our account may not send as this sender.
    SENDER = "sender"
    #: Our account has to log in, or may not.
    LOGIN = "login"
    #: Our account has to encrypt.
    ENCRYPTION = "encryption"
    #: Our machine or account may not send through this server.
    RELAY = "relay"
    #: The name by which we greet.
    NAME = "name"
    #: Our account has used up what it may send.
    QUOTA = "quota"

    #: The server wants fewer emails or connections from us, or slower.
    TOO_MUCH = "tooMuch"
    #: The server as a whole: its disk, its load, its filter.
    SERVER = "server"

    @property
    def whose(self) -> Whose:
        """Only what is the recipient's or the message's is charged to an email."""
        match self:
            case Fault.RECIPIENT:
                return Whose.RECIPIENT
            case Fault.MESSAGE:
                return Whose.MESSAGE
            case Fault.SENDER | Fault.LOGIN | Fault.ENCRYPTION | Fault.RELAY | Fault.NAME | Fault.QUOTA:
                return Whose.ACCOUNT
            case Fault.TOO_MUCH | Fault.SERVER:
                return Whose.SERVER

    @property
    def is_the_emails(self) -> bool:
        """Whether another email may well be accepted by the same server at this moment."""
        return self.whose in (Whose.RECIPIENT, Whose.MESSAGE)


@dataclass(frozen=True)
class Judgement:
    """``certain``: it needs no evidence; an email's fault that is not certain may be the account's all the same."""

    fault: Fault
    certain: bool


@dataclass(frozen=True)
class _Rule:
    """A judgement for answers with such words, codes and enhanced codes, at such stages; None: whatever they are."""

    judgement: Judgement
    words: re.Pattern[str] | None = None
    codes: Set[int] | None = None
    #: The second and third number of the enhanced code, or the second alone.
    subjects: Set[str] | None = None
    stages: Set[Stage] | None = None

    def fits(self, stage: Stage, code: int, subject: str, reply: str) -> bool:
        """Whether all that it asks for is so."""
        return (
            (self.stages is None or stage in self.stages)
            and (self.codes is None or code in self.codes)
            and (self.subjects is None or subject in self.subjects or subject.partition(".")[0] in self.subjects)
            and (self.words is None or self.words.search(reply) is not None)
        )


def judge(stage: Stage, code: int, reply: str) -> Judgement:
    """Whose fault a refusal is, for the time being (4xx) or for good (5xx). ``reply`` is what follows the code."""
    enhanced = _ENHANCED.match(reply)
    subject = enhanced["subject"] if enhanced else ""
    for rule in _RULES:
        if rule.fits(stage, code, subject, reply):
            return rule.judgement
    return _otherwise(stage, permanent=code >= 500)


def _otherwise(stage: Stage, *, permanent: bool) -> Judgement:
    """What the stage makes likely where neither words nor codes say anything."""
    match stage:
        case Stage.CONNECT | Stage.TLS:
            return Judgement(Fault.RELAY if permanent else Fault.SERVER, certain=False)
        case Stage.LOGIN:
            return Judgement(Fault.LOGIN if permanent else Fault.SERVER, certain=True)
        case Stage.SENDER:
            return Judgement(Fault.SENDER if permanent else Fault.SERVER, certain=True)
        case Stage.RECIPIENT:
            return Judgement(Fault.RECIPIENT, certain=False)
        case Stage.MESSAGE | Stage.FINAL_DOT:
            return Judgement(Fault.MESSAGE, certain=False)


_ENHANCED = re.compile(r"[245]\.(?P<subject>\d{1,3}\.\d{1,3})\b")


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


def _certain(fault: Fault) -> Judgement:
    return Judgement(fault, certain=True)


_TO_THE_SERVER = frozenset({Stage.CONNECT, Stage.TLS, Stage.LOGIN, Stage.SENDER})
_WITH_A_RECIPIENT = frozenset({Stage.RECIPIENT, Stage.MESSAGE, Stage.FINAL_DOT})

#: The first that fits decides: what is more particular stands before what is more general.
_RULES: tuple[_Rule, ...] = (
    # --- What the account may send in a time ---
    _Rule(_certain(Fault.TOO_MUCH), _words(r"peak smtp relay limit")),
    _Rule(
        _certain(Fault.QUOTA),
        _words(
            r"\bdaily\b.{0,40}\b(limit|quota)",
            r"\b(limit|quota)\b.{0,40}\b(per|a|each) (day|month)\b",
            r"(sending|submission|relay|message|email) (quota|limit)s? (was |is |ha(s|ve) been )?(exceeded|reached)",
            r"submissionquotaexceeded",
            r"\bcredits? exceeded",
            r"limit for (message )?recipients",
            r"exceeded (your|its|the) (sending|messaging|email) (limit|quota)",
        ),
    ),
    # --- What a recipient's mailbox or site says, though it sounds like us ---
    _Rule(_certain(Fault.RECIPIENT), _words(r"user you are trying to contact", r"recipient thread limit")),
    _Rule(_certain(Fault.RECIPIENT), _words(r"RESOLVER\.(RST|ADR)")),
    _Rule(_certain(Fault.RECIPIENT), _words(r"gr[ae]y-?list"), stages=_WITH_A_RECIPIENT),
    # --- Our name, encryption and login ---
    _Rule(
        _certain(Fault.NAME),
        _words(
            r"\b(helo|ehlo)( command)? rejected",
            r"\binvalid (helo|ehlo)\b",
            r"\b(helo|ehlo)\b.{0,40}(argument|requires|invalid|mismatch|does not|fqdn|fully)",
            r"\(ehlo\)",
            r"\bbad helo\b",
        ),
    ),
    _Rule(_certain(Fault.NAME), _words(r"invalid domain name"), codes={501}, stages={Stage.CONNECT, Stage.TLS}),
    _Rule(
        _certain(Fault.ENCRYPTION),
        _words(r"starttls( command)? first", r"encryption (is )?required", r"must use (tls|ssl|encryption)"),
    ),
    _Rule(_certain(Fault.SENDER), _words(r"^(\S+ )?sender rejected"), codes={530}),
    _Rule(
        _certain(Fault.LOGIN),
        _words(
            r"authentication (is )?required",
            r"not logged in",
            r"\b(client )?(was )?not authenticated",
            r"must (issue an auth|authenticate|log ?in)",
            r"(log ?in|authenticate|auth) (first|before)",
            r"auth command first",
        ),
    ),
    _Rule(_certain(Fault.LOGIN), codes={530, 534, 535, 538}),  # RFC 4954, 6: at whatever stage
    _Rule(_certain(Fault.LOGIN), codes=frozenset(range(500, 600)), stages={Stage.LOGIN}),
    # --- Our sender ---
    _Rule(
        _certain(Fault.SENDER),
        _words(
            r"sender address rejected",
            r"sender (address )?(verify|verification) failed",
            r"sender (is |was )?(denied|refused|rejected|unverified)",
            r"sender (is |was )?not (allowed|permitted|authori[sz]ed|verified|valid)",
            r"(invalid|unverified|unauthori[sz]ed) sender",
            r"bad (outbound )?sender",
            r"send(ing)? as (this|that|the|another|other) (sender|address|user)",
            r"(allowed|permitted|authori[sz]ed) to send( e?-?mails?)? (as|from|on behalf|using)",
            r"sendasdenied",
            r"from address does not match",
            r"verified sender",
            r"address(es)? (is |are )?not verified",
            r"does not (own|belong to) .{0,60}(sender|from)",
            r"not owned by",
        ),
    ),
    _Rule(_certain(Fault.SENDER), subjects={"1.7"}),
    _Rule(_certain(Fault.SENDER), subjects={"1.8"}, stages=_TO_THE_SERVER),
    # --- Our right to use the server ---
    _Rule(
        _certain(Fault.RELAY),
        _words(
            r"relay(ing)? ?(access )?(is |was )?(denied|prohibited|disallowed|rejected)",
            r"relay(ing)? (is |was )?not (permitted|allowed)",
            r"(unable|not (permitted|allowed|authori[sz]ed)) to relay",
            r"(mail )?(relay|sending) denied",
            r"for relay\b",
            r"client host rejected",
            r"banned sending ip",
            r"traffic not accepted from this ip",
            r"(your|this|sending) (ip|host|network|machine)\b.{0,60}\bnot (allowed|permitted|authori[sz]ed)",
            r"(your|this|sending) (ip|host|network|machine)\b.{0,60}\b(blocked|listed|banned)",
            r"not authori[sz]ed to (perform|send|use|submit)",
            r"domain \S+ is not allowed to send",
            r"account (is |has been |was )?(disabled|suspended|locked|blocked|terminated|inactive)",
            r"tenant(attribution)?\b.{0,40}(denied|exceeded|blocked)",
        ),
    ),
    # --- The recipient ---
    _Rule(_certain(Fault.MESSAGE), subjects={"3.4", "2.3"}),
    _Rule(
        _certain(Fault.RECIPIENT),
        subjects={"1.1", "1.2", "1.3", "1.6", "1.10", "1.14", "4.1", "4.4", "4.6", "6.7"},
        stages=_WITH_A_RECIPIENT,
    ),
    _Rule(_certain(Fault.SERVER), _words(r"mail system full", r"storedrv\.submission.{0,60}(transient|unavailable)")),
    _Rule(_certain(Fault.RECIPIENT), subjects={"2"}, stages=_WITH_A_RECIPIENT),
    _Rule(
        _certain(Fault.RECIPIENT),
        _words(
            r"(user|recipient|mailbox|address|account) (is )?(unknown|not found|unavailable|inactive|full)",
            r"(unknown|no such) (user|recipient|mailbox|address|local part|account)",
            r"(user|recipient|mailbox|address|account)\b.{0,60}does(n't| not) exist",
            r"unroutable|unrouteable",
            r"over (its )?quota",
        ),
        stages=_WITH_A_RECIPIENT,
    ),
    # --- The message ---
    _Rule(
        _certain(Fault.MESSAGE),
        _words(
            r"message (size|too big|too large|file too big)", r"(message|mail) (is )?too (big|large)", r"size limit"
        ),
    ),
    _Rule(_certain(Fault.MESSAGE), subjects={"6"}, stages=_WITH_A_RECIPIENT),
    # --- The server has enough of us ---
    _Rule(
        _certain(Fault.TOO_MUCH),
        _words(
            r"too much mail",
            r"too many (messages|emails|requests|connections|concurrent|errors|login attempts|auth commands|new tls)",
            r"too many (bad recipients|recipients from)",
            r"too many recipients: too many messages",
            r"rate[ -]?limit",
            r"sending rate",
            r"\b(unusual|high|excessive) rate\b",
            r"throttl",
            r"too (fast|quickly|frequent)",
            r"concurrent (smtp )?connections",
            r"(per (second|minute|hour)).{0,20}exceeded",
            r"slow(er)?( down)?,? please|please slow down",
        ),
    ),
    # --- The server has a trouble of its own ---
    _Rule(
        _certain(Fault.SERVER),
        _words(
            r"insufficient (system )?(storage|resources|disk|space|memory)",
            r"(space shortage|out of (space|memory)|disk (is )?full)",
            r"(queue|spool) file",
            r"writing spool",
            r"service (is )?(currently |temporarily )?(unavailable|not available)",
            r"temporary ((local|system|service|server|lookup|authentication) )?(problem|failure|error)",
            r"(server|system|local) configuration (error|problem)",
            r"mail system error",
            r"internal (server |processing )?(error|failure)",
            r"server (is )?busy",
            r"transaction failed$",
            r"onward transmission not accepted",
        ),
    ),
    _Rule(_certain(Fault.TOO_MUCH), codes={421, 454}),  # RFC 5321, 4.2.2; RFC 4954, 6
    _Rule(_certain(Fault.SERVER), codes=frozenset(range(400, 500)), subjects={"3"}),
    _Rule(_certain(Fault.SERVER), codes=frozenset(range(400, 500)), subjects={"1.8"}),
    _Rule(_certain(Fault.SERVER), subjects={"3.1", "3.2", "3.5"}),
    _Rule(_certain(Fault.TOO_MUCH), codes={452}, subjects={"5.3"}),  # of one recipient it says: too many messages
)
