"""Logging in to a mail server by an access token: XOAUTH2 (Google's and Microsoft's) or OAUTHBEARER (RFC 7628)."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence

import aiosmtplib

from server.contract import Phrase
from server.mail.login import NoLogin, is_unknown_mechanism, why_no_login
from server.oauth import sasl
from server.smtp_accounts import AccessToken, SmtpServer, Tokens

#: The one first that is older with those who have both.
_KINDS = (sasl.XOAUTH2, sasl.OAUTHBEARER)
_LONGEST_COMMAND = 512  # bytes, with its end (RFC 5321, 4.5.3.1.4)
_GO_ON = 334
_WELCOME = 235


async def log_in_by_token(smtp: aiosmtplib.SMTP, server: SmtpServer, tokens: Tokens) -> None:
    """Log in; with a fresh token once more where one that was fetched earlier is refused.

    Raises :class:`NoLogin`, :class:`~server.oauth.refusals.NoToken`, or what aiosmtplib raises.
    """
    kinds = [kind for kind in _KINDS if kind in smtp.server_auth_methods]
    if not kinds:
        raise NoLogin(why_no_login(smtp, Phrase.LOGIN_WITHOUT_TOKENS, is_secure=True))
    began = time.monotonic()
    token = await tokens.get()
    try:
        await _show(smtp, server, token, kinds)
    except aiosmtplib.SMTPAuthenticationError as refusal:
        if not _is_for_good(refusal):
            raise
        tokens.drop(token)  # what is repaired at the provider shows in a new one only
        if token.fetched_at >= began:
            raise
        await _show_another(smtp, server, tokens, kinds, refusal)


async def _show_another(
    smtp: aiosmtplib.SMTP,
    server: SmtpServer,
    tokens: Tokens,
    kinds: Sequence[str],
    refusal: aiosmtplib.SMTPAuthenticationError,
) -> None:
    """The one before may have ended, or been revoked."""
    token = await tokens.get()
    if not smtp.is_connected:  # it has hung up, and is to be asked anew
        raise aiosmtplib.SMTPServerDisconnected(f"{refusal.code} {refusal.message}")
    try:
        await _show(smtp, server, token, kinds)
    except aiosmtplib.SMTPAuthenticationError as error:
        if _is_for_good(error):
            tokens.drop(token)
        raise


async def _show(smtp: aiosmtplib.SMTP, server: SmtpServer, token: AccessToken, kinds: Sequence[str]) -> None:
    """By the first of these mechanisms that the server knows."""
    for number, kind in enumerate(kinds, start=1):
        try:
            await _by(smtp, server, token, kind)
        except aiosmtplib.SMTPAuthenticationError as error:
            if number == len(kinds) or not is_unknown_mechanism(error):
                raise
        else:
            return


async def _by(smtp: aiosmtplib.SMTP, server: SmtpServer, token: AccessToken, kind: str) -> None:
    shown = sasl.response(kind, user=server.username or "", token=token.value, host=server.host, port=server.port)
    encoded = base64.b64encode(shown)
    name = kind.upper().encode()
    if len(b"AUTH  \r\n" + name + encoded) <= _LONGEST_COMMAND:
        answer = await smtp.execute_command(b"AUTH", name, encoded)
    else:  # RFC 4954, 4: what is too long for a command follows as the answer to an empty question
        answer = await smtp.execute_command(b"AUTH", name)
        if answer.code == _GO_ON:
            answer = await smtp.execute_command(encoded)
    reason = ""
    if answer.code == _GO_ON:
        reason = sasl.reason(answer.message)
        answer = await smtp.execute_command(base64.b64encode(sasl.ACKNOWLEDGED[kind]))
    if answer.code != _WELCOME:
        raise aiosmtplib.SMTPAuthenticationError(
            answer.code, f"{answer.message} ({reason})" if reason else answer.message
        )


def _is_for_good(refusal: aiosmtplib.SMTPAuthenticationError) -> bool:
    """Refused for now it says nothing of the token (RFC 4954, 6: 454)."""
    return refusal.code >= 500 and not is_unknown_mechanism(refusal)
