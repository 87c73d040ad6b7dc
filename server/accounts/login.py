"""Who gets in: admins log in with name and password and then show an opaque token.

Only the token's hash is stored, so whoever reads the database cannot log in with what is there. A token is random and
long, so a fast hash does (OWASP, Session Management).
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import OrderedDict
from datetime import timedelta

from bson import ObjectId

from server.accounts.hashing import hash_chosen_password, verify_password
from server.accounts.password_rules import check_password
from server.accounts.throttle import Attempt, LoginThrottle
from server.contract import UNKNOWN_NAME, AuditResult, Credentials, PasswordChange, Phrase, Token
from server.errors import BadCredentials, Forbidden, Invalid, Unauthorized
from server.store.admins import AdminStore, NewLogin, StoredAdmin
from server.store.audit import AuditLog
from server.store.client import Database
from server.store.tokens import StoredToken, TokenStore

_TOKEN_BYTES = 32
_CLIENT_LENGTH = 200


class Login:
    """Opens and ends logins, tells whose a token is, and lets admins change their password."""

    def __init__(
        self, database: Database, admins: AdminStore, token_lifetime: timedelta, throttle: LoginThrottle
    ) -> None:
        self._database = database
        self._admins = admins
        self._tokens = TokenStore(database)
        self._refusals = _Refusals(AuditLog(database))
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
        self._throttle.begin(attempt)
        expected = found.password_hash if found else self._nobodys_hash
        matches = await asyncio.to_thread(verify_password, credentials.password, expected)
        if found is None or not matches:
            by = UNKNOWN_NAME if found is None else found.admin.username
            await self._refusals.note("session.login", by, address, Phrase.WRONG_LOGIN)
            raise BadCredentials(Phrase.WRONG_LOGIN)
        self._throttle.succeeded(attempt)
        if found.disabled:
            await self._refusals.note("session.login", found.admin.username, address, Phrase.ACCOUNT_IS_DISABLED)
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
        attempt = Attempt(username=admin.username, address=address, device=stored.id, known=True)
        self._throttle.begin(attempt)
        if not await asyncio.to_thread(verify_password, change.current, found.password_hash):
            await self._refusals.note("password.change", admin.username, address, Phrase.PRESENT_PASSWORD_WRONG)
            raise BadCredentials(Phrase.PRESENT_PASSWORD_WRONG)
        self._throttle.succeeded(attempt)
        new_hash = await asyncio.to_thread(hash_chosen_password, change.new)
        await self._admins.change_password(found, new_hash, spare=stored.id)


class _Refusals:
    """Failed attempts in the audit log: those of one kind that follow each other are one entry that counts them."""

    _JOINED = 600.0  # seconds
    _MOST = 1000

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit
        self._entries: OrderedDict[tuple[str, ...], tuple[ObjectId, float]] = OrderedDict()

    async def note(self, action: str, by: str, address: str, reason: Phrase) -> None:
        """One more."""
        key, now = (action, by, address, reason.code), time.monotonic()
        entry, begun = self._entries.get(key, (ObjectId(), now))
        if now - begun > self._JOINED:
            entry, begun = ObjectId(), now
        self._entries[key] = entry, begun
        if len(self._entries) > self._MOST:
            self._entries.popitem(last=False)
        details = {"reason": reason.english}
        await self._audit.note(entry, action, by=by, count=1, session=None, details=details, result=AuditResult.REFUSED)


def _attempt(credentials: Credentials, found: StoredAdmin | None, address: str) -> Attempt:
    device = None if credentials.device is None else token_id(credentials.device)
    if found is None or device not in found.devices:
        device = None
    known = device is not None or (found is not None and address in found.addresses)
    return Attempt(credentials.username, address, device, known)


def token_id(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
