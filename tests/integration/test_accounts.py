"""Admins and their logins."""

from __future__ import annotations

from datetime import timedelta

import bson
import pytest

from server.accounts.admins import Admins
from server.accounts.login import Login
from server.accounts.password_rules import MIN_LENGTH
from server.accounts.throttle import LoginThrottle
from server.contract import Admin, Credentials, Role
from server.errors import BadCredentials, Conflict, Invalid, Unauthorized
from server.store.admins import AdminStore
from server.store.client import Database
from tests.accounts import chosen

_PASSWORD = "correct horse battery"
_LIFETIME = timedelta(days=1)


@pytest.fixture
def admins(database: Database) -> Admins:
    """Nobody yet."""
    return Admins(database)


@pytest.fixture
def login(database: Database) -> Login:
    """Logins that last a day."""
    return Login(database, AdminStore(database), _LIFETIME, LoginThrottle(timedelta(seconds=1)))


@pytest.fixture
async def ann(database: Database) -> Admin:
    """An admin."""
    return await AdminStore(database).add(chosen("Ann", _PASSWORD), by="test")


async def everything_stored(database: Database) -> bytes:
    """Every document of every collection."""
    names = await database.raw.list_collection_names()
    return b"".join([bson.encode(row) for name in names async for row in database.raw[name].find({})])


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "ann\nlee", "ann\x00", "ann\u202e"])
async def test_a_name_that_will_not_do_is_refused(admins: Admins, database: Database, name: str) -> None:
    with pytest.raises(Invalid, match="1 to 100 printable characters"):
        await admins.add(name, _PASSWORD, Role.OWNER, by="test")
    assert await AdminStore(database).is_empty()


async def test_a_short_password_is_refused(admins: Admins, database: Database) -> None:
    with pytest.raises(Invalid, match=f"at least {MIN_LENGTH}") as caught:
        await admins.add("ann", _PASSWORD[: MIN_LENGTH - 1], Role.OWNER, by="test")
    assert "correct" not in caught.value.message
    assert await AdminStore(database).is_empty()
    await admins.add("ann", _PASSWORD[:MIN_LENGTH], Role.OWNER, by="test")
    assert not await AdminStore(database).is_empty()


async def test_a_name_is_taken_whatever_its_case(admins: Admins, ann: Admin) -> None:
    with pytest.raises(Conflict, match="'ANN'"):
        await admins.add(" ANN ", _PASSWORD, Role.VIEWER, by="test")


async def test_name_and_password_open_a_login_that_lasts_its_time(login: Login, ann: Admin, database: Database) -> None:
    before = await database.now()
    token = await login.log_in(Credentials(username="ann", password=_PASSWORD))
    assert before + _LIFETIME <= token.expires_at <= await database.now() + _LIFETIME
    stored = await login.identify(token.token)
    assert stored.admin == ann
    assert (ann.username, ann.role) == ("Ann", Role.OWNER)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ann", _PASSWORD + " "),
        ("Ann", _PASSWORD.upper()),
        ("Ann", "\0"),
        ("bob", _PASSWORD),
        ("Ann ' || 1", _PASSWORD),
    ],
)
async def test_a_refused_login_does_not_say_what_was_wrong(
    login: Login, ann: Admin, database: Database, name: str, password: str
) -> None:
    with pytest.raises(BadCredentials) as caught:
        await login.log_in(Credentials(username=name, password=password))
    assert (caught.value.message, caught.value.details) == ("Name or password is wrong.", {})
    assert await database.tokens.count_documents({}) == 0


@pytest.mark.parametrize("token", ["", "nothing", "$ne", "\udcff".encode("utf-8", "replace").decode(), "x" * 100_000])
async def test_an_unknown_token_is_refused(login: Login, token: str) -> None:
    with pytest.raises(Unauthorized):
        await login.identify(token)


async def test_a_token_that_expired_is_refused(login: Login, ann: Admin, database: Database) -> None:
    token = await login.log_in(Credentials(username="ann", password=_PASSWORD))
    await login.identify(token.token)
    await database.tokens.update_one({}, {"$set": {"expiresAt": await database.now() - timedelta(milliseconds=1)}})
    with pytest.raises(Unauthorized):
        await login.identify(token.token)


async def test_logging_out_ends_that_login_alone(login: Login, ann: Admin) -> None:
    first, second = [await login.log_in(Credentials(username="ann", password=_PASSWORD)) for _ in range(2)]
    await login.log_out(await login.identify(first.token))
    with pytest.raises(Unauthorized):
        await login.identify(first.token)
    assert (await login.identify(second.token)).admin == ann


async def test_the_token_of_an_admin_who_is_gone_is_refused(login: Login, ann: Admin, database: Database) -> None:
    token = await login.log_in(Credentials(username="ann", password=_PASSWORD))
    await database.admins.delete_many({})
    with pytest.raises(Unauthorized):
        await login.identify(token.token)


async def test_neither_token_nor_password_is_stored_in_the_clear(
    admins: Admins, login: Login, database: Database
) -> None:
    await admins.add("Ann", _PASSWORD, Role.OWNER, by="test")
    token = await login.log_in(Credentials(username="ann", password=_PASSWORD))
    stored = await everything_stored(database)
    assert b"Ann" in stored
    assert (await login.identify(token.token)).id.encode() in stored
    assert token.token.encode() not in stored
    assert _PASSWORD.encode() not in stored


async def test_what_is_stored_of_a_token_is_no_token(login: Login, ann: Admin, database: Database) -> None:
    await login.log_in(Credentials(username="ann", password=_PASSWORD))
    (row,) = await database.tokens.find({}).to_list()
    with pytest.raises(Unauthorized):
        await login.identify(row["_id"])
