"""What connected admins are told by a running service, and who may connect."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import Binary, ObjectId
from socketio.exceptions import ConnectionError as Refused
from websockets.asyncio.client import connect as open_websocket
from websockets.exceptions import InvalidStatus

from server.store.client import Document, connect
from server.store.emails import pending_document
from tests.system.listener import Listener, ask, listening
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

_OURS = "https://desk.example.com"
_ALSO_OURS = "http://localhost:3000"
_FOREIGN = ("https://evil.example", "https://desk.example.com.evil.example", "http://desk.example.com", "null")
_FIELDS = {"pending", "processing", "failed", "total", "timestamp"}


async def activate_all(server: ServerProcess, token: str) -> None:
    """Every lead that is new."""
    request = {"requestId": str(uuid.uuid4()), "selection": {"matching": {"status": ["new"]}}}
    await ask(server, "POST", "/api/activations", request, token=token)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One for all tests of this file, with two admins; its emails leave quickly."""
    server = ServerProcess(
        tmp_path_factory.mktemp("live") / "data",
        FRONTEND_URL=f"{_OURS}, {_ALSO_OURS}",
        QUEUE_BATCH_SIZE="5",
        QUEUE_INTERVAL="1",
    )
    with server.running():
        server.add_admin("bob")
        yield server


@pytest.fixture(scope="module")
def token(service: ServerProcess) -> str:
    """Of the first admin."""
    return service.login()


def assert_status(status: dict[str, Any]) -> None:
    """It has exactly the five fields, and they agree."""
    assert set(status) == _FIELDS
    assert status["total"] == status["pending"] + status["processing"]
    assert all(isinstance(status[name], int) for name in _FIELDS - {"timestamp"})
    assert datetime.fromisoformat(status["timestamp"]).tzinfo is not None


@pytest.mark.parametrize("transports", [["websocket"], ["polling", "websocket"]])
async def test_the_right_numbers_come_at_once_at_each_of_five_reconnects(
    service: ServerProcess, token: str, transports: list[str]
) -> None:
    expected = await ask(service, "GET", "/api/queue/status", token=token)
    for _ in range(6):
        async with listening(service, token, transports=transports) as listener:
            # News of who is online may come in between; the first numbers are the right ones.
            status = await listener.first("emailQueueUpdate")
            assert_status(status)
            assert {**status, "timestamp": None} == {**expected, "timestamp": None}


async def test_who_connects_is_seen_online(service: ServerProcess, token: str) -> None:
    async with listening(service, token, transports=["websocket"]) as listener:
        presence = await listener.first("presenceUpdate")
    assert "ann" in [admin["username"] for admin in presence["admins"]]


async def test_what_changed_while_nobody_listened_is_told_to_whoever_comes(service: ServerProcess, token: str) -> None:
    async with listening(service, token) as before:
        assert (await before.first("sendingStatus"))["state"] == "idle"
    async with (
        connect(service.database_uri, service.database_name) as database,
        await database.limits.watch() as changes,
    ):
        await ask(service, "POST", "/api/queue/pause", {"reason": "holidays"}, token=token)
        await changes.next()  # the service hears of it now, too
        async with listening(service, token) as meanwhile:
            alert = await meanwhile.first("queueAlert")
            assert (alert["active"], alert["code"]) == (True, "paused")
            await meanwhile.until(lambda: _state(meanwhile) == "paused")
        await ask(service, "POST", "/api/queue/resume", token=token)
        await changes.next()
    async with listening(service, token) as after:
        await after.until(lambda: _state(after) == "idle" and not _is_alerted(after))


async def test_emails_queued_while_nobody_listened_are_not_missed_by_whoever_comes(
    service: ServerProcess, token: str
) -> None:
    async with listening(service, token) as before:
        await before.until(lambda: _state(before) == "idle")
    async with connect(service.database_uri, service.database_name) as database:
        now = await database.now()
        email = _email(now, due_at=now + timedelta(hours=1))
        async with await database.pending.watch() as changes:
            await database.pending.insert_one(email)
            await changes.next()
        async with listening(service, token) as after:
            await after.until(lambda: _state(after) == "waiting")
            await database.pending.delete_one({"_id": email["_id"]})
            await after.until(lambda: _state(after) == "idle")


def _email(now: datetime, *, due_at: datetime) -> Document:
    return pending_document(
        email_id=ObjectId(),
        user_id=ObjectId(),
        lead_id=ObjectId(),
        activation_id=ObjectId(),
        email="later@firm.example",
        name="Later",
        password=Binary(b""),
        message_id="<later@sender.example>",
        now=now,
        due_at=due_at,
    )


def _is_alerted(listener: Listener) -> bool:
    return any(alert["active"] for alert in listener.of("queueAlert")[-1:])


def _state(listener: Listener) -> str | None:
    """How sending stands, as it was told last."""
    told = listener.of("sendingStatus")
    return str(told[-1]["state"]) if told else None


@pytest.mark.parametrize(
    "auth", [None, {}, {"token": ""}, {"token": "wrong"}, {"token": None}, {"token": {"$ne": None}}, "x", [1]]
)
async def test_without_a_good_token_nobody_listens(service: ServerProcess, auth: Any) -> None:
    listener = Listener()
    refusals: list[Any] = []
    listener.client.on("connect_error", refusals.append)
    with pytest.raises(Refused):
        await listener.client.connect(service.url, auth=auth, transports=["websocket"])
    await listener.client.disconnect()
    (refusal,) = refusals
    assert refusal["data"]["code"] == "unauthorized"
    assert refusal["message"] == refusal["data"]["message"]
    assert [name for name, _ in listener.events if name != "disconnect"] == []


async def test_the_socket_of_a_token_that_was_revoked_is_ended_and_others_go_on(
    service: ServerProcess, token: str
) -> None:
    revoked = await asyncio.to_thread(service.login)
    async with (
        listening(service, revoked, transports=["websocket"]) as ended,
        listening(service, token, transports=["websocket"]) as other,
    ):
        await ended.first("emailQueueUpdate")
        await other.first("emailQueueUpdate")
        await ask(service, "POST", "/api/logout", token=revoked)
        said = await ended.first("sessionEnded")
        await ended.first("disconnect")
        assert set(said) == {"message", "sentence"}
        assert said["message"]
        assert [name for name, _ in ended.events][-2:] == ["sessionEnded", "disconnect"]
        assert other.client.connected
        assert other.of("sessionEnded") == []
    with pytest.raises(Refused):
        async with listening(service, revoked, transports=["websocket"]):
            pass


async def test_two_admins_see_the_same_numbers_go_down_to_zero(service: ServerProcess, token: str) -> None:
    await asyncio.to_thread(service.import_leads, 12, prefix="both")
    second_token = await asyncio.to_thread(service.login, "bob")
    async with (
        listening(service, token, transports=["websocket"]) as first,
        listening(service, second_token) as second,
    ):
        await first.first("presenceUpdate")
        await second.first("presenceUpdate")
        await activate_all(service, token)
        for listener in (first, second):
            await listener.until(lambda heard=listener: max(heard.totals()) > 0 and heard.totals()[-1] == 0)
        for status in (*first.of("emailQueueUpdate"), *second.of("emailQueueUpdate")):
            assert_status(status)
        # The greeting is each one's own; what follows is the same for both.
        assert first.of("emailQueueUpdate")[1:] == second.of("emailQueueUpdate")[1:]
        times = [datetime.fromisoformat(status["timestamp"]) for status in first.of("emailQueueUpdate")]
        assert times == sorted(times)
        assert first.of("leadsChanged")
        progress = second.of("activationProgress")[-1]
        assert (progress["state"], progress["created"], progress["total"]) == ("finished", 12, 12)
    status = await ask(service, "GET", "/api/queue/status", token=token)
    assert (status["total"], status["failed"]) == (0, 0)
    assert len(list(service.mailbox.rglob("*.eml"))) == 12


async def test_no_event_carries_a_password(service: ServerProcess, token: str) -> None:
    await asyncio.to_thread(service.import_leads, 2, prefix="quiet")
    async with listening(service, token, transports=["websocket"]) as listener:
        await listener.first("presenceUpdate")
        await activate_all(service, token)
        await listener.until(lambda: max(listener.totals()) > 0 and listener.totals()[-1] == 0)
    assert "password" not in str(listener.events).casefold()


# --- Origins ---


def _websocket_url(server: ServerProcess) -> str:
    return f"{server.url.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"


@pytest.mark.parametrize("origin", [_OURS, _ALSO_OURS])
async def test_a_page_of_ours_may_open_a_socket(service: ServerProcess, token: str, origin: str) -> None:
    async with listening(service, token, transports=["websocket"], headers={"Origin": origin}) as listener:
        await listener.first("emailQueueUpdate")


@pytest.mark.parametrize("origin", _FOREIGN)
async def test_a_foreign_page_may_not_open_a_socket(service: ServerProcess, origin: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with open_websocket(_websocket_url(service), origin=origin):  # type: ignore[arg-type]
            pass
    assert caught.value.response.status_code in (400, 403)
    status, _ = await asyncio.to_thread(_headers_for, service, "GET", "/socket.io/?EIO=4&transport=polling", origin)
    assert status in (400, 403)


def _headers_for(server: ServerProcess, method: str, path: str, origin: str) -> tuple[int, dict[str, str]]:
    request = urllib.request.Request(server.url + path, method=method, headers={"Origin": origin})
    if method == "OPTIONS":
        request.add_header("Access-Control-Request-Method", "POST")
        request.add_header("Access-Control-Request-Headers", "authorization,content-type")
    try:
        with urllib.request.urlopen(request, timeout=LIMIT) as response:
            return response.status, {name.lower(): value for name, value in response.headers.items()}
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, {name.lower(): value for name, value in refusal.headers.items()}


@pytest.mark.parametrize("origin", [_OURS, _ALSO_OURS])
def test_a_page_of_ours_may_read_the_answers(service: ServerProcess, origin: str) -> None:
    for path in ("/api/me", "/healthz"):
        _, headers = _headers_for(service, "GET", path, origin)
        assert headers["access-control-allow-origin"] == origin
    status, headers = _headers_for(service, "OPTIONS", "/api/login", origin)
    assert status == 200
    assert headers["access-control-allow-origin"] == origin
    assert "authorization" in headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize("origin", _FOREIGN)
def test_a_foreign_page_may_not_read_the_answers(service: ServerProcess, origin: str) -> None:
    for method, path in (("GET", "/api/me"), ("GET", "/healthz"), ("OPTIONS", "/api/login")):
        _, headers = _headers_for(service, method, path, origin)
        assert "access-control-allow-origin" not in headers
