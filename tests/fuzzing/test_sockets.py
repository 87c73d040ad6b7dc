"""Socket.IO clients that send anything: the service goes on, tells them nothing, and has nothing to complain of."""

from __future__ import annotations

import contextlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from server.live.hub import MAX_SOCKETS
from tests.fuzzing.examples import inputs
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

_AT_ONCE = 20  # messages of one example


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """With an admin."""
    server = ServerProcess(tmp_path_factory.mktemp("sockets") / "data")
    with server.running():
        yield server


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(max_size=10), each, max_size=4),
    max_leaves=8,
)
_NAMES = st.sampled_from(["emailQueueUpdate", "connect", "disconnect", "__proto__", "message", "connect_error", ""])
_EVENTS = st.tuples(_NAMES, _JSON).map(lambda event: json.dumps(list(event)))
_BROKEN = st.sampled_from(
    ["", "[", "{}", "[]", "null", '"x"', "[" * 2000, '["x",{"_placeholder":true,"num":9}]', "1" * 5000]
)
_NAMESPACES = st.sampled_from(["", "/,", "/admin,", "/" + "x" * 300 + ",", ","])
_COUNTS = st.sampled_from(["", "1-", "0-", "99999999999-", "-", "12"])
#: Engine.IO: 0 open, 1 close, 2 ping, 3 pong, 4 message, 5 upgrade, 6 noop; then Socket.IO: 0 connect, 1 disconnect, 2
#: event, 3 acknowledgement, 4 error, 5 and 6 the same with binary parts.
_PACKETS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["4", "4", "4", "4", "0", "2", "3", "5", "6", "9", ""]),
        st.sampled_from(["0", "1", "2", "3", "4", "5", "6", "9", ""]),
        _COUNTS,
        _NAMESPACES,
        _EVENTS | _BROKEN | _JSON.map(json.dumps) | st.text(max_size=40),
    ),
)
_TOKENS = _JSON.map(lambda token: f"40{json.dumps({'token': token})}") | _JSON.map(lambda auth: f"40{json.dumps(auth)}")
MESSAGES = _PACKETS | _TOKENS | st.text(max_size=60) | st.binary(max_size=60)


def _open(service: ServerProcess) -> ClientConnection:
    address = service.url.replace("http", "ws", 1)
    return connect(f"{address}/socket.io/?EIO=4&transport=websocket", open_timeout=10, close_timeout=0.1)


@pytest.mark.parametrize("logged_in", [False, True])
def test_whatever_a_socket_says(service: ServerProcess, logged_in: bool) -> None:
    token = service.login()
    heard: list[str] = []

    @inputs(600, in_each=_AT_ONCE)
    @given(messages=st.lists(MESSAGES, min_size=_AT_ONCE, max_size=_AT_ONCE))
    def check(messages: list[str | bytes]) -> None:
        left = list(messages)
        while left:
            with contextlib.suppress(WebSocketException, OSError), _open(service) as socket:
                socket.recv(10)
                if logged_in:
                    socket.send(f"40{json.dumps({'token': token})}")
                while left:
                    message = left.pop()
                    socket.send(message if isinstance(message, bytes) else message.encode("utf-8", "replace").decode())
                if not logged_in:
                    with contextlib.suppress(TimeoutError):
                        heard.append(str(socket.recv(0.01)))

    check()
    assert not any("emailQueueUpdate" in said or "presenceUpdate" in said for said in heard)
    _expect_well(service, token)


def test_a_socket_that_stops_making_sense_does_not_count_any_more(service: ServerProcess) -> None:
    token = service.login()
    for nonsense in ["x", "0" + "[" * 2000] * MAX_SOCKETS:
        with contextlib.suppress(ConnectionClosed), _open(service) as socket:
            socket.recv(10)
            socket.send(f"40{json.dumps({'token': token})}")
            assert "emailQueueUpdate" in str(socket.recv(10))
            socket.send(nonsense)
            while True:  # until it is closed
                socket.recv(10)


def _polled(packets: list[str | bytes]) -> bytes:
    """Several packets in one request."""
    return b"\x1e".join(each if isinstance(each, bytes) else each.encode("utf-8", "replace") for each in packets)


@inputs(200)
@given(
    body=st.binary(max_size=100) | st.lists(MESSAGES, max_size=5).map(_polled),
    query=st.sampled_from(
        ["EIO=4&transport=polling", "EIO=3&transport=polling", "EIO=4&transport=x", "EIO=%00", "j=x"]
    ),
    sid=st.sampled_from(["", "&sid=x", "&sid=%00", "&sid=" + "x" * 3000]),
)
def test_whatever_is_posted_by_nobody(service: ServerProcess, body: bytes, query: str, sid: str) -> None:
    assert _post(service, f"{query}{sid}", body) in range(400, 500)


def test_in_the_end_the_service_is_well(service: ServerProcess) -> None:
    _expect_well(service, service.login())


def _post(service: ServerProcess, query: str, body: bytes) -> int:
    request = urllib.request.Request(f"{service.url}/socket.io/?{query}", body, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=LIMIT) as response:
            return int(response.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def _expect_well(service: ServerProcess, token: str) -> None:
    """It answers, as soon as it has seen that the others are gone, and has noted nothing unexpected."""
    assert service.request("GET", "/api/queue/status", token=token)["total"] == 0
    deadline = time.monotonic() + LIMIT
    while "emailQueueUpdate" not in (said := "".join(_hear(service, token))):
        assert "too often" in said, said
        assert time.monotonic() < deadline, "sockets that are gone still count"
    assert service.complaints() == set()


def _hear(service: ServerProcess, token: str) -> list[str]:
    """What a socket with a login is told first."""
    said: list[str] = []
    with contextlib.suppress(ConnectionClosed), _open(service) as socket:
        said.append(str(socket.recv(10)))
        socket.send(f"40{json.dumps({'token': token})}")
        for _ in range(2):
            said.append(str(socket.recv(10)))
    return said
