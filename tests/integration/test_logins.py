"""What happens to logins and accounts at the same moment, and how long a refusal takes."""

from __future__ import annotations

import asyncio
import statistics
import threading
import time
from datetime import timedelta

import pytest

from server.accounts.admins import Admins
from server.accounts.hashing import hash_chosen_password
from server.accounts.login import Login
from server.accounts.throttle import LoginThrottle
from server.contract import Admin, AuditFilter, Credentials, PasswordChange, Role, Token
from server.errors import BadCredentials, Conflict, Forbidden, ServiceError, TooManyAttempts, Unauthorized
from server.store.admins import AdminStore
from server.store.audit import AuditLog, asked_from
from server.store.client import Database
from server.store.tokens import TokenStore
from server.threads import FILES, IMPORTS, STRANGERS, TEMPLATES
from tests.accounts import chosen
from tests.waiting import LIMIT

_PASSWORD = "correct horse battery"
_OTHER_HASH = hash_chosen_password("another horse battery")
_OTHER = "another horse, a new stable"
_ANN = Credentials(username="ann", password=_PASSWORD)


@pytest.fixture
def admins(database: Database) -> Admins:
    return Admins(database)


@pytest.fixture
def store(database: Database) -> AdminStore:
    return AdminStore(database)


@pytest.fixture
def login(database: Database, store: AdminStore) -> Login:
    """Its clock stands still: no wait is over by the time of the next attempt, however slow the machine is."""
    return Login(database, store, timedelta(days=1), LoginThrottle(timedelta(seconds=30), clock=lambda: 0.0))


@pytest.fixture
async def ann(store: AdminStore) -> Admin:
    return await store.add(chosen("ann", _PASSWORD), by="test")


async def active_owners(store: AdminStore) -> list[str]:
    return [admin.username for admin in await store.all() if admin.role is Role.OWNER and not admin.disabled]


@pytest.mark.parametrize("owners", [2, 5])
async def test_owners_who_demote_and_disable_each_other_leave_one(store: AdminStore, owners: int) -> None:
    made = [await store.add(chosen(f"owner{n}", _PASSWORD), by="test") for n in range(owners)]
    for turn in range(10):
        changes = [
            store.change_role(victim.id, Role.VIEWER, by="x") if (turn + n) % 2 else store.disable(victim.id, by="x")
            for n, victim in enumerate(made)
        ]
        results = await asyncio.gather(*changes, return_exceptions=True)
        refused = [result for result in results if isinstance(result, BaseException)]
        assert [type(error) for error in refused] == [Conflict]
        assert len(await active_owners(store)) == 1
        for each in made:
            await store.enable(each.id, by="x")
            await store.change_role(each.id, Role.OWNER, by="x")


async def test_of_many_first_owners_one_is_made(admins: Admins, store: AdminStore) -> None:
    wishes = [admins.add(f"ann{n}", _PASSWORD, Role.OWNER, by="x", only_as_first=True) for n in range(5)]
    results = await asyncio.gather(*wishes, return_exceptions=True)
    assert sum(isinstance(result, Admin) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 4
    assert len(await store.all()) == 1


@pytest.mark.parametrize("what", ["disable", "reset", "change"])
async def test_a_login_at_the_same_moment_does_not_outlive_it(
    store: AdminStore, login: Login, ann: Admin, database: Database, what: str
) -> None:
    """Whatever comes first: with the old password nobody is logged in afterwards."""
    await store.add(chosen("bob", _PASSWORD), by="test")
    own = await login.identify((await login.log_in(_ANN)).token)
    found = await store.find("ann")
    assert found is not None

    async def end() -> None:
        if what == "disable":
            await store.disable(ann.id, by="bob")
        elif what == "reset":
            await store.reset(ann.id, _OTHER_HASH, by="bob")
        else:
            await store.change_password(found, _OTHER_HASH, spare=own.id)

    async def try_to_log_in() -> Token | None:
        try:
            return await login.log_in(_ANN)
        except (BadCredentials, Forbidden):
            return None

    trying = [asyncio.create_task(try_to_log_in()) for _ in range(4)]
    for _ in range(3):  # they have read the account, and check the password
        await database.now()
        await asyncio.sleep(0)
    await end()
    tokens = [token for token in await asyncio.gather(*trying) if token is not None]
    for token in tokens:
        with pytest.raises(Unauthorized):
            await login.identify(token.token)
    await store.enable(ann.id, by="bob")
    left = await TokenStore(database).sessions(ann.id)
    assert len(left) == (1 if what == "change" else 0)


async def test_a_device_is_known_again_and_the_ones_of_a_reset_account_are_not(
    admins: Admins, store: AdminStore, login: Login, ann: Admin
) -> None:
    first = await login.log_in(_ANN, address="198.51.100.1")
    assert first.device
    again = await login.log_in(_ANN.model_copy(update={"device": first.device}), address="198.51.100.2")
    assert again.device == first.device
    made_up = await login.log_in(_ANN.model_copy(update={"device": "made up"}), address="198.51.100.2")
    assert made_up.device not in ("made up", first.device)
    found = await store.find("ann")
    assert found is not None
    assert found.addresses == ("198.51.100.2", "198.51.100.1")
    assert len(found.devices) == 2
    assert first.device not in found.devices

    password = (await admins.reset(ann, by="test")).password
    after = await login.log_in(Credentials(username="ann", password=password, device=first.device))
    assert after.device != first.device


async def test_an_open_login_is_no_way_to_find_out_the_password(login: Login, ann: Admin) -> None:
    stored = await login.identify((await login.log_in(_ANN)).token)
    for number in range(5):
        with pytest.raises(BadCredentials):
            await login.change_password(stored, PasswordChange(current=f"wrong {number}", new=_OTHER))
    with pytest.raises(TooManyAttempts):
        await login.change_password(stored, PasswordChange(current=_PASSWORD, new=_OTHER))


async def test_wrong_attempts_in_a_row_are_one_entry_with_their_number(
    login: Login, ann: Admin, database: Database
) -> None:
    asked_from.set("198.51.100.1")
    for password in ("wrong 1", "wrong 2", "wrong 3"):
        with pytest.raises(BadCredentials):
            await login.log_in(Credentials(username="ANN", password=password), address="198.51.100.1")
    entries = (await AuditLog(database).page(AuditFilter(action="session."), after=None, skip=0, limit=10)).items
    assert [(entry.by, entry.origin, entry.count, entry.result) for entry in entries] == [
        ("ann", "198.51.100.1", 3, "refused")
    ]


async def test_a_refusal_takes_as_long_for_a_name_that_nobody_has(login: Login, ann: Admin) -> None:
    times: dict[str, list[float]] = {"ann": [], "nobody": []}
    for number in range(7):
        for name, taken in times.items():
            started = time.process_time()
            with pytest.raises(BadCredentials):
                await login.log_in(Credentials(username=name, password="wrong"), address=f"198.51.100.{number // 3}")
            taken.append(time.process_time() - started)
    known, unknown = (statistics.median(taken) for taken in times.values())
    print(f"median of a refusal: known name {known * 1000:.1f} ms, unknown name {unknown * 1000:.1f} ms")
    assert 0.5 < known / unknown < 2


async def test_what_is_refused_is_written_down(admins: Admins, ann: Admin, database: Database) -> None:
    for wish in (
        admins.disable(ann, by="ann"),
        admins.change_role(ann, Role.VIEWER, by="ann"),
        admins.add("ann", _PASSWORD, Role.VIEWER, by="ann"),
        admins.add("bob", "password1234", Role.VIEWER, by="ann"),
        admins.invite("ann", Role.VIEWER, by="ann"),
    ):
        with pytest.raises(ServiceError):
            await wish
    entries = (await AuditLog(database).page(AuditFilter(by="ann"), after=None, skip=0, limit=10)).items
    assert [(entry.action, entry.result, entry.count) for entry in entries] == [
        ("admin.add", "refused", 0),
        ("admin.add", "refused", 0),
        ("admin.add", "refused", 0),
        ("admin.role", "refused", 0),
        ("admin.disable", "refused", 0),
    ]
    assert all(entry.details["reason"] for entry in entries)
    assert "password1234" not in str(entries)


async def test_a_login_waits_for_no_work_of_another_kind(login: Login, ann: Admin) -> None:
    """Nor does one from a known address for any number of strangers."""
    assert ann.username == "ann"
    await login.log_in(_ANN, address="192.0.2.1")
    may_end = threading.Event()
    busy = [
        asyncio.create_task(work)
        for pool in (TEMPLATES, FILES, IMPORTS, STRANGERS)
        for work in [pool.run(may_end.wait, LIMIT) for _ in range(20)]
    ]
    busy += [asyncio.create_task(asyncio.to_thread(may_end.wait, LIMIT)) for _ in range(40)]
    try:
        async with asyncio.timeout(LIMIT / 2):
            assert (await login.log_in(_ANN, address="192.0.2.1")).token
    finally:
        may_end.set()
        await asyncio.gather(*busy)


async def test_strangers_who_are_too_many_are_told_when_to_come_back(
    login: Login, ann: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ann.username == "ann"
    await login.log_in(_ANN, address="192.0.2.1")
    monkeypatch.setattr(STRANGERS, "in_hand", 100)
    with pytest.raises(TooManyAttempts) as refusal:
        await login.log_in(_ANN, address="192.0.2.2")
    assert refusal.value.retry_after == 5
    assert (await login.log_in(_ANN, address="192.0.2.1")).token
