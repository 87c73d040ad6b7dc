"""One source of access tokens for each mail account: for all its connections, its tests, and who reads its mail."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import structlog

from server.contract import Phrase
from server.errors import DatabaseAway
from server.oauth.endpoint import TokenEndpoint
from server.oauth.forms import form_for
from server.oauth.grant import Grant
from server.oauth.refusals import TokenServerAway
from server.oauth.turns import RefreshTurns
from server.oauth_clients import OAuthClient
from server.operations.redaction import hide, unhide
from server.operations.tasks import end
from server.smtp_accounts import AccessToken
from server.store.vault import Locked

log = structlog.get_logger(__name__)

#: Seconds before its end at which the next one is fetched; of one that lasts but minutes, a quarter of them.
_MARGIN = 300.0
#: Seconds that one has to last to be of use, where no other can be had.
_LAST_USE = 30.0
#: Seconds until another is asked for, while there is one that lasts.
_PAUSE = 30.0
#: Seconds for a fetch under way when the service ends.
_AT_THE_END = 10.0
#: How many of the last ones are kept out of whatever is written down.
_HIDDEN = 4


class TokenSource:
    """Fetches an access token when there is none, renews it before it ends, and keeps nobody waiting twice."""

    def __init__(
        self,
        client: OAuthClient,
        mailbox: str,
        endpoint: TokenEndpoint,
        turns: RefreshTurns | None = None,
        *,
        scope: str | None = None,
    ) -> None:
        """``turns``: for a client with a refresh token; ``scope``: instead of the client's own."""
        self._client = client
        self._mailbox = mailbox
        self._endpoint = endpoint
        self._turns = turns
        self._scope = client.scope if scope is None else scope
        self._token: AccessToken | None = None
        self._renew_at = self._ends_at = float("-inf")
        self._refused: str | None = None
        self._hidden: list[str] = []
        self._fetching: asyncio.Task[AccessToken] | None = None
        self._away: TokenServerAway | None = None
        self._not_before = float("-inf")

    async def get(self) -> AccessToken:
        """One that is valid for some minutes. Raises :class:`~server.oauth.refusals.NoToken`.

        The database may be away where a refresh token is kept there.
        """
        token = self._token
        if token is not None and time.monotonic() < self._renew_at:
            return token
        try:
            return await self._fetched_once()
        except TokenServerAway:
            if self._token is not None and time.monotonic() < self._ends_at - _LAST_USE:
                return self._token
            raise

    def drop(self, token: AccessToken) -> None:
        """It was not taken: the next one is fetched anew."""
        if self._token is token:
            self._token, self._refused = None, token.value

    async def close(self) -> None:
        """What is being fetched may replace a refresh token: then it is waited for a little, so that it is kept."""
        if self._fetching is not None:
            fetching = {self._fetching}
            if self._client.refresh_token is not None:
                await asyncio.wait(fetching, timeout=_AT_THE_END)
            await end(fetching)

    async def _fetched_once(self) -> AccessToken:
        """Whoever comes while one is being fetched gets the same, or the same refusal."""
        if self._away is not None and time.monotonic() < self._not_before:
            raise self._remembered(self._away)
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch(), name="access token")
            self._fetching.add_done_callback(self._ended)
        # Who goes away takes it from nobody else.
        return await asyncio.shield(self._fetching)

    def _ended(self, task: asyncio.Task[AccessToken]) -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # raised where somebody still waits for it

    def _remembered(self, away: TokenServerAway) -> TokenServerAway:
        """Not raised twice: each has a traceback of its own."""
        return TokenServerAway(away.sentence, timedelta(seconds=self._not_before - time.monotonic()))

    async def _fetch(self) -> AccessToken:
        try:
            grant = await self._granted()
        except TokenServerAway as away:
            pause = _PAUSE if self._token is not None else 0.0
            self._away, self._not_before = (
                away,
                time.monotonic() + (away.wait or timedelta(seconds=pause)).total_seconds(),
            )
            raise
        self._away = None
        now = time.monotonic()
        self._token = AccessToken(grant.access_token, now)
        self._ends_at = now + grant.lifetime
        self._renew_at = self._ends_at - min(_MARGIN, grant.lifetime / 4)
        self._keep_hidden(grant.access_token)
        log.info("an access token was fetched", mailbox=self._mailbox, seconds=round(grant.lifetime))
        return self._token

    def _keep_hidden(self, token: str) -> None:
        """The last ones may still stand in answers that are on their way; older ones are of no use to anybody."""
        hide([token])
        self._hidden.append(token)
        if len(self._hidden) > _HIDDEN:
            unhide([self._hidden.pop(0)])

    async def _granted(self) -> Grant:
        if self._client.refresh_token is None:
            return await self._endpoint.ask(form_for(self._client, self._mailbox, self._scope, None))
        assert self._turns is not None  # noqa: S101 - see above
        try:
            async with self._turns(self._scope) as turn:
                if (shared := turn.shared(besides=self._refused)) is not None:
                    return shared
                form = form_for(self._client, self._mailbox, self._scope, turn.refresh_token)
                grant = await self._endpoint.ask(form)
                await turn.keep(grant)
                return grant
        except DatabaseAway as error:
            raise TokenServerAway(Phrase.DATABASE_SILENT.says()) from error
        except Locked as error:
            raise TokenServerAway(Phrase.PASSWORDS_LOCKED.says(answer=Phrase.MASTER_KEY_REPLACED.says())) from error
