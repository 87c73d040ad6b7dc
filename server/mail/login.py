"""Logging in to a mail server: by one mechanism, and by one connection until it is known that it works.

Each wrong login counts where accounts are locked or machines banned after a few of them, so none is made that cannot
succeed: the next mechanism is tried only where the server says that it does not know the one before (RFC 4954, 4).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiosmtplib

from server.contract import Phrase, Sentence
from server.oauth import sasl
from server.smtp_accounts import SmtpServer

#: The best first. CRAM-MD5 hides the password where nothing else does, but needs a server that keeps passwords
#: readable; over TLS the others work with more servers.
_OVER_TLS = ("plain", "login", "cram-md5")
_IN_THE_CLEAR = ("cram-md5", "plain", "login")
_UNKNOWN_MECHANISM = 504
#: Until everybody knows that the account is blocked. It is tried again after a minute at the earliest.
_REFUSED_SECONDS = 30


class NoLogin(Exception):
    """There is no way to log in; the sentence says what the server offers, and what to do."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.english)
        self.sentence = sentence


async def log_in(smtp: aiosmtplib.SMTP, server: SmtpServer, *, is_secure: bool) -> None:
    """Log in; raises :class:`NoLogin`, or what aiosmtplib raises."""
    if server.username is None or server.password is None:
        return
    offered = [kind for kind in (_OVER_TLS if is_secure else _IN_THE_CLEAR) if kind in smtp.server_auth_methods]
    if not offered:
        by_tokens = any(kind in smtp.server_auth_methods for kind in (sasl.XOAUTH2, sasl.OAUTHBEARER))
        unfit = Phrase.LOGIN_NEEDS_TOKENS if by_tokens else Phrase.LOGIN_KINDS
        raise NoLogin(why_no_login(smtp, unfit, is_secure=is_secure))
    ways = {"plain": smtp.auth_plain, "login": smtp.auth_login, "cram-md5": smtp.auth_crammd5}
    for number, kind in enumerate(offered, start=1):
        try:
            await ways[kind](server.username, server.password.get_secret_value())
        except aiosmtplib.SMTPAuthenticationError as error:
            if number == len(offered) or not is_unknown_mechanism(error):
                raise
        except ValueError as error:  # a challenge that is none
            raise NoLogin(Phrase.LOGIN_CHALLENGE.says(kind=kind.upper())) from error
        else:
            return


def is_unknown_mechanism(refusal: aiosmtplib.SMTPAuthenticationError) -> bool:
    """Whether the server may know another one."""
    return refusal.code == _UNKNOWN_MECHANISM or "mechanism" in refusal.message.lower()


def why_no_login(smtp: aiosmtplib.SMTP, unfit: Phrase, *, is_secure: bool) -> Sentence:
    """What the server offers instead, and what to do; ``unfit``: what to say of mechanisms that do not do."""
    if smtp.server_auth_methods:
        return unfit.says(kinds=", ".join(kind.upper() for kind in smtp.server_auth_methods))
    if not is_secure and smtp.supports_extension("starttls"):
        return Phrase.LOGIN_NEEDS_TLS.says()
    return Phrase.LOGIN_NOT_OFFERED.says()


class Logins:
    """Of one account: one at a time until one has succeeded, and none by those who waited for one that did not.

    ``is_refused`` says of what a login raised whether the server refuses it. Those who come a moment later, when that
    is not written down yet or while they were still connecting, get the same answer without a login of their own.
    """

    def __init__(self, is_refused: Callable[[Exception], bool]) -> None:
        self._is_refused = is_refused
        self._lock = asyncio.Lock()
        self._works = False
        self._failure: Exception | None = None
        self._failed_at = float("-inf")

    async def make(self, login: Callable[[], Awaitable[None]], *, urgent: bool = False) -> None:
        """Log in, when it is one's turn; raises what that raised, or the one that was waited for.

        ``urgent``: also right after one that was refused, as somebody wants to know whether it is so still.
        """
        if self._works:
            await self._noting(login)
            return
        before = self._failure
        async with self._lock:
            if self._failure is not None and (self._failure is not before or (self._was_just_refused() and not urgent)):
                raise self._failure
            await self._noting(login)

    def _was_just_refused(self) -> bool:
        return (
            self._failure is not None
            and self._is_refused(self._failure)
            and time.monotonic() < self._failed_at + _REFUSED_SECONDS
        )

    async def _noting(self, login: Callable[[], Awaitable[None]]) -> None:
        try:
            await login()
        except Exception as error:
            self._works, self._failure, self._failed_at = False, error, time.monotonic()
            raise
        self._works, self._failure = True, None
