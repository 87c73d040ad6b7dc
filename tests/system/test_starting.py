"""The service before it can work: it says what it waits for, and goes on when that is there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from server.contract import Phrase
from tests.system.conftest import Servers
from tests.system.external_database import ExternalDatabase
from tests.system.processes import ServerProcess, free_port, wait_until

AWAITED = "waiting for the database"


def waits(server: ServerProcess) -> bool:
    """Whether it says so."""
    return server.answer("/readyz") == (503, {"status": AWAITED})


async def test_a_database_that_comes_late_is_waited_for(tmp_path: Path, servers: Servers) -> None:
    late = ExternalDatabase(tmp_path / "late")
    service = servers(MONGODB_URI=late.uri)
    await asyncio.to_thread(service.launch)

    await asyncio.to_thread(wait_until, lambda: waits(service), "it does not say that it waits")
    assert service.answer("/healthz")[0] == 200
    status, problem = service.answer("/api/leads")
    assert (status, problem["code"]) == (503, "unavailable")
    assert problem["sentence"]["code"] == Phrase.STARTING.code
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://127.0.0.1:{service.port}/socket.io/?EIO=4&transport=websocket"):
            pass
    assert refused.value.response.status_code == 503  # which passes, and says when to come again
    assert refused.value.response.headers["Retry-After"]
    assert service.answer("/socket.io/?EIO=4&transport=polling")[0] == 503
    await asyncio.to_thread(wait_until, lambda: AWAITED in service.log, "nothing is logged")

    try:
        await asyncio.to_thread(late.start)
        await asyncio.to_thread(service.wait_until_ready)
        await asyncio.to_thread(service.add_admin)
        assert await asyncio.to_thread(service.login)
        assert service.log.count(AWAITED) == 1
        assert service.log.index(AWAITED) < service.log.index("the database is there")
        assert await asyncio.to_thread(service.stop) == 0
        assert not service.complaints()
    finally:
        await asyncio.to_thread(service.end)
        await asyncio.to_thread(late.end)


def test_told_to_stop_while_it_waits_it_stops(servers: Servers) -> None:
    service = servers(MONGODB_URI=f"mongodb://ann:hunter2@127.0.0.1:{free_port()}/?replicaSet=rs0")
    service.launch()
    wait_until(lambda: waits(service), "it does not say that it waits")

    assert service.stop() == 0
    assert "hunter2" not in service.log
    assert not service.complaints()


def test_a_command_beside_a_service_that_is_starting_waits_for_it(servers: Servers) -> None:
    service = servers(first_start=True)
    service.launch()
    wait_until(lambda: (service.data_dir / "server.lock").exists(), "it does not start")
    assert "Nothing to send." in service.cli("queue", "status").stdout
    service.wait_until_ready()


def test_it_says_that_it_starts_while_its_own_database_does(servers: Servers) -> None:
    service = servers(first_start=True)
    seen: list[tuple[int, object]] = []
    service.launch()

    def is_ready() -> bool:
        seen.append(service.answer("/readyz"))
        return seen[-1][0] == 200

    wait_until(is_ready, "it does not become ready")
    assert (503, {"status": AWAITED}) in seen
    assert {status for status, _ in seen} <= {0, 503, 200}
