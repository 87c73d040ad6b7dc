"""Lists as CSV from a running service, in the midst of which something happens to who has asked."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from fastapi.responses import StreamingResponse

from server.api.access import still_allowed
from server.api.application import MODULES
from server.contract import Role
from server.store.leads import NewLead
from tests.system.api import Api
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

#: More than the system takes from a service for a client that does not read yet.
_LEADS, _COMPANY = 1500, "Long & Sons " * 350
_PIECE = 4096


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """With an owner and many leads."""
    server = ServerProcess(tmp_path_factory.mktemp("exports") / "data")
    with server.running():
        leads = [NewLead(f"lead{number}@firm.example", "Lead", _COMPANY) for number in range(_LEADS)]
        for start in range(0, _LEADS, 500):
            server.add_leads(leads[start : start + 500])
        yield server


def begun(service: ServerProcess, token: str) -> tuple[socket.socket, http.client.HTTPResponse]:
    """An export of which the first bytes are here, and no more than fit into a small window."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _PIECE)
    client.settimeout(LIMIT)
    client.connect(("127.0.0.1", service.port))
    head = f"GET /api/leads/export.csv HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    client.sendall(head.encode())
    response = http.client.HTTPResponse(client)
    response.begin()
    assert response.status == 200
    assert response.read(_PIECE).startswith(b"\xef\xbb\xbfname,email")
    return client, response


@pytest.mark.parametrize(("action", "body"), [("disable", {}), ("role", {"role": Role.REPORTER})])
def test_a_list_breaks_off_when_who_asked_may_not_have_it_any_more(
    service: ServerProcess, action: str, body: object
) -> None:
    owner = Api(service, service.login())
    service.add_admin(name := f"to {action}", role=Role.VIEWER)
    (admin,) = [each for each in owner.ask("GET", "/api/admins").body if each["username"] == name]
    client, response = begun(service, service.login(name))
    with closing(client), response:
        assert owner.ask("POST", f"/api/admins/{admin['id']}/{action}", body).status == 200
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            response.read()
    assert "a list was broken off" in service.log
    assert not service.complaints()


def test_a_list_is_whole_while_nothing_happens(service: ServerProcess) -> None:
    client, response = begun(service, service.login())
    with closing(client), response:
        rows = response.read().count(b"\n")
    assert rows >= _LEADS - 1  # the head of the list is read already


def test_every_list_that_is_streamed_asks_again() -> None:
    streamed = [
        route
        for module in MODULES
        for route in module.router.routes
        if getattr(route, "response_class", None) is StreamingResponse
    ]
    assert len(streamed) >= 5
    forgotten = [
        route.path  # type: ignore[attr-defined]
        for route in streamed
        if still_allowed not in {each.call for each in route.dependant.dependencies}  # type: ignore[attr-defined]
    ]
    assert forgotten == []
