"""Whoever is not logged in asks the server for nothing but the login."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.pages.queue_view import FailedView
from desktop.shell.sidebar import Place
from server.contract import EmailState
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.desktop.watched_server import Asked, WatchedServer, watched_server
from tests.system.processes import ServerProcess

#: What may be asked by anybody; of the live events the token is not in a header.
FOR_ANYBODY = ("/api/login", "/healthz", "/readyz", "/socket.io/")


@pytest.fixture
async def between(service: ServerProcess) -> AsyncIterator[WatchedServer]:
    async with watched_server(service.port) as server:
        yield server


def look_around(desk: Desk) -> None:
    """At every page and every list, and want all of it anew."""
    for place in Place:
        desk.window.go_to(place)
    for state in EmailState:
        desk.queue_page.show_state(state)
    for view in (FailedView.CAUSES, FailedView.FAILED, FailedView.HELD):
        desk.queue_page.show_view(view)
    for model in (*desk._models(), desk.failures_model):
        model.refresh()
    for page in (desk.leads_page, desk.users_page, desk.activity_page):
        page.search.setText("somebody")
        page.search.returnPressed.emit()
        page.search.let_go()
    desk.throughput.watch(on=True)
    desk.throughput.note()
    desk.leads_feed.changed.emit()
    desk.queue.changed.emit()
    desk.connection.changed.emit()


def asked_by_nobody(between: WatchedServer) -> list[Asked]:
    return [asked for asked in between.requests if not asked.has_token and not asked.path.startswith(FOR_ANYBODY)]


async def test_nothing_is_asked_for_without_a_token(between: WatchedServer, qtbot: QtBot) -> None:
    desk = Desk(between.url, keyring=MemoryTokens())
    await desk.start()
    try:
        desk.window.show()  # as if somebody were in
        look_around(desk)
        await log_in(desk, qtbot)
        assert asked_by_nobody(between) == []

        look_around(desk)
        for model in (desk.leads_model, desk.users_model, desk.activity_model):
            await until(lambda model=model: model.is_known and not model._loading, model.loaded)  # type: ignore[misc]
        desk.sidebar.logout_requested.emit()
        await until(desk.login.isVisible, desk.session.logged_out)
        desk.window.show()
        look_around(desk)
        await log_in(desk, qtbot)
        await until(lambda: desk.leads_model.is_known, desk.leads_model.loaded)
    finally:
        await desk.stop()

    assert asked_by_nobody(between) == []
    assert {"/api/leads", "/api/queue/emails", "/api/users", "/api/audit"} <= {each.path for each in between.requests}
