"""What is likely to help where a token server refuses: which step at the provider is missing.

Sources: Microsoft's list of AADSTS codes, and Google's "OAuth 2.0 for server to server applications".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from server.contract import Phrase

_BY_AADSTS: Mapping[str, Phrase] = {
    "7000215": Phrase.ADVICE_SECRET_VALUE,
    "7000222": Phrase.ADVICE_SECRET_ENDED,
    "7000229": Phrase.ADVICE_APPLICATION,
    "7000112": Phrase.ADVICE_APPLICATION,
    "700016": Phrase.ADVICE_APPLICATION,
    "90002": Phrase.ADVICE_TENANT,
    "900023": Phrase.ADVICE_TENANT,
    "700027": Phrase.ADVICE_CERTIFICATE,
    "7000277": Phrase.ADVICE_CERTIFICATE,
    "700024": Phrase.ADVICE_CLOCK,
    "70008": Phrase.ADVICE_REFRESH_TOKEN,
    "700082": Phrase.ADVICE_REFRESH_TOKEN,
    "700084": Phrase.ADVICE_REFRESH_TOKEN,
    "50173": Phrase.ADVICE_REFRESH_TOKEN,
    "65001": Phrase.ADVICE_CONSENT,
    "500011": Phrase.ADVICE_CONSENT,
}
_AADSTS = re.compile(r"\bAADSTS(\d+)\b")
_BY_WORDS: tuple[tuple[re.Pattern[str], Phrase], ...] = (
    (re.compile(r"short-lived|\biat\b|issued in the future|not yet valid", re.IGNORECASE), Phrase.ADVICE_CLOCK),
    (re.compile(r"invalid jwt signature|key .{0,40}(deleted|disabled)", re.IGNORECASE), Phrase.ADVICE_SERVICE_ACCOUNT),
    (re.compile(r"invalid email or user id|account not found", re.IGNORECASE), Phrase.ADVICE_MAILBOX),
    (re.compile(r"for any of the scopes|unauthorized to retrieve", re.IGNORECASE), Phrase.ADVICE_DELEGATION),
)
_BY_ERROR: Mapping[str, Phrase] = {
    "invalid_client": Phrase.ADVICE_SECRET_VALUE,
    "invalid_grant": Phrase.ADVICE_REFRESH_TOKEN,
}


def advice_on(error: str, description: str) -> Phrase | None:
    """By ``error`` and ``error_description`` of its answer (RFC 6749, 5.2); None: nothing is known."""
    if found := _AADSTS.search(description):
        return _BY_AADSTS.get(found[1])
    for words, advice in _BY_WORDS:
        if words.search(description):
            return advice
    return _BY_ERROR.get(error)
