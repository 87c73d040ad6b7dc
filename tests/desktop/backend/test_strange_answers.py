"""Whatever answers in the server's place: nothing that is to last as long as the desktop ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.state.activation_run import ActivationRun
from desktop.state.connection import Phase
from desktop.state.import_run import ImportRun
from server.contract import ActivationState, ImportState, Selection
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.desktop.odd_server import Oddity, OddServer, odd_server
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

_WATCHES = {"watch the activation", "watch the import", "stream"}


@pytest.fixture
async def odd(service: ServerProcess) -> AsyncIterator[OddServer]:
    async with odd_server(service.port) as server:
        yield server


@pytest.fixture
async def desk(odd: OddServer, qtbot: QtBot) -> AsyncIterator[Desk]:
    """A desktop that is logged in through the odd server."""
    desk = Desk(odd.url, keyring=MemoryTokens())
    await desk.start()
    await log_in(desk, qtbot)
    yield desk
    await desk.stop()


def running() -> set[str]:
    return {task.get_name() for task in asyncio.all_tasks() if not task.done()}


async def answered(odd: OddServer, requests: int) -> None:
    """Wait until so many requests were answered oddly: there is no signal of what a server hears."""
    async with asyncio.timeout(LIMIT):
        while odd.answered < requests:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("oddity", Oddity)
async def test_the_live_connection_comes_back_after_any_answer(desk: Desk, odd: OddServer, oddity: Oddity) -> None:
    await odd.be(oddity)
    await until(lambda: desk.connection.phase is Phase.OFFLINE, desk.connection.changed, what="offline")
    await answered(odd, 3)
    await odd.be(None)
    await until(lambda: desk.connection.is_online, desk.connection.changed, what="online again")

    assert desk.error_desk.crash is None


@pytest.mark.parametrize("oddity", [Oddity.EMPTY, Oddity.PAGE, Oddity.HALF, Oddity.REDIRECT, Oddity.BAD_GATEWAY])
async def test_what_is_watched_is_watched_on_after_any_answer(
    desk: Desk, odd: OddServer, service: ServerProcess, oddity: Oddity, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The ends of both are not announced: the watches alone have to find them."""
    monkeypatch.setattr("desktop.state.activation_run.SILENCE", 0.1)
    monkeypatch.setattr("desktop.state.import_run.SILENCE", 0.1)
    service.import_leads(20, prefix=f"watched{oddity.name.lower()}")
    deaf_to_ends(desk.run, desk.import_run, monkeypatch)
    ended: list[object] = []
    desk.run.finished.connect(ended.append)
    leads = service.request("GET", f"/api/leads?limit=20&search=watched{oddity.name.lower()}", token=desk.api.token)[
        "items"
    ]
    file = tmp_path / "leads.csv"
    file.write_text(
        "email\n" + "".join(f"imported{number}-{oddity.name.lower()}@firm.example\n" for number in range(9))
    )

    await desk.run.start(Selection(ids=tuple(lead["id"] for lead in leads)))
    desk.import_run.open(file)
    await until(lambda: desk.import_run.preview is not None, desk.import_run.changed, what="a preview")
    desk.import_run.start()
    await until(lambda: desk.import_run.progress is not None, desk.import_run.changed, what="an import")
    await odd.be(oddity)
    asked = odd.answered
    await answered(odd, asked + 6)
    assert running() >= _WATCHES

    monkeypatch.undo()
    await odd.be(None)
    await until(lambda: ended, desk.run.finished, desk.run.changed, what="the end of the activation")
    await until(
        lambda: desk.import_run.progress is not None and desk.import_run.progress.state is ImportState.FINISHED,
        desk.import_run.changed,
        what="the end of the import",
    )
    assert desk.error_desk.crash is None


def deaf_to_ends(run: ActivationRun, imports: ImportRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lose what is announced of an end."""
    hear, hear_import = run._follow, imports.on_progress_of_ours
    monkeypatch.setattr(run, "_follow", lambda activation: None if activation.state.is_final else hear(activation))
    monkeypatch.setattr(
        imports, "on_progress_of_ours", lambda progress: None if progress.state.is_over else hear_import(progress)
    )


async def test_an_activation_asked_for_while_a_proxy_answers_is_asked_for_again(
    desk: Desk, odd: OddServer, service: ServerProcess
) -> None:
    service.import_leads(3, prefix="repeated")
    leads = service.request("GET", "/api/leads?limit=3&search=repeated", token=desk.api.token)["items"]
    failed: list[object] = []
    desk.run.failed.connect(failed.append)

    await odd.be(Oddity.BAD_GATEWAY)
    asking = asyncio.create_task(desk.run.start(Selection(ids=tuple(lead["id"] for lead in leads))))
    await answered(odd, 3)
    await odd.be(None)
    finished: list[object] = []
    desk.run.finished.connect(finished.append)
    await until(lambda: finished, desk.run.finished, what="the activation")
    await asking

    assert failed == []
    (activation,) = finished
    assert activation.state is ActivationState.FINISHED  # type: ignore[attr-defined]
    assert activation.created == 3  # type: ignore[attr-defined]
