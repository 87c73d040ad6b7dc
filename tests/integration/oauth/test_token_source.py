"""Access tokens are fetched once, renewed before they end, and never seen anywhere."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from bson.binary import Binary

from server.oauth import source as source_module
from server.oauth import turns as turns_module
from server.oauth.endpoint import TokenEndpoint
from server.oauth.refusals import TokenRefused, TokenServerAway
from server.oauth.source import TokenSource
from server.oauth.sources import TokenSources
from server.oauth.turns import RefreshTurns
from server.operations.redaction import without_secrets
from server.store.client import Database
from server.store.refresh_tokens import RefreshTokenStore
from server.store.vault import Vault
from tests.integration.oauth.conftest import MAILBOX, client
from tests.integration.oauth.token_server import Said, TokenServer, refusal, token

DEADLINE = 30


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The one that tokens are measured by."""
    clock = Clock()
    monkeypatch.setattr(source_module, "time", clock)
    return clock


def source(server: TokenServer, **parts: str) -> TokenSource:
    asker = client(token_url=server.url, client_id="app", client_secret="s3cret", **parts)
    return TokenSource(asker, MAILBOX, TokenEndpoint(server.url, ssl.create_default_context))


async def value(tokens: TokenSource) -> str:
    async with asyncio.timeout(DEADLINE):
        return (await tokens.get()).value


# --- Once, and in time ---


async def test_however_many_want_one_it_is_fetched_once(endpoint: TokenServer) -> None:
    endpoint.go.clear()
    tokens = source(endpoint)
    waiting = [asyncio.create_task(value(tokens)) for _ in range(20)]
    await asyncio.wait_for(endpoint.asked.wait(), DEADLINE)
    waiting[0].cancel()  # who goes away takes it from nobody else
    endpoint.go.set()
    got = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(got[0], asyncio.CancelledError)
    assert got[1:] == ["first"] * 19
    assert await value(tokens) == "first"
    assert len(endpoint.forms) == 1


async def test_a_refusal_is_shared_by_all_who_wait_and_asked_for_anew_by_who_comes_later(endpoint: TokenServer) -> None:
    endpoint.script = [refusal("invalid_client", "No."), token("first")]
    endpoint.go.clear()
    tokens = source(endpoint)
    waiting = [asyncio.create_task(value(tokens)) for _ in range(5)]
    await asyncio.wait_for(endpoint.asked.wait(), DEADLINE)
    endpoint.go.set()
    got = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in got] == [TokenRefused] * 5
    assert len(endpoint.forms) == 1
    assert await value(tokens) == "first"


async def test_it_is_renewed_five_minutes_before_it_ends(endpoint: TokenServer, clock: Clock) -> None:
    endpoint.script = [token("first"), token("short", expires_in=400), token("third")]
    tokens = source(endpoint)
    assert await value(tokens) == "first"
    clock.now += 3600 - 301
    assert await value(tokens) == "first"
    clock.now += 2
    assert await value(tokens) == "short"
    clock.now += 299  # a quarter of so short a life is left
    assert await value(tokens) == "short"
    clock.now += 2
    assert await value(tokens) == "third"


async def test_while_it_lasts_a_token_server_that_is_away_keeps_nobody_waiting(
    endpoint: TokenServer, clock: Clock
) -> None:
    endpoint.script = [token("first"), Said(503, "")]
    tokens = source(endpoint)
    await value(tokens)
    clock.now += 3600 - 200
    assert [await value(tokens) for _ in range(3)] == ["first"] * 3
    assert len(endpoint.forms) == 2, "not asked by each connection"
    clock.now += 180
    with pytest.raises(TokenServerAway):
        await value(tokens)


async def test_who_asked_to_be_left_alone_is(endpoint: TokenServer, clock: Clock) -> None:
    endpoint.script = [Said(429, "", {"Retry-After": "600"}), token("first")]
    tokens = source(endpoint)
    for _ in range(3):
        with pytest.raises(TokenServerAway, match="429"):
            await value(tokens)
    assert len(endpoint.forms) == 1
    clock.now += 601
    assert await value(tokens) == "first"


async def test_one_that_was_not_taken_is_fetched_anew_once(endpoint: TokenServer) -> None:
    endpoint.script = [token("first"), token("second")]
    tokens = source(endpoint)
    first = await tokens.get()
    tokens.drop(first)
    assert await value(tokens) == "second"
    tokens.drop(first)  # another connection comes late with the same
    assert await value(tokens) == "second"
    assert len(endpoint.forms) == 2


async def test_a_scope_may_be_another_for_reading_mail(endpoint: TokenServer, database: Database, vault: Vault) -> None:
    asker = client(token_url=endpoint.url, client_id="app", client_secret="s3cret", scope="send")
    sources = TokenSources(database, _opening(vault), ssl.create_default_context)
    assert await value(sources.of(asker, MAILBOX)) == "first"
    assert await value(sources.of(asker, MAILBOX, scope="read")) == "first"
    assert [form["scope"] for form in endpoint.forms] == ["send", "read"]
    assert sources.of(asker, MAILBOX) is sources.of(asker, MAILBOX)


async def test_tokens_are_blacked_out_also_in_base64(endpoint: TokenServer) -> None:
    secret = "eyJ0eXAiOiJKV1QiLCJub25jZSI6Ik5PTkNFIn0.payload.signature"
    endpoint.script = [token(secret)]
    await source(endpoint).get()
    for before in ("", "u", "us", "user=welcome@firm.example\x01auth=Bearer "):
        told = base64.b64encode(f"{before}{secret}\x01\x01".encode()).decode()
        text = without_secrets(f"535 what is {told}?")
        assert secret not in text
        pieces = {told[at : at + 12] for at in range(len(told) - 12)}
        left = [piece for piece in pieces if piece in text]
        assert all(secret[:6].encode() not in base64.b64decode(piece + "=" * (-len(piece) % 4)) for piece in left)
        assert len(text) < 80
    assert without_secrets(f"token is {secret}.").count("eyJ0") == 0


async def test_what_is_hidden_does_not_grow_for_ever(endpoint: TokenServer, clock: Clock) -> None:
    endpoint.script = [token(f"access-token-number-{number}") for number in range(8)]
    tokens = source(endpoint)
    for _ in range(8):
        await value(tokens)
        clock.now += 3600
    assert without_secrets("access-token-number-7 access-token-number-6") == "••• •••"
    assert without_secrets("access-token-number-1") == "access-token-number-1"


# --- Refresh tokens that are replaced ---


def _opening(vault: Vault) -> Callable[[], Awaitable[Vault]]:
    async def opened() -> Vault:
        return vault

    return opened


def rotating(server: TokenServer, database: Database, vault: Vault, given: str = "given-refresh-token") -> TokenSource:
    """As one more service has it."""
    asker = client(token_url=server.url, client_id="app", refresh_token=given)
    endpoint = TokenEndpoint(server.url, ssl.create_default_context)
    return TokenSource(asker, MAILBOX, endpoint, RefreshTurns(database, _opening(vault), asker, MAILBOX))


def shown(server: TokenServer) -> list[str]:
    return [form["refresh_token"] for form in server.forms]


async def test_a_new_refresh_token_is_kept_encrypted_and_shown_the_next_time(
    endpoint: TokenServer, database: Database, vault: Vault
) -> None:
    endpoint.script = [token("first-access", refresh_token="second-refresh-token"), token("second-access")]
    tokens = rotating(endpoint, database, vault)
    tokens.drop(await tokens.get())
    assert await value(tokens) == "second-access"
    assert shown(endpoint) == ["given-refresh-token", "second-refresh-token"]
    rows = str(await database.meta.find({}).to_list())
    for secret in ("second-refresh-token", "given-refresh-token", "first-access", "second-access"):
        assert secret not in rows
    # A restart goes on from there: the access token is there, and after it the newest refresh token.
    again = rotating(endpoint, database, vault)
    assert await value(again) == "second-access"
    again.drop(await again.get())
    await value(again)
    assert shown(endpoint) == ["given-refresh-token", "second-refresh-token", "second-refresh-token"]


async def test_services_take_turns_so_that_none_is_shown_twice(
    endpoint: TokenServer, database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns_module, "_LOOK", 0.01)
    endpoint.script = [token(f"access-{n}", refresh_token=f"refresh-token-{n}") for n in range(1, 4)]
    services = [rotating(endpoint, database, vault) for _ in range(4)]
    assert set(await asyncio.gather(*map(value, services))) == {"access-1"}
    assert shown(endpoint) == ["given-refresh-token"]
    for each in services:  # none of them is taken any more
        each.drop(await each.get())
    assert set(await asyncio.gather(*map(value, services))) == {"access-2"}
    assert shown(endpoint) == ["given-refresh-token", "refresh-token-1"]


async def test_a_service_that_ends_keeps_the_refresh_token_that_it_is_just_given(
    endpoint: TokenServer, database: Database, vault: Vault
) -> None:
    endpoint.script = [token("first", refresh_token="second-refresh-token"), token("second")]
    endpoint.go.clear()
    tokens = rotating(endpoint, database, vault)
    waiting = asyncio.create_task(value(tokens))
    await asyncio.wait_for(endpoint.asked.wait(), DEADLINE)
    waiting.cancel()
    ending = asyncio.create_task(tokens.close())
    endpoint.go.set()
    await asyncio.wait_for(ending, DEADLINE)
    again = rotating(endpoint, database, vault)
    again.drop(await again.get())
    await value(again)
    assert shown(endpoint) == ["given-refresh-token", "second-refresh-token"]


async def test_a_service_that_ends_waits_for_no_other_token(endpoint: TokenServer) -> None:
    endpoint.go.clear()
    tokens = source(endpoint)
    waiting = asyncio.create_task(value(tokens))
    await asyncio.wait_for(endpoint.asked.wait(), DEADLINE)
    await asyncio.wait_for(tokens.close(), DEADLINE)
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_another_refresh_token_in_the_settings_takes_the_place_of_what_came_of_the_one_before(
    endpoint: TokenServer, database: Database, vault: Vault
) -> None:
    endpoint.script = [token("a", refresh_token="of-the-first"), token("b", refresh_token="of-the-second"), token("c")]
    await value(rotating(endpoint, database, vault, "first-refresh-token"))
    tokens = rotating(endpoint, database, vault, "second-refresh-token")
    assert await value(tokens) == "b"
    assert await database.meta.count_documents({"_id": {"$regex": "^refreshToken:"}}) == 1
    tokens.drop(await tokens.get())
    assert await value(tokens) == "c"
    assert shown(endpoint) == ["first-refresh-token", "second-refresh-token", "of-the-second"]


async def test_a_service_that_was_killed_in_its_turn_holds_up_nobody_for_long(
    endpoint: TokenServer, database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns_module, "_LOOK", 0.01)
    killed = RefreshTokenStore(database, "given-refresh-token", "app welcome@firm.example")
    assert await killed.take_turn("killed")
    waiting = asyncio.create_task(value(rotating(endpoint, database, vault)))
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done
    until = await database.now() - timedelta(seconds=1)
    await database.meta.update_one({"owner": "killed"}, {"$set": {"until": until}, "$inc": {"version": 1}})
    assert await waiting == "first"
    kept = await vault.encrypt("x")
    lifetime = timedelta(hours=1)
    assert not await killed.keep("killed", "", refresh_token=kept, access_token=kept, lifetime=lifetime)


async def test_what_a_lost_master_key_has_sealed_is_begun_anew(
    endpoint: TokenServer, database: Database, vault: Vault
) -> None:
    endpoint.script = [token("first", refresh_token="replaced"), token("second")]
    await value(rotating(endpoint, database, vault))
    foreign = await vault.encrypt("of a key that is gone")
    broken = Binary(foreign[:-1] + bytes([foreign[-1] ^ 1]), foreign.subtype)
    await database.meta.update_one(
        {"refreshToken": {"$exists": True}}, {"$set": {"refreshToken": broken, "access": {}}}
    )
    assert await value(rotating(endpoint, database, vault)) == "second"
    assert shown(endpoint) == ["given-refresh-token"] * 2
