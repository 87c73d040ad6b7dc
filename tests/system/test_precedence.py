"""The service beside other programs on the same machine."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.operations.precedence import AUTOGROUP
from tests.system.admin import AdminClient
from tests.system.processes import ServerProcess, wait_until


def shares_among_sessions() -> bool:
    """Whether this system does; where it groups programs otherwise, the file is not there, or empty."""
    own = Path(AUTOGROUP.format("self"))
    return sys.platform == "linux" and own.exists() and own.read_text() != ""


pytestmark = pytest.mark.skipif(not shares_among_sessions(), reason="this system does not share among sessions")

_LEADS = 60


def niceness_of(process: int | str) -> str:
    """Of its session."""
    return Path(AUTOGROUP.format(process)).read_text().split()[-1]


class OwnSession(ServerProcess):
    """As a service manager starts it."""

    session_of_its_own = True


@asynccontextmanager
async def ann_at(server: ServerProcess) -> AsyncIterator[AdminClient]:
    """An admin of a service with leads."""
    with server.running():
        server.import_leads(_LEADS)
        admin = AdminClient(server, "ann")
        await admin.log_in()
        await admin.connect()
        yield admin
        await admin.disconnect()


async def until_niceness(server: ServerProcess, wanted: str) -> None:
    """Looks again and again: nothing tells of it."""
    await asyncio.to_thread(wait_until, lambda: niceness_of(server.pid) == wanted, f"it is not {wanted}")


async def test_it_stands_aside_while_it_hashes_ahead_and_not_while_somebody_waits(tmp_path: Path) -> None:
    server = OwnSession(tmp_path / "data", PASSWORD_RESERVE="2")
    async with ann_at(server) as ann:
        await until_niceness(server, "5")
        await ann.activate(_LEADS)
        await until_niceness(server, "0")


async def test_in_a_session_with_others_it_sets_nobody_aside(tmp_path: Path) -> None:
    before = niceness_of("self")
    shared, own = (kind(tmp_path / kind.__name__, PASSWORD_RESERVE="2") for kind in (ServerProcess, OwnSession))
    with shared.running(), own.running():
        await until_niceness(own, "5")  # the other one has had longer to do the same
        assert niceness_of(shared.pid) == before
