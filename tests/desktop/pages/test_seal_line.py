"""Owners see whether the audit log is what was written down, and have it looked at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.shell.sidebar import Place
from desktop.wording.audit import in_detail, verdict
from server.contract import AuditFault, AuditFaultKind, AuditVerification, Role
from server.store.client import Database
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.system.processes import ServerProcess


@pytest.fixture(scope="module")
def own_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """With an owner and an operator."""
    server = ServerProcess(tmp_path_factory.mktemp("seals") / "data")
    server.start()
    server.add_admin()
    server.add_admin("oz", role=Role.OPERATOR)
    yield server
    server.end()


@pytest.fixture
async def desk(own_service: ServerProcess) -> AsyncIterator[Desk]:
    desk = Desk(own_service.url, keyring=MemoryTokens())
    await desk.start()
    yield desk
    await desk.stop()


async def test_an_operator_sees_the_activity_and_nothing_of_its_seals(desk: Desk, qtbot: QtBot) -> None:
    await log_in(desk, qtbot, name="oz")
    desk.window.go_to(Place.ACTIVITY)
    await until(lambda: desk.activity_model.is_known, desk.activity_model.loaded)
    desk.audit_check.look()
    assert desk.audit_check.check is None
    assert not desk.activity_page.seal_line.isVisible()


async def test_an_owner_has_the_log_verified_and_is_told_what_was_done_to_it(
    desk: Desk, own_service: ServerProcess, qtbot: QtBot
) -> None:
    await log_in(desk, qtbot)
    desk.window.go_to(Place.ACTIVITY)
    state, line = desk.audit_check, desk.activity_page.seal_line
    await until(lambda: line.isVisible(), state.changed, what="the line")

    async def verified() -> AuditVerification:
        """Once all that was done until now is sealed."""
        found = latest()
        while True:
            before = found
            qtbot.mouseClick(line.verify_button, Qt.MouseButton.LeftButton)
            await until(partial(is_answered, before), state.changed)
            found = latest()
            if found is not None and not found.not_sealed_yet:
                return found

    def is_answered(before: AuditVerification | None) -> bool:
        return latest() not in (None, before) and not state.is_running

    def latest() -> AuditVerification | None:
        return None if state.check is None else state.check.latest

    found = await verified()
    assert found.faults == ()
    assert found.entries >= 2
    assert line.label.text().startswith("Verified ")
    assert found.head[:12] in line.label.text()
    assert line.property("kind") == "notice"
    qtbot.mouseClick(line.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == found.head
    assert f"Head: {found.head}" in line.label.toolTip()

    async def tamper(database: Database) -> None:
        await database.audit.update_one({"sealed": 1}, {"$set": {"by": "eve"}})

    own_service.in_database(tamper)
    found = await verified()
    assert [(fault.kind, fault.first) for fault in found.faults] == [(AuditFaultKind.CHANGED, 1)]
    assert line.property("kind") == "noticeDanger"
    assert "The audit log was tampered with" in line.label.text()
    assert "Number 1: changed after it was sealed." in line.label.text()
    logged = await asyncio.to_thread(own_service.log_path.read_text, encoding="utf-8")
    assert "the audit log was tampered with" in logged


@pytest.mark.parametrize("kind", AuditFaultKind)
def test_every_fault_has_words(qapp: object, kind: AuditFaultKind) -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    fault = AuditFault(kind=kind, first=3, last=5, at=at)
    found = AuditVerification(
        verified_at=at, entries=9, first=1, last=9, head="ab" * 32, fault_count=2, faults=(fault,), not_sealed_yet=1
    )
    assert "3–5" in verdict(found)
    assert "And more: 1." in verdict(found)
    assert "Not sealed yet: 1" in in_detail(found)
