"""Desktop tests run in Qt's own event loop, offscreen."""

from __future__ import annotations

import asyncio
import gc
import io
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytestqt.plugin
from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QEvent, Qt, SignalInstance
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.platform.event_loop import EventLoop
from desktop.state.connection import Phase
from server.contract import SendingState, SendingStatus, Sentence
from tests.desktop.late import make_late
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

HERE = Path(__file__).parent
PASSWORD = "correct horse battery"


class LimitedEventLoop(EventLoop):
    """The desktop's, which gives up what takes too long and says where it waits.

    The limit of other tests does not work here: it raises an error wherever Qt calls Python next, if it does so at all,
    and there the error is dropped.
    """

    def __init__(self, application: QCoreApplication, seconds: float) -> None:
        super().__init__(application)
        self._seconds = seconds

    def run_until_complete(self, future: Coroutine[Any, Any, Any] | asyncio.Future[Any]) -> Any:
        """As of every asyncio loop, within the limit."""
        task = asyncio.ensure_future(future, loop=self)
        waits_at = io.StringIO()

        def give_up() -> None:
            if isinstance(task, asyncio.Task):
                task.print_stack(file=waits_at)
            task.cancel()

        limit = self.call_later(self._seconds, give_up)
        try:
            return super().run_until_complete(task)
        except asyncio.CancelledError:
            if waits_at.getvalue():
                pytest.fail(f"not within {self._seconds} s\n{waits_at.getvalue()}")
            raise
        finally:
            limit.cancel()


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Only tests below this directory come here."""
    own = item.get_closest_marker("timeout")
    seconds = 0.75 * float(own.args[0] if own else config.getini("timeout"))  # before the limit that does not work
    return {"qt": lambda: LimitedEventLoop(QApplication.instance() or QApplication([]), seconds)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform has no stacking order and says so each time a window is raised."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


# Around each test pytest-qt lets Qt work off its events. These include the steps of asyncio's tasks, which at that
# moment find no running loop; here each test runs in Qt's loop, which works off all events by itself.
pytestqt.plugin._process_events = lambda: None


@pytest.fixture(scope="session", autouse=True)
def kept_from_collection() -> None:
    """All that was imported stays. Whoever looks for what a test has thrown away need not go through it each time."""
    gc.collect()
    gc.freeze()


class PatientBot(QtBot):
    """pytest-qt's, which gives up no sooner than other tests do."""

    def waitSignal(self, signal: SignalInstance | None, *, timeout: float = LIMIT * 1000, **how: Any) -> Any:  # noqa: N802
        return super().waitSignal(signal, timeout=round(timeout), **how)

    def waitUntil(self, callback: Callable[[], object], *, timeout: float = LIMIT * 1000) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=round(timeout))


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """By which tests click, type and wait for signals."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def clean_screen(qapp: QApplication) -> Iterator[None]:
    """What a test has thrown away is gone before the next one starts, and never collected in another thread."""
    qapp.setQuitOnLastWindowClosed(False)
    gc.disable()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """LATE=300 makes everything that comes by itself come so many milliseconds later."""
    make_late(monkeypatch, int(os.environ.get("LATE", "0")))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A running service with an admin, shared by tests that add to it and count on nothing else in it."""
    server = ServerProcess(tmp_path_factory.mktemp("service") / "data", QUEUE_BATCH_SIZE="50", QUEUE_INTERVAL="1")
    server.start()
    server.add_admin()
    yield server
    server.end()


async def until(
    condition: Callable[[], object], *signals: SignalInstance, seconds: float = LIMIT, what: str = ""
) -> None:
    """Wait until the condition holds.

    It is looked at after each turn of the event loop: all that changes does so in one. What lasts no longer than a turn
    is seen when one of the signals is emitted.
    """
    loop = asyncio.get_running_loop()
    dispatcher = QAbstractEventDispatcher.instance()
    seen: asyncio.Future[None] = loop.create_future()

    def look(*_: object) -> None:
        if seen.done():
            return
        try:
            if condition():
                seen.set_result(None)
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            seen.set_exception(error)

    moments = (dispatcher.awake, dispatcher.aboutToBlock, *signals)
    for moment in moments:
        moment.connect(look)
    try:
        look()
        async with asyncio.timeout(seconds):
            await seen
    except TimeoutError:
        pytest.fail(f"not within {seconds} s: {what or condition}")
    finally:
        for moment in moments:
            moment.disconnect(look)


async def eventually(assertions: Callable[[], None]) -> None:
    """Wait until all of the assertions hold at once: what is on the screen follows what is known, sooner or later.

    Raises: AssertionError of the one that does not hold in the end.
    """
    failure: AssertionError | None = None

    def hold() -> bool:
        nonlocal failure
        try:
            assertions()
        except AssertionError as error:
            failure = error
            return False
        return True

    try:
        await until(hold)
    except pytest.fail.Exception:
        raise failure or AssertionError("never looked at") from None


async def accepted(dialog: QDialog, *, seconds: float = LIMIT) -> None:
    """Wait until the dialog has got its yes. Afterwards it is gone, with its signals."""
    closed = asyncio.Event()
    dialog.accepted.connect(closed.set)
    try:
        async with asyncio.timeout(seconds):
            await closed.wait()
    except TimeoutError:
        pytest.fail(f"not within {seconds} s: a yes for {dialog.windowTitle()!r}")


class MemoryTokens:
    """Stands in for the operating system's keyring, and outlives a desktop as that does."""

    def __init__(self) -> None:
        self.note = ""
        self.tokens: dict[str, str] = {}

    async def load(self, name: str, *, may_ask: bool) -> str | None:
        return self.tokens.get(name)

    async def save(self, name: str, secret: str, *, may_ask: bool) -> None:
        self.tokens[name] = secret

    async def forget(self, name: str) -> None:
        self.tokens.pop(name, None)


async def log_in(desk: Desk, qtbot: QtBot, *, name: str = "ann", remember: bool = False) -> None:
    """As a person does."""
    desk.login.name.setText(name)
    desk.login.password.setText(PASSWORD)
    desk.login.remember.setChecked(remember)
    qtbot.mouseClick(desk.login.login_button, Qt.MouseButton.LeftButton)
    await until(lambda: desk.connection.phase is Phase.ONLINE, desk.connection.changed, what="online")


def stands(state: SendingState, said: Sentence | None = None) -> SendingStatus:
    """What the server says of sending."""
    return SendingStatus(
        state=state,
        message="" if said is None else "In English.",
        sentence=said,
        next_at=None,
        next_count=None,
        finished_at=None,
        basis=None,
        accounts=(),
    )


@pytest.fixture
async def desk(service: ServerProcess, qtbot: QtBot) -> AsyncIterator[Desk]:
    """A desktop with somebody logged in, on the Leads page."""
    desk = Desk(service.url, keyring=MemoryTokens())
    await desk.start()
    await log_in(desk, qtbot)
    yield desk
    await desk.stop()
