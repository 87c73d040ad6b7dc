"""The Leads page against a real service."""

from __future__ import annotations

import csv
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.backend.errors import Refused
from desktop.models.emails import EmailsModel
from desktop.models.leads import LeadColumn
from desktop.models.paged import PAGE
from desktop.pages.leads import LeadsPage
from desktop.state.connection import Phase
from server.contract import EmailState, Lead, LeadFilter, LeadStatus, Role, Selection
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.system.processes import ServerProcess, free_port

_numbers = count()
ALL, NEW, _ACTIVATING, USERS, _SKIPPED = range(5)


@pytest.fixture
def prefix() -> str:
    """A word that only this test's leads contain."""
    return f"page{next(_numbers)}x"


async def show(desk: Desk, search: str, total: int) -> None:
    """Type into the search box and wait for so many leads."""
    page, model = desk.leads_page, desk.leads_model
    page.search.setText(search)
    await until(
        lambda: model.filter.search == search and model.total == total and (not total or model.known_rows()),
        model.loaded,
        model.modelReset,
        what=f"{total} leads",
    )


def rows(desk: Desk) -> list[Lead]:
    """Those on screen, all of which are here."""
    leads = [desk.leads_model.row_at(row) for row in range(desk.leads_model.total)]
    assert all(leads)
    return [lead for lead in leads if lead is not None]


def click(
    qtbot: QtBot, page: LeadsPage, row: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """On the row's check box, by way of the window system, which knows of the keys held down."""
    cell = page.table.visualRect(page.table.model().index(row, LeadColumn.CHECK)).center()
    window = page.window()
    place: QPoint = page.table.viewport().mapTo(window, cell)
    qtbot.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, modifiers, place)


def names_in(folder: Path) -> list[str]:
    """The files there."""
    return [each.name for each in folder.iterdir()]


async def make_users(desk: Desk, search: str, users: int) -> None:
    """Activate all that match, until the window can be used again."""
    await desk.run.start(Selection(matching=LeadFilter(search=search, status=(LeadStatus.NEW,))))
    await until(
        lambda: not desk.run.busy and desk.activation_desk.progress is None,
        desk.activation_desk.concluded,
        what=f"{users} users",
    )


async def test_search_and_status_narrow_the_list(desk: Desk, service: ServerProcess, prefix: str, qtbot: QtBot) -> None:
    service.import_leads(12, prefix=prefix)
    await make_users(desk, f"{prefix}1", 3)  # 1, 10 and 11
    page, model = desk.leads_page, desk.leads_model

    await show(desk, prefix, 12)
    assert page.heading.note.text() == "12 found"
    qtbot.mouseClick(page.tabs.group.button(USERS), Qt.MouseButton.LeftButton)
    await until(lambda: model.total == 3, model.loaded)
    assert {lead.email for lead in rows(desk)} == {f"{prefix}{n}@firm.example" for n in (1, 10, 11)}
    qtbot.mouseClick(page.tabs.group.button(NEW), Qt.MouseButton.LeftButton)
    await until(lambda: model.total == 9, model.loaded)
    assert {lead.status for lead in rows(desk)} == {LeadStatus.NEW}

    await show(desk, f"{prefix}5", 1)
    assert rows(desk)[0].email == f"{prefix}5@firm.example"

    await show(desk, f"{prefix}nobody", 0)
    assert page.empty.isVisible()
    qtbot.mouseClick(page.empty.action_button, Qt.MouseButton.LeftButton)
    await until(lambda: model.filter == LeadFilter() and model.total >= 12, model.loaded)
    assert page.table.isVisible()


async def test_a_click_with_shift_picks_the_range(
    desk: Desk, service: ServerProcess, prefix: str, qtbot: QtBot
) -> None:
    service.import_leads(12, prefix=prefix)
    await show(desk, prefix, 12)
    page, selection = desk.leads_page, desk.selection
    leads = rows(desk)

    click(qtbot, page, 6)
    click(qtbot, page, 2, Qt.KeyboardModifier.ShiftModifier)
    assert [selection.is_selected(lead.id) for lead in leads] == [2 <= row <= 6 for row in range(12)]
    assert page.selection_bar.label.text() == "5 of 12 selected"
    assert page.activate_button.text() == "Activate 5 leads"

    click(qtbot, page, 4)
    assert [row for row, lead in enumerate(leads) if selection.is_selected(lead.id)] == [2, 3, 5, 6]


async def test_picked_leads_stay_picked_when_the_list_is_sorted_and_fetched_again(
    desk: Desk, service: ServerProcess, prefix: str, qtbot: QtBot
) -> None:
    service.import_leads(12, prefix=prefix)
    await show(desk, prefix, 12)
    page, model, selection = desk.leads_page, desk.leads_model, desk.selection
    before = [lead.email for lead in rows(desk)]
    for row in (0, 7):
        click(qtbot, page, row)
    picked = {before[0], before[7]}

    def checked() -> set[str]:
        column = model.index(0, LeadColumn.CHECK).column()
        states = [model.index(row, column).data(Qt.ItemDataRole.CheckStateRole) for row in range(model.total)]
        return {lead.email for lead, state in zip(rows(desk), states, strict=True) if state == Qt.CheckState.Checked}

    assert checked() == picked
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        model.sort(LeadColumn.EMAIL, order)
        await until(lambda: len(model.known_rows()) == 12, model.loaded)
        emails = [lead.email for lead in rows(desk)]
        assert emails == sorted(before, reverse=order == Qt.SortOrder.DescendingOrder)
        assert checked() == picked

    service.import_leads(13, prefix=prefix)  # one more than there were
    await until(lambda: model.total == 13 and len(model.known_rows()) == 13, model.loaded, what="the list of now")
    assert checked() == picked
    assert selection.count == 2


async def test_all_that_match_are_picked_also_on_pages_never_seen_less_exceptions(
    desk: Desk, service: ServerProcess, prefix: str, qtbot: QtBot
) -> None:
    total = 2 * PAGE + 20
    service.import_leads(total, prefix=prefix)
    await make_users(desk, f"{prefix}19", 11)  # 19 and 190 to 199
    await show(desk, prefix, total)
    page, model, selection = desk.leads_page, desk.leads_model, desk.selection
    row = next(row for row in range(PAGE) if (lead := model.row_at(row)) and lead.status is LeadStatus.NEW)

    click(qtbot, page, row)
    qtbot.mouseClick(page.selection_bar.select_all_button, Qt.MouseButton.LeftButton)
    await until(lambda: selection.covers_all, selection.changed)
    assert selection.count == total - 11
    click(qtbot, page, row)
    assert selection.count == total - 12
    assert page.activate_button.text() == f"Activate {total - 12} leads"
    preview = await desk.api.preview_activation(selection.as_request())
    assert preview.activatable == total - 12

    await show(desk, f"{prefix}2", 31)  # 2, 20 to 29, 200 to 219: "all that match" was not said of these
    assert not selection.covers_all
    assert selection.count == 0


async def test_where_nothing_can_be_picked_nobody_else_is(
    desk: Desk, service: ServerProcess, prefix: str, qtbot: QtBot
) -> None:
    service.import_leads(6, prefix=prefix)
    await make_users(desk, f"{prefix}3", 1)
    await show(desk, prefix, 6)
    page, model, selection = desk.leads_page, desk.leads_model, desk.selection
    wanted: list[LeadFilter] = []
    page.select_all_requested.connect(wanted.append)
    row = next(row for row, lead in enumerate(rows(desk)) if lead.status is LeadStatus.NEW)
    click(qtbot, page, row)
    for tab, total in ((USERS, 1), (_ACTIVATING, 0)):
        qtbot.mouseClick(page.tabs.group.button(tab), Qt.MouseButton.LeftButton)
        await until(lambda total=total: model.is_known and model.total == total, model.loaded)  # type: ignore[misc]
        assert not page.selection_bar.select_all_button.isVisible()
        assert not page.selection_bar.select_all_button.isEnabled()
        qtbot.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        page.selection_bar.all_requested.emit()
        assert not wanted
        assert selection.count == 1

    qtbot.mouseClick(page.tabs.group.button(NEW), Qt.MouseButton.LeftButton)
    await until(lambda: model.total == 5, model.loaded)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: selection.covers_all, selection.changed)
    assert selection.count == 5


async def test_users_cannot_be_picked(desk: Desk, service: ServerProcess, prefix: str, qtbot: QtBot) -> None:
    service.import_leads(6, prefix=prefix)
    await make_users(desk, f"{prefix}3", 1)
    await show(desk, prefix, 6)
    page, model, selection = desk.leads_page, desk.leads_model, desk.selection
    model.sort(LeadColumn.EMAIL, Qt.SortOrder.AscendingOrder)
    await until(lambda: len(model.known_rows()) == 6, model.loaded)
    user = rows(desk)[3]
    cell = model.index(3, LeadColumn.CHECK)
    assert user.status is LeadStatus.ACTIVATED
    assert cell.data(Qt.ItemDataRole.CheckStateRole) is None
    assert not cell.flags() & Qt.ItemFlag.ItemIsUserCheckable

    click(qtbot, page, 3)
    assert selection.count == 0
    assert not model.setData(cell, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert selection.count == 0

    click(qtbot, page, 0)
    click(qtbot, page, 5, Qt.KeyboardModifier.ShiftModifier)
    assert selection.count == 5
    assert not selection.is_selected(user.id)


async def test_the_models_keep_their_word_while_the_list_changes(
    desk: Desk, service: ServerProcess, prefix: str, qtmodeltester: ModelTester
) -> None:
    model, emails = desk.leads_model, desk.email_models[EmailState.PENDING]
    for each in (model, emails):  # a view may ask for the root; the tester itself would not survive an error there
        assert each.data(QModelIndex()) is None
        assert each.flags(QModelIndex()) is not None
    qtmodeltester.check(model)
    service.import_leads(2 * PAGE + 5, prefix=prefix)
    await show(desk, prefix, 2 * PAGE + 5)
    model.row_at(2 * PAGE)
    await until(lambda: model.row_at(2 * PAGE + 4) is not None, model.loaded)
    qtmodeltester.check(model)
    model.sort(LeadColumn.NAME)
    await until(lambda: model.known_rows(), model.loaded)
    await show(desk, f"{prefix}20", 6)
    model.clear()
    qtmodeltester.check(model)

    assert isinstance(emails, EmailsModel)
    emails.refresh()
    await until(lambda: emails.is_known, emails.loaded)
    qtmodeltester.check(emails)


async def test_a_range_over_rows_that_are_not_here_is_picked_whole(
    desk: Desk, service: ServerProcess, prefix: str, qtbot: QtBot
) -> None:
    total = 6 * PAGE
    service.import_leads(total, prefix=prefix)
    await show(desk, prefix, total)
    page, model, selection = desk.leads_page, desk.leads_model, desk.selection
    click(qtbot, page, 2)
    page.table.scrollToBottom()
    await until(lambda: model.row_at(total - 1) is not None, model.loaded)
    page.table.setCurrentIndex(model.index(total - 2, LeadColumn.NAME))
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    await until(lambda: selection.count > 1, selection.changed, what="the range")
    assert selection.count == total - 3
    assert page.selection_bar.label.text() == f"{total - 3} of {total} selected"
    qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    assert selection.count == 0


async def test_details_tell_the_history_of_the_current_row(
    desk: Desk, service: ServerProcess, prefix: str, qtbot: QtBot
) -> None:
    service.import_leads(3, prefix=prefix)
    await show(desk, prefix, 3)
    page, state = desk.leads_page, desk.lead_details
    page.table.setFocus()
    page.table.setCurrentIndex(desk.leads_model.index(1, LeadColumn.NAME))
    assert not page.details_panel.isVisible()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.details_panel.isVisible()
    await until(lambda: state.details is not None, state.changed, what="the details")
    lead = rows(desk)[1]
    assert page.details_panel.name.text() == lead.name
    assert lead.email in page.details_panel.facts.text()
    assert [what for _, what, _ in page.details_panel.shown] == ["Imported"]

    await desk.run.start(Selection(ids=(lead.id,)))
    await until(
        lambda: page.details_panel.shown and page.details_panel.shown[0][1] == "Email accepted by the mail server",
        state.changed,
        what="the delivery",
    )
    assert [what for _, what, _ in page.details_panel.shown][1:] == ["Email queued", "Became a user", "Imported"]
    assert page.details_panel.shown[2][2] == "By ann"
    qtbot.mouseClick(page.details_panel.close_button, Qt.MouseButton.LeftButton)
    assert not page.details_panel.isVisible()
    assert state.lead is None


async def test_what_the_list_shows_is_saved_in_its_order(
    desk: Desk, service: ServerProcess, prefix: str, tmp_path: Path
) -> None:
    service.import_leads(12, prefix=prefix)
    await show(desk, prefix, 12)
    desk.leads_model.sort(LeadColumn.EMAIL, Qt.SortOrder.AscendingOrder)
    path = tmp_path / "leads.csv"
    await desk.leads_model.export(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *table = csv.reader(file, strict=True)
    assert head[:2] == ["name", "email"]
    assert [row[1] for row in table] == sorted(f"{prefix}{n}@firm.example" for n in range(12))
    assert names_in(tmp_path) == ["leads.csv"]  # and no part of it beside it
    with pytest.raises(Refused, match="not saved"):
        await desk.leads_model.export(tmp_path / "missing" / "leads.csv")


async def test_viewers_only_look_on_and_are_told_why(service: ServerProcess, prefix: str, qtbot: QtBot) -> None:
    service.add_admin("violet", role=Role.VIEWER)
    service.import_leads(2, prefix=prefix)
    desk = Desk(service.url, keyring=MemoryTokens())
    await desk.start()
    await log_in(desk, qtbot, name="violet")
    await show(desk, prefix, 2)
    page = desk.leads_page
    click(qtbot, page, 0)
    for button in (page.activate_button, page.import_button):
        assert not button.isEnabled()
        assert "look on" in button.toolTip()
    assert page.export_button.isEnabled()
    await desk.stop()


async def test_leads_that_are_not_here_are_on_their_way_or_cannot_be_had(
    desk: Desk, service: ServerProcess, prefix: str, qtbot: QtBot
) -> None:
    service.import_leads(1, prefix=prefix)
    page, model = desk.leads_page, desk.leads_model
    model.clear()
    model.refresh()
    assert page.empty.isVisible()
    assert page.empty.title.text() == "Loading…"
    desk.connection.set_phase(Phase.OFFLINE, "The server cannot be reached.")
    await until(lambda: page.empty.title.text() == "Not connected", what="why it is not here")
    desk.connection.set_phase(Phase.ONLINE)
    await until(page.table.isVisible, model.loaded, what="the leads")

    server_url, desk.api.server_url = desk.api.server_url, f"http://127.0.0.1:{free_port()}"
    model.clear()
    model.refresh()
    await until(lambda: model.error, model.load_failed, what="an error")
    assert page.empty.title.text() == "The server cannot be reached."
    desk.api.server_url = server_url
    qtbot.mouseClick(page.empty.action_button, Qt.MouseButton.LeftButton)
    assert page.empty.title.text() == "Loading…"
    await until(page.table.isVisible, model.loaded, what="the leads")


async def test_in_a_small_window_other_columns_give_way_to_the_address(
    desk: Desk, service: ServerProcess, prefix: str
) -> None:
    service.import_leads(1, prefix=prefix)
    await show(desk, prefix, 1)
    page = desk.leads_page
    for details in (False, True):
        page.details_button.setChecked(details)
        desk.window.resize(desk.window.minimumSize())
        assert page.table.columnWidth(LeadColumn.EMAIL) >= 170
        assert page.table.isColumnHidden(LeadColumn.COMPANY)
        assert page.table.horizontalHeader().length() <= page.table.viewport().width()
    page.details_button.setChecked(False)
    desk.window.resize(1280, 800)
    assert not any(page.table.isColumnHidden(column) for column in LeadColumn)


async def test_a_list_that_cannot_be_had_for_a_moment_says_so_itself_and_nothing_else_does(
    desk: Desk, service: ServerProcess, prefix: str
) -> None:
    service.import_leads(1, prefix=prefix)
    await show(desk, prefix, 1)
    page, model = desk.leads_page, desk.leads_model
    server_url, desk.api.server_url = desk.api.server_url, f"http://127.0.0.1:{free_port()}"
    try:
        model.refresh()  # in the moment before the connection notices, too
        await until(page.freshness.isVisible, model.load_failed, what="a note")
        assert desk.connection.is_online
        assert page.freshness.label.text().startswith("List as of ")
        assert not desk.window.toasts.shown
    finally:
        desk.api.server_url = server_url
        model.refresh()
    await until(page.freshness.isHidden, model.loaded, what="the list of now")
