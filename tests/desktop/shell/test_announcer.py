"""What a screen reader is told of: what things are, and what happens by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from desktop.app import Desk
from desktop.backend.stream import Phase
from desktop.models.leads import LeadColumn
from desktop.shell.sidebar import Place
from server.contract import Admin, Role, SendingState, SendingStatus
from tests.desktop.conftest import MemoryTokens

ROLE = QAccessible.Role
NAME = QAccessible.Text.Name


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Its window, without a server behind it."""
    desk = Desk("http://127.0.0.1:9", keyring=MemoryTokens())
    desk.window.show()
    yield desk
    await desk.stop()


async def test_windows_and_choices_are_called_what_they_are(desk: Desk) -> None:
    for window, role in ((desk.window, ROLE.Window), (desk.log_window, ROLE.Dialog)):
        window.show()
        interface = QAccessible.queryAccessibleInterface(window)
        assert interface.role() == role
        assert interface.text(NAME) == window.windowTitle() != ""
    one_of_several = [*desk.sidebar.buttons.values(), *desk.leads_page.tabs.group.buttons()]
    for button in one_of_several:
        assert QAccessible.queryAccessibleInterface(button).role() == ROLE.RadioButton, button.text()
    assert QAccessible.queryAccessibleInterface(desk.leads_page.details_button).role() == ROLE.CheckBox


async def test_what_has_no_text_has_a_name_all_the_same(desk: Desk) -> None:
    for page in (desk.leads_page, desk.users_page, desk.queue_page):
        page.search.setText("x")
        said = [QAccessible.queryAccessibleInterface(each).text(NAME) for each in page.search.findChildren(QToolButton)]
        assert said == ["Clear the search", ""]  # the other is a picture
    head = desk.leads_model.headerData(LeadColumn.CHECK, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
    assert head == "Picked"


@pytest.mark.parametrize("role", Role)
async def test_each_page_tells_its_shortcut_or_why_it_is_closed(desk: Desk, role: Role) -> None:
    desk.sidebar.set_admin(Admin(id="1", username="ann", role=role, must_change_password=False))
    for place, button in desk.sidebar.buttons.items():
        if button.isEnabled():
            assert button.toolTip() == f"Ctrl+{place + 1}"
        elif place is Place.ACTIVITY:
            assert "operators and owners" in button.toolTip()


async def test_what_happens_by_itself_is_said_once(desk: Desk) -> None:
    said: list[str] = []
    desk.announcer.announced.connect(said.append)
    desk.window.toasts.show("37 users created.")
    assert said == ["37 users created."]

    said.clear()
    desk.connection.set_phase(Phase.ONLINE)
    status = SendingStatus(
        state=SendingState.SENDING,
        message="",
        next_at=datetime.now(UTC) + timedelta(minutes=1),
        next_count=None,
        finished_at=None,
        basis=None,
        accounts=(),
    )
    desk.sending.set_status(status)
    count = len(said)
    assert said[-1].startswith("Sending")
    desk.sending.set_status(status.model_copy(update={"next_at": datetime.now(UTC) + timedelta(minutes=2)}))
    assert len(said) == count  # a countdown is nothing to listen to
    desk.sending.set_status(status.model_copy(update={"state": SendingState.PAUSED}))
    assert len(said) == count + 1
    assert said[-1].startswith("Paused")


async def test_escape_closes_the_log(desk: Desk) -> None:
    desk.log_window.open()
    assert desk.log_window.isVisible()
    QTest.keyClick(desk.log_window.text, Qt.Key.Key_Escape)
    assert desk.log_window.isHidden()
    desk.log_window.open()
    assert desk.log_window.isVisible()
