"""Using a refresh token in turn with all others who have the same, and keeping what it is replaced by."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TypeVar

import structlog
from bson.binary import Binary

from server.errors import DatabaseAway
from server.oauth.grant import Grant
from server.oauth_clients import OAuthClient
from server.operations.redaction import hide
from server.store.client import Database
from server.store.refresh_tokens import RefreshTokenStore
from server.store.vault import Unreadable, Vault

log = structlog.get_logger(__name__)

#: Seconds between two looks whether it is one's turn, or whether the database is back.
_LOOK = 0.5
#: Seconds that an access token of somebody else has to last to be of use.
_WORTH = 300.0

Result = TypeVar("Result")


class RefreshTurns:
    """Of one refresh token in the settings."""

    def __init__(
        self, database: Database, vault: Callable[[], Awaitable[Vault]], client: OAuthClient, mailbox: str
    ) -> None:
        """``vault``: opens it at first use."""
        assert client.refresh_token is not None  # noqa: S101 - else there is no turn to take
        self._database = database
        self._vault = vault
        self._given = client.refresh_token.get_secret_value()
        self._store = RefreshTokenStore(database, self._given, f"{client.client_id} {mailbox}")
        self._owner = secrets.token_hex(8)

    @asynccontextmanager
    async def __call__(self, scope: str) -> AsyncIterator[_Turn]:
        """One's turn, once whoever has it is done. Raises DatabaseAway, and ``Locked`` where nothing can be kept."""
        vault = await self._vault()
        await vault.encrypt("trial")  # better now than when there is something to keep
        while not await self._store.take_turn(self._owner):  # noqa: ASYNC110 - it is other services that end theirs
            await asyncio.sleep(_LOOK)
        try:
            yield await self._turn(vault, scope)
        finally:
            with suppress(DatabaseAway):  # it ends by itself
                await self._store.end_turn(self._owner)

    async def _turn(self, vault: Vault, scope: str) -> _Turn:
        kept = await self._store.kept(scope)
        shared = None
        if kept.access_token is not None and kept.access_ends_at is not None:
            lifetime = (kept.access_ends_at - await self._database.now()).total_seconds()
            token = await self._opened(vault, kept.access_token) if lifetime > _WORTH else None
            shared = None if token is None else Grant(token, lifetime)
        newest = None if kept.refresh_token is None else await self._opened(vault, kept.refresh_token)
        if newest is not None:
            hide([newest])
        return _Turn(vault, self._store, self._owner, scope, newest or self._given, shared)

    @staticmethod
    async def _opened(vault: Vault, sealed: Binary) -> str | None:
        """None: it was sealed by a master key that was given up."""
        try:
            return await vault.decrypt(sealed)
        except Unreadable:
            return None


class _Turn:
    """This process alone uses the refresh token; others that want to wait until it has written down the next one."""

    def __init__(
        self, vault: Vault, store: RefreshTokenStore, owner: str, scope: str, refresh_token: str, shared: Grant | None
    ) -> None:
        self._vault = vault
        self._store = store
        self._owner = owner
        self._scope = scope
        self._shared = shared
        #: The newest one.
        self.refresh_token = refresh_token

    def shared(self, *, besides: str | None) -> Grant | None:
        """An access token that another process has fetched, unless it is this one."""
        return None if self._shared is None or self._shared.access_token == besides else self._shared

    async def keep(self, grant: Grant) -> None:
        """What was given instead of what was shown: written down at once, or as soon as the database is back."""
        replaced = grant.refresh_token if grant.refresh_token != self.refresh_token else None
        if replaced is not None:
            hide([replaced])
        sealed = None if replaced is None else await _patiently(lambda: self._vault.encrypt(replaced))
        access = await _patiently(lambda: self._vault.encrypt(grant.access_token))
        is_kept = await _patiently(
            lambda: self._store.keep(
                self._owner,
                self._scope,
                refresh_token=sealed,
                access_token=access,
                lifetime=timedelta(seconds=grant.lifetime),
            )
        )
        if not is_kept:
            log.warning("a new refresh token came too late to be kept", replaced=replaced is not None)


async def _patiently(write: Callable[[], Awaitable[Result]]) -> Result:
    while True:
        try:
            return await write()
        except DatabaseAway:
            await asyncio.sleep(_LOOK)
