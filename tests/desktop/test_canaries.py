"""What the desktop writes down and what it offers to send to somebody hold no secrets, whatever went wrong."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.platform.logs import LogFile, crash_report
from tests.desktop.conftest import PASSWORD, MemoryTokens, log_in
from tests.system.canaries import Outputs, sightings
from tests.system.processes import ServerProcess

_WRONG = "canary mistyped passphrase"
_ISSUED = "Abcde-fGhij-kLmno"


async def test_no_secret_is_seen_in_log_and_crash_report(
    service: ServerProcess, qtbot: QtBot, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notes = LogFile(tmp_path / "logs" / "desktop.log")
    for name in ("engineio", "socketio", "aiohttp", "asyncio", "keyring"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    desk = Desk(service.url, keyring=MemoryTokens())
    try:
        await desk.start()
        desk.login.name.setText("ann")
        desk.login.password.setText(_WRONG)
        await log_in(desk, qtbot)
        token = desk.api.token
        assert token is not None
        logging.getLogger("test").error("login with %s failed", {"username": "ann", "password": PASSWORD})
        logging.getLogger("test").error("GET /api/me: headers %s", {"Authorization": f"Bearer {token}"})
        logging.getLogger("test").error("the server said: 554 rejected, it says %s", _ISSUED)
        try:
            raise ValueError(f"password={PASSWORD!r} token={token} for {_ISSUED}")
        except ValueError as error:
            report = crash_report(error)
            desk.error_desk.report(error)
        assert desk.error_desk.crash is not None
        shown = desk.error_desk.crash.report.toPlainText()
        desk.settings_page.log_requested.emit()
        log_window = desk.log_window.text.toPlainText()
        desk.log_window.close()
        desk.error_desk.crash.close_button.click()
    finally:
        await desk.stop()
        notes.close()
    written = capfd.readouterr()
    outputs: Outputs = {
        "crash report": report.encode(),
        "crash dialog": shown.encode(),
        "log window": log_window.encode(),
        "terminal": f"{written.out}{written.err}".encode(),
    }
    outputs |= {file.name: file.read_bytes() for file in (tmp_path / "logs").iterdir()}
    assert b"login with" in outputs["desktop.log"]
    assert (tmp_path / "logs" / "desktop.log").stat().st_mode & 0o077 == 0
    secrets = {"token": [token], "password": [PASSWORD, _WRONG], "password of a user": [_ISSUED]}
    assert sightings(outputs, secrets) == []
