"""Who gets in: admins log in with name and password and then show an opaque token.

Only the token's hash is stored, so whoever reads the database cannot log in with what is there. A token is random and
long, so a fast hash does (OWASP, Session Management).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from server.accounts.hashing import hash_chosen_password, verify_password
from server.accounts.password_rules import check_password
from server.accounts.refusals import Refusals
from server.accounts.throttle import Attempt, LoginThrottle
from server.contract import UNKNOWN_NAME, Credentials, PasswordChange, Phrase, Token
from server.errors import BadCredentials, Forbidden, Invalid, TooManyAttempts, Unauthorized
from server.store.admins import AdminStore, NewLogin, StoredAdmin
from server.store.audit import AuditLog
from server.store.client import Database
from server.store.tokens import StoredToken, TokenStore
from server.threads import PASSWORDS, STRANGERS

_TOKEN_BYTES = 32
_CLIENT_LENGTH = 200
#: Attempts that are looked at or wait for it, and the seconds after which the next one may be tried.
_MOST_AT_ONCE = 100
_COME_BACK = 5


class Login:
    """Opens and ends logins, tells whose a token is, and lets admins change their password."""

    def __init__(
        self, database: Database, admins: AdminStore, token_lifetime: timedelta, throttle: LoginThrottle
    ) -> None:
        self._database = database
        self._admins = admins
        self._tokens = TokenStore(database)
        self.refusals = Refusals(AuditLog(database))
        self._token_lifetime = token_lifetime
        self._throttle = throttle
        # Compared against when the name is unknown, so that the answer takes as long as for a known one.
        self._nobodys_hash = hash_chosen_password(secrets.token_urlsafe())

    async def log_in(self, credentials: Credentials, *, address: str = "", client: str = "") -> Token:
        """``client``: what the program at the other end calls itself.

        Raises :class:`BadCredentials`, which does not say which of the two was wrong, :class:`TooManyAttempts`, or
        :class:`Forbidden` for a disabled admin.
        """
        found = await self._admins.find(credentials.username)
        attempt = _attempt(credentials, found, address)
        # Who is known from there never waits for strangers, however many they are.
        pool = PASSWORDS if attempt.known else STRANGERS
        if pool.in_hand >= _MOST_AT_ONCE:
            raise TooManyAttempts(retry_after=_COME_BACK)
        self._throttle.begin(attempt)
        expected = found.password_hash if found else self._nobodys_hash
        matches = await pool.run(verify_password, credentials.password, expected)
        if found is None or not matches:
            by = UNKNOWN_NAME if found is None else found.admin.username
            await self.refusals.note("session.login", by, address, Phrase.WRONG_LOGIN.says())
            raise BadCredentials(Phrase.WRONG_LOGIN)
        self._throttle.succeeded(attempt)
        if found.disabled:
            await self.refusals.note("session.login", found.admin.username, address, Phrase.ACCOUNT_IS_DISABLED.says())
            raise Forbidden(Phrase.ACCOUNT_DISABLED)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        device = credentials.device if attempt.device and credentials.device else secrets.token_urlsafe(_TOKEN_BYTES)
        new = NewLogin(
            token_id=token_id(token),
            expires_at=await self._database.now() + self._token_lifetime,
            address=address,
            client="".join(each for each in client if each.isprintable())[:_CLIENT_LENGTH],
            device_id=token_id(device),
        )
        if not await self._admins.open_login(found, new):
            raise BadCredentials(Phrase.ACCOUNT_CHANGED)
        return Token(
            token=token,
            expires_at=new.expires_at,
            device=device,
            must_change_password=found.admin.must_change_password,
        )

    async def identify(self, token: str) -> StoredToken:
        """Raises :class:`Unauthorized`."""
        stored = await self._tokens.find(token_id(token))
        if stored is None:
            raise Unauthorized(Phrase.LOGIN_ENDED)
        return stored

    async def log_out(self, stored: StoredToken) -> None:
        """End this login; others of the same admin go on."""
        await self._tokens.end_one(stored.admin, stored.session_id, by=stored.admin.username, action="session.logout")

    async def change_password(self, stored: StoredToken, change: PasswordChange, *, address: str = "") -> None:
        """Of the admin who is logged in; their other logins end.

        Raises :class:`BadCredentials`, :class:`TooManyAttempts`, or :class:`Invalid` for a password that will not do.
        """
        admin = stored.admin
        check_password(change.new, admin.username)
        if change.new == change.current:
            raise Invalid(Phrase.PASSWORD_IS_THE_SAME)
        found = await self._admins.get(admin.id)
        # Whoever found an open login shall not find out the password by it.
        attempt = Attempt(username=admin.username, address=address, device=stored.id, known=True, account=admin.id)
        self._throttle.begin(attempt)
        if not await PASSWORDS.run(verify_password, change.current, found.password_hash):
            await self.refusals.note("password.change", admin.username, address, Phrase.PRESENT_PASSWORD_WRONG.says())
            raise BadCredentials(Phrase.PRESENT_PASSWORD_WRONG)
        self._throttle.succeeded(attempt)
        new_hash = await PASSWORDS.run(hash_chosen_password, change.new)
        await self._admins.change_password(found, new_hash, spare=stored.id)


def _attempt(credentials: Credentials, found: StoredAdmin | None, address: str) -> Attempt:
    device = None if credentials.device is None else token_id(credentials.device)
    if found is None or device not in found.devices:
        device = None
    known = device is not None or (found is not None and address in found.addresses)
    account = "" if found is None else found.admin.id
    return Attempt(credentials.username, address, device, known, account)


def token_id(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
