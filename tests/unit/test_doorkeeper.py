"""What is found out at the door, before anything of a body is read."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.routing import compile_path

from server.accounts.permissions import ROUTES, route_of
from server.api.application import _refusal
from server.api.budget import DEAR, Budget, RequestLimit, Turns
from server.api.limits import MAX_FILE_BODY, Doorkeeper
from server.contract import Admin, Phrase, Role
from server.errors import ServiceError, TooMany, Unauthorized
from server.store.tokens import StoredToken
from tests.waiting import LIMIT

EVE = Admin(id="1" * 24, username="eve", role=Role.VIEWER, must_change_password=False)
BIG = MAX_FILE_BODY - 1


class Behind:
    """What is behind the door: reads a body, and answers when it may."""

    def __init__(self) -> None:
        self.inside = 0
        self.most_inside = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, _scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        self.inside += 1
        self.most_inside = max(self.inside, self.most_inside)
        await receive()
        await self.may_answer.wait()
        self.inside -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})


class House:
    """A door, and what is asked for there by a viewer."""

    def __init__(self, requests: RequestLimit | None = None, turns: Turns | None = None) -> None:
        self.behind = Behind()
        self.refused: list[str] = []
        self.read = 0
        self._door = Doorkeeper(
            self.behind,
            origins=[],
            identify=self._identify,
            budget=Budget(requests or RequestLimit(), turns or Turns()),
            refuse=_refusal,
            on_refused=self._note,
        )

    async def _identify(self, token: str) -> StoredToken:
        if token != "eve":
            raise Unauthorized(Phrase.LOGIN_ENDED)
        return StoredToken("0" * 64, EVE, datetime.now(UTC))

    async def _note(self, _admin: Admin, request: str, _error: ServiceError) -> None:
        self.refused.append(request)

    async def ask(self, method: str, path: str, *, size: int = 0, token: str = "eve") -> tuple[int, str]:
        """Status and code of the answer."""
        sent: list[Any] = []

        async def receive() -> Any:
            self.read += size
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"content-length", b"%d" % size), (b"authorization", f"Bearer {token}".encode())]
        scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b""}
        scope |= {"headers": headers, "client": ("192.0.2.1", 1), "scheme": "http", "server": ("x", 80)}
        await asyncio.wait_for(self._door(scope, receive, send), LIMIT)
        body = b"".join(message.get("body", b"") for message in sent)
        return sent[0]["status"], json.loads(body)["code"] if body else ""


@pytest.mark.parametrize(
    ("method", "path", "token", "answer"),
    [
        ("POST", "/api/imports", "eve", (403, "forbidden")),
        ("POST", f"/api/imports/{'0' * 24}/check", "eve", (403, "forbidden")),
        ("POST", "/api/admins", "eve", (403, "forbidden")),
        ("POST", "/api/imports", "", (401, "unauthorized")),
        ("POST", "/api/imports", "mallory", (401, "unauthorized")),
        ("POST", "/api/nowhere", "", (401, "unauthorized")),
        ("POST", "/api/nowhere", "eve", (413, "tooLarge")),
        ("POST", "/healthz", "eve", (413, "tooLarge")),
        ("POST", "/api/login", "eve", (413, "tooLarge")),
    ],
)
async def test_nothing_is_read_of_what_is_for_others_or_for_nobody(
    method: str, path: str, token: str, answer: tuple[int, str]
) -> None:
    house = House()
    assert await house.ask(method, path, size=BIG, token=token) == answer
    assert house.read == 0
    assert house.refused == ([f"{method} {route[1]}"] if answer[0] == 403 and (route := route_of(method, path)) else [])


async def test_nothing_is_read_of_what_is_asked_too_often_and_refusals_count() -> None:
    house = House(RequestLimit(at_once=3, per_second=1e-9))
    for _ in range(3):
        assert (await house.ask("POST", "/api/imports", size=BIG))[0] in (403, 429)
    assert await house.ask("POST", "/api/leads/chosen", size=BIG) == (429, "tooMany")
    assert house.read == 0


async def test_a_dear_request_costs_more_than_a_cheap_one() -> None:
    price = DEAR["POST", "/api/template/preview"]
    house = House(RequestLimit(at_once=2 * price + 1, per_second=1e-9))
    answers = [(await house.ask("POST", "/api/template/preview"))[0] for _ in range(3)]
    assert answers == [200, 200, 429]
    assert (await house.ask("GET", "/api/me"))[0] == 200


@asynccontextmanager
async def asking(house: House, number: int) -> AsyncIterator[Sequence[asyncio.Task[tuple[int, str]]]]:
    """So many previews at once."""
    async with asyncio.TaskGroup() as group:
        yield [group.create_task(house.ask("POST", "/api/template/preview", size=10)) for _ in range(number)]


async def until_inside(house: House, number: int) -> None:
    async with asyncio.timeout(LIMIT):
        while house.behind.inside < number:
            await asyncio.sleep(0)


async def test_of_dear_requests_of_one_admin_two_are_read_at_a_time_and_cheap_ones_pass() -> None:
    house = House()
    house.behind.may_answer.clear()
    async with asking(house, 10) as previews:
        await until_inside(house, 2)
        cheap = asyncio.create_task(house.ask("GET", "/api/me"))
        await until_inside(house, 3)
        assert house.read == 20
        house.behind.may_answer.set()
        assert (await cheap)[0] == 200
    assert {preview.result()[0] for preview in previews} == {200}
    assert house.behind.most_inside == 3


async def test_who_waits_for_too_long_or_with_too_many_is_told_so() -> None:
    house = House(turns=Turns(waiting=3, patience=0.05))
    house.behind.may_answer.clear()
    async with asking(house, 10) as previews:
        async with asyncio.timeout(LIMIT):
            while sum(preview.done() for preview in previews) < 8:
                await asyncio.sleep(0.01)
        house.behind.may_answer.set()
    assert sorted(preview.result() for preview in previews) == 2 * [(200, "")] + 8 * [(429, "tooMany")]


async def test_a_turn_that_is_given_up_is_free_again() -> None:
    turns = Turns(in_hand=1, patience=0.01)
    async with turns.turn("eve"):
        with pytest.raises(TooMany):
            async with turns.turn("eve"):
                pytest.fail("it is somebody else's turn")
        async with turns.turn("ann"):
            pass
    async with turns.turn("eve"):
        pass


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_the_door_and_the_router_take_a_path_for_the_same(route: tuple[str, str]) -> None:
    method, path = route
    asked = re.sub(r"{\w+}", "0" * 24, path)
    assert route_of(method, asked) == route
    assert compile_path(path)[0].match(asked)


@pytest.mark.parametrize(
    "path", ["/api/leads/", "/api/leads/a/b", "/api//leads", "/API/leads", "/api/imports/x/check/", "", "/api/leads\n"]
)
def test_what_no_route_is_at_is_no_route(path: str) -> None:
    assert route_of("GET", path) is None
    assert not any(compile_path(known)[0].match(path) for _, known in ROUTES if "\n" not in path)


def test_every_price_is_of_a_route() -> None:
    assert set(DEAR) <= set(ROUTES)
