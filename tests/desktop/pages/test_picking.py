"""How rows are picked and read in the list of leads, by hand and keyboard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.models.leads import LeadColumn
from desktop.models.paged import PAGE
from desktop.state.connection import Phase
from server.contract import Lead, LeadFilter, LeadStatus, Selection
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.system.processes import ServerProcess

_numbers = count()
_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_NONE, _LEFT, _KEY = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.Key
_ALL, _NEW, _ACTIVATING, _USERS, _SKIPPED = range(5)
CHECK, EMAIL = LeadColumn.CHECK, LeadColumn.EMAIL


@pytest.fixture
def prefix() -> str:
    """A word that only this test's leads contain."""
    return f"pick{next(_numbers)}x"


@pytest.fixture
async def desk(service: ServerProcess, prefix: str, qtbot: QtBot) -> AsyncIterator[Desk]:
    """On the Leads page, with twelve leads in the list."""
    await asyncio.to_thread(service.import_leads, 12, prefix=prefix)
    desk = Desk(service.url, keyring=MemoryTokens())
    await desk.start()
    await log_in(desk, qtbot)
    await show(desk, prefix, 12)
    desk.leads_page.table.setFocus()
    yield desk
    await desk.stop()


async def show(desk: Desk, search: str, total: int) -> None:
    """Type into the search box and wait for so many leads."""
    page, model = desk.leads_page, desk.leads_model
    page.search.setText(search)
    await until(
        lambda: model.filter.search == search and listed(desk, total), model.loaded, model.modelReset, what="leads"
    )


def listed(desk: Desk, total: int) -> bool:
    """So many are, and all of them are here."""
    model = desk.leads_model
    return model.is_known and not model._loading and model.total == total and bool(model.known_rows() or not total)


def rows(desk: Desk) -> list[Lead]:
    """Those in the list."""
    found = [desk.leads_model.row_at(row) for row in range(desk.leads_model.total)]
    return [lead for lead in found if lead is not None]


def picked(desk: Desk) -> list[int]:
    """Their rows."""
    return [row for row, lead in enumerate(rows(desk)) if desk.selection.is_selected(lead.id)]


def place(desk: Desk, row: int, column: LeadColumn) -> QPoint:
    """Of a cell, in the window."""
    table = desk.leads_page.table
    QCoreApplication.sendPostedEvents()
    return table.viewport().mapTo(desk.window, table.visualRect(desk.leads_model.index(row, column)).center())


def click(desk: Desk, row: int, column: LeadColumn = CHECK, modifiers: Qt.KeyboardModifier = _NONE) -> None:
    """By way of the window system."""
    QTest.mouseClick(desk.window.windowHandle(), _LEFT, modifiers, place(desk, row, column))


def press(desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NONE) -> None:
    """In the list."""
    QTest.keyClick(desk.leads_page.table, key, modifiers)


def tab(desk: Desk, number: int) -> None:
    """Choose that one."""
    QTest.mouseClick(desk.leads_page.tabs.group.button(number), _LEFT)


async def make_users(desk: Desk, search: str) -> None:
    """Activate all that match."""
    await desk.run.start(Selection(matching=LeadFilter(search=search, status=(LeadStatus.NEW,))))
    await until(lambda: not desk.run.busy, desk.run.finished, seconds=60, what="users")


async def test_a_click_reads_and_only_the_check_box_and_space_pick(desk: Desk) -> None:
    page = desk.leads_page
    for column in (LeadColumn.NAME, LeadColumn.EMAIL, LeadColumn.STATUS):
        click(desk, 3, column)
        assert page.table.currentIndex().row() == 3
        assert desk.selection.count == 0
    assert not page.details_panel.isVisible()
    QTest.mouseDClick(desk.window.windowHandle(), _LEFT, _NONE, place(desk, 5, EMAIL))
    assert page.details_panel.isVisible()
    assert desk.lead_details.lead == rows(desk)[5]
    assert desk.selection.count == 0
    click(desk, 7, EMAIL)
    assert desk.lead_details.lead == rows(desk)[7], "the details follow who is read"

    click(desk, 2)
    assert picked(desk) == [2]
    press(desk, _KEY.Key_Down)
    press(desk, _KEY.Key_Space)
    assert picked(desk) == [2, 3]
    QTest.mouseDClick(desk.window.windowHandle(), _LEFT, _NONE, place(desk, 4, CHECK))
    assert picked(desk) == [2, 3], "two quick clicks on a box are two clicks"
    assert page.table.currentIndex().row() == 4


async def test_nothing_moves_under_the_hand(desk: Desk) -> None:
    before = place(desk, 4, EMAIL)
    moved = {}
    click(desk, 1)
    moved["one is picked"] = place(desk, 4, EMAIL)
    desk.connection.set_phase(Phase.OFFLINE, "The server cannot be reached.")
    desk.window.banner._appear()
    assert desk.window.banner.isVisible()
    moved["the server is away"] = place(desk, 4, EMAIL)
    desk.connection.set_phase(Phase.ONLINE)
    moved["the server is back"] = place(desk, 4, EMAIL)
    desk.selection.clear()
    moved["nothing is picked"] = place(desk, 4, EMAIL)
    assert moved == dict.fromkeys(moved, before)


async def test_shift_with_arrows_extends_and_shrinks(desk: Desk) -> None:
    click(desk, 10)
    click(desk, 3, EMAIL)
    for _ in range(3):
        press(desk, _KEY.Key_Down, _SHIFT)
    assert picked(desk) == [3, 4, 5, 6, 10]
    press(desk, _KEY.Key_Up, _SHIFT)
    assert picked(desk) == [3, 4, 5, 10]
    press(desk, _KEY.Key_End, _SHIFT)
    assert picked(desk) == [*range(3, 12)]
    press(desk, _KEY.Key_Home, _SHIFT)
    assert picked(desk) == [0, 1, 2, 3, 10], "what was picked before the range stays"
    press(desk, _KEY.Key_End)
    assert desk.leads_page.table.currentIndex().row() == 11
    press(desk, _KEY.Key_Home)
    assert desk.leads_page.table.currentIndex().row() == 0
    assert picked(desk) == [0, 1, 2, 3, 10]
    press(desk, _KEY.Key_Escape)
    assert desk.selection.count == 0
    press(desk, _KEY.Key_Escape)
    assert desk.leads_page.search.text() == "", "with nothing picked it lets go of the search"


async def test_a_second_click_with_shift_shrinks_the_range(desk: Desk) -> None:
    click(desk, 8)
    click(desk, 2)
    click(desk, 9, modifiers=_SHIFT)
    assert picked(desk) == [*range(2, 10)]
    click(desk, 4, modifiers=_SHIFT)
    assert picked(desk) == [2, 3, 4, 8]
    click(desk, 0, modifiers=_SHIFT)
    assert picked(desk) == [0, 1, 2, 8]


async def test_the_box_in_the_head_stands_for_all_that_is_listed(desk: Desk, prefix: str) -> None:
    head, selection = desk.leads_page.table.head, desk.selection

    def click_head(column: LeadColumn) -> None:
        middle = head.sectionViewportPosition(column) + head.sectionSize(column) // 2
        QTest.mouseClick(head.viewport(), _LEFT, _NONE, QPoint(middle, head.height() // 2))

    assert head.check_state == Qt.CheckState.Unchecked
    click(desk, 3)
    assert head.check_state == Qt.CheckState.PartiallyChecked
    click_head(CHECK)
    await until(lambda: selection.count == 12, selection.changed)
    assert head.check_state == Qt.CheckState.Checked
    click(desk, 3)
    assert (head.check_state, selection.count) == (Qt.CheckState.PartiallyChecked, 11)
    click(desk, 3)
    click_head(CHECK)
    assert (head.check_state, selection.count) == (Qt.CheckState.Unchecked, 0)

    await make_users(desk, f"{prefix}3")
    tab(desk, _USERS)
    await until(lambda: listed(desk, 1), desk.leads_model.loaded)
    assert head.check_state is None
    click_head(CHECK)
    assert selection.count == 0


async def test_who_is_not_shown_is_said_and_only_the_picked_can_be_listed(desk: Desk, prefix: str) -> None:
    page, model, selection = desk.leads_page, desk.leads_model, desk.selection
    for row in (0, 4, 5):
        click(desk, row)
    names = {rows(desk)[row].email for row in (0, 4, 5)}
    bar = page.selection_bar
    assert bar.label.toolTip() == "3 of 12 selected"
    kept = rows(desk)[4]
    await show(desk, kept.email, 1)
    await until(lambda: "not shown" in bar.label.toolTip(), desk.hidden_picks.changed, what="how many are hidden")
    assert bar.label.toolTip() == "3 selected, 2 of them not shown here"
    tab(desk, _USERS)
    await until(lambda: "none of them" in bar.label.toolTip(), desk.hidden_picks.changed, what="that all are hidden")
    assert bar.label.toolTip() == "3 selected, none of them shown here"

    tab(desk, _ALL)
    await show(desk, prefix, 12)
    QTest.mouseClick(bar.only_button, _LEFT)
    await until(lambda: listed(desk, 3), model.loaded, model.modelReset, what="only the picked ones")
    assert {lead.email for lead in rows(desk)} == names
    assert not page.export_button.isEnabled()
    click(desk, 1)
    assert (selection.count, len(rows(desk))) == (2, 3), "who is unticked stays, to be ticked again"
    press(desk, _KEY.Key_A, _CONTROL)
    assert selection.count == 3
    QTest.mouseClick(bar.only_button, _LEFT)
    await until(lambda: listed(desk, 12), model.loaded, model.modelReset, what="all again")

    press(desk, _KEY.Key_A, _CONTROL)
    await until(lambda: selection.covers_all, selection.changed)
    click(desk, 2)
    without = rows(desk)[2].email
    QTest.mouseClick(bar.only_button, _LEFT)
    await until(lambda: listed(desk, 11), model.loaded, model.modelReset, what="all less one")
    assert without not in {lead.email for lead in rows(desk)}
    press(desk, _KEY.Key_Escape)
    await until(lambda: listed(desk, 12), model.loaded, model.modelReset, what="all again")
    assert selection.count == 0
    assert not bar.only_button.isVisible()


async def test_the_confirmation_names_people_and_who_is_not_in_the_list(desk: Desk) -> None:
    desk_of, selection = desk.activation_desk, desk.selection
    for row in range(8):
        click(desk, row)
    leads = rows(desk)
    await show(desk, leads[0].email, 1)
    QTest.mouseClick(desk.leads_page.activate_button, _LEFT)
    await until(lambda: desk_of.confirm, desk_of.confirm_opened, what="the confirmation")
    confirm = desk_of.confirm
    assert confirm is not None
    chosen = {lead.name for lead in leads[:8]}
    assert confirm.names.text().endswith(" and 5 others")
    assert set(confirm.names.text().removesuffix(" and 5 others").split(", ")) <= chosen
    said = confirm.not_shown.text()
    assert said.startswith("Not shown in the list behind: ")
    assert said.endswith(" and 4 others")
    assert leads[0].name not in said

    QTest.mouseClick(confirm.unfold_button, _LEFT)
    people = confirm.people
    assert people is not None
    model = people.table.model()
    await until(lambda: model.total == 8 and model.known_rows(), model.loaded, what="all of them")
    assert {lead.name for lead in model.known_rows()} == chosen
    QTest.mouseClick(people.beyond_box, _LEFT, pos=QPoint(8, people.beyond_box.height() // 2))
    await until(lambda: model.total == 7 and model.known_rows(), model.loaded, what="those that are not shown")
    assert {lead.name for lead in model.known_rows()} == chosen - {leads[0].name}
    QTest.mouseClick(confirm.unfold_button, _LEFT)
    assert not people.isVisible()
    confirm.reject()
    assert selection.count == 8


async def test_another_search_or_order_begins_at_the_top(desk: Desk, service: ServerProcess, prefix: str) -> None:
    await asyncio.to_thread(service.import_leads, PAGE, prefix=f"{prefix}more")
    await show(desk, f"{prefix}more", PAGE)
    bar, model = desk.leads_page.table.verticalScrollBar(), desk.leads_model
    for change in (
        lambda: model.sort(LeadColumn.EMAIL, Qt.SortOrder.AscendingOrder),
        lambda: desk.leads_page.search.put(prefix),
    ):
        desk.leads_page.table.executeDelayedItemsLayout()
        bar.setValue(bar.maximum())
        assert bar.value() > 0
        change()
        desk.leads_page._apply_filter()
        assert bar.value() == 0
        await until(lambda: not model._loading, model.loaded)
        assert bar.value() == 0


async def test_the_current_row_is_somebody_and_not_a_place(desk: Desk, service: ServerProcess, prefix: str) -> None:
    page, model = desk.leads_page, desk.leads_model
    click(desk, 2, EMAIL)
    who = rows(desk)[2]
    await asyncio.to_thread(service.import_leads, 14, prefix=prefix)  # two more come in above
    await until(lambda: listed(desk, 14), model.loaded, what="the list of now")
    assert rows(desk)[page.table.currentIndex().row()] == who
    assert page.table.currentIndex().row() == 4
    click(desk, 5)
    await asyncio.to_thread(service.import_leads, 15, prefix=prefix)
    await until(lambda: listed(desk, 15), model.loaded, what="the list of now")
    click(desk, 7, modifiers=_SHIFT)
    assert picked(desk) == [6, 7], "the range begins with who was picked"


async def test_the_tool_tip_of_a_day_tells_the_time(desk: Desk) -> None:
    tip = desk.leads_model.index(0, LeadColumn.CREATED_AT).data(Qt.ItemDataRole.ToolTipRole)
    assert rows(desk)[0].created_at.astimezone().strftime("%M") in tip


async def test_after_the_login_the_keyboard_is_at_the_search(desk: Desk) -> None:
    await desk.session.logout()
    desk.login.name.setText("ann")
    desk.login.password.setText("correct horse battery")
    QTest.mouseClick(desk.login.login_button, _LEFT)
    await until(lambda: desk.connection.is_online, desk.connection.changed, what="online")
    assert desk.window.focusWidget() is desk.leads_page.search
    assert QApplication.focusWidget() in (desk.leads_page.search, None)
