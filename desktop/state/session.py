"""Who is logged in."""

from __future__ import annotations

import asyncio
import logging

from PySide6.QtCore import QObject, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError, LoggedOut, Refused, Unreachable
from desktop.platform.keyring import TokenStore
from desktop.platform.logs import hide
from desktop.tasks import spawn
from desktop.wording.troubles import Trouble
from server.contract import Admin, MailMode, Service, Token

log = logging.getLogger(__name__)

#: What stands between the desktop and its server for a while: a network that wants a login of its own, a wrong clock.
_IN_BETWEEN = frozenset(
    {
        Trouble.STRANGER,
        Trouble.NOT_UNDERSTOOD,
        Trouble.CERTIFICATE_EXPIRED,
        Trouble.CERTIFICATE_NOT_YET_VALID,
        Trouble.CERTIFICATE_OF_ANOTHER,
        Trouble.CERTIFICATE_UNKNOWN,
    }
)


class Session(QObject):
    """The login, from its start to its end.

    Signals:
        logged_in: ``admin`` and ``service`` are known.
        admin_changed: somebody has changed what ``admin`` may do.
        password_wanted: the login is good for nothing but :meth:`choose_password`.
        logged_out: why, as a sentence; empty when the admin wanted it.
    """

    logged_in = Signal()
    admin_changed = Signal()
    password_wanted = Signal()
    logged_out = Signal(str)

    def __init__(self, api: Api, tokens: TokenStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._api = api
        self._tokens = tokens
        self.admin: Admin | None = None
        self.service: Service | None = None
        self._remember = False
        self._expected: str | None = None
        self._entering = asyncio.Lock()
        #: Why nobody is logged in, as a sentence for the login window; empty: no particular reason.
        self.reason = ""
        #: The same in a few words, for where the rest is said.
        self.problem = ""

    @property
    def server_url(self) -> str:
        """The server's address."""
        return self._api.server_url

    @property
    def is_expected(self) -> bool:
        """Whether a kept login waits for a server that cannot be reached now. ``reason`` says why not."""
        return self._expected is not None

    @property
    def keyring_note(self) -> str:
        """A sentence to show once when the login was to be kept beyond this run and cannot be, else empty."""
        return self._tokens.note if self._remember else ""

    @property
    def captures_mail(self) -> bool:
        """Whether the server keeps emails instead of sending them."""
        return self.service is not None and self.service.mail_mode is MailMode.MAILBOX

    async def login(self, username: str, password: str, *, remember: bool) -> None:
        """Raises :class:`DeskError`. The password is kept nowhere; the token is when ``remember``."""
        username = username.strip()
        if not username or not password:
            raise Refused(Trouble.NOTHING_TYPED)
        async with self._entering:
            self._api.token = None
            try:
                token = await self._ask_for_token(username, password)
            except DeskError:
                self._api.token = self._expected
                raise
            self._expected = None
            self._remember = remember
            if token.must_change_password:
                self._api.token = token.token
                self.password_wanted.emit()
            else:
                await self._finish_login(token.token)

    async def choose_password(self, current: str, new: str) -> None:
        """Replace the password that somebody else has set, and go in. Raises :class:`DeskError`."""
        token = self._api.token
        if token is None:  # ended meanwhile
            raise LoggedOut(Trouble.LOGGED_OUT)
        await self._api.change_password(current, new)
        await self._finish_login(token)

    async def _ask_for_token(self, username: str, password: str) -> Token:
        kept = _device_key(self.server_url, username)
        device = await self._tokens.load(kept, may_ask=False)
        if device is not None:
            hide(device)
        token = await self._api.login(username, password, device)
        hide(token.token)
        if token.device and token.device != device:
            hide(token.device)
            # Nobody waits for it, and nobody is asked anything for it: it is only for the next login.
            spawn(self._tokens.save(kept, token.device, may_ask=False), name="keep what this device is known by")
        return token

    async def _finish_login(self, token: str) -> None:
        await self._enter(token)
        if self._remember:
            await self._tokens.save(self.server_url, token, may_ask=True)
        self.logged_in.emit()

    async def resume(self, token: str | None = None, *, may_ask: bool = False) -> bool:
        """Use this token or the kept one, if there is one; whether that worked. ``reason`` says why not.

        A login that may still be good is expected from then on. ``may_ask``: whether the keyring's password may be
        asked for.
        """
        token = token or await self._tokens.load(self.server_url, may_ask=may_ask)
        async with self._entering:
            if token is None or self.admin is not None:  # somebody was quicker
                return False
            self._expected = token
            return await self._go_in(token)

    async def try_again(self) -> bool:
        """Go in with the login that is expected, if it is; whether that worked.

        One that is not good any more ends with ``logged_out``.
        """
        async with self._entering:
            token = self._expected
            if token is None:
                return False
            came_in = await self._go_in(token)
            if not came_in and self._expected is None:
                self._leave(self.reason)
            return came_in

    async def _go_in(self, token: str) -> bool:
        try:
            await self._enter(token)
        except LoggedOut as error:
            await self._tokens.forget(self.server_url)
            self._expected = None
            self.reason = error.message
            return False
        except DeskError as error:  # the token may still be good: keep it
            self.reason, self.problem = f"{error.title} {error.message}", error.title
            if isinstance(error, Unreachable) or error.trouble in _IN_BETWEEN:
                self._api.token = token
            else:
                self._expected = None
            return False
        self._expected = None
        self.logged_in.emit()
        return True

    def set_admin(self, admin: Admin) -> None:
        """What the server says has become of the account."""
        if self.admin is not None and self.admin.id == admin.id and self.admin != admin:
            self.admin = admin
            self.admin_changed.emit()

    async def logout(self) -> None:
        """End the login, also when the server cannot be told; nothing about sending depends on it."""
        self.admin = None  # from here a refused token is no news
        self._expected = None
        try:
            await self._api.logout()
        except DeskError as error:
            log.info("the server was not told of the logout: %s", error)
        await self._tokens.forget(self.server_url)
        self._leave("")

    async def end(self, reason: str) -> None:
        """The server does not accept the token any more; why, as a sentence."""
        if self.admin is None:
            return
        self._leave(reason)
        await self._tokens.forget(self.server_url)

    async def _enter(self, token: str) -> None:
        hide(token)
        self._api.token = token
        try:
            self.admin, self.service = await self._api.me(), await self._api.service()
        except DeskError:
            self._api.token = None
            self.admin = None
            raise
        self.reason = ""

    def _leave(self, reason: str) -> None:
        self._api.token = None
        self.admin = None
        self.reason = reason
        self.logged_out.emit(reason)


def _device_key(server_url: str, username: str) -> str:
    """Beside the token, under a name of its own: it stays when the token goes, and is of one admin only."""
    return f"{server_url} device of {username.casefold()}"
