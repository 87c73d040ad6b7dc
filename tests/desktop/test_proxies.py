"""Behind real reverse proxies with the configurations that come with the program: all of it works, and restarts of the
proxy and of the service are lived through. ``make faults`` restarts each of them 20 times.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
import socketio
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.backend.api import Api
from desktop.backend.errors import Refused, Unreachable
from desktop.backend.stream import _socketio_path
from desktop.backend.trust import CA_FILE, connector
from desktop.dialogs.crash import CrashDialog
from desktop.dialogs.error import ErrorDialog
from server.contract import Activation, Selection
from tests.desktop.conftest import MemoryTokens, log_in, until
from tests.integration.mail.certificates import Authority
from tests.system.processes import ServerProcess
from tests.system.reverse_proxy import PROXIES, ReverseProxy

RESTARTS = int(os.environ.get("FAULTS", "2"))

_LEADS = 3  # of each activation
_PATIENCE = 120.0

#: What the banner may say while something restarts.
_TRUE = re.compile(
    r"(The server cannot be reached\.|The connection to the server was lost\.|Connecting to the server\.|"
    r"The server is starting and waits for its database\. Try again in a moment\.)"
    r"( What you see may be old\.)?( Next try in \d+\ss\.| Trying again…)?"
)
#: What toasts may say of what was asked for.
_TOAST = re.compile(r"\d+ users? created\..*|Open Email Queue to follow them\.")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServerProcess]:
    """A service that the test may restart; it sends nothing for an hour."""
    server = ServerProcess(tmp_path / "data", QUEUE_BATCH_SIZE="1", QUEUE_INTERVAL="3600")
    with server.running():
        server.import_leads(_LEADS * 4 * RESTARTS)
        yield server


@pytest.fixture(params=PROXIES)
def proxy(
    request: pytest.FixtureRequest, served: ServerProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ReverseProxy]:
    """A proxy in front of it, which the test may restart, and whose certificate the desktop trusts."""
    authority = Authority(tmp_path)
    monkeypatch.setenv(CA_FILE, str(authority.file))
    proxy = PROXIES[request.param](tmp_path / "proxy", served.port, authority)
    proxy.start()
    yield proxy
    proxy.stop()


@asynccontextmanager
async def desktop_at(url: str, qtbot: QtBot) -> AsyncIterator[Desk]:
    desk = Desk(url, keyring=MemoryTokens())
    await desk.start()
    try:
        await log_in(desk, qtbot)
        yield desk
    finally:
        await desk.stop()


@pytest.mark.timeout(400)
async def test_all_of_it_goes_through_a_proxy_by_name_and_below_a_path(
    proxy: ReverseProxy, served: ServerProcess, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("email,name\n" + f"big@firm.example,{'x' * 100}\n" * 25_000)
    assert file.stat().st_size > 2 * 2**20, "more than a proxy takes by default"
    for url in (proxy.url, proxy.url_below_path):
        async with desktop_at(url, qtbot) as desk:
            token = desk.api.token
            assert token is not None
            preview = await desk.api.upload(file)
            assert preview.columns[:1] == ("email",)
            assert await transport(url, token) == "websocket"
            assert await address_seen(url, token) == "127.0.0.2"


async def transport(url: str, token: str) -> str:
    """By which live events come."""
    http = aiohttp.ClientSession(connector=connector(url))
    client = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=http)  # type: ignore[arg-type]
    try:
        await client.connect(url, auth={"token": token}, socketio_path=_socketio_path(url), wait_timeout=30)
        return str(client.transport())
    finally:
        await client.disconnect()
        await http.close()


async def address_seen(url: str, token: str) -> str:
    """Where the service takes a login to come from that is asked for from another address of this machine."""
    other = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0), ssl=connector(url)._ssl)
    claim = {"X-Forwarded-For": "198.51.100.1", "Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(connector=other) as http:
        body = {"username": "ann", "password": "correct horse battery"}
        async with http.post(f"{url}/api/login", json=body, headers=claim) as answer:
            own = (await answer.json())["token"]
        async with http.get(f"{url}/api/sessions", headers={"Authorization": f"Bearer {own}"}) as answer:
            (current,) = [each for each in await answer.json() if each["current"]]
    return str(current["address"])


@pytest.mark.parametrize("proxy", ["nginx"], indirect=True)
async def test_a_file_that_a_proxy_does_not_take_is_said_with_its_limit(
    proxy: ReverseProxy, served: ServerProcess, tmp_path: Path
) -> None:
    file = tmp_path / "leads.csv"
    with file.open("wb") as large:
        large.truncate(61 * 2**20)
    api = Api(proxy.url)
    api.token = served.login()
    try:
        with pytest.raises(Refused) as caught:
            await api.upload(file)
    finally:
        await api.close()
    assert caught.value.title == "The file is too large for what stands in front of the server."
    assert "client_max_body_size 60m" in caught.value.message


class Witness(QObject):
    """Reads what is on screen all the time, and keeps what is not true."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.wrong: set[str] = set()
        self._desk = desk
        self._timer = QTimer(self)
        self._timer.setInterval(20)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def stop(self) -> None:
        """There is nothing more to be read."""
        self._timer.stop()

    def _look(self) -> None:
        banner = self._desk.window.banner
        if banner.isVisible() and not _TRUE.fullmatch(banner.label.text()):
            self.wrong.add(banner.label.text())
        for toast in self._desk.window.toasts.shown:
            if not _TOAST.fullmatch(toast.label.text()):
                self.wrong.add(toast.label.text())
        for window in QApplication.topLevelWidgets():
            if isinstance(window, (ErrorDialog, CrashDialog)) and window.isVisible():
                self.wrong.add(" ".join(texts(window)))
        if self._desk.login.isVisible():
            self.wrong.add(f"login: {self._desk.login.message.text()}")


def texts(window: QWidget) -> list[str]:
    return [label.text() for label in window.findChildren(QLabel) if label.text()]


@pytest.mark.timeout(180 + 180 * RESTARTS)
async def test_restarts_lose_no_wish_end_no_watch_and_say_nothing_wrong(
    proxy: ReverseProxy, served: ServerProcess, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desktop_at(proxy.url_below_path, qtbot) as desk:
        witness = Witness(desk)
        desk.window.destroyed.connect(witness.stop)
        finished: list[object] = []
        failed: list[object] = []
        imported: list[object] = []
        desk.run.finished.connect(finished.append)
        desk.run.failed.connect(failed.append)
        desk.import_run.finished.connect(lambda: imported.append(desk.import_run.progress))
        in_vain = note_wishes_in_vain(desk, monkeypatch)
        leads = served.request("GET", "/api/leads?limit=500", token=desk.api.token)["items"]
        ids = [lead["id"] for lead in leads]
        wishes = 0
        for number in range(RESTARTS):
            for stop, start in ((proxy.stop, proxy.start), (served.stop, served.start)):
                # One that runs meanwhile, with an import beside it, and one that is asked for while nothing answers.
                await begin_import(desk, tmp_path / f"{wishes}.csv")
                running = asyncio.create_task(desk.run.start(take(ids)))
                await asyncio.to_thread(stop)
                await until(lambda: not desk.connection.is_online, desk.connection.changed, seconds=_PATIENCE)
                if number % 2:
                    await asyncio.to_thread(start)
                    await running
                else:  # nothing answers until it was asked for again
                    await asked_again(desk, in_vain, running)
                    await asyncio.to_thread(start)
                    await running
                wishes += 1
                await until(lambda: desk.connection.is_online, desk.connection.changed, seconds=_PATIENCE)
                await until(ended(finished, wishes), desk.run.finished, seconds=_PATIENCE, what="the activation")
                await until(ended(imported, wishes), desk.import_run.finished, seconds=_PATIENCE, what="the import")
        activations = served.request("GET", "/api/activations", token=desk.api.token)
        print(
            f"\n{type(proxy).__name__}: {RESTARTS} restarts of the proxy and of the service, {wishes} wishes, "
            f"{len(finished)} activations and {len(imported)} imports ended as they should, "
            f"{len(failed)} lost, {len(witness.wrong)} wrong sentences"
        )
    assert witness.wrong == set()
    assert failed == []
    assert len(activations) == wishes
    assert sum(each["created"] for each in activations) == wishes * _LEADS


def note_wishes_in_vain(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[Unreachable]:
    """Of each activation that was asked for while nothing answered."""
    noted: list[Unreachable] = []
    activate = desk.api.activate

    async def noting(selection: Selection, request_id: str, not_before: datetime | None = None) -> Activation:
        try:
            return await activate(selection, request_id, not_before)
        except Unreachable as error:
            noted.append(error)
            raise

    monkeypatch.setattr(desk.api, "activate", noting)
    return noted


async def asked_again(desk: Desk, in_vain: list[Unreachable], running: asyncio.Task[None]) -> None:
    """Twice more in vain, unless the server had answered before it was gone."""
    wanted = len(in_vain) + 2
    await until(
        lambda: len(in_vain) >= wanted or running.done(), desk.run.changed, seconds=_PATIENCE, what="another try"
    )


def take(ids: list[str]) -> Selection:
    """The next leads."""
    taken = tuple(ids.pop() for _ in range(_LEADS))
    return Selection(ids=taken)


def ended(so_far: list[object], wanted: int) -> Callable[[], bool]:
    return lambda: len(so_far) >= wanted


async def begin_import(desk: Desk, file: Path) -> None:
    await asyncio.to_thread(file.write_text, "email\n" + "".join(f"{file.stem}-{n}@other.example\n" for n in range(50)))
    desk.import_run.reset()
    desk.import_run.open(file)
    await until(lambda: desk.import_run.preview is not None, desk.import_run.changed, seconds=_PATIENCE)
    desk.import_run.start()
    await until(lambda: desk.import_run.progress is not None, desk.import_run.changed, seconds=_PATIENCE)
