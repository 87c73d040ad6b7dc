"""What is likely to help where a mail server refuses: which step at the provider is missing.

Sources: Microsoft's "Fix issues with printers, scanners and LOB applications" and "Authenticate an IMAP, POP or SMTP
connection using OAuth", Google's "SMTP error reference".
"""

from __future__ import annotations

import re

from server.contract import Phrase

#: The first that fits.
_BY_WORDS: tuple[tuple[re.Pattern[str], Phrase], ...] = (
    (re.compile(r"smtpclientauthentication is disabled", re.IGNORECASE), Phrase.ADVICE_SMTP_AUTH),
    (re.compile(r"basic authentication is (disabled|not supported)", re.IGNORECASE), Phrase.ADVICE_USE_TOKENS),
    (re.compile(r"5\.7\.9\b.{0,40}application-specific password", re.IGNORECASE), Phrase.ADVICE_USE_TOKENS),
    (re.compile(r"\b5\.7\.139\b"), Phrase.ADVICE_SIGN_IN_RULES),
    (re.compile(r"sendasdenied|\b5\.7\.60\b", re.IGNORECASE), Phrase.ADVICE_SEND_AS),
)
_NOT_SET_UP = re.compile(r"^535 5\.7\.3\b")


def advice_on(answer: str, *, by_token: bool) -> Phrase | None:
    """By the mail server's answer, with its code; None: nothing is known."""
    for words, advice in _BY_WORDS:
        if words.search(answer):
            return advice
    return Phrase.ADVICE_STEPS_AT_MICROSOFT if by_token and _NOT_SET_UP.match(answer) else None
