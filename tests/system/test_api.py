"""The HTTP interface of a running service: who gets in, what is refused and how, and paging."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import bson
import pytest

from server.contract import Role
from server.store.paging import encode_cursor
from tests.system.api import Api
from tests.system.permission_table import PEOPLE
from tests.system.processes import ServerProcess

_LEADS = 23
_ID = "0" * 24
#: Providers of mail have no login: each of their calls shows by a signature where it comes from.
_PUBLIC = {"/healthz", "/readyz", "/api/login", "/api/first-owner", "/api/bounces/{provider}"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One for all tests of this file, with some leads; no email of it leaves soon."""
    server = ServerProcess(
        tmp_path_factory.mktemp("api") / "data",
        QUEUE_BATCH_SIZE="1",
        QUEUE_INTERVAL="3600",
        FRONTEND_URL="https://desk.example.com, http://localhost:3000",
    )
    with server.running():
        yield server


@pytest.fixture(scope="module")
def api(service: ServerProcess) -> Api:
    """With a token, and leads whose names and companies come more than once."""
    api = Api(service, service.login())
    rows = [
        f"{('ann', 'Bob', 'cyd', 'Ännchen', '')[n % 5]},lead{n}@firm.example,{('', 'Firm', 'firm')[n % 3]}"
        for n in range(_LEADS - 1)
    ]
    assert api.upload("\n".join(["name,email,company", *rows, "A.B*C (x),dotted@firm.example,"]).encode()).status == 200
    return api


# --- Who gets in ---


def test_every_route_but_the_public_ones_wants_a_token(api: Api) -> None:
    described = api.ask("GET", "/api/openapi.json")
    assert described.status == 200
    routes = [
        (method.upper(), re.sub(r"{\w+}", _ID, path))
        for path, methods in described.body["paths"].items()
        if path not in _PUBLIC
        for method in methods
    ]
    assert ("POST", "/api/activations") in routes
    for method, path in [*routes, ("GET", "/api/openapi.json")]:
        for token in (None, "wrong", api.token[:-1], "x" * 5000):
            refusal = api.ask(method, path, {} if method == "POST" else None, token=token)
            refusal.assert_refused(401, "unauthorized")
            assert refusal.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Basic YW5uOnB3", "Bearer", "Bearer ", "Token x", "\xff"])
def test_other_ways_to_say_who_one_is_are_refused(api: Api, header: str) -> None:
    api.ask("GET", "/api/me", token=None, headers={"Authorization": header}).assert_refused(401, "unauthorized")


_QUEUE_CHANGES = {
    "/api/queue/pause": {},
    "/api/queue/try-now": {},
    "/api/queue/resume": {},
    "/api/queue/emails/retry": {"everything": True},
    "/api/queue/emails/discard": {"everything": True, "part": "pending"},
    "/api/queue/emails/hold": {"everything": True},
    "/api/queue/emails/release": {"everything": True},
    f"/api/queue/emails/{_ID}/correct": {"email": "ann@firm.example"},
}


def test_each_role_may_do_what_it_is_for(api: Api, service: ServerProcess) -> None:
    described = api.ask("GET", "/api/openapi.json").body["paths"]
    changing = {re.sub(r"{\w+}", _ID, path) for path, methods in described.items() if "post" in methods}
    assert set(_QUEUE_CHANGES) == {path for path in changing if path.startswith("/api/queue/")}

    for role in PEOPLE:
        service.add_admin(role.value, role=role)
        token = service.login(role.value)
        for path, body in _QUEUE_CHANGES.items():
            answer = api.ask("POST", path, body, token=token)
            if role is Role.VIEWER:
                answer.assert_refused(403, "forbidden")
            elif path.endswith("correct"):
                answer.assert_refused(404, "notFound")
            else:
                assert answer.status in (200, 204), answer
        for path in ("/api/users", "/api/queue/failures", "/api/queue/emails?state=failed"):
            assert api.ask("GET", path, token=token).status == 200
        assert api.ask("GET", "/api/audit", token=token).status == (403 if role is Role.VIEWER else 200)
        api.ask("GET", f"/api/mailbox/{_ID}", token=token).assert_refused(404, "notFound")

    assert api.ask("GET", "/api/audit?action=%00").body["total"] == 0
    log = api.ask("GET", "/api/audit?action=queue.&limit=1").body
    assert log["total"] == 4  # operator and owner, each: paused and resumed; there was no email to deal with
    (latest,) = log["items"]
    assert (latest["by"], latest["action"], latest["count"]) == ("owner", "queue.resume", 1)
    assert latest["origin"] == "127.0.0.1"
    earlier = api.ask("GET", f"/api/audit?action=queue.&after={log['next']}").body["items"]
    assert [entry["by"] for entry in earlier] == ["owner", "operator", "operator"]


def test_an_action_says_what_it_changed_and_what_it_left(api: Api) -> None:
    answer = api.ask("POST", "/api/queue/emails/retry", {"ids": [_ID]}).body
    assert answer == {"changed": 0, "skipped": 1, "reasons": {"nothingToDo": 1}}


def test_only_failed_emails_are_narrowed_by_cause(api: Api) -> None:
    for query in ("cause=550", "held=true", "held=false"):
        assert api.ask("GET", f"/api/queue/emails?state=failed&{query}").body["items"] == []
        api.ask("GET", f"/api/queue/emails?state=sent&{query}").assert_refused(422, "invalid")


def test_the_public_routes_tell_nothing_but_what_it_is(api: Api) -> None:
    assert api.ask("GET", "/readyz", token=None).body == {"status": "ok"}
    version = api.ask("GET", "/api/service").body["version"]
    assert api.ask("GET", "/healthz", token=None).body == {
        "status": "ok",
        "service": "activation-desk",
        "version": version,
    }


def test_an_admin_is_told_who_they_are_and_what_they_talk_to(api: Api) -> None:
    me = api.ask("GET", "/api/me").body
    assert (me["username"], me["role"]) == ("ann", "owner")
    about = api.ask("GET", "/api/service").body
    assert (about["mailMode"], about["batchSize"], about["interval"]) == ("mailbox", 1, 3600)


@pytest.mark.parametrize(("name", "password"), [("ann", "correct horse batter"), ("bob", "correct horse battery")])
def test_a_wrong_login_is_refused_without_saying_what_was_wrong(api: Api, name: str, password: str) -> None:
    refusal = api.ask("POST", "/api/login", {"username": name, "password": password}, token=None)
    refusal.assert_refused(401, "badCredentials")
    assert refusal.body["message"] == "Name or password is wrong."
    assert refusal.body["details"] == {}


def test_logging_out_ends_that_token_alone(api: Api, service: ServerProcess) -> None:
    token = service.login()
    assert api.ask("GET", "/api/me", token=token).status == 200
    assert api.ask("POST", "/api/logout", token=token).status == 204
    api.ask("GET", "/api/me", token=token).assert_refused(401, "unauthorized")
    api.ask("POST", "/api/logout", token=token).assert_refused(401, "unauthorized")
    assert api.ask("GET", "/api/me").status == 200


# --- What makes no sense ---

_CREDENTIALS = {"username": "ann", "password": "correct horse battery"}
_OPERATOR = {"$ne": None}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/login", {**_CREDENTIALS, "username": _OPERATOR}),
        ("/api/login", {**_CREDENTIALS, "password": _OPERATOR}),
        ("/api/login", {**_CREDENTIALS, "password": "x" * 60_000}),
        ("/api/login", {**_CREDENTIALS, "role": "owner"}),
        ("/api/login", []),
        ("/api/login", {}),
        ("/api/activations/preview", {"selection": {"ids": _OPERATOR}}),
        ("/api/activations/preview", {"selection": {"ids": [_OPERATOR]}}),
        ("/api/activations/preview", {"selection": {"ids": ["x" * 24]}}),
        ("/api/activations/preview", {"selection": {"ids": [_ID + "\n"]}}),
        ("/api/activations/preview", {"selection": {"ids": [1]}}),
        ("/api/activations/preview", {"selection": {"matching": {"search": _OPERATOR}}}),
        ("/api/activations/preview", {"selection": {"matching": {"search": "x" * 201}}}),
        ("/api/activations/preview", {"selection": {"matching": {"status": ["gone"]}}}),
        ("/api/activations/preview", {"selection": {"matching": {"$where": "1"}}}),
        ("/api/activations/preview", {"selection": {"matching": {}, "ids": [_ID]}}),
        ("/api/activations/preview", {"selection": {"ids": [_ID], "except": [_ID]}}),
        ("/api/activations/preview", {"selection": {}}),
        ("/api/activations", {"selection": {"ids": [_ID]}}),
        ("/api/activations", {"selection": {"ids": [_ID]}, "requestId": "short"}),
        ("/api/activations", {"selection": {"ids": [_ID]}, "requestId": _OPERATOR}),
        ("/api/activations", {"selection": {"ids": [_ID]}, "requestId": "a/../../b/c"}),
        ("/api/activations/not-an-id/stop", {}),
        *(
            (f"/api/queue/emails/{action}", selection)
            for action in ("retry", "discard", "hold", "release")
            for selection in (
                {},
                {"everything": False},
                {"everything": True, "cause": "550"},
                {"everything": True, "part": "sent"},
                {"cause": "550", "part": "pending"},
                {"cause": _OPERATOR},
                {"matching": _OPERATOR},
                {"matching": " "},
                {"matching": "x" * 201},
                {"ids": []},
                {"ids": [_OPERATOR]},
                {"ids": [_ID] * 10_001},
            )
        ),
        ("/api/queue/emails/hold", {"everything": True, "part": "failed"}),
        ("/api/queue/emails/release", {"everything": True, "part": "pending"}),
        (f"/api/queue/emails/{_ID}/correct", {"email": "ann@@firm"}),
        (f"/api/queue/emails/{_ID}/correct", {"email": _OPERATOR}),
        ("/api/queue/emails/not-an-id/correct", {"email": "ann@firm.example"}),
        ("/api/presence", {"userIds": []}),
        ("/api/presence", {"userIds": [_ID] * 1001}),
        ("/api/presence", {"userIds": [_OPERATOR]}),
        ("/api/leads/import", {"file": "x"}),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(api: Api, path: str, body: Any) -> None:
    refusal = api.ask("POST", path, body)
    refusal.assert_refused(422, "invalid")
    assert "horse" not in json.dumps(refusal.body)


def forged(value: Any) -> str:
    """A cursor with that in the place of what rows are sorted by."""
    return encode_cursor([value, bson.ObjectId(_ID)])


def deep_cursor(depth: int) -> str:
    """A cursor that is nested so deep."""
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"v": value}
    return base64.urlsafe_b64encode(bson.encode(value)).decode("ascii")


@pytest.mark.parametrize(
    "query",
    [
        {"limit": -1},
        {"limit": 0},
        {"limit": 501},
        {"limit": 10**30},
        {"limit": "all"},
        {"skip": -1},
        {"skip": 10**12},
        {"search": "x" * 201},
        {"status": "gone"},
        {"status": '{"$ne": null}'},
        {"sort": "passwordHash"},
        {"sort": "$where"},
        {"descending": "perhaps"},
        {"after": "x" * 5000},
        {"after": "forged"},
        {"after": "ö"},
        {"after": "AAAA"},
        {"after": "////"},
        {"after": forged({"$gt": ""})},
        {"after": forged(["x"])},
        {"after": forged(bson.Regex(".*"))},
        {"after": forged(bson.Code("1"))},
        {"after": forged(bson.DBRef("admins", "x"))},
        {"after": forged(bson.MinKey())},
        {"after": forged(b"x")},
        {"after": forged("x" * 5000)},
        {"after": deep_cursor(300)},
    ],
)
def test_a_query_that_makes_no_sense_is_refused(api: Api, query: dict[str, Any]) -> None:
    api.leads(**query).assert_refused(422, "invalid")
    if "sort" not in query and "status" not in query and "descending" not in query:
        api.ask("GET", f"/api/queue/emails?{urlencode({'state': 'pending', **query})}").assert_refused(422, "invalid")


@pytest.mark.parametrize("search", ["\x00", "a\x00b", "\n", "\ufeff", "\u202e", "😀" * 50, "\\E", "(?i)", "\\"])
def test_odd_characters_of_a_search_are_looked_for_or_refused(api: Api, search: str) -> None:
    paths = (
        f"/api/leads?{urlencode({'search': search})}",
        f"/api/users?{urlencode({'search': search})}",
        *(
            f"/api/queue/emails?{urlencode({'state': state, 'search': search})}"
            for state in ("pending", "failed", "sent")
        ),
        f"/api/queue/emails?{urlencode({'state': 'failed', 'cause': search})}",
    )
    for path in paths:
        answer = api.ask("GET", path)
        assert answer.status in (200, 422), answer
    for path, body in (
        ("/api/activations/preview", {"selection": {"matching": {"search": search}}}),
        ("/api/queue/emails/retry", {"matching": search}),
        ("/api/queue/emails/retry", {"cause": search}),
        ("/api/queue/pause", {"reason": search}),
        ("/api/queue/resume", {}),
        (f"/api/queue/emails/{_ID}/correct", {"email": f"{search}@firm.example"}),
        ("/api/template/preview", {"name": search, "email": f"{search}@firm.example"}),
        ("/api/template/test-send", {"to": f"{search}@firm.example"}),
    ):
        answer = api.ask("POST", path, body)
        assert answer.status in (200, 204, 404, 422), answer


def test_operators_in_the_query_are_text(api: Api) -> None:
    assert api.leads(search='{"$ne": null}').body["total"] == 0
    assert api.ask("GET", "/api/leads?search[$ne]=x&search=nobody").body["total"] == 0


@pytest.mark.parametrize(
    "path",
    [f"/api/activations/{_ID}", f"/api/activations/{_ID}/skipped", "/api/nothing", "/x", "/api/leads/"],
)
def test_what_is_not_there_is_refused_in_the_same_form(api: Api, path: str) -> None:
    api.ask("GET", path).assert_refused(404, "notFound")


@pytest.mark.parametrize("activation_id", ["1", "x" * 24, "A" * 24, _ID + "0", "%00", "%24ne", "%F0%9F%98%80"])
def test_what_is_no_id_is_refused(api: Api, activation_id: str) -> None:
    api.ask("GET", f"/api/activations/{activation_id}").assert_refused(422, "invalid")


def test_another_method_is_refused_in_the_same_form(api: Api) -> None:
    api.ask("DELETE", "/api/leads").assert_refused(405, "invalid")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[" * 10_000,
        b'{"selection": ' * 5000,
        b"\xff\xfe\x00",
        b'{"selection": {"ids": ["\\ud800"]}}',
        b'{"selection": {"matching": {"search": 1e999}}}',
        b"9" * 100_000,
    ],
)
def test_malformed_json_is_refused(api: Api, content: bytes) -> None:
    answer = api.ask("POST", "/api/activations/preview", content=content)
    assert answer.status in (400, 422)
    answer.assert_refused(answer.status, "invalid")


def test_too_many_ids_are_refused(api: Api) -> None:
    refusal = api.ask("POST", "/api/activations/preview", {"selection": {"ids": [_ID] * 200_001}})
    refusal.assert_refused(422, "invalid")


@pytest.mark.parametrize("content", [b"", b"name\nAnn\n", bytes(range(256))])
def test_a_file_that_is_no_list_of_leads_is_refused(api: Api, content: bytes) -> None:
    api.upload(content).assert_refused(422, "invalid")


def test_a_form_without_its_file_is_refused(api: Api) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    for content in (b"--b--\r\n", b"nothing"):
        answer = api.ask("POST", "/api/leads/import", content=content, headers=kind)
        assert answer.status in (400, 422)
        answer.assert_refused(answer.status, "invalid")


# --- Lists ---


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "sort",
    [
        "name",
        "email",
        "company",
        "status",
        "createdAt",
    ],
)
def test_paging_shows_each_lead_exactly_once(api: Api, sort: str, descending: bool) -> None:
    seen: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = api.leads(sort=sort, descending=descending, limit=7, **after).body
        assert page["total"] == _LEADS
        seen += page["items"]
        if page["next"] is None:
            break
        assert len(page["items"]) == 7
        after = {"after": page["next"]}
    assert len(seen) == _LEADS
    assert len({lead["id"] for lead in seen}) == _LEADS
    if sort == "email":
        emails = [lead["email"].casefold() for lead in seen]
        assert emails == sorted(emails, reverse=descending)


def test_a_jump_lands_where_paging_would(api: Api) -> None:
    whole = api.leads(sort="email", limit=_LEADS + 1).body
    assert whole["next"] is None
    jump = api.leads(sort="email", skip=10, limit=5).body
    assert jump["items"] == whole["items"][10:15]
    assert api.leads(sort="email", after=jump["next"], limit=5).body["items"] == whole["items"][15:20]
    assert api.leads(sort="email", after=jump["next"], skip=5, limit=5).body["items"] == whole["items"][20:]
    assert api.leads(skip=1000).body["items"] == []


def test_a_cursor_of_another_list_is_refused(api: Api) -> None:
    cursor = api.leads(limit=1).body["next"]
    answer = api.ask("GET", f"/api/queue/emails?{urlencode({'state': 'sent', 'after': cursor})}")
    assert answer.status in (200, 422)
    assert api.leads(sort="name", after=cursor).status in (200, 422)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("A.B*C (x)", 1),
        (".B*C", 1),
        ("a.b*c", 1),
        (".*", 0),
        ("lead1.", 0),
        ("^lead", 0),
        ("(", 1),
        ("[", 0),
        ("\\", 0),
        ("lead2@FIRM", 1),
        ("  dotted  ", 1),
    ],
)
def test_characters_of_a_search_mean_themselves(api: Api, search: str, found: int) -> None:
    assert api.leads(search=search).body["total"] == found
    selection = {"selection": {"matching": {"search": search}}}
    assert api.ask("POST", "/api/activations/preview", selection).body["selected"] == found


def test_a_status_narrows_the_list(api: Api) -> None:
    assert api.leads(status="new").body["total"] == _LEADS
    assert api.leads(status=["activated", "skipped"]).body["total"] == 0


def test_a_file_imported_twice_adds_nothing_the_second_time(api: Api) -> None:
    again = api.upload(b"email\nLEAD0@firm.example\nwrong\n").body
    assert (again["imported"], again["duplicates"], again["refused"]) == (0, 1, 1)
    (problem,) = again["problems"]
    assert (problem["line"], problem["value"], problem["code"]) == (3, "wrong", "notAnAddress")
    assert api.leads().body["total"] == _LEADS


def test_nothing_unexpected_happened_in_the_service(api: Api, service: ServerProcess) -> None:
    assert api.ask("GET", "/readyz").status == 200
    assert "unexpected error" not in service.log
    assert "correct horse" not in service.log
    assert api.token not in service.log
