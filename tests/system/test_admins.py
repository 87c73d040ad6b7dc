"""Accounts, logins and roles on running services: made, changed, ended, slowed down, and written down."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refused

from server.contract import Role
from server.store.admins import AdminStore
from server.store.client import Database
from tests.system.api import Answer, Api
from tests.system.conftest import Servers
from tests.system.external_database import ExternalDatabase
from tests.system.listener import Listener, ask, listening
from tests.system.processes import ServerProcess

_PASSWORD = "correct horse battery"
_OTHER = "another horse, a new stable"
_LOGIN_WAIT = 10


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Two services on one database, with an owner."""
    directory: Path = tmp_path_factory.mktemp("pair")
    database = ExternalDatabase(directory / "external")
    database.start()
    key = "A" * 128
    settings = {"MONGODB_URI": database.uri, "ACTIVATION_MASTER_KEY": key, "ACTIVATION_LOGIN_WAIT": str(_LOGIN_WAIT)}
    servers = tuple(ServerProcess(directory / f"data{number}", **settings) for number in range(2))
    try:
        for server in servers:
            server.start()
        servers[0].add_admin()
        yield servers[0], servers[1]
    finally:
        for server in servers:
            server.end()
        database.end()


@pytest.fixture(scope="module")
def service(pair: tuple[ServerProcess, ServerProcess]) -> ServerProcess:
    return pair[0]


@pytest.fixture(scope="module")
def other(pair: tuple[ServerProcess, ServerProcess]) -> ServerProcess:
    return pair[1]


@pytest.fixture(scope="module")
def ann(service: ServerProcess) -> Api:
    return Api(service, service.login())


def account(ann: Api, name: str) -> dict[str, Any]:
    """As owners see it."""
    (found,) = [admin for admin in ann.ask("GET", "/api/admins").body if admin["username"] == name]
    return dict(found)


def do(ann: Api, name: str, action: str, body: Any = None) -> Answer:
    """With the account of that name."""
    return ann.ask("POST", f"/api/admins/{account(ann, name)['id']}/{action}", {} if body is None else body)


def log_in(server: ServerProcess, name: str, password: str = _PASSWORD, **headers: str) -> Answer:
    """Or be refused."""
    body = {"username": name, "password": password}
    return Api(server, "").ask("POST", "/api/login", body, token=None, headers=headers)


def audit(ann: Api, action: str, limit: int = 20) -> list[dict[str, Any]]:
    """The latest entries of that action."""
    return list(ann.ask("GET", f"/api/audit?action={action}&limit={limit}").body["items"])


# --- Accounts ---


def test_the_first_owner_is_made_by_the_code_that_the_server_prints_and_only_once(servers: Servers) -> None:
    server = servers(first_start=True)
    server.start()
    api = Api(server, "")
    found = re.search(r'"code": "([^"]+)"', server.log)
    assert found is not None
    wish = {"code": found[1], "username": "ann", "password": _PASSWORD}

    api.ask("POST", "/api/first-owner", {**wish, "code": "x" * 23}, token=None).assert_refused(403, "forbidden")
    api.ask("POST", "/api/first-owner", {**wish, "password": "short"}, token=None).assert_refused(422, "invalid")
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    api.ask("POST", "/api/first-owner", wish, token=None, headers=elsewhere).assert_refused(403, "forbidden")
    with ThreadPoolExecutor(4) as threads:
        claims = [
            threads.submit(api.ask, "POST", "/api/first-owner", {**wish, "username": f"ann{n}"}, token=None)
            for n in range(4)
        ]
    made = [claim.result() for claim in claims if claim.result().status == 201]
    assert len(made) == 1
    assert made[0].body["role"] == "owner"
    assert server.login(made[0].body["username"])
    api.ask("POST", "/api/first-owner", wish, token=None).assert_refused(403, "forbidden")

    server.stop()
    before = len(server.log)
    server.start()
    assert "code" not in server.log[before:]


def test_who_is_added_chooses_a_password_before_anything_else(ann: Api, service: ServerProcess) -> None:
    made = ann.ask("POST", "/api/admins", {"username": "new", "role": "operator"})
    assert made.status == 201
    assert made.body["admin"]["mustChangePassword"] is True
    ann.ask("POST", "/api/admins", {"username": "NEW", "role": "viewer"}).assert_refused(409, "conflict")
    ann.ask("POST", "/api/admins", {"username": "a\nb", "role": "viewer"}).assert_refused(422, "invalid")

    first = log_in(service, "new", made.body["password"]).body
    assert first["mustChangePassword"] is True
    new = Api(service, first["token"])
    for path in ("/api/leads", "/api/sessions", "/api/service", "/api/queue/status"):
        new.ask("GET", path).assert_refused(403, "passwordChangeNeeded")
    assert new.ask("GET", "/api/me").body["mustChangePassword"] is True

    def change(current: str, password: str) -> Answer:
        return new.ask("POST", "/api/password", {"current": current, "new": password})

    change(made.body["password"], "short").assert_refused(422, "invalid")
    change(made.body["password"], "password1234").assert_refused(422, "invalid")
    change(made.body["password"], made.body["password"]).assert_refused(422, "invalid")
    change("wrong", _OTHER).assert_refused(401, "badCredentials")
    second = log_in(service, "new", made.body["password"]).body["token"]
    assert change(made.body["password"], _OTHER).status == 204

    assert new.ask("GET", "/api/leads").status == 200
    new.ask("GET", "/api/me", token=second).assert_refused(401, "unauthorized")
    log_in(service, "new", made.body["password"]).assert_refused(401, "badCredentials")
    assert log_in(service, "new", _OTHER).body["mustChangePassword"] is False
    entries = audit(ann, "password.change")
    assert [(entry["by"], entry["result"]) for entry in entries[:2]] == [("new", "done"), ("new", "refused")]


async def test_who_has_to_choose_a_password_first_does_not_listen(ann: Api, service: ServerProcess) -> None:
    made = await asyncio.to_thread(ann.ask, "POST", "/api/admins", {"username": "deaf", "role": "viewer"})
    token = await asyncio.to_thread(service.login, "deaf", made.body["password"])
    deaf = Listener()
    refusals: list[Any] = []
    deaf.client.on("connect_error", refusals.append)
    with pytest.raises(Refused):
        await deaf.client.connect(service.url, auth={"token": token}, transports=["websocket"])
    await deaf.client.disconnect()
    assert [refusal["data"]["code"] for refusal in refusals] == ["passwordChangeNeeded"]
    assert [name for name, _ in deaf.events if name != "disconnect"] == []


def test_a_reset_ends_all_logins_and_the_old_password(ann: Api, service: ServerProcess, other: ServerProcess) -> None:
    service.add_admin("forgetful", role=Role.VIEWER)
    token = other.login("forgetful")
    reset = do(ann, "forgetful", "reset")
    Api(other, token).ask("GET", "/api/me").assert_refused(401, "unauthorized")
    log_in(other, "forgetful").assert_refused(401, "badCredentials")
    assert log_in(other, "forgetful", reset.body["password"]).body["mustChangePassword"] is True
    (entry, *_) = audit(ann, "admin.reset")
    assert (entry["by"], entry["origin"], entry["details"]) == (
        "ann",
        "127.0.0.1",
        {"admin": "forgetful", "logins": "1"},
    )


def test_a_role_holds_at_once_on_every_service(ann: Api, service: ServerProcess, other: ServerProcess) -> None:
    service.add_admin("climber", role=Role.VIEWER)
    climber = Api(other, other.login("climber"))
    climber.ask("POST", "/api/queue/resume").assert_refused(403, "forbidden")
    assert do(ann, "climber", "role", {"role": "operator"}).body["role"] == "operator"
    assert climber.ask("POST", "/api/queue/resume").status == 204
    assert do(ann, "climber", "role", {"role": "viewer"}).status == 200
    climber.ask("POST", "/api/queue/resume").assert_refused(403, "forbidden")
    do(ann, "climber", "role", {"role": "king"}).assert_refused(422, "invalid")
    (entry, *_) = audit(ann, "admin.role")
    assert entry["details"] == {"admin": "climber", "from": "operator", "to": "viewer"}


def test_the_last_owner_stays(servers: Servers) -> None:
    server = servers()
    server.start()
    server.add_admin()
    ann = Api(server, server.login())
    do(ann, "ann", "disable").assert_refused(409, "conflict")
    do(ann, "ann", "role", {"role": "viewer"}).assert_refused(409, "conflict")
    assert server.cli("admin", "disable", "ann", check=False).returncode == 1
    assert "last owner" in server.cli("admin", "role", "ann", "viewer", check=False).stderr
    assert ann.ask("GET", "/api/me").body["role"] == "owner"
    entries = audit(ann, "admin.")
    assert [(entry["action"], entry["by"], entry["result"]) for entry in entries[:4]] == [
        ("admin.role", "command line", "refused"),
        ("admin.disable", "command line", "refused"),
        ("admin.role", "ann", "refused"),
        ("admin.disable", "ann", "refused"),
    ]
    assert "last owner" in entries[0]["details"]["reason"]

    server.add_admin("bob")  # one who is disabled does not count
    assert do(ann, "bob", "disable").status == 200
    do(ann, "ann", "disable").assert_refused(409, "conflict")
    assert do(ann, "bob", "enable").status == 200
    assert do(ann, "ann", "disable").status == 200
    ann.ask("GET", "/api/me").assert_refused(401, "unauthorized")


def test_two_owners_who_demote_each_other_at_the_same_moment_leave_one(
    pair: tuple[ServerProcess, ServerProcess], ann: Api
) -> None:
    service, other = pair
    service.add_admin("dora")
    ids = {admin["username"]: admin["id"] for admin in ann.ask("GET", "/api/admins").body}
    names = ("ann", "dora")

    async def make_both_owners(database: Database) -> None:
        store = AdminStore(database)
        for name in names:
            await store.enable(ids[name], by="test")
            await store.change_role(ids[name], Role.OWNER, by="test")

    slower = []
    for path in ("role", "disable", "role"):
        apis = [Api(service, service.login("ann")), Api(other, other.login("dora"))]
        with ThreadPoolExecutor(2) as threads:
            answers = [
                threads.submit(api.ask, "POST", f"/api/admins/{ids[victim]}/{path}", {"role": "viewer"})
                for api, victim in zip(apis, reversed(names), strict=True)
            ]
        statuses = sorted(answer.result().status for answer in answers)
        # The slower one is refused: as the last owner's, or because its own login or role was the first to go.
        assert statuses[0] == 200, [answer.result() for answer in answers]
        assert statuses[1] in (401, 403, 409), [answer.result() for answer in answers]
        slower.append(statuses[1])
        service.in_database(make_both_owners)
    ann.token = service.login()
    print(f"the slower one was answered {slower}")
    do(ann, "dora", "disable")


# --- Logins ---


def test_logins_are_listed_with_device_and_last_use_and_ended_singly_or_all_at_once(
    ann: Api, service: ServerProcess, other: ServerProcess
) -> None:
    service.add_admin("mo", role=Role.VIEWER)
    desk = log_in(service, "mo", **{"User-Agent": "Desk/1.0 (Linux)", "X-Forwarded-For": "198.51.100.7"}).body["token"]
    mo = Api(other, other.login("mo"))
    third = service.login("mo")
    listed = mo.ask("GET", "/api/sessions").body
    assert len(listed) == 3
    assert [session["current"] for session in listed].count(True) == 1
    (at_desk,) = [session for session in listed if session["address"] == "198.51.100.7"]
    assert at_desk["device"] == "Desk/1.0 (Linux)"
    assert at_desk["createdAt"] <= at_desk["lastUsedAt"] < at_desk["expiresAt"]
    assert set(at_desk) == {"id", "device", "address", "createdAt", "lastUsedAt", "expiresAt", "current"}

    assert mo.ask("DELETE", f"/api/sessions/{at_desk['id']}").status == 204
    mo.ask("GET", "/api/me", token=desk).assert_refused(401, "unauthorized")
    mo.ask("DELETE", f"/api/sessions/{at_desk['id']}").assert_refused(404, "notFound")
    (of_ann, *_) = ann.ask("GET", "/api/sessions").body
    mo.ask("DELETE", f"/api/sessions/{of_ann['id']}").assert_refused(404, "notFound")

    assert mo.ask("DELETE", "/api/sessions?keepThis=true").status == 204
    mo.ask("GET", "/api/me", token=third).assert_refused(401, "unauthorized")
    assert [session["current"] for session in mo.ask("GET", "/api/sessions").body] == [True]
    assert mo.ask("DELETE", "/api/sessions").status == 204
    mo.ask("GET", "/api/me").assert_refused(401, "unauthorized")

    path = f"/api/admins/{account(ann, 'mo')['id']}/sessions"
    tokens = [service.login("mo") for _ in range(3)]
    (latest, *_) = ann.ask("GET", path).body
    assert latest["current"] is False
    assert ann.ask("DELETE", f"{path}/{latest['id']}").status == 204
    assert len(ann.ask("GET", path).body) == 2
    assert ann.ask("DELETE", path).status == 204
    for token in tokens:
        mo.ask("GET", "/api/me", token=token).assert_refused(401, "unauthorized")
    counts = [(entry["action"], entry["by"], entry["count"]) for entry in audit(ann, "admin.revoke")[:2]]
    assert counts == [("admin.revoke", "ann", 2), ("admin.revoke", "ann", 1)]
    assert [entry["count"] for entry in audit(ann, "session.revoke")[:3]] == [1, 1, 1]


async def test_a_login_that_is_ended_takes_its_socket_along_and_no_other(
    pair: tuple[ServerProcess, ServerProcess], ann: Api
) -> None:
    service, other = pair
    await asyncio.to_thread(service.add_admin, "nomad", role=Role.VIEWER)
    tokens = [await asyncio.to_thread(service.login, "nomad") for _ in range(2)]
    async with (
        listening(other, tokens[0], transports=["websocket"]) as lost,
        listening(other, tokens[1], transports=["websocket"]) as kept,
    ):
        await lost.first("presenceUpdate")
        await kept.first("presenceUpdate")
        sessions = await ask(service, "GET", "/api/sessions", token=tokens[0])
        (own,) = [session["id"] for session in sessions if session["current"]]
        await ask(service, "DELETE", f"/api/sessions/{own}", token=tokens[1])
        await lost.first("sessionEnded")
        await lost.first("disconnect")
        assert kept.client.connected
        assert kept.of("sessionEnded") == []
        path = f"/api/admins/{(await asyncio.to_thread(account, ann, 'nomad'))['id']}/sessions"
        await ask(service, "DELETE", path, token=ann.token)
        await kept.first("sessionEnded")
        await kept.first("disconnect")


async def test_the_sockets_of_who_is_disabled_end_on_every_service_and_what_was_begun_goes_on(
    pair: tuple[ServerProcess, ServerProcess], ann: Api
) -> None:
    service, other = pair
    await asyncio.to_thread(service.add_admin, "leaver", role=Role.OPERATOR)
    await asyncio.to_thread(service.import_leads, 60, prefix="leaver")
    tokens = [await asyncio.to_thread(server.login, "leaver") for server in pair]
    async with (
        listening(service, tokens[0], transports=["websocket"]) as here,
        listening(other, tokens[1], transports=["websocket"]) as there,
        listening(other, ann.token, transports=["websocket"]) as owner,
    ):
        for listener in (here, there, owner):
            await listener.first("presenceUpdate")
        wish = {"requestId": "leaver-0001", "selection": {"matching": {"search": "leaver"}}}
        activation = await ask(service, "POST", "/api/activations", wish, token=tokens[0])
        await owner.first("activationProgress")
        # Requests of the one who goes are under way all the time: each is answered or refused, none breaks.
        stop = asyncio.Event()

        async def keep_asking() -> set[int]:
            statuses = set()
            while not stop.is_set():
                answer = await asyncio.to_thread(
                    Api(other, tokens[1]).ask, "POST", "/api/activations/preview", {"selection": {"matching": {}}}
                )
                statuses.add(answer.status)
            return statuses

        asking = [asyncio.create_task(keep_asking()) for _ in range(2)]
        disabled = await asyncio.to_thread(do, ann, "leaver", "disable")
        assert disabled.status == 200
        for listener in (here, there):
            said = await listener.first("sessionEnded")
            assert said["message"] == "Your account was disabled. Ask an owner to enable it."
            await listener.first("disconnect")
        stop.set()
        assert set.union(*await asyncio.gather(*asking)) <= {200, 401}
        await owner.until(
            lambda: any(
                each["id"] == activation["id"] and each["state"] == "finished"
                for each in owner.of("activationProgress")
            )
        )
        assert owner.of("activationProgress")[-1]["created"] == 60
        assert owner.of("adminsChanged")
        assert owner.client.connected
    for server, token in zip(pair, tokens, strict=True):
        (await asyncio.to_thread(Api(server, token).ask, "GET", "/api/me")).assert_refused(401, "unauthorized")
        with pytest.raises(Refused):
            async with listening(server, token, transports=["websocket"]):
                pass
    (await asyncio.to_thread(log_in, other, "leaver")).assert_refused(403, "forbidden")
    (entry, *_) = audit(ann, "admin.disable")
    assert (entry["by"], entry["result"], entry["details"]["admin"]) == ("ann", "done", "leaver")
    assert entry["details"]["logins"] == "2"
    assert entry["details"]["runningActivations"] == "1, which the server finishes"
    await asyncio.to_thread(do, ann, "leaver", "enable")
    assert (await asyncio.to_thread(log_in, other, "leaver")).status == 200


async def test_listeners_are_told_of_their_new_role_and_only_owners_of_accounts(
    pair: tuple[ServerProcess, ServerProcess], ann: Api
) -> None:
    service, other = pair
    await asyncio.to_thread(service.add_admin, "rising", role=Role.VIEWER)
    token = await asyncio.to_thread(other.login, "rising")
    async with (
        listening(other, token, transports=["websocket"]) as rising,
        listening(other, ann.token, transports=["websocket"]) as owner,
    ):
        await rising.first("presenceUpdate")
        await owner.first("presenceUpdate")
        await asyncio.to_thread(do, ann, "rising", "role", {"role": "owner"})
        assert (await rising.first("accountChanged"))["role"] == "owner"
        await owner.first("adminsChanged")
        before = len(rising.of("adminsChanged"))
        await asyncio.to_thread(service.add_admin, "witnessed", role=Role.VIEWER)
        await rising.until(lambda: len(rising.of("adminsChanged")) > before)
        await asyncio.to_thread(do, ann, "rising", "role", {"role": "operator"})
        await rising.until(lambda: rising.of("accountChanged")[-1]["role"] == "operator")
        heard, told = len(rising.of("adminsChanged")), len(owner.of("adminsChanged"))
        await asyncio.to_thread(service.add_admin, "unwitnessed", role=Role.VIEWER)
        await owner.until(lambda: len(owner.of("adminsChanged")) > told)
        assert len(rising.of("adminsChanged")) == heard
        assert owner.of("accountChanged") == []


# --- Wrong passwords ---


def test_after_a_thousand_wrong_logins_the_admin_gets_in_within_the_wait(ann: Api, service: ServerProcess) -> None:
    service.add_admin("target", role=Role.VIEWER)
    logged_in = service.login("target")
    device = log_in(service, "target").body["device"]
    elsewhere = [f"203.0.113.{n}" for n in range(10)]

    def wrong(number: int) -> Answer:
        address = elsewhere[number % len(elsewhere)] if number % 2 else "127.0.0.1"
        return log_in(service, "target", f"wrong {number}", **{"X-Forwarded-For": address})

    started = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(wrong, range(1000)))
    took = time.monotonic() - started
    looked_at = [answer for answer in answers if answer.status == 401]
    slowed = [answer for answer in answers if answer.status == 429]
    assert len(looked_at) + len(slowed) == 1000
    for answer in slowed:
        answer.assert_refused(429, "tooManyAttempts")
        assert 1 <= int(answer.headers["retry-after"]) <= _LOGIN_WAIT
        assert answer.body["details"] == {"retryAfter": int(answer.headers["retry-after"])}
    # 50 are free for the account as a whole; afterwards each source is looked at once a wait.
    assert len(looked_at) <= 60 + (took / _LOGIN_WAIT + 1) * (len(elsewhere) + 1)

    # Who is logged in goes on, a device that is known gets in at once, and so does another account.
    assert ann.ask("GET", "/api/me", token=logged_in).status == 200
    body = {"username": "target", "password": _PASSWORD, "device": device}
    known = ann.ask("POST", "/api/login", body, token=None, headers={"X-Forwarded-For": elsewhere[1]})
    assert known.status == 200
    assert known.body["device"] == device
    assert ann.ask("GET", "/api/me").status == 200

    # From the attacker's own address, and from one that was never seen.
    def get_in(address: str) -> float:
        started = time.monotonic()
        while (answer := log_in(service, "target", **{"X-Forwarded-For": address})).status == 429:
            time.sleep(int(answer.headers["retry-after"]))
        assert answer.status == 200
        return time.monotonic() - started

    with ThreadPoolExecutor(2) as threads:
        waits = list(threads.map(get_in, ("127.0.0.1", "198.51.100.99")))
    print(f"after 1,000 wrong logins in {took:.1f} s, {len(looked_at)} of them looked at: in after {waits}")
    assert max(waits) < 60

    entries = [entry for entry in audit(ann, "session.login", 500) if entry["by"] == "target"]
    refused = [entry for entry in entries if entry["result"] == "refused"]
    assert sum(entry["count"] for entry in refused) == len(looked_at)
    assert {entry["details"]["reason"] for entry in refused} == {"Name or password is wrong."}
    assert {entry["origin"] for entry in refused} <= {"127.0.0.1", *elsewhere}
    assert "wrong 1" not in json.dumps(entries)


def test_names_that_nobody_has_are_slowed_down_in_the_same_way_and_not_written_down(
    ann: Api, service: ServerProcess
) -> None:
    source = {"X-Forwarded-For": "192.0.2.1"}
    secret = "my password, in the wrong field"
    # All at once: a wait counts from the beginning of an attempt, and a slow machine may need longer than that for one.
    with ThreadPoolExecutor(8) as threads:
        statuses = threads.map(lambda _: log_in(service, secret, **source).status, range(8))
    assert sorted(statuses) == [401] * 5 + [429] * 3
    (entry, *_) = [entry for entry in audit(ann, "session.login", 500) if entry["origin"] == "192.0.2.1"]
    assert (entry["by"], entry["count"], entry["result"]) == ("(unknown name)", 5, "refused")
    service.cli("audit", "list", "--limit", "500")
    assert secret not in service.cli("audit", "list", "--limit", "500", "--json").stdout
    assert secret not in service.log


# --- From the command line ---


def test_accounts_from_the_command_line(servers: Servers) -> None:
    server = servers()
    server.start()
    server.cli("admin", "add", "ann", "--password-stdin", input=f"{_PASSWORD}\n")
    one_time = server.cli("admin", "add", "bob", "--one-time", "--role", "viewer").stdout.splitlines()[-1]
    assert log_in(server, "bob", one_time).body["mustChangePassword"] is True
    assert "Admin cy" in server.cli("admin", "add", "cy", "--role", "viewer", "--one-time").stdout

    server.cli("admin", "role", "bob", "operator")
    server.cli("admin", "disable", "cy")
    log_in(server, "cy").assert_refused(401, "badCredentials")
    listed = server.cli("admin", "list").stdout.splitlines()
    assert listed == [
        "ann  owner",
        "bob  operator  has yet to choose a password",
        "cy  viewer  disabled  has yet to choose a password",
    ]
    rows = [json.loads(line) for line in server.cli("admin", "list", "--json").stdout.splitlines()]
    assert [(row["username"], row["disabled"]) for row in rows] == [("ann", False), ("bob", False), ("cy", True)]
    assert not any("hash" in key.casefold() for row in rows for key in row)
    server.cli("admin", "enable", "cy")
    again = server.cli("admin", "reset", "cy").stdout.strip()
    assert log_in(server, "cy", again).status == 200

    for arguments, complaint in (
        (("disable", "nobody"), "no admin named 'nobody'"),
        (("role", "ann", "viewer"), "last owner"),
        (("disable", "ANN"), "last owner"),
        (("add", "dee", "--one-time", "--password-stdin"), "not both"),
    ):
        refused = server.cli("admin", *arguments, check=False)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
        assert complaint in refused.stderr

    lines = server.cli("audit", "list", "--action", "admin.").stdout.splitlines()
    assert "command line  admin.disable  0  refused  admin: ann" in lines[0].replace("ANN", "ann")
    done = [
        json.loads(line) for line in server.cli("audit", "list", "--action", "admin.", "--json").stdout.splitlines()
    ]
    assert [entry["action"] for entry in done if entry["result"] == "done"] == [
        "admin.reset",
        "admin.enable",
        "admin.disable",
        "admin.role",
        "admin.add",
        "admin.add",
        "admin.add",
    ]
    assert {entry["by"] for entry in done} == {"command line"}
    for password in (one_time, again, _PASSWORD):
        assert password not in server.log
        assert password not in json.dumps(done)
    logins = server.cli("audit", "list", "--action", "session.", "--by", "cy").stdout
    assert "cy (127.0.0.1)  session.login  1  device: Python-urllib" in logins


def test_nothing_unexpected_happened_in_the_services(pair: tuple[ServerProcess, ServerProcess]) -> None:
    for server in pair:
        assert "unexpected error" not in server.log
        assert _PASSWORD not in server.log
        assert _OTHER not in server.log
