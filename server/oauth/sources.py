"""The sources of access tokens of a service: one for each account that logs in by them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from server.oauth.endpoint import TokenEndpoint
from server.oauth.source import TokenSource
from server.oauth.turns import RefreshTurns
from server.oauth_clients import OAuthClient
from server.smtp_accounts import SmtpAccount
from server.store.client import Database
from server.store.vault import Vault


class TokenSources:
    """Makes each source once, whoever asks for it."""

    def __init__(
        self, database: Database, vault: Callable[[], Awaitable[Vault]], make_context: Callable[[], ssl.SSLContext]
    ) -> None:
        """``vault``: opens it, where a refresh token has to be kept; ``make_context``: whom TLS trusts."""
        self._database = database
        self._vault = vault
        self._make_context = make_context
        self._sources: dict[tuple[OAuthClient, str, str], TokenSource] = {}

    def of(self, client: OAuthClient, mailbox: str, *, scope: str | None = None) -> TokenSource:
        """The source for that mailbox; ``scope``: instead of the client's own, as reading mail may need another."""
        key = (client, mailbox, client.scope if scope is None else scope)
        if key not in self._sources:
            turns = None
            if client.refresh_token is not None:
                turns = RefreshTurns(self._database, self._vault, client, mailbox)
            endpoint = TokenEndpoint(client.token_url, self._make_context)
            self._sources[key] = TokenSource(client, mailbox, endpoint, turns, scope=scope)
        return self._sources[key]

    def equip(self, accounts: Sequence[SmtpAccount]) -> tuple[SmtpAccount, ...]:
        """The accounts, each with its source where it needs one."""
        return tuple(self._equipped(account) for account in accounts)

    def _equipped(self, account: SmtpAccount) -> SmtpAccount:
        server = account.server
        if server.oauth is None or server.username is None:
            return account
        return replace(account, tokens=self.of(server.oauth, server.username))

    async def close(self) -> None:
        """What is being fetched is waited for a little."""
        await asyncio.gather(*(source.close() for source in self._sources.values()))
