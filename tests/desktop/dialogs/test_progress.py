"""The dialog that blocks the window while users are created."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.backend.errors import DeskError
from desktop.dialogs.error import ErrorDialog
from desktop.dialogs.progress import Pace, ProgressDialog
from desktop.state.connection import Phase
from server.contract import Activation, ActivationState, LeadFilter, LeadStatus, Phrase, Selection
from tests.desktop.conftest import until
from tests.system.processes import ServerProcess, free_port, wait_until


async def start_run(desk: Desk, service: ServerProcess, leads: int, *, prefix: str) -> None:
    """Activate so many new leads; the server has taken the wish when this returns."""
    service.import_leads(leads, prefix=prefix)
    await desk.run.start(Selection(matching=LeadFilter(search=prefix, status=(LeadStatus.NEW,))))


def on_screen(desk: Desk) -> bool:
    """Whether any such dialog is there."""
    return any(dialog.isVisible() for dialog in desk.window.findChildren(ProgressDialog))


async def test_neither_esc_nor_closing_ends_it_but_the_end_of_the_run_does(
    desk: Desk, service: ServerProcess, qtbot: QtBot
) -> None:
    await start_run(desk, service, 60, prefix="patient")
    dialog = desk.activation_desk.progress
    assert dialog is not None
    assert dialog.isModal()
    visible: list[bool] = []
    headings: list[str] = []
    results: list[Activation] = []

    def try_to_dismiss() -> None:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        dialog.close()
        visible.append(dialog.isVisible())
        headings.append(dialog.heading.text())

    desk.run.changed.connect(try_to_dismiss)
    desk.run.finished.connect(try_to_dismiss)
    concluded = desk.activation_desk.concluded
    concluded.connect(results.append)
    try_to_dismiss()
    await until(lambda: results, concluded, what="the end of the run")

    assert len(visible) > 2
    assert all(visible)
    assert headings[-1] == "Creating users… 100%"
    assert results[0].created == 60
    statuses = {lead.status for lead in desk.leads_model.known_rows() if lead.email.startswith("patient")}
    assert statuses <= {LeadStatus.ACTIVATED}, "the list is behind what is said"
    assert desk.activation_desk.progress is None
    assert not on_screen(desk)


async def test_the_list_behind_it_is_of_before_and_says_so_until_the_end(desk: Desk, service: ServerProcess) -> None:
    service.import_leads(60, prefix="behind")
    page, model = desk.leads_page, desk.leads_model
    page.search.setText("behind")
    await until(lambda: model.filter.search == "behind" and model.known_rows(), model.loaded, what="the leads")
    note, before = page.freshness, model.known_rows()
    behind: list[bool] = []

    def look() -> None:
        if desk.run.busy:
            behind.append(model.known_rows() == before and note.label.text().startswith("List as of "))

    for told in (desk.run.changed, desk.leads_feed.changed, model.loaded):
        told.connect(look)
    results: list[Activation] = []
    desk.activation_desk.concluded.connect(results.append)
    await desk.run.start(Selection(matching=LeadFilter(search="behind", status=(LeadStatus.NEW,))))
    assert note.isVisible()
    assert note.again_button.isHidden()
    await until(lambda: results, desk.activation_desk.concluded, what="the end of the run")

    assert len(behind) > 2
    assert all(behind)
    await until(note.isHidden, model.loaded, what="the list of now")
    assert {lead.status for lead in model.known_rows()} == {LeadStatus.ACTIVATED}


def seen(state: ActivationState, **numbers: int) -> Activation:
    """As the server tells it."""
    counted = {"total": 0, "claimed": 0, "created": 0, "skipped": 0} | numbers
    return Activation(
        id="a" * 24, request_id="b" * 12, admin="ann", state=state, created_at=datetime.now(UTC), **counted
    )


async def test_it_says_how_far_it_is_with_reserving_and_with_creating(desk: Desk) -> None:
    desk.run._begin(seen(ActivationState.CLAIMING), "b" * 12)
    dialog = desk.activation_desk.progress
    assert dialog is not None
    assert (dialog.label.text(), dialog.bar.maximum()) == ("Preparing…", 0)
    assert dialog.heading.text() == dialog.windowTitle() == "Reserving leads…"
    desk.run.on_progress(seen(ActivationState.CLAIMING, total=10_000, claimed=3_400))
    assert dialog.label.text() == "3,400 / 10,000 leads reserved"
    assert dialog.bar.maximum() == 0, "a bar that is full and begins anew says two things"
    desk.run.on_progress(seen(ActivationState.RUNNING, total=10_000, claimed=9_900, created=4_999))
    assert dialog.label.text() == "4,999 / 10,000 users created (49%)"
    desk.run.on_progress(seen(ActivationState.RUNNING, total=10_000, claimed=9_900, created=4_999, skipped=1))
    assert dialog.label.text() == "4,999 / 10,000 users created, 1 skipped (50%)"
    assert dialog.heading.text() == "Creating users… 50%"
    desk.run.forget()


async def test_stop_ends_the_run_and_leaves_the_other_leads_as_they_were(
    desk: Desk, service: ServerProcess, qtbot: QtBot
) -> None:
    await start_run(desk, service, 500, prefix="stopped")
    run, dialog = desk.run, desk.activation_desk.progress
    assert dialog is not None
    results: list[Activation] = []
    desk.activation_desk.concluded.connect(results.append)
    await until(lambda: results or (run.activation and run.activation.created), run.changed, what="the first user")

    with qtbot.waitSignal(dialog.stop_requested):
        qtbot.mouseClick(dialog.stop_button, Qt.MouseButton.LeftButton)
    await until(lambda: results or run.stopping, run.changed)
    assert not results
    assert dialog.isVisible()
    assert not dialog.stop_button.isEnabled()
    await until(lambda: results, desk.activation_desk.concluded, what="the end of the run")

    assert results[0].state is ActivationState.STOPPED
    assert 0 < results[0].created < 500
    assert not on_screen(desk)
    left = service.request("GET", "/api/leads?search=stopped&status=new&limit=1", token=desk.api.token)
    assert left["total"] == 500 - results[0].created


async def test_a_run_that_fails_returns_the_window_and_says_why(desk: Desk) -> None:
    desk.run._begin(seen(ActivationState.RUNNING, total=100, created=30), "b" * 12)
    assert on_screen(desk)
    sentence = Phrase.SERVER_FAILED.says()
    failed = seen(ActivationState.FAILED, total=100, created=40)
    desk.run.on_progress(failed.model_copy(update={"message": sentence.english, "sentence": sentence}))

    assert not desk.run.busy
    await until(lambda: not on_screen(desk), what="the window, back")
    (complaint,) = desk.window.findChildren(ErrorDialog)
    assert complaint.isVisible()
    assert complaint.heading.text() == "The activation could not be finished. The other leads are as they were."
    assert any(label.text() == sentence.english for label in complaint.findChildren(QLabel))
    assert desk.window.toasts.shown[0].label.text().startswith("40 users created.")


async def test_a_run_out_of_sight_stays_on_screen_and_says_so(desk: Desk, service: ServerProcess) -> None:
    await start_run(desk, service, 100, prefix="unwatched")
    dialog = desk.activation_desk.progress
    assert dialog is not None
    results: list[Activation] = []
    desk.activation_desk.concluded.connect(results.append)

    desk.connection.set_phase(Phase.OFFLINE, "The connection to the server was lost.")
    assert dialog.isVisible()
    assert not dialog.stop_button.isEnabled()
    assert dialog.note.text().startswith("The connection is lost.")

    desk.connection.set_phase(Phase.ONLINE)
    assert dialog.stop_button.isEnabled()
    assert not dialog.note.text().startswith("The connection is lost.")
    await until(lambda: results, desk.activation_desk.concluded, what="the end of the run")
    assert results[0].created == 100
    assert not on_screen(desk)


async def test_while_the_server_is_away_there_is_a_way_out_of_it(
    desk: Desk, service: ServerProcess, qtbot: QtBot
) -> None:
    await start_run(desk, service, 100, prefix="unreached")
    dialog = desk.activation_desk.progress
    assert dialog is not None
    results: list[Activation] = []
    desk.activation_desk.concluded.connect(results.append)
    assert not dialog.background_button.isVisible()
    assert not dialog.connect_button.isVisible()

    desk.connection.set_phase(Phase.OFFLINE, "The connection to the server was lost.", 60)
    with qtbot.waitSignal(desk.connection.retry_requested):
        qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.background_button, Qt.MouseButton.LeftButton)
    assert not on_screen(desk)
    assert desk.activation_desk.progress is None
    assert desk.run.busy

    desk.connection.set_phase(Phase.ONLINE)
    await until(lambda: results, desk.activation_desk.concluded, seconds=60, what="the end of the run")
    assert results[0].created == 100
    assert any("100 users created" in toast.label.text() for toast in desk.window.toasts.shown)


async def test_who_was_slower_than_another_admin_is_told_so(desk: Desk, service: ServerProcess) -> None:
    service.add_admin("swift")
    service.import_leads(5, prefix="contested")
    token = service.login("swift")
    selection = Selection(matching=LeadFilter(search="contested", status=(LeadStatus.NEW,)))
    desk.activation_desk._expected = 5
    request = {"requestId": uuid.uuid4().hex, "selection": selection.model_dump(mode="json")}
    made = service.request("POST", "/api/activations", request, token=token)
    wait_until(
        lambda: service.request("GET", f"/api/activations/{made['id']}", token=token)["state"] == "finished",
        "it runs on",
    )

    results: list[Activation] = []
    desk.activation_desk.concluded.connect(results.append)
    await desk.run.start(selection)
    await until(lambda: results, desk.activation_desk.concluded, seconds=60, what="the end of the run")
    assert [toast.label.text() for toast in desk.window.toasts.shown] == ["swift has activated all 5 meanwhile."]


async def test_giving_up_on_a_server_that_does_not_answer_returns_the_window_and_says_why(desk: Desk) -> None:
    desk.api.server_url = f"http://127.0.0.1:{free_port()}"
    failures: list[DeskError] = []
    desk.run.failed.connect(failures.append)
    starting = asyncio.create_task(desk.run.start(Selection(ids=("a" * 24,))))
    await until(lambda: on_screen(desk), desk.run.started)
    assert not failures

    await desk.run.stop()
    await until(lambda: failures, desk.run.failed)
    await starting

    assert desk.activation_desk.progress is None
    assert not on_screen(desk)
    (complaint,) = desk.window.findChildren(ErrorDialog)
    assert complaint.isVisible()
    assert complaint.heading.text() == "The server has not answered."


async def test_the_pace_is_that_of_the_last_seconds() -> None:
    pace = Pace()
    assert pace.rate(0, 100.0) is None
    assert pace.rate(20, 100.5) is None  # too early to say
    assert pace.rate(100, 102.0) == 50
    assert pace.rate(100, 105.0) == 20  # it stands
    for second in range(3, 30):
        rate = pace.rate(100 + 10 * second, 105.0 + second)
    assert rate == pytest.approx(10, abs=0.5)
