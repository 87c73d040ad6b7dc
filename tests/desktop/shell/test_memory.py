"""What the desktop remembers, and what closing its window means."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.models.emails import EmailColumn
from desktop.models.users import UserColumn
from desktop.platform.language import speak
from desktop.shell.sidebar import Place
from desktop.state.preferences import Language, Notify, OnClose, Preferences
from desktop.theme.tokens import DARK, LIGHT, Scheme
from server.contract import EmailState, LeadFilter, LeadStatus
from tests.desktop.conftest import PASSWORD, MemoryTokens, log_in
from tests.system.processes import ServerProcess


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new directory" / "desktop.ini"


@pytest.fixture
async def desk(service: ServerProcess, file: Path, qtbot: QtBot) -> AsyncIterator[Desk]:
    desk = Desk(service.url, keyring=MemoryTokens(), preferences=Preferences(file))
    await desk.start()
    await log_in(desk, qtbot)
    yield desk
    await desk.stop()


def test_preferences_are_there_in_the_next_run(qapp: QApplication, file: Path) -> None:
    first = Preferences(file)
    assert (first.scheme, first.notify, first.on_close) == (Scheme.SYSTEM, Notify.ALL, OnClose.ASK)
    first.scheme, first.language, first.notify = Scheme.DARK, Language.GERMAN, Notify.NONE
    first.on_close, first.server_url = OnClose.QUIT, "https://desk.example"
    first.save()

    again = Preferences(file)
    assert (again.scheme, again.language, again.notify) == (Scheme.DARK, Language.GERMAN, Notify.NONE)
    assert (again.on_close, again.server_url) == (OnClose.QUIT, "https://desk.example")


def test_a_damaged_file_means_the_defaults(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "desktop.ini"
    file.write_text("[General]\ntheme=plaid\nonClose=\nnotifications=@Invalid()\nlanguage=xx\n[screen]\nwindow=17\n")
    preferences = Preferences(file)
    assert (preferences.scheme, preferences.on_close, preferences.notify) == (Scheme.SYSTEM, OnClose.ASK, Notify.ALL)
    assert preferences.language is Language.SYSTEM
    assert preferences.recall("window") is None


def test_only_a_change_is_told(qapp: QApplication, file: Path, qtbot: QtBot) -> None:
    preferences = Preferences(file)
    with qtbot.waitSignal(preferences.changed):
        preferences.scheme = Scheme.DARK
    with qtbot.assertNotEmitted(preferences.changed):
        preferences.scheme = Scheme.DARK


async def test_the_window_is_as_it_was_left(service: ServerProcess, file: Path, qtbot: QtBot) -> None:
    desk = Desk(service.url, keyring=MemoryTokens(), preferences=Preferences(file))
    await desk.start()
    await log_in(desk, qtbot)
    desk.window.resize(960, 650)
    desk.window.go_to(Place.USERS)
    desk.users_page.listing.table.horizontalHeader().resizeSection(UserColumn.NAME, 333)
    desk.users_page.search.setText("lee")
    desk.users_page.online_only.setChecked(True)
    desk.leads_page.tabs.group.button(3).click()
    desk.leads_page.search.setText("firm")
    desk.queue_page.show_state(EmailState.SENT)
    await desk.stop()
    assert PASSWORD not in file.read_text()  # noqa: ASYNC240 - a test may

    again = Desk(service.url, keyring=MemoryTokens(), preferences=Preferences(file))
    await again.start()
    try:
        await log_in(again, qtbot)
        assert again.window.size().toTuple() == (960, 650)
        assert again.window.place is Place.USERS
        assert again.users_page.listing.table.columnWidth(UserColumn.NAME) == 333
        assert again.users_page.search.text() == "", "yesterday's search would hide today's users"
        assert again.leads_model.filter == LeadFilter(status=(LeadStatus.ACTIVATED,))
        assert again.queue_page.tabs.buttons[EmailState.SENT].isChecked()
        assert (again.users_model.search, again.users_model.online_only) == ("", True)
    finally:
        await again.stop()


async def test_each_table_is_remembered_by_its_name_and_keeps_what_the_program_needs(
    service: ServerProcess, file: Path, qtbot: QtBot
) -> None:
    desk = Desk(service.url, keyring=MemoryTokens(), preferences=Preferences(file))
    await desk.start()
    await log_in(desk, qtbot)
    desk.window.go_to(Place.EMAIL_QUEUE)
    for state, width in ((EmailState.PENDING, 301), (EmailState.FAILED, 302), (EmailState.SENT, 303)):
        desk.queue_page.show_state(state)  # which puts that list on top of the others
        desk.queue_page.lists.tables[state].head.resizeSection(EmailColumn.EMAIL, width)
    await desk.stop()

    again = Desk(service.url, keyring=MemoryTokens(), preferences=Preferences(file))
    await again.start()
    try:
        await log_in(again, qtbot)
        tables = again.queue_page.lists.tables
        widths = {state: table.columnWidth(EmailColumn.EMAIL) for state, table in tables.items()}
        assert [widths[state] for state in (EmailState.PENDING, EmailState.FAILED, EmailState.SENT)] == [301, 302, 303]
        hidden = {state for state, table in tables.items() if table.isColumnHidden(EmailColumn.CHECK)}
        assert hidden == {EmailState.SENT, EmailState.PROCESSING}
    finally:
        await again.stop()


#: What memory cannot be: of an older version, by place and as Qt's own bytes; damaged; of a version that knows others.
_STRANGE = (
    lambda desk: {
        "columns/LEADS-0-6": desk.queue_page.lists.tables[EmailState.SENT].head.saveState(),
        "columns/EMAIL_QUEUE-0-5": desk.queue_page.lists.tables[EmailState.SENT].head.saveState(),
        "filter/LEADS": b"3firm",
        "filter/EMAIL_QUEUE": b"sent firm",
        "filter/USERS": b"1lee",
    },
    lambda desk: {
        "table/leads": desk.queue_page.lists.tables[EmailState.SENT].head.saveState(),
        "table/emails-pending": b"\xff\x00{",
        "table/users": b'{"widths": {"NAME": -3}}',
        "view/LEADS": b"3firm",
        "view/EMAIL_QUEUE": b"sent firm",
        "view/USERS": b"\xff",
    },
    lambda _: {
        "table/leads": b'{"widths": {"CHECK": 400, "SHOE_SIZE": 90}, "sorted_by": "SHOE_SIZE", "descending": true}',
        "table/emails-pending": b'{"widths": {"CHECK": 20}, "sorted_by": "EMAIL"}',
        "view/LEADS": b"asleep",
    },
)


@pytest.mark.parametrize("memory", _STRANGE)
async def test_memory_that_is_not_ours_is_none(
    memory: Callable[[Desk], dict[str, QByteArray | bytes]], service: ServerProcess, file: Path, qtbot: QtBot
) -> None:
    preferences = Preferences(file)
    desk = Desk(service.url, keyring=MemoryTokens(), preferences=preferences)

    def widths() -> list[list[int]]:
        tables = (desk.leads_page.table, desk.users_page.listing.table, *desk.queue_page.lists.tables.values())
        return [[table.head.sectionSize(column) for column in range(table.head.count())] for table in tables]

    for name, value in memory(desk).items():
        preferences.remember(name, QByteArray(value))
    desk.window.resize(1280, 800)
    before = widths()
    desk.memory.restore()

    assert widths() == before
    assert desk.leads_model.filter == LeadFilter()
    assert (desk.users_model.search, desk.users_model.online_only) == ("", False)
    assert desk.queue_page.tabs.buttons[EmailState.PENDING].isChecked()
    assert not desk.queue_page.lists.tables[EmailState.PENDING].isColumnHidden(EmailColumn.CHECK)
    await desk.stop()


async def test_another_theme_applies_at_once(desk: Desk, qapp: QApplication, qtbot: QtBot) -> None:
    for scheme, colors in ((Scheme.DARK, DARK), (Scheme.LIGHT, LIGHT)):
        qtbot.mouseClick(desk.settings_page.theme.buttons[scheme], Qt.MouseButton.LeftButton)
        assert qapp.palette().color(QPalette.ColorRole.Window).name() == colors.window
        assert desk.preferences.scheme is scheme


async def test_closing_asks_once_where_there_is_a_tray(desk: Desk, qtbot: QtBot) -> None:
    desk.tray.available = True  # the offscreen platform has none
    desk.window.close()
    assert desk.window_desk.closing is not None
    assert desk.window_desk.closing.isVisible()
    assert desk.window.isVisible()

    desk.window_desk.closing.remember.setChecked(True)
    qtbot.mouseClick(desk.window_desk.closing.stay_button, Qt.MouseButton.LeftButton)
    assert desk.window.isHidden()
    assert not desk.quit_wanted.is_set()
    assert desk.preferences.on_close is OnClose.TO_TRAY

    desk.tray.open_requested.emit()
    asked = desk.window_desk.closing
    desk.window.close()
    assert desk.window.isHidden()
    assert desk.window_desk.closing is asked, "asked again"


async def test_quitting_from_the_question_is_not_remembered_unless_wanted(desk: Desk, qtbot: QtBot) -> None:
    desk.tray.available = True
    desk.window.close()
    assert desk.window_desk.closing is not None
    qtbot.mouseClick(desk.window_desk.closing.quit_button, Qt.MouseButton.LeftButton)
    assert desk.quit_wanted.is_set()
    assert desk.preferences.on_close is OnClose.ASK


async def test_a_window_whose_tray_goes_away_comes_back(desk: Desk) -> None:
    desk.tray.available = True
    desk.preferences.on_close = OnClose.TO_TRAY
    desk.window.close()
    assert desk.window.isHidden()

    desk.tray._look_for_tray()  # finds none

    assert desk.window.isVisible()
    assert not desk.tray.available


async def test_another_server_means_another_desktop(desk: Desk, qtbot: QtBot) -> None:
    page = desk.settings_page
    assert not page.server_button.isEnabled()
    page.server.setText("not an address")
    assert not page.server_button.isEnabled()
    assert "not a server's address" in page.server_note.text()
    page.server.setText("https://desk.example/")
    qtbot.mouseClick(page.server_button, Qt.MouseButton.LeftButton)

    assert desk.successor == "https://desk.example"
    assert desk.preferences.server_url == "https://desk.example"
    assert desk.quit_wanted.is_set()


async def test_another_language_means_another_desktop_with_the_same_server_and_login(
    desk: Desk, qtbot: QtBot, qapp: QApplication
) -> None:
    qtbot.mouseClick(desk.settings_page.language.buttons[Language.GERMAN], Qt.MouseButton.LeftButton)

    assert desk.preferences.language is Language.GERMAN
    assert desk.quit_wanted.is_set()
    assert desk.successor == desk.api.server_url
    token = desk.api.token
    again = Desk(desk.successor, keyring=MemoryTokens(), preferences=desk.preferences)
    await again.start(token)
    try:
        assert again.window.isVisible()
        assert again.sidebar.buttons[Place.LEADS].text() == "Kontakte"
        assert again.window.place is desk.window.place
    finally:
        await again.stop()
        speak(qapp, "en")  # what other tests expect
