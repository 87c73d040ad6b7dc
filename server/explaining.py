"""What a text that is kept of an email or an action says, as a sentence that each client can say in its own language.

Kept are texts: a mail server's reply, or an English sentence of :class:`Phrase`, which is found again by its wording.
Of replies the codes tell what they mean (RFC 5321, 4.2; RFC 3463).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from string import Formatter

from server.contract import Param, Phrase, Sentence
from server.contract.sentences import LENGTHS, phrase_of, seconds_of

#: A report of a mail server may tell the enhanced code alone.
#: Characters of a phrase that are its own, without which it would be found in any text.
_TELLING = 8

_REPLY = re.compile(
    r"(?P<code>[245]\d\d)[ -](?:(?P<enhanced>[245]\.\d{1,3}\.\d{1,3})\b)?|(?P<alone>[245]\.\d{1,3}\.\d{1,3})(?=\s|$)"
)

#: By the second and third number of the enhanced code, where the first is 5: it will not be otherwise tomorrow.
_REFUSED: Mapping[str, Phrase] = {
    "1.1": Phrase.ADDRESS_UNKNOWN,
    "1.2": Phrase.DOMAIN_UNKNOWN,
    "1.3": Phrase.ADDRESS_NOT_TAKEN,
    "1.6": Phrase.ADDRESS_UNKNOWN,
    "1.10": Phrase.DOMAIN_WITHOUT_MAIL,
    "2.1": Phrase.MAILBOX_DISABLED,
    "2.2": Phrase.MAILBOX_FULL,
    "3.4": Phrase.MESSAGE_TOO_LARGE,
    "4.1": Phrase.DOMAIN_UNREACHABLE,
    "4.4": Phrase.DOMAIN_WITHOUT_MAIL,
    "4.5": Phrase.DAILY_LIMIT,
}
#: By the second number alone.
_REFUSED_IN_GENERAL: Mapping[str, Phrase] = {"7": Phrase.REJECTED_BY_POLICY}
#: Where the first is 4: it may be otherwise later.
_PUT_OFF: Mapping[str, Phrase] = {"2.2": Phrase.MAILBOX_FULL, "7.1": Phrase.ASKED_TO_WAIT}


#: What stands between a problem and the advice on it.
_ADVISES = Phrase.ADVISED.english.removeprefix("{problem}").removesuffix("{advice}")


def explained(text: str) -> Sentence | None:
    """What it says; None: only who has written it knows."""
    problem, is_advised, advice = text.partition(_ADVISES)
    if is_advised:
        return Phrase.ADVISED.says(problem=explained(problem) or problem, advice=_recognized(advice) or advice)
    if reply := _REPLY.match(text):
        enhanced = reply["enhanced"] or reply["alone"] or ""
        return _meaning(reply["code"] or enhanced, enhanced).says()
    return _recognized(text) or _recognized(f"{text}.")


def _meaning(code: str, enhanced: str) -> Phrase:
    kind, _, subject = enhanced.partition(".")
    if code.startswith("2"):
        return Phrase.ACCEPTED
    if code.startswith("4"):
        return _PUT_OFF.get(subject, Phrase.PUT_OFF)
    in_general = _REFUSED_IN_GENERAL.get(subject.partition(".")[0], Phrase.REFUSED)
    return _REFUSED.get(subject, in_general) if kind == "5" else in_general


def _recognized(text: str) -> Sentence | None:
    """The phrase of which most stands in the text."""
    for phrase, pattern in _patterns():
        if found := pattern.fullmatch(text):
            return phrase.says(**{name: _param(name, value) for name, value in found.groupdict().items()})
    return None


def _param(name: str, value: str) -> Param:
    if name in LENGTHS:
        return seconds_of(value) or value
    return value if _REPLY.match(value) else _recognized(value) or value


@cache
def _patterns() -> list[tuple[Phrase, re.Pattern[str]]]:
    """Of those that begin with words of their own, the longest first."""
    phrases = sorted(Phrase, key=_literal, reverse=True)
    return [(phrase, _pattern(phrase)) for phrase in phrases if not phrase.english.startswith("{")]


def wordings(codes: Iterable[str]) -> list[dict[str, str]]:
    """Criteria of texts that say one of these phrases, whatever it names; of codes that nobody knows none."""
    known = [phrase for phrase in map(phrase_of, codes) if phrase is not None]
    return [_wording(phrase) for phrase in known if _literal(phrase) >= _TELLING]


def _wording(phrase: Phrase) -> dict[str, str]:
    parts = [re.escape(literal) + (".+" if name else "") for literal, name, *_ in Formatter().parse(phrase.english)]
    return {"$regex": f"^{''.join(parts).removesuffix(re.escape('.'))}", "$options": "s"}


def _literal(phrase: Phrase) -> int:
    return sum(len(literal) for literal, *_ in Formatter().parse(phrase.english))


def _pattern(phrase: Phrase) -> re.Pattern[str]:
    parts = [
        re.escape(literal) + (f"(?P<{name}>.+)" if name else "")
        for literal, name, _, _ in Formatter().parse(phrase.english)
    ]
    return re.compile("".join(parts), re.DOTALL)


_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")
_QUEUE_ID = re.compile(r"\b(?=[\w.-]*\d)[\w.-]{6,}\b")
_NUMBER = re.compile(r"\d+")


def cause_of(text: str) -> str:
    """An error without what differs from email to email, so that the same cause reads the same.

    Addresses become ``…@…``, queue ids ``…``, other numbers ``#``; the reply codes at its beginning stay (RFC 5321, 4.2
    and RFC 3463).
    """
    codes = re.match(r"([245]\d\d( [245]\.\d{1,3}\.\d{1,3})?|[245]\.\d{1,3}\.\d{1,3})(?=\s|$)", text)
    start = codes[0] if codes else ""
    rest = _ADDRESS.sub("…@…", text[len(start) :])
    return start + _NUMBER.sub("#", _QUEUE_ID.sub("…", rest))
