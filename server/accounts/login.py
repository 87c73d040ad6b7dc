"""Who gets in: admins log in with name and password and then show an opaque token.

Only the token's hash is stored, so whoever reads the database cannot log in with what is there. A token is random and
long, so a fast hash does (OWASP, Session Management).
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from datetime import timedelta

from server.accounts.hashing import hash_chosen_password, verify_password
from server.contract import Admin, Credentials, Role, Token
from server.errors import BadCredentials, Invalid, Unauthorized
from server.store.admins import AdminStore, StoredToken
from server.store.client import Database

MIN_PASSWORD_LENGTH = 10

_TOKEN_BYTES = 32


class Login:
    """Adds admins, opens and ends their logins, and tells whose a token is."""

    def __init__(self, admins: AdminStore, database: Database, token_lifetime: timedelta) -> None:
        self._admins = admins
        self._database = database
        self._token_lifetime = token_lifetime
        # Compared against when the name is unknown, so that the answer takes as long as for a known one.
        self._nobodys_hash = hash_chosen_password(secrets.token_urlsafe())

    async def log_in(self, credentials: Credentials) -> Token:
        """Raises :class:`BadCredentials`, which does not say which of the two was wrong."""
        found = await self._admins.find(credentials.username)
        expected = found.password_hash if found else self._nobodys_hash
        matches = await asyncio.to_thread(verify_password, credentials.password, expected)
        if found is None or not matches:
            raise BadCredentials("Name or password is wrong.")
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        expires_at = await self._database.now() + self._token_lifetime
        await self._admins.add_token(token_id(token), found.admin, expires_at)
        return Token(token=token, expires_at=expires_at)

    async def identify(self, token: str) -> StoredToken:
        """Raises :class:`Unauthorized`."""
        stored = await self._admins.find_token(token_id(token))
        if stored is None:
            raise Unauthorized("Your login has ended. Log in again.")
        return stored

    async def log_out(self, stored: StoredToken) -> None:
        """End this login; others of the same admin go on."""
        await self._admins.remove_token(stored.id)


async def add_admin(admins: AdminStore, username: str, password: str, role: Role) -> Admin:
    """Raises :class:`Invalid` for a name or password that will not do, ``Conflict`` for a name that is taken."""
    name = username.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise Invalid("The name must have 1 to 100 printable characters.")
    if len(password) < MIN_PASSWORD_LENGTH:
        raise Invalid(f"The password must have at least {MIN_PASSWORD_LENGTH} characters.")
    return await admins.add(name, await asyncio.to_thread(hash_chosen_password, password), role)


def token_id(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
