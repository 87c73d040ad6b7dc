"""Every route with every role: the answers are those of the table of permissions, without an exception."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from socketio.exceptions import SocketIOError

from server.accounts.permissions import EVENTS, ROUTES, rule_of
from server.contract import Event, Phrase, Role
from server.errors import Forbidden
from tests.system.api import Answer, Api
from tests.system.listener import listening
from tests.system.permission_table import DESCRIPTION, NEW, NOBODY, all_routes, expected
from tests.system.processes import ServerProcess, wait_until

_ID = "0" * 24
_PASSWORD = "correct horse battery"
#: These end the login that asks.
_ENDING = {("POST", "/api/logout"), ("DELETE", "/api/sessions")}
_WHO = (NOBODY, NEW, *(role.value for role in Role))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """With an admin of each role, and one whose password has yet to be changed."""
    server = ServerProcess(tmp_path_factory.mktemp("permissions") / "data", QUEUE_INTERVAL="3600")
    try:
        server.start()
        for role in Role:
            server.add_admin(role.value, role=role)
        yield server
    finally:
        server.end()


@pytest.fixture(scope="module")
def api(service: ServerProcess) -> Api:
    return Api(service, service.login("owner"))


def test_every_route_and_every_event_has_a_rule_and_no_rule_is_left_over(api: Api) -> None:
    described = api.ask(*DESCRIPTION).body["paths"]
    served = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert served | {DESCRIPTION} == all_routes()
    assert set(ROUTES) == all_routes()
    assert set(EVENTS) == set(Event)


def refused_as(answer: Answer) -> str:
    """The code of a refusal for want of permission; empty: it was not for that."""
    code = answer.body.get("code", "") if isinstance(answer.body, dict) else ""
    if code in ("unauthorized", "forbidden", "passwordChangeNeeded"):
        answer.assert_refused(401 if code == "unauthorized" else 403, code)
        return str(code)
    assert answer.status < 500, answer
    assert answer.status not in (401, 403, 405), answer
    return ""


def test_the_answers_of_every_route_to_every_role_are_those_of_the_table(
    api: Api, service: ServerProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    new = api.ask("POST", "/api/admins", {"username": "new", "role": "owner"}).body

    def token_of(who: str) -> str | None:
        if who == NOBODY:
            return None
        return service.login(who) if who != NEW else service.login("new", new["password"])

    tokens = {who: token_of(who) for who in _WHO}
    lines, exceptions = [], []
    # What changes the own login comes last.
    for route in sorted(all_routes(), key=lambda route: (route in _ENDING, route[1], route[0])):
        method, path = route
        body: Any = {} if method == "POST" else None
        said = {}
        for who in _WHO:
            answer = api.ask(method, re.sub(r"{\w+}", _ID, path), body, token=tokens[who])
            said[who] = refused_as(answer)
            if said[who] != expected(ROUTES[route], who):
                exceptions.append(f"{method} {path} as {who}: {answer.status} {said[who]}")
            if route in _ENDING and not said[who]:
                tokens[who] = token_of(who)
        lines.append(f"{method:7}{path:52}" + "".join(f"{'-' if said[who] else 'yes':>15}" for who in _WHO))
    with capsys.disabled():
        print(f"\n{'':59}" + "".join(f"{who:>15}" for who in _WHO))
        print("\n".join(lines))
        print(f"{len(lines)} routes, {len(_WHO)} kinds of callers, {len(exceptions)} exceptions")
    assert exceptions == []


def test_a_route_for_this_machine_is_closed_to_all_others(api: Api) -> None:
    wish = {"code": "x", "username": "eve", "password": _PASSWORD}
    behind_a_proxy = {"X-Forwarded-For": "203.0.113.9"}
    for body in (wish, {}):
        answer = api.ask("POST", "/api/first-owner", body, token=None, headers=behind_a_proxy)
        answer.assert_refused(403, "forbidden")
        assert "own machine" in answer.body["message"]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_what_was_passed_on_is_not_from_this_machine_whatever_it_claims(api: Api, header: str) -> None:
    wish = {"code": "x", "username": "eve", "password": _PASSWORD}
    answer = api.ask("POST", "/api/first-owner", wish, token=None, headers={header: "127.0.0.1"})
    answer.assert_refused(403, "forbidden")
    assert "own machine" in answer.body["message"]


def test_who_reports_that_users_are_online_is_written_down_once_a_day(service: ServerProcess) -> None:
    api = Api(service, service.login("owner"))
    service.import_leads(2)
    leads = [lead["id"] for lead in api.leads().body["items"]]
    started = api.ask("POST", "/api/activations", {"selection": {"ids": leads}, "requestId": secrets.token_hex(12)})
    wait_until(lambda: is_done(api, started.body["id"]), "they are not activated")
    users = api.ask("GET", "/api/users").body["items"]
    report, ids = {"userIds": [user["id"] for user in users]}, {user["id"] for user in users}
    assert len(ids) == 2

    refused = api.ask("POST", "/api/presence", report, token=service.login("viewer"))
    refused.assert_refused(403, "forbidden")
    assert refused.body["sentence"]["code"] == Phrase.FOR_REPORTERS.code
    assert not any(user["isOnline"] for user in api.ask("GET", "/api/users").body["items"])

    reporter = service.login("reporter")
    for _ in range(3):
        assert api.ask("POST", "/api/presence", report, token=reporter).status == 204
    assert {user["id"] for user in api.ask("GET", "/api/users").body["items"] if user["isOnline"]} == ids
    assert api.ask("POST", "/api/presence", report, token=service.login("operator")).status == 204
    log = api.ask("GET", "/api/audit?action=presence.").body["items"]
    assert [(entry["by"], entry["origin"], entry["count"]) for entry in log] == [
        ("operator", "127.0.0.1", 2),
        ("reporter", "127.0.0.1", 2),
    ]


async def test_a_program_listens_to_nothing(service: ServerProcess) -> None:
    api = Api(service, await asyncio.to_thread(service.login, "owner"))
    token = await asyncio.to_thread(service.login, "reporter")
    with pytest.raises(SocketIOError):
        async with listening(service, token):
            pass
    refused = await asyncio.to_thread(lambda: api.ask("GET", "/api/service", token=token))
    assert refused.body["sentence"]["code"] == Phrase.FOR_PEOPLE.code

    await asyncio.to_thread(service.add_admin, "sinking", role=Role.VIEWER)
    token = await asyncio.to_thread(service.login, "sinking")
    async with listening(service, token) as sinking:
        await sinking.first("presenceUpdate")
        (account,) = [each for each in await ask_admins(api) if each["username"] == "sinking"]
        path = f"/api/admins/{account['id']}/role"
        assert (await asyncio.to_thread(api.ask, "POST", path, {"role": "reporter"})).status == 200
        ended = await sinking.first("sessionEnded")
        assert ended["sentence"]["code"] == Phrase.FOR_PEOPLE.code


def is_done(api: Api, activation: str) -> bool:
    """Whether it is at its end."""
    return bool(api.ask("GET", f"/api/activations/{activation}").body["state"] == "finished")


async def ask_admins(api: Api) -> list[dict[str, Any]]:
    """All of them, while events come in."""
    answer = await asyncio.to_thread(api.ask, "GET", "/api/admins")
    return list(answer.body)


def test_what_nobody_thought_about_is_open_to_nobody() -> None:
    with pytest.raises(Forbidden):
        rule_of("GET", "/api/forgotten")
