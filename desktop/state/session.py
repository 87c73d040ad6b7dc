"""Who is logged in."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal

from desktop.backend.api import Api
from desktop.backend.errors import DeskError, LoggedOut, Refused
from desktop.platform.keyring import TokenStore
from desktop.platform.logs import hide
from desktop.tasks import spawn
from desktop.wording.troubles import Trouble
from server.contract import Admin, MailMode, Service

log = logging.getLogger(__name__)


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
        #: Why nobody is logged in, as a sentence for the login window; empty: no particular reason.
        self.reason = ""

    @property
    def server_url(self) -> str:
        """The server's address."""
        return self._api.server_url

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
        self._api.token = None
        kept = _device_key(self.server_url, username)
        device = await self._tokens.load(kept)
        if device is not None:
            hide(device)
        token = await self._api.login(username, password, device)
        hide(token.token)
        if token.device and token.device != device:
            hide(token.device)
            # Nobody waits for a keyring that asks its user something: it is only for the next login.
            spawn(self._tokens.save(kept, token.device), name="keep what this device is known by")
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

    async def _finish_login(self, token: str) -> None:
        await self._enter(token)
        if self._remember:
            await self._tokens.save(self.server_url, token)
        self.logged_in.emit()

    async def resume(self, token: str | None = None) -> bool:
        """Use this token or the kept one, if there is one; whether that worked. ``reason`` says why not."""
        token = token or await self._tokens.load(self.server_url)
        if token is None:
            return False
        try:
            await self._enter(token)
        except LoggedOut as error:
            await self._tokens.forget(self.server_url)
            self.reason = error.message
            return False
        except DeskError as error:  # the token may still be good: keep it for the next start
            self.reason = f"{error.title} {error.message}"
            return False
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
