"""The local mailbox: a real mail server on this machine that keeps every email as a file.

Used when no mail server is set, so that nothing is ever silently dropped.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections import OrderedDict
from dataclasses import replace
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr

from server.smtp_accounts import SmtpSecurity, SmtpServer

log = structlog.get_logger(__name__)

#: Within the data directory.
MAILBOX_DIRECTORY = "mailbox"

#: The local mailbox as an account; its address is known once it is started.
MAILBOX = SmtpServer(host="127.0.0.1", port=0, security=SmtpSecurity.NONE, label="mailbox")


_USER = "activation-desk"

#: What the mailbox's reply says before the name of the file.
KEPT_AS = "Kept as "

#: Emails that are written and have not come: as many as are under way at once, by far.
_MOST_FORETOLD = 1000

_FORGOTTEN = 60.0  # seconds after which nobody writes at a draft any more


class Mailbox:
    """Captures emails in ``directory`` as ``.eml`` files (RFC 5322), readable by this user only.

    They hold passwords, as the emails do; beside each there is a copy with a mask for it, for who may not know it: made
    by who has written the email, so that nobody has to find the password in it. Emails are taken from this run of the
    service only, by a login that it alone knows: others who use the machine reach the port as well.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._listener: asyncio.Server | None = None
        self._received = 0
        #: By the Message-ID.
        self._masked: OrderedDict[str, bytes] = OrderedDict()
        self._secret = secrets.token_urlsafe()

    @property
    def server(self) -> SmtpServer:
        """How to reach it, once started."""
        if self._listener is None:
            raise RuntimeError("the mailbox is not started")
        host, port = self._listener.sockets[0].getsockname()[:2]
        return replace(MAILBOX, host=host, port=port, username=_USER, password=SecretStr(self._secret))

    async def start(self) -> None:
        """Listen on this machine only, on a port that is free."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for draft in self.directory.glob("*.new"):
            # Of a run that was killed before it had answered; another one may be writing here at this moment.
            if time.time() - draft.stat().st_mtime > _FORGOTTEN:
                draft.unlink()
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            lambda: SMTP(
                self,
                hostname="localhost",
                ident="Activation Desk mailbox",
                enable_SMTPUTF8=True,
                loop=loop,
                auth_require_tls=False,  # it does not leave the machine
                authenticator=self._authenticate,
            ),
            "127.0.0.1",
            0,
        )

    def foretell(self, message_id: str, masked: bytes) -> None:
        """An email of that Message-ID may come, and that is how it reads with a mask for its password."""
        self._masked[message_id] = masked
        self._masked.move_to_end(message_id)
        if len(self._masked) > _MOST_FORETOLD:
            self._masked.popitem(last=False)

    async def stop(self) -> None:
        """Listen no more."""
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        known = isinstance(login, LoginPassword) and secrets.compare_digest(login.password, self._secret.encode())
        return AuthResult(success=known, handled=False)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an email from whoever has logged in."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one message; it is on disk before the sender is told so."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self._received += 1
        name = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.getpid()}-{self._received:06}.eml"
        message_id = str(BytesHeaderParser().parsebytes(content)["Message-ID"])
        try:
            if (masked := self._masked.get(message_id)) is not None:
                await asyncio.to_thread(_write, self.directory / masked_beside(name), masked)
            await asyncio.to_thread(_write, self.directory / name, content)
        except OSError as error:
            log.error("the mailbox cannot keep an email", directory=str(self.directory), reason=error.strerror)  # noqa: TRY400 - no traceback needed
            return f"452 4.3.1 The mailbox cannot keep it: {error.strerror}"
        self._masked.pop(message_id, None)
        return f"250 2.0.0 {KEPT_AS}{name}"


def masked_beside(name: str) -> str:
    """The file of the copy of that email whose password is masked."""
    return f"{name}.masked"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    draft = path.with_suffix(f"{path.suffix}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
