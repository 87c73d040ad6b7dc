"""A mail server that does what it is told: any answer at any stage for any recipient, over real sockets."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message

from pydantic import SecretStr

from server.smtp_accounts import SmtpSecurity, SmtpServer
from tests.waiting import LIMIT

#: Instead of an answer: close the connection.
DROP = "drop"
#: Instead of an answer: none, for as long as the client waits.
HANG = "hang"
#: Instead of an answer: bytes that are no TLS, on a connection that is secured.
SPOIL = "spoil"
#: As an answer to DATA: take the message, and close the connection before its final dot.
DROP_BEFORE_THE_DOT = "354 go on, and drop"


@dataclass
class Received:
    """A message whose final dot has come in; ``accepted`` unless the script refused or dropped it."""

    recipient: str
    message: Message
    at: datetime
    accepted: bool


@dataclass
class ScriptedSmtp:
    """Answers by script, else accepts. Each script is used up answer by answer, the last one stays."""

    greeting: list[str] = field(default_factory=lambda: ["220 ready"])
    hello: list[str] = field(default_factory=lambda: [""])
    starttls: list[str] = field(default_factory=lambda: ["220 go ahead"])
    login: list[str] = field(default_factory=lambda: [""])
    sender: list[str] = field(default_factory=lambda: ["250 OK"])
    reset: list[str] = field(default_factory=lambda: ["250 OK"])
    #: By recipient: answers to RCPT TO, to DATA, and to the final dot.
    recipient: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, list[str]] = field(default_factory=dict)
    message: dict[str, list[str]] = field(default_factory=dict)

    #: How clients shall connect; with a certificate, STARTTLS is offered (or TLS spoken from the start).
    security: SmtpSecurity = SmtpSecurity.NONE
    certificate: ssl.SSLContext | None = None
    #: Who may send; login is offered when somebody is named.
    username: str | None = None
    password: str = "correct"
    #: Access tokens that are taken instead of a password, and by which mechanisms; none: a password is.
    tokens: list[str] = field(default_factory=list)
    mechanisms: str = "XOAUTH2 OAUTHBEARER"
    #: Why a token is refused.
    challenge: str = '{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}'
    #: What clients have shown instead of a password.
    shown: list[str] = field(default_factory=list)
    #: The password that clients are told.
    told_password: str = "correct"
    #: Connections at once, and messages over one of them; more are answered by 421.
    most_connections: int = 1_000
    most_messages: int = 1_000
    too_many: str = "421 4.7.0 too many messages over this connection"
    #: Seconds before each answer.
    delay: float = 0.0
    #: While cleared, answers to the final dot wait.
    go: asyncio.Event = field(default_factory=asyncio.Event)

    received: list[Received] = field(default_factory=list)
    #: What clients have said, but for messages and logins.
    commands: list[str] = field(default_factory=list)
    #: By which mechanisms a login was begun.
    auths: list[str] = field(default_factory=list)
    hangs_up_after_login: bool = False
    #: The names that clients have given.
    greeted_as: list[str] = field(default_factory=list)
    connections: int = 0
    most_at_once: int = 0
    #: Connections that were over TLS, logins that succeeded, times a client was told 421.
    secured: int = 0
    logins: int = 0
    throttled: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _port: int = 0

    @property
    def address(self) -> SmtpServer:
        """How to reach it."""
        password = None if self.username is None else SecretStr(self.told_password)
        return SmtpServer("127.0.0.1", self._port, self.security, self.username, password)

    @property
    def accepted(self) -> dict[str, list[Message]]:
        """Accepted messages by recipient."""
        found: dict[str, list[Message]] = defaultdict(list)
        for each in self.received:
            if each.accepted:
                found[each.recipient].append(each.message)
        return dict(found)

    @property
    def open_connections(self) -> int:
        """How many there are now."""
        return len(self._open)

    async def start(self) -> None:
        """Listen; on the same port again after :meth:`stop`."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections and drop the open ones."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.close()
        await self._server.wait_closed()

    async def wait_for(self, count: int, seconds: float = LIMIT) -> None:
        """Until so many messages have come in."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: len(self.received) >= count)

    async def keep(self, received: Received) -> None:
        """A message has come in."""
        async with self.changed:
            self.received.append(received)
            self.changed.notify_all()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        async with self.changed:
            self.connections += 1
            self.most_at_once = max(self.most_at_once, len(self._open))
            self.changed.notify_all()
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError):
            await _Conversation(self, reader, writer).run()
        self._open.discard(writer)
        writer.close()


class _Conversation:
    """One connection."""

    def __init__(self, script: ScriptedSmtp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._script = script
        self._reader = reader
        self._writer = writer
        self._recipient = ""
        self._messages = 0
        self._is_secure = False
        #: From an accepted sender to the end of the message, or to RSET.
        self._in_envelope = False

    async def run(self) -> None:
        """From greeting to good-bye. Raises ConnectionError when dropped."""
        script = self._script
        if script.security is SmtpSecurity.TLS:
            await self._secure()
        if script.open_connections > script.most_connections:
            await self._say("421 4.7.0 too many connections")
            return
        await self._say(_next(script.greeting))
        while line := (await self._reader.readline()).decode():
            verb, _, rest = line.strip().partition(" ")
            script.commands.append(line.strip())
            match verb.upper():
                case "EHLO":
                    script.greeted_as.append(rest)
                    await self._say(_next(script.hello) or self._offers())
                case "STARTTLS":
                    await self._starttls()
                case "AUTH":
                    await self._login(*rest.split())
                case "MAIL" if self._messages >= script.most_messages:
                    await self._say(script.too_many)
                case "MAIL" if self._in_envelope:
                    await self._say("503 5.5.1 one message after the other")
                case "MAIL":
                    answer = _next(script.sender)
                    self._in_envelope = answer.startswith("250")
                    await self._say(answer)
                case "RCPT":
                    self._recipient = line[line.index("<") + 1 : line.index(">")]
                    await self._say(self._by_recipient(script.recipient, "250 OK"))
                case "DATA":
                    await self._data()
                case "RSET":
                    self._in_envelope = False
                    await self._say(_next(script.reset))
                case "QUIT":
                    await self._say("221 bye")
                    return
                case _:
                    await self._say("502 what?")

    def _offers(self) -> str:
        offers = ["scripted", "SIZE 1000000"]
        if self._script.security is SmtpSecurity.STARTTLS and self._script.certificate and not self._is_secure:
            offers.append("STARTTLS")
        if self._script.username is not None:
            offers.append(f"AUTH {self._script.mechanisms if self._script.tokens else 'PLAIN LOGIN'}")
        return "\r\n".join([*(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"])

    async def _starttls(self) -> None:
        answer = _next(self._script.starttls)
        await self._say(answer)
        if answer.startswith("220"):
            await self._secure()

    async def _secure(self) -> None:
        assert self._script.certificate is not None
        await self._writer.start_tls(self._script.certificate)
        self._is_secure = True
        self._script.secured += 1

    async def _login(self, mechanism: str, first: str = "") -> None:
        """AUTH PLAIN or LOGIN (RFC 4954)."""
        self._script.auths.append(mechanism.upper())
        if answer := _next(self._script.login):
            await self._say(answer)
            if self._script.hangs_up_after_login:
                raise ConnectionResetError
            return
        if self._script.tokens:
            await self._login_by_token(mechanism, first or await self._ask(""))
            return
        if mechanism == "PLAIN":
            _, username, password = base64.b64decode(first).decode().split("\0")
        else:
            username = base64.b64decode(first or await self._ask("VXNlcm5hbWU6")).decode()
            password = base64.b64decode(await self._ask("UGFzc3dvcmQ6")).decode()
        if (username, password) == (self._script.username, self._script.password):
            self._script.logins += 1
            await self._say("235 2.7.0 welcome")
        else:
            await self._say("535 5.7.8 wrong user or password")

    async def _login_by_token(self, mechanism: str, response: str) -> None:
        """AUTH XOAUTH2 (Google's "OAuth 2.0 mechanism") or OAUTHBEARER (RFC 7628)."""
        script = self._script
        fields = base64.b64decode(response).decode().split("\x01")
        script.shown.append(base64.b64decode(response).decode())
        named = f"user={script.username}" if mechanism == "XOAUTH2" else f"n,a={script.username},"
        shown = next(field for field in fields if field.startswith("auth=Bearer "))
        assert fields[-2:] == ["", ""]
        if fields[0] == named and shown.removeprefix("auth=Bearer ") in script.tokens:
            script.logins += 1
            await self._say("235 2.7.0 Accepted")
            return
        acknowledged = await self._ask(base64.b64encode(script.challenge.encode()).decode())
        assert acknowledged == ("" if mechanism == "XOAUTH2" else "AQ==")
        await self._say("535 5.7.8 Username and Password not accepted")
        if script.hangs_up_after_login:
            raise ConnectionResetError

    async def _ask(self, question: str) -> str:
        await self._say(f"334 {question}")
        return (await self._reader.readline()).decode().strip()

    async def _data(self) -> None:
        answer = self._by_recipient(self._script.data, "354 go on")
        await self._say(answer)
        if answer == DROP_BEFORE_THE_DOT:
            raise ConnectionResetError
        if not answer.startswith("354"):
            return
        content = await self._reader.readuntil(b"\r\n.\r\n")
        await self._script.go.wait()
        self._messages += 1
        self._in_envelope = False
        answer = self._by_recipient(self._script.message, "250 2.0.0 taken")
        taken = answer.startswith("2")
        await self._script.keep(Received(self._recipient, message_from_bytes(content), datetime.now(UTC), taken))
        await self._say(answer)

    def _by_recipient(self, scripts: dict[str, list[str]], otherwise: str) -> str:
        return _next(scripts.get(self._recipient, [otherwise]))

    async def _say(self, answer: str) -> None:
        if self._script.delay:
            await asyncio.sleep(self._script.delay)
        if answer == HANG:
            await self._reader.read()  # until the client has had enough
        if answer in (DROP, HANG):
            raise ConnectionResetError
        if answer == SPOIL:
            os.write(self._writer.get_extra_info("socket").fileno(), b"this is no TLS")
            return
        self._script.throttled += answer.startswith("421")
        self._writer.write(answer.encode("latin-1") + b"\r\n")
        await self._writer.drain()
        if answer.startswith("421"):
            raise ConnectionResetError


def _next(answers: list[str]) -> str:
    return answers.pop(0) if len(answers) > 1 else answers[0]


@contextlib.asynccontextmanager
async def scripted_smtp() -> AsyncIterator[ScriptedSmtp]:
    """A running one."""
    server = ScriptedSmtp()
    server.go.set()
    await server.start()
    try:
        yield server
    finally:
        server.go.set()
        await server.stop()
