"""Asking a token server (RFC 6749, 3.2 and 5): one POST, answered in JSON."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeGuard
from urllib.parse import urlsplit

import httpx

from server.contract import Phrase, Sentence
from server.oauth.advice import advice_on
from server.oauth.grant import Grant
from server.oauth.refusals import NoToken, TokenRefused, TokenServerAway
from server.operations.redaction import without_secrets

#: Seconds for the whole answer.
_SECONDS = 30.0
#: Tokens have some kilobytes.
_LARGEST = 256 * 1024
_LONGEST_WAIT = timedelta(hours=1)
#: Where the answer does not say how long a token lasts (RFC 6749, 5.1); when it ends sooner, the mail server says so.
_USUAL_LIFETIME = 3600.0
#: Errors that pass by themselves (RFC 6749, 4.1.2.1, which token servers use here too).
_PASSING = frozenset({"temporarily_unavailable", "server_error", "slow_down"})


class TokenEndpoint:
    """The place where a token server is asked. Proxies of the environment are used, as programs commonly do."""

    def __init__(self, url: str, make_context: Callable[[], ssl.SSLContext], *, seconds: float = _SECONDS) -> None:
        """``make_context``: which servers are trusted; may read files and raise OSError."""
        self._url = url
        self._make_context = make_context
        self._seconds = seconds
        self._host = urlsplit(url).hostname or url

    async def ask(self, form: Mapping[str, str]) -> Grant:
        """Raises :class:`TokenServerAway` or :class:`TokenRefused`."""
        try:
            async with asyncio.timeout(self._seconds):
                response, body = await self._post(form)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise self._silent("it took too long") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise self._silent(str(error) or type(error).__name__) from error
        return self._understood(response, body)

    async def _post(self, form: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        context = await asyncio.to_thread(self._make_context)
        headers = {"Accept": "application/json"}
        # Redirects are not followed: secrets go where the settings say.
        async with (
            httpx.AsyncClient(verify=context, timeout=self._seconds, follow_redirects=False) as client,
            client.stream("POST", self._url, data=dict(form), headers=headers) as response,
        ):
            body = b""
            async for part in response.aiter_bytes():
                body += part
                if len(body) > _LARGEST:
                    raise httpx.DecodingError("the answer has no end")
            return response, body

    def _understood(self, response: httpx.Response, body: bytes) -> Grant:
        status = response.status_code
        answer = _json(body)
        error = answer.get("error")
        if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500 or error in _PASSING:
            said = self._words(answer) or f"{status} {response.reason_phrase}"
            busy = Phrase.TOKEN_SERVER_BUSY.says(server=self._host, answer=_readable(said))
            raise TokenServerAway(busy, _asked_wait(response.headers.get("Retry-After")))
        if isinstance(error, str) and status >= 400:
            raise self._refused(error, answer)
        token = answer.get("access_token")
        if status != httpx.codes.OK or not _is_token(token):
            said = _readable(f"{status} {response.reason_phrase}")
            raise TokenServerAway(Phrase.TOKEN_SERVER_STRANGE.says(server=self._host, answer=said))
        refresh_token = answer.get("refresh_token")
        return Grant(token, _lifetime(answer), refresh_token if _is_token(refresh_token) else None)

    def _silent(self, said: str) -> TokenServerAway:
        return TokenServerAway(Phrase.TOKEN_SERVER_AWAY.says(server=self._host, answer=_readable(said)))

    def _refused(self, error: str, answer: Mapping[str, Any]) -> NoToken:
        words = self._words(answer)
        said = words if error in words else f"{error}: {words}" if words else error
        sentence = Phrase.TOKEN_REFUSED.says(server=self._host, answer=_readable(said))
        return TokenRefused(advised(sentence, advice_on(error, str(answer.get("error_description", "")))))

    @staticmethod
    def _words(answer: Mapping[str, Any]) -> str:
        """The first sentence of what it says: those after it name the request, not the reason."""
        described = answer.get("error_description")
        if not isinstance(described, str):
            return ""
        text = _TRACES.sub("", " ".join(described.split())).strip()
        first = _SENTENCE.match(text)
        return first[0] if first else text


def advised(problem: Sentence, advice: Phrase | None) -> Sentence:
    """The problem, and what is likely to help."""
    return problem if advice is None else Phrase.ADVISED.says(problem=problem, advice=advice.says())


#: Microsoft's ids of the request.
_TRACES = re.compile(r"\b(Trace ID|Correlation ID|Timestamp): ?\S+( \S+Z\b)?[.,]?")
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)")


def _readable(text: str) -> str:
    """One safe line without secrets."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return without_secrets(" ".join(printable.split()))[:300]


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _is_token(token: object) -> TypeGuard[str]:
    """What can stand in a login (RFC 6750, 2.1): nothing that would end the command."""
    return isinstance(token, str) and 0 < len(token) <= _LARGEST and token.isascii() and token.isprintable()


def _lifetime(answer: Mapping[str, Any]) -> float:
    try:
        seconds = float(answer["expires_in"])
    except (KeyError, TypeError, ValueError):
        return _USUAL_LIFETIME
    return seconds if 0 < seconds < 10 * 365 * 86400 else _USUAL_LIFETIME


def _asked_wait(header: str | None) -> timedelta | None:
    """Seconds, or a moment (RFC 9110, 10.2.3)."""
    if header is None:
        return None
    if re.fullmatch(r"\d{1,9}", header.strip()):
        wait = timedelta(seconds=int(header))
    else:
        try:
            wait = parsedate_to_datetime(header) - datetime.now(UTC)
        except (ValueError, TypeError):
            return None
    return min(max(wait, timedelta()), _LONGEST_WAIT)
