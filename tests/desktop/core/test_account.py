"""One's own account: what the server knows the device by."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from server.contract import Role
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.system.processes import ServerProcess


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


@pytest.fixture
async def desk(service: ServerProcess, tokens: MemoryTokens) -> AsyncIterator[Desk]:
    """A started desktop; nobody is logged in."""
    desk = Desk(service.url, keyring=tokens)
    await desk.start()
    yield desk
    await desk.stop()


async def test_a_device_is_known_again_whoever_tries_passwords_meanwhile(
    desk: Desk, service: ServerProcess, tokens: MemoryTokens, qtbot: QtBot
) -> None:
    service.add_admin("dora", role=Role.VIEWER)
    await log_in(desk, qtbot, name="Dora", remember=True)
    before = dict(tokens.tokens)
    desk.sidebar.logout_requested.emit()
    await until(desk.login.isVisible, desk.session.logged_out)
    device = dict(tokens.tokens)
    assert before.keys() - device.keys() == {service.url}, "the token goes, and nothing else"
    assert len(device) == 1

    def try_password() -> str:
        try:
            service.request("POST", "/api/login", {"username": "dora", "password": "wrong"})
        except OSError as error:
            return str(error)
        return "let in"

    assert any("429" in try_password() for _ in range(20))
    await log_in(desk, qtbot, name="dora")
    assert tokens.tokens == device, "one that the server does not know is given another name"
