"""A mailbox read by IMAP: what came in, the beginning of each message, and another folder for what was understood.

Nothing is marked as read, and nothing is taken away but what is put into the other folder.

Sources: RFC 3501 and 9051 (IMAP), RFC 2177 (IDLE), RFC 4315 (UIDPLUS), RFC 6851 (MOVE), RFC 5530 (why a login is
refused), RFC 2342 (where folders may be).
"""

from __future__ import annotations

import base64
import imaplib
import re
import selectors
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, LoginError

from server.bounce_sources import BounceMailbox
from server.bounces.parts import SIZE
from server.contract import Phrase, Sentence
from server.mail.outcome import readable
from server.mail.trust import tls_context
from server.oauth import sasl
from server.operations.redaction import HIDDEN, without_secrets
from server.smtp_accounts import SmtpSecurity
from server.store.bounce_mailbox import Mark
from server.store.bounces import SENT_WITHIN

Result = TypeVar("Result")

_TIMEOUT = SocketTimeout(connect=20, read=60)
_TOKEN_KINDS = (sasl.XOAUTH2, sasl.OAUTHBEARER)
_GOODBYE = 5  # seconds that one may take
_TLS_PORT = 993
#: Why a login is not taken at this moment, although nothing is wrong with it (RFC 5530, 3).
_NOT_NOW = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})
_CODE = re.compile(r"\[([A-Z0-9-]+)")
_AS_BYTES = re.compile(r"""^(?:.*: )?b(['"])(.*)\1$""", re.DOTALL)
_TOO_MANY = re.compile(r"too many|try again|temporar", re.IGNORECASE)


class Trouble(StrEnum):
    """Why a mailbox cannot be read; where it is the same as with an account that sends, by the same code."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    TLS_FAILED = "tlsFailed"
    LOGIN_REFUSED = "loginRefused"
    FOLDER_MISSING = "folderMissing"


_PHRASES = {
    Trouble.UNREACHABLE: Phrase.BOUNCES_UNREACHABLE,
    Trouble.BUSY: Phrase.BOUNCES_BUSY,
    Trouble.TLS_FAILED: Phrase.BOUNCES_NOT_SECURE,
    Trouble.LOGIN_REFUSED: Phrase.BOUNCES_LOGIN_REFUSED,
    Trouble.FOLDER_MISSING: Phrase.BOUNCES_NO_FOLDER,
}


class NotReadable(Exception):
    """The mailbox cannot be read: why, by code and as a sentence."""

    def __init__(self, trouble: Trouble, answer: str | Sentence) -> None:
        said = without_secrets(readable(answer)) if isinstance(answer, str) else answer
        self.trouble = trouble
        self.sentence = _PHRASES[trouble].says(answer=said)
        super().__init__(self.sentence.english)


class BrokenOff(Exception):
    """A connection that stood does not any more."""


class Refused(Exception):
    """The server does not do what it was asked; the connection stands."""


class ImapMailbox:
    """One connection, used by one thread at a time; only :meth:`interrupt` may come from another.

    All but :meth:`open`, :meth:`close` and :meth:`interrupt` raise :class:`BrokenOff` or :class:`Refused`.
    """

    def __init__(self, mailbox: BounceMailbox) -> None:
        self._mailbox = mailbox
        self._connection: IMAPClient | None = None
        self._interrupted = False
        self._validity = 0
        self._folder = mailbox.folder

    # --- Beginning and end ---

    def open(self, token: str | None = None) -> None:
        """Connect, secure, log in, and open the folder. Raises :class:`NotReadable`, or :class:`BrokenOff` when it was
        interrupted. ``token``: an access token, to log in by it.
        """
        self._connection = self._connect()
        try:
            self._stands()
            if self._mailbox.security is SmtpSecurity.STARTTLS:
                self._start_tls(self._connection)
            if token is None:
                self._log_in(self._connection)
            else:
                self._log_in_by_token(self._connection, token)
            self._select(self._connection)
        except (OSError, imaplib.IMAP4.abort) as error:
            raise NotReadable(Trouble.UNREACHABLE, _said(error)) from error

    def close(self) -> None:
        """Say good-bye, where somebody is there to hear it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            _end(connection, say_goodbye=not self._interrupted)

    def interrupt(self) -> None:
        """Let whatever is being waited for end at once, as if the server had hung up."""
        self._interrupted = True
        if (connection := self._connection) is not None:
            _hang_up(connection)

    def _stands(self) -> IMAPClient:
        if self._connection is None or self._interrupted:
            raise BrokenOff("It was told to stop.")
        return self._connection

    def _connect(self) -> IMAPClient:
        mailbox = self._mailbox
        has_tls = mailbox.security is SmtpSecurity.TLS
        try:
            context = None if mailbox.security is SmtpSecurity.NONE else tls_context(mailbox.trust)
        except OSError as error:
            raise NotReadable(Trouble.TLS_FAILED, str(error)) from error
        self._context = context
        try:
            return IMAPClient(
                mailbox.host, mailbox.port, ssl=has_tls, ssl_context=context if has_tls else None, timeout=_TIMEOUT
            )
        except ssl.SSLError as error:
            raise NotReadable(Trouble.TLS_FAILED, _tls_words(error)) from error
        except imaplib.IMAP4.abort as error:
            raise NotReadable(Trouble.UNREACHABLE, _said(error)) from error
        except imaplib.IMAP4.error as error:  # it greets with BYE
            raise NotReadable(Trouble.BUSY, _said(error)) from error
        except TimeoutError as error:
            wants_tls = mailbox.port == _TLS_PORT and not has_tls
            raise NotReadable(
                Trouble.UNREACHABLE, Phrase.BOUNCES_WANT_TLS.says() if wants_tls else _said(error)
            ) from error
        except OSError as error:
            raise NotReadable(Trouble.UNREACHABLE, _said(error)) from error

    def _start_tls(self, connection: IMAPClient) -> None:
        try:
            connection.starttls(self._context)
        except (CapabilityError, ssl.SSLError) as error:
            offered = not isinstance(error, CapabilityError)
            words = _tls_words(error) if offered else Phrase.BOUNCES_WANT_TLS.says()
            raise NotReadable(Trouble.TLS_FAILED, words) from error
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise NotReadable(Trouble.TLS_FAILED, _said(error)) from error

    def _log_in(self, connection: IMAPClient) -> None:
        """By one mechanism: each wrong login counts where accounts are locked after a few of them."""
        mailbox = self._mailbox
        password = "" if mailbox.password is None else mailbox.password.get_secret_value()
        try:
            if connection.has_capability("AUTH=PLAIN"):  # it alone can say letters beyond ASCII
                connection.plain_login(mailbox.username, password)
            elif connection.has_capability("LOGINDISABLED"):
                raise NotReadable(Trouble.LOGIN_REFUSED, Phrase.BOUNCES_NO_LOGIN.says(kinds=_kinds(connection)))
            else:
                connection.login(mailbox.username, password)
        except LoginError as error:
            shown = f"\0{mailbox.username}\0{password}".encode()
            raise _refused(_without(_said(error), password.encode(), shown)) from error

    def _log_in_by_token(self, connection: IMAPClient, token: str) -> None:
        kind = next((kind for kind in _TOKEN_KINDS if connection.has_capability(f"AUTH={kind.upper()}")), None)
        if kind is None:
            raise NotReadable(Trouble.LOGIN_REFUSED, Phrase.BOUNCES_NO_TOKENS.says(kinds=_kinds(connection)))
        mailbox = self._mailbox
        reasons: list[str] = []
        shown = sasl.response(kind, user=mailbox.username, token=token, host=mailbox.host, port=mailbox.port)
        answers = iter((shown, sasl.ACKNOWLEDGED[kind]))

        def answer(challenge: bytes) -> bytes:
            if challenge:  # why it is refused
                reasons.append(sasl.reason(base64.b64encode(challenge).decode()))
            return next(answers, b"")

        try:
            connection.sasl_login(kind.upper(), answer)
        except LoginError as error:
            said = " ".join((_said(error), *(f"({each})" for each in reasons if each)))
            raise _refused(_without(said, token.encode(), shown)) from error

    def _select(self, connection: IMAPClient) -> None:
        try:
            state = connection.select_folder(self._mailbox.inbox)
            self._folder = _within(self._mailbox.folder, connection)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise NotReadable(Trouble.FOLDER_MISSING, _said(error)) from error
        self._validity = int(state.get(b"UIDVALIDITY", 0))

    # --- Reading ---

    def new(self, mark: Mark | None) -> list[Mark]:
        """The messages behind the mark, oldest first; without one, or where it does not count any more, those of the
        days within which a report is taken."""

        def look(connection: IMAPClient) -> list[Mark]:
            connection.noop()  # some servers tell of new messages only now
            if mark is not None and mark.validity == self._validity:
                # "n:*" names the last message even where that is before n.
                found = [uid for uid in connection.search(["UID", f"{mark.uid + 1}:*"]) if uid > mark.uid]
            else:
                found = connection.search(["SINCE", date.today() - SENT_WITHIN])  # noqa: DTZ011 - a day more or less
            return [Mark(self._validity, uid) for uid in sorted(map(int, found))]

        return self._do(look)

    def beginning(self, message: Mark) -> bytes | None:
        """As much of the message as a report needs; None: it is not there any more."""

        def fetch(connection: IMAPClient) -> bytes | None:
            found: Any = connection.fetch([message.uid], [f"BODY.PEEK[]<0.{SIZE}>"])
            return next(
                (value for name, value in found.get(message.uid, {}).items() if name.startswith(b"BODY[")), None
            )

        return self._do(fetch)

    def put_away(self, message: Mark) -> None:
        """Into the folder for what was understood, which is made where it is missing."""

        def put(connection: IMAPClient) -> None:
            try:
                self._move(connection, message.uid)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                if connection.folder_exists(self._folder):
                    raise
                connection.create_folder(self._folder)
                connection.subscribe_folder(self._folder)
                self._move(connection, message.uid)

        self._do(put)

    def _move(self, connection: IMAPClient, uid: int) -> None:
        if connection.has_capability("MOVE"):
            connection.move([uid], self._folder)
            return
        connection.copy([uid], self._folder)
        connection.delete_messages([uid], silent=True)
        if connection.has_capability("UIDPLUS"):  # or others' deleted messages would go as well
            connection.uid_expunge([uid])

    def wait(self, seconds: float, *, without_idle: float) -> None:
        """Until something has come, and at most that long; ``without_idle``: where the server does not tell."""

        def idle(connection: IMAPClient) -> None:
            can_idle = bool(connection.has_capability("IDLE"))
            if can_idle:
                connection.idle()
            _until_something_comes(connection.socket(), seconds if can_idle else without_idle)
            if can_idle:
                connection.idle_done()

        try:
            self._do(idle)
        except Refused as error:  # in which state that leaves the connection only the server knows
            raise BrokenOff(str(error)) from error

    def _do(self, work: Callable[[IMAPClient], Result]) -> Result:
        try:
            result = work(self._stands())
        except (OSError, imaplib.IMAP4.abort) as error:
            raise BrokenOff(without_secrets(readable(_said(error)))) from error
        except imaplib.IMAP4.error as error:
            raise Refused(without_secrets(readable(_said(error)))) from error
        self._stands()
        return result


def _until_something_comes(sock: socket.socket, seconds: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        selector.select(seconds)


def _within(folder: str, connection: IMAPClient) -> str:
    """The folder's name where all of one's own folders lie below another one, as with Courier (RFC 2342)."""
    if not connection.has_capability("NAMESPACE"):
        return folder
    own = connection.namespace().personal
    prefix = own[0][0] if own else ""
    return folder if folder.startswith(prefix) else prefix + folder


def _without(words: str, *logins: bytes) -> str:
    """Some servers quote what they do not understand, and that may have been the login."""
    for login in logins:
        for text in (base64.b64encode(login).decode(), login.decode()):
            words = words.replace(text, HIDDEN) if login else words
    return words


def _refused(words: str) -> NotReadable:
    code = _CODE.search(words)
    passes = code[1] in _NOT_NOW if code else bool(_TOO_MANY.search(words))
    return NotReadable(Trouble.BUSY if passes else Trouble.LOGIN_REFUSED, words)


def _kinds(connection: IMAPClient) -> str:
    offered = (name.decode("ascii", "replace") for name in connection.capabilities() if name.startswith(b"AUTH="))
    return ", ".join(sorted(name.removeprefix("AUTH=") for name in offered)) or "-"


def _tls_words(error: Exception) -> str | Sentence:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError) and error.reason in ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL"):
        return Phrase.BOUNCES_WANT_STARTTLS.says()
    return _said(error)


def _said(error: Exception) -> str:
    """The server's words; imaplib writes some of them as Python writes bytes."""
    text = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
    found = _AS_BYTES.match(text)
    return found[2] if found else text


def _hang_up(connection: IMAPClient) -> None:
    with suppress(OSError):
        # Not the one of TLS, which would be taken apart under the hands of who reads from it.
        socket.socket.shutdown(connection.socket(), socket.SHUT_RDWR)


def _end(connection: IMAPClient, *, say_goodbye: bool) -> None:
    """Whatever is wrong with it."""
    if say_goodbye:
        with suppress(OSError, imaplib.IMAP4.error):
            connection.socket().settimeout(_GOODBYE)
            connection.logout()
            return
    with suppress(OSError):
        connection.shutdown()
