"""Whatever anybody asks of any route: no error within the server, no more than the role may do, and every answer as
the description has it.

The requests are generated from the description that the service itself gives, good ones and bad ones; about half of
them mean something that is there.
"""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.accounts.login import token_id
from server.accounts.permissions import ROUTES
from server.contract import Role
from server.mail.templates import default_source
from server.store.admins import AdminStore, NewLogin
from server.store.client import Database
from tests.accounts import chosen
from tests.fuzzing.examples import inputs
from tests.system.permission_table import DESCRIPTION, Route, expected
from tests.system.processes import ServerProcess, wait_until
from tests.waiting import LIMIT

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
_SETTINGS = {
    "generation": {"with-security-parameters": False},  # who asks is said below
    "checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}},
}
_NOBODY = "no login"
_WHO = (_NOBODY, *(role.value for role in Role))
_ROUTES = sorted(set(ROUTES) - {DESCRIPTION}, key=lambda route: (route[1], route[0]))
_RUNS = len(_ROUTES) * len(_WHO)
#: Requests to each route by each kind of caller who may ask, and by the others.
_ALLOWED, _REFUSED = 5, 1

#: These may end the login that asks, or take away what it may do. They are asked for by somebody nobody misses.
_ENDING = {
    ("POST", "/api/logout"),
    ("POST", "/api/password"),
    ("DELETE", "/api/sessions"),
    ("DELETE", "/api/sessions/{session_id}"),
    ("POST", "/api/admins/{admin_id}/disable"),
    ("POST", "/api/admins/{admin_id}/reset"),
    ("POST", "/api/admins/{admin_id}/role"),
    ("DELETE", "/api/admins/{admin_id}/sessions"),
    ("DELETE", "/api/admins/{admin_id}/sessions/{session_id}"),
}
_ID = re.compile(r"[0-9a-f]{24}")
#: What the ids within bodies are of, by the beginning of the path.
_IDS = {"/api/queue": "email_id", "/api/presence": "user_id", "": "lead_id"}
#: What nobody comes upon by chance, by the name it has in bodies.
_GOOD = {
    "email": "zoe@firm.example",
    "to": "test@firm.example",
    "template": default_source().model_dump(mode="json"),
    "file": b"name,email\nZoe,zoe@firm.example\nx,y\n",
}


class Site:
    """A service with some of everything, and who asks it."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.client = requests.Session()
        self.client.trust_env = False
        #: What is there, by the name that a path has for it.
        self.ids: dict[str, list[str]] = defaultdict(list)
        self.answers: Counter[tuple[Route, int]] = Counter()
        self._tokens = {role.value: self._log_in(role.value, role) for role in Role}
        self._expendable: dict[str, str] = {}
        self.schema = schemathesis.openapi.from_dict(
            self.get(DESCRIPTION[1]), config=schemathesis.Config.from_dict(_SETTINGS)
        )

    def get(self, path: str) -> Any:
        """As the owner."""
        return self.server.request("GET", path, token=self._tokens[Role.OWNER])

    def post(self, path: str, body: Any = None) -> Any:
        """As the owner."""
        return self.server.request("POST", path, body, token=self._tokens[Role.OWNER])

    def token(self, who: str, route: Route) -> str | None:
        """Of somebody of that kind, whose login is good."""
        if who == _NOBODY:
            return None
        if route not in _ENDING:
            return self._tokens[who]
        token = self._expendable.get(who)
        if token is None or self._role_of(token) != who:
            token = self._expendable[who] = self._log_in(f"expendable {who}", Role(who))
            self.ids["admin_id"] = sorted({*self.ids["admin_id"], self._me(token)["id"]})
            self.ids["session_id"] = [token_id(each)[:24] for each in self._expendable.values()]
        return token

    def _role_of(self, token: str) -> str | None:
        me = self._me(token)
        return None if me.get("mustChangePassword", True) else me["role"]

    def _me(self, token: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        answer: dict[str, Any] = self.client.get(f"{self.server.url}/api/me", headers=headers, timeout=LIMIT).json()
        return answer

    def _log_in(self, name: str, role: Role) -> str:
        """Beside the service, which would slow down so many logins from one place."""
        token = secrets.token_urlsafe()

        async def open_login(database: Database) -> None:
            store = AdminStore(database)
            found = await store.find(name)
            if found is None:
                await store.add(chosen(name, "correct horse battery", role), by="command line")
            else:  # whatever was made of it
                as_before = {"role": role.value, "disabledAt": None, "mustChangePassword": False}
                await database.admins.update_one({"username": name}, {"$set": as_before})
            found = await store.find(name)
            assert found is not None
            until = await database.now() + timedelta(hours=12)
            await store.open_login(found, NewLogin(token_id(token), until, "127.0.0.1", "test", token_id(name)))

        self.server.in_database(open_login)
        return token


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """With leads, users, an import, and emails that are sent, waiting and held."""
    server = ServerProcess(
        tmp_path_factory.mktemp("openapi") / "data", QUEUE_BATCH_SIZE="2", QUEUE_INTERVAL="3600", PASSWORD_HASH="bcrypt"
    )
    try:
        server.start()
        site = Site(server)
        _furnish(site)
        yield site
        site.client.close()
    finally:
        server.end()


def _furnish(site: Site) -> None:
    site.server.import_leads(12)
    leads = _ids_in(site.get("/api/leads"))
    wanted = {"requestId": "some-of-them", "selection": {"ids": leads[:8]}}
    site.ids["activation_id"] = [site.post("/api/activations", wanted)["id"]]
    wait_until(lambda: site.get("/api/queue/emails?state=sent")["total"] == 2, "nothing was sent")
    assert site.post("/api/queue/emails/hold", {"matching": "lead2@"})["changed"] == 1
    file = {"file": ("leads.csv", _GOOD["file"])}
    headers = {"Authorization": f"Bearer {site.token(Role.OWNER, DESCRIPTION)}"}
    for _ in range(2):
        answer = site.client.post(f"{site.server.url}/api/imports", files=file, headers=headers, timeout=LIMIT)
        site.ids["import_id"].append(answer.json()["id"])
    states = ("pending", "failed", "sent")
    site.ids["lead_id"] = leads
    site.ids["email_id"] = [id_ for state in states for id_ in _ids_in(site.get(f"/api/queue/emails?state={state}"))]
    site.ids["user_id"] = _ids_in(site.get("/api/users"))


def _ids_in(page: Any) -> list[str]:
    return [row["id"] for row in page["items"]]


@st.composite
def generated(draw: st.DrawFn, site: Site, path: str, cases: st.SearchStrategy[Any]) -> Any:
    """A request that may be right or wrong, and where it is right may mean something that is there."""
    case = draw(cases)
    which = draw(st.none() | st.integers(0, 99))
    if which is not None:
        for name, value in case.path_parameters.items():
            case.path_parameters[name] = _meant(value, site.ids[name], which)
        kind = next(kind for start, kind in _IDS.items() if path.startswith(start))
        case.body = _meant(case.body, site.ids[kind], which)
    return case


def _meant(value: Any, ids: list[str], which: int) -> Any:
    """The same with each id replaced by one of these, and some other things by good ones."""
    if isinstance(value, dict):
        return {name: _GOOD.get(name) or _meant(each, ids, which) for name, each in value.items()}
    if isinstance(value, list):
        return [_meant(each, ids, which + number) for number, each in enumerate(value)]
    return ids[which % len(ids)] if isinstance(value, str) and _ID.fullmatch(value) and ids else value


@pytest.mark.parametrize("route", _ROUTES, ids=" ".join)
def test_every_answer_is_one_that_the_description_has(site: Site, route: Route) -> None:
    method, path = route
    operation = site.schema[path][method]
    cases = st.one_of(*map(operation.as_strategy, schemathesis.GenerationMode))
    for who in _WHO:
        _ask(site, route, who, cases)


def _asks_for_more(route: Route, who: str, case: Any) -> bool:
    """Operators send tests of the template in use; any other one is for owners."""
    if route != ("POST", "/api/template/test-send") or who == Role.OWNER.value or not isinstance(case.body, dict):
        return False
    return case.body.get("template") is not None


def _ask(site: Site, route: Route, who: str, cases: st.SearchStrategy[Any]) -> None:
    refusal = expected(ROUTES[route], who)

    @inputs((_REFUSED if refusal else _ALLOWED) * _RUNS, in_each=_RUNS)
    @given(case=generated(site, route[1], cases))
    def check(case: Any) -> None:
        token = site.token(who, route)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        answer = case.call(base_url=site.server.url, session=site.client, headers=headers, timeout=LIMIT)
        site.answers[route, answer.status_code] += 1
        excluded = [negative_data_rejection] if _is_put_right(case) else []
        case.validate_response(answer, checks=_CHECKS, excluded_checks=excluded)
        said = answer.json()["code"] if answer.status_code >= 400 else ""
        if refusal:
            assert said == refusal or _is_refused_unread(said, answer.request.body), case.as_curl_command()
        elif route != ("POST", "/api/first-owner") and not _asks_for_more(route, who, case):  # with a code made up
            assert said not in ("unauthorized", "forbidden", "passwordChangeNeeded"), case.as_curl_command()

    check()


def _is_put_right(case: Any) -> bool:
    """Whatever is wrong in a form is still text or a file when it is sent, and a text is measured without the spaces
    around it."""
    return case.media_type == "multipart/form-data" or _has_spaces_around(case.body)


def _has_spaces_around(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_spaces_around, value.values()))
    if isinstance(value, list):
        return any(map(_has_spaces_around, value))
    return isinstance(value, str) and value != value.strip()


def _is_refused_unread(code: str, body: str | bytes | None) -> bool:
    """What is too large or cannot be read at all is refused before anybody looks who has sent it."""
    try:
        json.loads(body or "null")
    except ValueError:
        return code in ("invalid", "tooLarge")
    return code == "tooLarge"


def test_where_a_method_is_refused_those_that_are_not_are_named(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.token(Role.OWNER, DESCRIPTION)}"}
    for path in sorted({path for _, path in ROUTES}):
        asked = re.sub(r"{\w+}", "0" * 24, path)
        there = {method for method, other in ROUTES if re.fullmatch(re.sub(r"{\w+}", "[^/]+", other), asked)}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - there:
            answer = site.client.request(method, site.server.url + asked, headers=headers, timeout=LIMIT)
            assert (answer.status_code, answer.json()["code"]) == (405, "invalid")
            assert set(answer.headers["Allow"].split(", ")) == there


def test_in_the_end_the_service_is_well(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert site.get("/api/me")["username"] == Role.OWNER
    assert site.server.complaints() == set()
    statuses: Counter[int] = Counter()
    for (_, status), count in site.answers.items():
        statuses[status] += count
    done = {route for route, status in site.answers if status < 300}
    with capsys.disabled():
        print(f"\n{statuses.total()} requests to {len({route for route, _ in site.answers})} routes: {dict(statuses)}")
        print(f"nothing but refusals: {', '.join(' '.join(route) for route in _ROUTES if route not in done) or 'none'}")
