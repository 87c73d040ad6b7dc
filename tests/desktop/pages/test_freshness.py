"""Every list says when it is old, and when it takes its time: with a server that answers late, or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.models.leads import LeadColumn
from desktop.models.users import UserColumn
from desktop.pages.freshness_note import FollowedModel, FreshnessNote
from desktop.pages.heading import Heading
from desktop.pages.queue_view import FailedView
from desktop.pages.search_field import SearchField
from desktop.shell.sidebar import Place
from desktop.state.connection import Phase
from server.contract import EmailState, LeadStatus
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.desktop.watched_server import WatchedServer, watched_server
from tests.system.processes import ServerProcess

LEADS = 12


@dataclass(frozen=True)
class Watched:
    """A list: where it is, its model, the way it is asked for, and how something else is searched for in it."""

    place: Place
    model: Callable[[Desk], FollowedModel]
    path: str
    search: Callable[[Desk], SearchField] | None = None
    look: Callable[[Desk], None] = lambda _: None


def _state(state: EmailState) -> Callable[[Desk], None]:
    return lambda desk: desk.queue_page.show_state(state)


LISTS = {
    "leads": Watched(Place.LEADS, lambda desk: desk.leads_model, "/api/leads", lambda desk: desk.leads_page.search),
    "users": Watched(Place.USERS, lambda desk: desk.users_model, "/api/users", lambda desk: desk.users_page.search),
    "activity": Watched(
        Place.ACTIVITY, lambda desk: desk.activity_model, "/api/audit", lambda desk: desk.activity_page.search
    ),
    "admins": Watched(Place.ADMINS, lambda desk: desk.admins_model, "/api/admins"),
    "causes": Watched(
        Place.EMAIL_QUEUE,
        lambda desk: desk.failures_model,
        "/api/queue/failures",
        look=lambda desk: desk.queue_page.show_view(FailedView.CAUSES),
    ),
    **{
        state.value: Watched(
            Place.EMAIL_QUEUE,
            lambda desk, state=state: desk.email_models[state],  # type: ignore[misc]
            "/api/queue/emails",
            lambda desk: desk.queue_page.search,
            _state(state),
        )
        for state in (EmailState.PENDING, EmailState.PROCESSING, EmailState.SENT)
    },
}


@pytest.fixture(scope="module")
def own_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Somebody can log in, and there are leads."""
    server = ServerProcess(tmp_path_factory.mktemp("fresh") / "data")
    server.start()
    server.add_admin()
    server.import_leads(LEADS)
    yield server
    server.end()


@pytest.fixture
async def between(own_service: ServerProcess) -> AsyncIterator[WatchedServer]:
    async with watched_server(own_service.port) as server:
        yield server


@pytest.fixture
async def desk(between: WatchedServer, qtbot: QtBot) -> AsyncIterator[Desk]:
    desk = Desk(between.url, keyring=MemoryTokens())
    await desk.start()
    await log_in(desk, qtbot)
    yield desk
    await desk.stop()


async def look_at(desk: Desk, watched: Watched) -> FollowedModel:
    """Until its list is known, and nothing is on its way."""
    desk.window.go_to(watched.place)
    watched.look(desk)
    model = watched.model(desk)
    await until(lambda: model.is_known and not model._loading, model.loaded, what="the list")
    return model


def note_of(desk: Desk) -> FreshnessNote:
    (note,) = desk.window.pages.currentWidget().findChildren(FreshnessNote)
    return note


async def test_a_list_that_could_not_be_refreshed_is_old_until_it_is(
    desk: Desk, between: WatchedServer, qtbot: QtBot
) -> None:
    for name, watched in LISTS.items():
        model = await look_at(desk, watched)
        note = note_of(desk)
        assert note.isHidden(), name

        between.fail(watched.path)
        model.refresh()
        await until(note.isVisible, model.load_failed, what=f"a note on {name}")
        assert note.label.text().startswith("List as of "), name
        assert "The database does not answer" in note.again_button.toolTip(), name
        assert note.cancel_button.isHidden(), name
        for toast in tuple(desk.window.toasts.shown):
            toast.dismiss()
        assert note.again_button.isVisible(), name

        between.fail("")
        qtbot.mouseClick(note.again_button, Qt.MouseButton.LeftButton)
        await until(note.isHidden, model.loaded, what=f"{name} of now")


async def test_no_number_is_told_of_a_list_that_is_not_known(desk: Desk) -> None:
    """Nor who is online while nobody can know."""
    told = 0
    for name, watched in LISTS.items():
        if watched.place is Place.EMAIL_QUEUE:
            continue  # its note is about the queue, not about the list
        model = await look_at(desk, watched)
        (heading,) = desk.window.pages.currentWidget().findChildren(Heading)
        assert heading.note.isVisible(), name
        assert heading.note.toolTip()[:1].isdigit(), name
        desk.connection.set_phase(Phase.OFFLINE, "The server cannot be reached.", 60.0)
        assert "online" not in heading.note.toolTip(), name
        model.clear()
        assert heading.note.isHidden(), f"{name}: {heading.note.toolTip()}"
        desk.connection.set_phase(Phase.ONLINE)
        told += 1
    assert told == 4


async def test_a_refresh_that_takes_its_time_is_said_to(desk: Desk, between: WatchedServer) -> None:
    for name, watched in LISTS.items():
        model = await look_at(desk, watched)
        note, total = note_of(desk), model.total

        between.hold(watched.path)
        model.refresh()
        await until(note.isVisible, model.freshness.changed, what=f"a note on {name}")
        assert note.label.text() == "Loading…", name
        assert note.cancel_button.isHidden(), name
        assert model.total == total, name

        between.let_go()
        await until(note.isHidden, model.loaded, what=f"the answer for {name}")


async def test_a_search_that_takes_its_time_can_be_given_up(desk: Desk, between: WatchedServer) -> None:
    for name, watched in LISTS.items():
        if watched.search is None:
            continue
        model, search = await look_at(desk, watched), watched.search(desk)
        note, heading = note_of(desk), desk.window.pages.currentWidget().findChildren(Heading)[0]
        rows, said = [model.row_at(row) for row in range(model.total)], heading.note.text()

        between.hold(watched.path)
        QTest.keyClicks(search, "lead3")
        await until(lambda note=note: note.label.text() == "Searching…", model.freshness.changed, what=name)  # type: ignore[misc]
        assert note.cancel_button.isVisible(), name
        assert model.row_at(0) is None, name

        QTest.keyClick(search, Qt.Key.Key_Escape)
        await until(note.isHidden, model.freshness.changed, what=f"{name} as before")
        assert search.text() == "", name
        assert [model.row_at(row) for row in range(model.total)] == rows, name
        assert heading.note.text() == said, name
        assert not model._loading, name
        between.let_go()


async def test_a_search_that_failed_has_no_number_and_says_why(
    desk: Desk, between: WatchedServer, qtbot: QtBot
) -> None:
    model = await look_at(desk, LISTS["leads"])
    page = desk.leads_page
    await until(lambda: model.total == LEADS, model.loaded)
    between.fail("/api/leads")
    QTest.keyClicks(page.search, "lead3")
    await until(page.empty.isVisible, model.load_failed, what="why")

    assert page.empty.text.text() == "The database does not answer at the moment. Try again."
    assert page.heading.note.isHidden()
    assert not desk.window.toasts.shown
    between.fail("")
    qtbot.mouseClick(page.empty.action_button, Qt.MouseButton.LeftButton)
    await until(lambda: model.total == 1 and page.table.isVisible(), model.loaded, what="the lead")
    assert page.heading.note.text() == "1 found"
    assert page.heading.note.isVisible()


async def test_imports_that_could_not_be_looked_at_are_old_or_say_why(
    desk: Desk, between: WatchedServer, qtbot: QtBot
) -> None:
    await until(lambda: desk.imports.is_known, desk.imports.changed)
    between.fail("/api/imports")
    desk.leads_page.imports_button.click()
    dialog = desk.leads_desk.imports_dialog
    assert dialog is not None
    (note,) = dialog.findChildren(FreshnessNote)
    await until(note.isVisible, desk.imports.changed, what="a note")
    assert note.label.text().startswith("List as of ")
    assert dialog.empty.text().startswith("Nothing was imported yet.")

    between.fail("")
    qtbot.mouseClick(note.again_button, Qt.MouseButton.LeftButton)
    await until(note.isHidden, desk.imports.changed, what="the imports of now")

    between.hold("/api/imports")
    desk.imports.forget()
    desk.imports.refresh()
    assert dialog.empty.text() == "Loading…"
    between.fail("/api/imports")
    between.let_go()
    desk.imports.forget()
    desk.imports.refresh()
    await until(lambda: desk.imports.freshness.error, desk.imports.changed)
    assert dialog.empty.text().endswith("The database does not answer at the moment. Try again.")
    assert note.isHidden()

    between.fail("")
    qtbot.mouseClick(dialog.again_button, Qt.MouseButton.LeftButton)
    assert dialog.empty.text() == "Loading…"
    await until(lambda: desk.imports.is_known, desk.imports.changed)
    assert dialog.again_button.isHidden()


async def test_imports_are_asked_for_anew_while_an_answer_is_waited_for(desk: Desk, between: WatchedServer) -> None:
    """It may never come: its connection may be gone."""
    await until(lambda: desk.imports.is_known, desk.imports.changed)
    desk.imports.forget()
    between.hold("/api/imports")
    desk.imports.refresh()
    await until(lambda: desk.imports.freshness.is_slow, desk.imports.freshness.changed, what="a question that waits")
    between.hold("")
    desk.imports.refresh()
    await until(lambda: desk.imports.is_known, desk.imports.changed, what="the imports")


async def test_the_picture_of_the_last_hour_is_old_until_it_is_renewed(desk: Desk, between: WatchedServer) -> None:
    desk.window.go_to(Place.EMAIL_QUEUE)
    feed, chart = desk.throughput, desk.queue_page.panel.chart
    await until(lambda: feed.throughput, feed.changed, what="the last hour")
    assert "As of" not in chart.accessibleDescription()

    between.fail("/api/queue/throughput")
    feed.note()
    await until(lambda: feed.error, feed.changed, what="an error")
    assert " As of " in chart.accessibleDescription()

    between.fail("")
    feed.note()
    await until(lambda: feed.error is None, feed.changed, what="the hour of now")
    assert "As of" not in chart.accessibleDescription()


async def test_what_was_chosen_besides_the_search_is_as_before_too(desk: Desk, between: WatchedServer) -> None:
    leads, page = await look_at(desk, LISTS["leads"]), desk.leads_page
    between.hold("/api/leads")
    page.table.head.setSortIndicator(LeadColumn.NAME, Qt.SortOrder.AscendingOrder)
    desk.leads_model.sort(LeadColumn.NAME)
    page.tabs.choose(LeadStatus.SKIPPED)
    page.tabs.chosen.emit()
    await until(lambda: page.freshness.cancel_button.isVisible(), leads.freshness.changed)
    assert page.heading.note.isHidden()
    page.freshness.cancel_button.click()
    assert page.tabs.status is None
    assert page.table.head.sortIndicatorSection() == LeadColumn.CREATED_AT
    assert page.table.head.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
    assert page.heading.note.text() == str(LEADS)

    users, online = await look_at(desk, LISTS["users"]), desk.users_page.online_only
    between.hold("/api/users")
    desk.users_model.sort(UserColumn.EMAIL)
    online.setChecked(True)
    note = note_of(desk)
    await until(note.cancel_button.isVisible, users.freshness.changed)
    note.cancel_button.click()
    assert not online.isChecked()
    assert not desk.users_model._loading

    activity, results = await look_at(desk, LISTS["activity"]), desk.activity_page.results
    between.hold("/api/audit")
    results.setCurrentIndex(2)
    results.activated.emit(2)
    note = note_of(desk)
    await until(note.cancel_button.isVisible, activity.freshness.changed)
    note.cancel_button.click()
    assert results.currentIndex() == 0
    assert desk.activity_page.kinds.currentIndex() == 0
