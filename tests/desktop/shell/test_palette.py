"""Commands: by shortcut, and by their names in the palette."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.shell.commands import fit
from desktop.shell.palette import Palette
from desktop.shell.sidebar import Place
from server.contract import SendingState
from tests.desktop.conftest import eventually


def names(palette: Palette) -> list[str]:
    """What is listed, the best fit first."""
    return [palette.list.item(row).text() for row in range(palette.list.count())]


@pytest.mark.parametrize(
    ("typed", "best"),
    [("", "Go to Leads"), ("queue", "Go to Email Queue"), ("gs", "Go to Settings"), ("REF", "Refresh")],
)
def test_what_is_typed_need_not_be_whole(typed: str, best: str) -> None:
    commands = ["Go to Leads", "Go to Email Queue", "Go to Settings", "Search on this page", "Refresh", "Quit"]
    fitting = sorted((cost, name) for name in commands if (cost := fit(name, typed)) is not None)
    assert min(fitting, key=lambda each: each[0])[1] == best or (typed == "" and len(fitting) == len(commands))


def test_letters_in_another_order_do_not_fit() -> None:
    assert fit("Quit", "tq") is None
    assert fit("Quit", "x") is None


async def test_the_palette_is_used_by_keyboard_alone(desk: Desk, qtbot: QtBot) -> None:
    palette = desk.command_desk.open_palette()
    assert palette.isVisible()
    everything = names(palette)
    assert "Go to Users" in everything
    assert "Activate the picked leads" not in everything, "none are picked"

    qtbot.keyClicks(palette.search, "set")
    assert names(palette)[0] == "Go to Settings"
    palette.search.clear()
    qtbot.keyClick(palette.search, Qt.Key.Key_Down)
    qtbot.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 2
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)

    assert desk.window.place is Place.USERS
    assert not palette.isVisible()


async def test_what_is_called_like_nothing_is_said(desk: Desk, qtbot: QtBot) -> None:
    palette = desk.command_desk.open_palette()
    qtbot.keyClicks(palette.search, "xyzzy")
    assert palette.nothing.isVisible()
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(palette.search, Qt.Key.Key_Escape)
    assert not palette.isVisible()


async def test_every_page_and_the_search_have_a_shortcut(desk: Desk, qtbot: QtBot) -> None:
    desk.window.activateWindow()
    for place in (*reversed(Place), Place.USERS):
        qtbot.keyClick(desk.window, Qt.Key(Qt.Key.Key_1 + place), Qt.KeyboardModifier.ControlModifier)
        assert desk.window.place is place
    qtbot.keyClick(desk.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert desk.users_page.search.hasFocus()
    shortcuts = [command.shortcut for command in desk.command_desk.commands if command.shortcut]
    assert len(shortcuts) == len(set(shortcuts))


async def test_sending_is_paused_and_resumed_from_the_tray_and_shown_everywhere(desk: Desk, qtbot: QtBot) -> None:
    def going_on() -> None:
        assert desk.pausing.is_possible
        assert desk.sending.status is not None
        assert desk.sending.status.state is not SendingState.PAUSED
        assert desk.tray.pause_action.text() == "Pause sending"
        assert desk.tray.pause_action.isEnabled()

    def paused() -> None:
        assert desk.pausing.is_paused
        assert desk.tray.pause_action.text() == "Resume sending"
        assert "ann has paused sending." in desk.tray.icon.toolTip()
        assert desk.sidebar.sending_line.headline.text() == "Paused"

    await eventually(going_on)
    desk.tray.pause_action.trigger()
    await eventually(paused)
    assert "Resume sending" in names(desk.command_desk.open_palette())

    desk.tray.pause_action.trigger()
    await eventually(going_on)
