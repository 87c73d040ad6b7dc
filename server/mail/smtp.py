"""Pooled connections to the mail server.

A connection is kept open and reused, as connecting costs several times more than sending; it is closed after a number
of messages, or when it was not needed for a while. How many are used at once is a matter of pace (see :class:`Pace`).
"""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

import aiosmtplib

from server.contract import Phrase
from server.mail import dsn, outcome
from server.mail.dialing import dial
from server.mail.fault import Stage
from server.mail.greeting import greeting_name
from server.mail.login import Logins, NoLogin, log_in
from server.mail.outcome import BlockCode, Outcome, Verdict
from server.mail.pace import Pace
from server.mail.time_limits import TimeLimits
from server.mail.token_login import log_in_by_token
from server.mail.trust import tls_context
from server.oauth.refusals import NoToken
from server.operations.redaction import HIDDEN, forms_of, without_secrets
from server.smtp_accounts import SmtpAccount, SmtpSecurity, SmtpServer, Tokens

IDLE_SECONDS = 15.0

Step = TypeVar("Step")


@dataclass(frozen=True)
class Message:
    """What goes over the wire: the envelope's addresses and the message's bytes."""

    sender: str
    recipient: str
    content: bytes
    #: By which a bounce names it (RFC 3461, 4.4).
    envelope_id: str = ""


class _Failed(Exception):
    """The conversation ended before its good end."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.text)
        self.verdict = verdict


def _is_refused_login(error: Exception) -> bool:
    return isinstance(error, _Failed) and error.verdict.block is BlockCode.LOGIN_REFUSED


class MailTransport:
    """Sends messages by one account, over at most as many connections at once as its pace allows."""

    def __init__(self, account: SmtpAccount, *, time_limits: TimeLimits) -> None:
        self._server = account.server
        self._tokens = account.tokens
        self._messages_per_connection = account.messages_per_connection
        self._time_limits = time_limits
        self._logins = Logins(_is_refused_login)
        self._idle: list[_Connection] = []
        self._in_use = 0
        self._closing: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.pace = Pace(account.connections)

    @property
    def is_idle(self) -> bool:
        """Whether no connection is open."""
        return not self._idle and self._in_use == 0

    @asynccontextmanager
    async def slot(self, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for one's turn to send. What is decided inside still holds when the message leaves.

        ``urgent``: without the distance that is kept from the message before.

        Raises :class:`~server.mail.pace.SentAway` when there will be no turn after all.
        """
        async with self.pace.slot(urgent=urgent):
            self._in_use += 1
            try:
                yield
            finally:
                self._in_use -= 1

    async def send(
        self, message: Message, hand_over: Callable[[], Awaitable[bool]], *, urgent: bool = False
    ) -> Verdict | None:
        """One message, within a :meth:`slot`; None when ``hand_over``, asked just before it leaves, says no.

        ``urgent``: with a login of its own also where one was refused a moment ago.
        """
        started = time.monotonic()
        try:
            verdict = await self._converse(message, hand_over, urgent=urgent)
        except _Failed as failure:
            verdict = failure.verdict
        if verdict is not None and verdict.throttled:
            await self.pace.slow_down()
        elif verdict is not None and verdict.outcome is Outcome.ACCEPTED:
            self.pace.succeeded(time.monotonic() - started)
        return verdict

    async def allow(self, connections: int) -> None:
        """Other workers leave us so many; what is open beyond them is closed as soon as it is not in use."""
        await self.pace.grant(connections)
        while self._idle and len(self._idle) + self._in_use > connections:
            self._quit(self._idle.pop(0))

    async def close(self) -> None:
        """Say good-bye on every open connection."""
        if self._closing is not None:
            self._closing.cancel()
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.quit() for connection in idle), *self._tasks)

    async def _converse(
        self, message: Message, hand_over: Callable[[], Awaitable[bool]], *, urgent: bool
    ) -> Verdict | None:
        connection = await self._open_envelope(message, urgent=urgent)
        try:
            try:
                await connection.recipient(message.recipient)
                if not await hand_over():
                    await connection.reset()
                    return None
                reply = await connection.message(message.content)
            except _Failed as failure:
                if connection.is_worn_out(failure.verdict):
                    await connection.quit()
                await connection.reset()
                raise
            return outcome.accepted(reply)
        except _Failed:
            raise
        except BaseException:  # the envelope is half written
            connection.abort()
            raise
        finally:
            self._put_back(connection)

    async def _open_envelope(self, message: Message, *, urgent: bool) -> _Connection:
        """A connection that has taken the sender's address.

        A server may have closed a kept connection while it was idle, or take no more messages over it; that is no
        answer to this message, so the next one is tried, in the end a new one.
        """
        while self._idle:
            connection = self._idle.pop()
            try:
                await connection.envelope(message)
            except _Failed as failure:
                if connection.is_open and not connection.is_worn_out(failure.verdict):
                    await connection.reset()
                    self._put_back(connection)
                    raise failure from None
                self._quit(connection)
                continue
            return connection
        connection = _Connection(
            self._server, self._tokens, self._time_limits, self._logins, others_open=self._serves_others
        )
        try:
            await connection.open(urgent=urgent)
            await connection.envelope(message)
        except BaseException:
            connection.abort()
            raise
        return connection

    def _serves_others(self) -> bool:
        """Whether the server has more than the one connection that asks."""
        return bool(self._idle) or self._in_use > 1

    def _put_back(self, connection: _Connection) -> None:
        if not connection.is_open:
            return
        # While it is put back, its own slot is still in use.
        surplus = len(self._idle) + self._in_use > self.pace.connections
        if surplus or connection.messages >= self._messages_per_connection:
            self._quit(connection)
            return
        self._idle.append(connection)
        if self._closing is None:
            self._closing = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._close_idle)

    def _close_idle(self) -> None:
        self._closing = None
        oldest = time.monotonic() - IDLE_SECONDS
        for connection in [each for each in self._idle if each.used_at <= oldest]:
            self._idle.remove(connection)
            self._quit(connection)
        if self._idle:
            self._closing = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._close_idle)

    def _quit(self, connection: _Connection) -> None:
        task = asyncio.create_task(connection.quit())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Connection:
    """One SMTP session; each step raises :class:`_Failed` with what its failure means."""

    def __init__(
        self,
        server: SmtpServer,
        tokens: Tokens | None,
        limits: TimeLimits,
        logins: Logins,
        *,
        others_open: Callable[[], bool],
    ) -> None:
        self._server = server
        self._tokens = tokens
        self._limits = limits
        self._logins = logins
        self._others_open = others_open
        self._smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=server.hello or "localhost",  # the real one is said below
            timeout=limits.connect,
            use_tls=server.security is SmtpSecurity.TLS,
            start_tls=False,  # done below, as a step of its own
        )
        #: Kept, as the library forgets it before it is closed.
        self._transport: asyncio.BaseTransport | None = None
        self._asks_for_bounces = False
        self.messages = 0
        self.used_at = time.monotonic()

    @property
    def is_open(self) -> bool:
        """Whether another message can be sent."""
        return self._smtp.is_connected

    def is_worn_out(self, verdict: Verdict) -> bool:
        """Whether the server may have had enough of this one connection: a new one can do better (OpenSMTPD, Exim)."""
        return verdict.throttled or (verdict.block is not None and self.messages > 0)

    async def open(self, *, urgent: bool) -> None:
        """Connect, secure, log in."""
        await self._step(Stage.CONNECT, self._connect())
        self._transport = self._smtp.transport
        name = await self._step(Stage.CONNECT, self._own_name())
        await self._step(Stage.CONNECT, self._smtp.ehlo(hostname=name))
        if self._server.security is SmtpSecurity.STARTTLS:
            await self._step(Stage.TLS, self._smtp.starttls())
            self._transport = self._smtp.transport
            await self._step(Stage.TLS, self._smtp.ehlo(hostname=name))
        await self._logins.make(self._log_in, urgent=urgent)

    async def _own_name(self) -> str:
        return self._server.hello or await greeting_name(self._smtp.get_transport_info("sockname"))

    async def _log_in(self) -> None:
        is_secure = self._server.security is not SmtpSecurity.NONE
        try:
            if self._tokens is not None:
                await self._step(Stage.LOGIN, log_in_by_token(self._smtp, self._server, self._tokens))
            else:
                await self._step(Stage.LOGIN, log_in(self._smtp, self._server, is_secure=is_secure))
        except NoLogin as problem:
            raise _Failed(outcome.unsupported(Stage.LOGIN, problem.sentence)) from problem
        except NoToken as refusal:
            raise _Failed(outcome.without_token(refusal)) from refusal

    async def _connect(self) -> None:
        """Reach the server, and hear its greeting: that may take it longer."""
        if self._server.security is not SmtpSecurity.NONE:
            try:
                self._smtp.tls_context = await asyncio.to_thread(tls_context, self._server.trust)
            except OSError as error:
                raise _Failed(outcome.broken_off(Stage.TLS, str(error))) from error
        sock = await dial(self._server.host, self._server.port, seconds=self._limits.connect)
        greeting = self._limits.greeting
        if self._server.port == _TLS_PORT and self._server.security is not SmtpSecurity.TLS:
            greeting = self._limits.connect  # there the server waits for us to speak first
        try:
            await self._smtp.connect(sock=sock, port=None, timeout=greeting)
        except aiosmtplib.SMTPConnectTimeoutError as error:
            if self._server.security is SmtpSecurity.TLS:
                raise
            raise aiosmtplib.SMTPConnectTimeoutError(Phrase.NO_GREETING.says().english) from error

    async def envelope(self, message: Message) -> None:
        """MAIL FROM; a recipient's address that is not ASCII needs a server that takes SMTPUTF8 (RFC 6531)."""
        options = [] if message.recipient.isascii() else ["SMTPUTF8"]
        if options and not self._smtp.supports_extension("smtputf8"):
            raise _Failed(outcome.impossible("The mail server cannot deliver to addresses with such letters."))
        self._asks_for_bounces = bool(message.envelope_id) and self._smtp.supports_extension("dsn")
        if self._asks_for_bounces:
            options += dsn.sender_options(message.envelope_id)
        await self._step(Stage.SENDER, self._smtp.mail(message.sender, options=options, timeout=self._limits.envelope))

    async def recipient(self, address: str) -> None:
        """RCPT TO."""
        options = dsn.recipient_options(address) if self._asks_for_bounces else ()
        rcpt = self._smtp.rcpt(address, options=options, encoding="utf-8", timeout=self._limits.envelope)
        await self._step(Stage.RECIPIENT, rcpt)

    async def message(self, content: bytes) -> str:
        """DATA; answers the server's words of acceptance.

        The final dot is sent by itself, after a look whether the connection still stands: what breaks off before it
        cannot have been delivered (RFC 5321, 4.1.1.4).
        """
        await self._step(Stage.MESSAGE, self._begin_data())
        await self._step(Stage.MESSAGE, self._write(content))
        response = await self._step(Stage.FINAL_DOT, self._end_data())
        self.messages += 1
        self.used_at = time.monotonic()
        return self._without_login(response.message)

    def _without_login(self, reply: str) -> str:
        """Some servers quote what they do not understand, and that may have been the login."""
        if self._server.password is not None:
            for text in forms_of(self._server.password.get_secret_value()):
                reply = reply.replace(text, HIDDEN)
        return without_secrets(reply) if self._tokens is not None else reply

    async def _begin_data(self) -> None:
        response = await self._smtp.execute_command(b"DATA", timeout=self._limits.data)
        if response.code != _GO_ON:
            raise aiosmtplib.SMTPResponseException(response.code, response.message)

    async def _write(self, content: bytes) -> None:
        protocol = self._smtp.protocol
        if protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        protocol.write(_stuffed(content))
        await asyncio.sleep(0)  # lets the event loop notice that the server has closed
        if not self._smtp.is_connected:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")

    async def _end_data(self) -> aiosmtplib.SMTPResponse:
        response = await self._smtp.execute_command(b".", timeout=self._limits.final_dot)
        if response.code not in _DONE:
            raise aiosmtplib.SMTPResponseException(response.code, response.message)
        return response

    async def reset(self) -> None:
        """Forget an unfinished envelope; a connection that cannot is closed."""
        if self._smtp.is_connected:
            try:
                await self._smtp.rset()
            except (aiosmtplib.SMTPException, OSError):
                self.abort()

    async def quit(self) -> None:
        """Close in good order; whatever the server says to that."""
        with suppress(aiosmtplib.SMTPException, OSError):
            await self._smtp.quit()
        self.abort()

    def abort(self) -> None:
        """Close at once: a server that has said its last need not answer to the end of TLS as well."""
        self._smtp.close()
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()

    async def _step(self, stage: Stage, work: Awaitable[Step]) -> Step:
        try:
            return await work
        except aiosmtplib.SMTPResponseException as error:
            if error.code == _SERVICE_ENDS or not outcome.is_refusal(error.code):  # it may answer out of turn
                self.abort()
            said = self._without_login(error.message)
            by_token = self._tokens is not None
            verdict = outcome.answered(stage, error.code, said, others_open=self._others_open(), by_token=by_token)
            raise _Failed(verdict) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            self.abort()
            raise _Failed(_broken_off(stage, error)) from error
        except ValueError as error:  # the library refuses to send such an address
            raise _Failed(outcome.impossible(Phrase.NOT_ADDRESSABLE.says(answer=str(error)).english)) from error


def _broken_off(stage: Stage, error: Exception) -> Verdict:
    tls = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(tls, ssl.SSLError):
        # What has been handed over may have arrived, whatever broke off the connection.
        return outcome.broken_off(stage if stage is Stage.FINAL_DOT else Stage.TLS, _tls_reason(tls))
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return outcome.unsupported(Stage.TLS, Phrase.NO_STARTTLS.says())
    return outcome.broken_off(stage, str(error) or type(error).__name__)


_TLS_PORT = 465
_GO_ON = 354
_DONE = range(200, 300)
_SERVICE_ENDS = 421

_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


def _stuffed(content: bytes) -> bytes:
    """The message as it goes over the wire: a dot before each leading dot (RFC 5321, 4.5.2), and a line end at the end.

    Lines end with CR LF already.
    """
    stuffed = _LEADING_DOT.sub(b"..", content)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
        return Phrase.NO_TLS_HERE.says().english
    if error.reason in (
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNSUPPORTED_PROTOCOL",
        "LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED",
    ):
        return Phrase.TLS_TOO_OLD.says().english
    return error.reason or str(error)
