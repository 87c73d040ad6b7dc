"""``make demo``: the whole product with demo leads, in a directory of its own.

With a display it opens the desktop, logged in, beside a service of its own. Without one it drives the real desktop
offscreen through the request's own example, activating 100 leads, and leaves a timeline and screenshots.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QSize, Qt, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from desktop.app import Desk
from desktop.platform.event_loop import run
from desktop.shell.badge import badge_pixmap
from desktop.shell.sidebar import Place
from desktop.start import make_application
from desktop.theme.tokens import Scheme
from server.contract import Activation, EmailState

Result = TypeVar("Result")

LEADS = 100
ADMIN = "demo"
DIRECTORY = Path("build/demo")

#: Settings of a real service, which the demo must not touch: its database, its mail server.
_SETTINGS = ("ACTIVATION_", "FRONTEND_", "LOGIN_", "MAIL_", "MONGODB_", "PASSWORD_", "QUEUE_", "SMTP_")

_STEP_SECONDS = 120.0  # a limit for what hangs: a busy machine takes its time
_DRAIN_SECONDS = 180.0
_PICTURE = QSize(1240, 780)


class DemoFailed(Exception):
    """Something did not come as it should; the message says what."""


def main() -> None:
    """Entry point; exits with 1 when the demo could not be shown."""
    has_display = sys.platform != "linux" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    if not has_display:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = make_application()
    try:
        run(_show() if has_display else _drive())
    except DemoFailed as error:
        sys.exit(f"The demo failed: {error}")
    del application  # held until here: Qt goes before the interpreter does


async def _show() -> None:
    """The desktop on the screen, until its user quits."""
    async with _service() as (url, password):
        desk = Desk(url, keyring=_Forgetful())
        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, desk.quit_wanted.set)
        await desk.start()
        await desk.session.login(ADMIN, password, remember=False)
        _say("The desktop is open. Pick some leads and activate them. To end the demo, quit from the tray's menu")
        _say(f"or close the window, or press Ctrl-C here. The emails are files in {DIRECTORY / 'data' / 'mailbox'}.")
        await desk.quit_wanted.wait()
        await desk.stop()


async def _drive() -> None:
    """The request's example, step by step, as an admin would do it."""
    async with _service() as (url, password):
        desk = Desk(url, keyring=_Forgetful(), scheme=Scheme.LIGHT)
        await desk.start()
        try:
            timeline = await _Tour(desk, password).run()
        finally:
            await desk.stop()
    await asyncio.to_thread(_write_down, timeline)
    _say(
        f"{timeline.users_created} users created, {timeline.emails_delivered} emails delivered, the admin was blocked "
        f"for {timeline.blocked_seconds:.1f} s.\nTimeline and screenshots are in {DIRECTORY}."
    )


def _write_down(timeline: Timeline) -> None:
    timeline.emails_delivered = len(list((DIRECTORY / "data" / "mailbox").glob("*.eml")))
    (DIRECTORY / "timeline.json").write_text(timeline.as_json())


@dataclass
class Timeline:
    """What happened when, in seconds since the admin confirmed."""

    users_created: int = 0
    emails_delivered: int = 0
    blocked_seconds: float = 0.0
    badge: list[tuple[float, int]] = field(default_factory=list)

    def as_json(self) -> str:
        """The fields by name."""
        content = {
            "users_created": self.users_created,
            "emails_delivered": self.emails_delivered,
            "blocked_seconds": round(self.blocked_seconds, 2),
            "badge": [[round(seconds, 2), total] for seconds, total in self.badge],
        }
        return json.dumps(content, indent=2) + "\n"


class _Tour:
    """Clicks through the real windows and notes what they show."""

    def __init__(self, desk: Desk, password: str) -> None:
        self._desk = desk
        self._password = password
        self._timeline = Timeline()
        self._confirmed_at = 0.0
        self._pictures: list[str] = []
        self._finished = asyncio.Event()

    async def run(self) -> Timeline:
        """From the login to the empty queue."""
        await self._log_in()
        await self._pick_leads()
        await self._activate()
        await self._follow_the_queue()
        return self._timeline

    async def _log_in(self) -> None:
        desk = self._desk
        self._picture("login", desk.login)
        desk.login.name.setText(ADMIN)
        desk.login.password.setText(self._password)
        _click(desk.login.login_button)
        await _until(desk.leads_model.loaded, lambda: desk.leads_model.total >= LEADS, "the leads were not listed")
        await _until(desk.connection.changed, lambda: desk.connection.is_online, "the live stream did not open")
        await _until(desk.queue.changed, lambda: desk.queue.counts is not None, "no numbers came")
        _say(f"Logged in; {desk.leads_model.total} leads are listed.")
        desk.window.resize(_PICTURE)  # without a display there is no screen whose size would say anything
        self._picture("leads", desk.window)

    async def _pick_leads(self) -> None:
        desk = self._desk
        _click_row(desk.leads_page.table, 0)
        _click_row(desk.leads_page.table, LEADS - 1, Qt.KeyboardModifier.ShiftModifier)
        if desk.selection.count != LEADS:
            raise DemoFailed(f"{desk.selection.count} leads were picked instead of {LEADS}.")
        self._picture("selection", desk.window)
        _click(desk.leads_page.activate_button)
        await _until(
            desk.activation_desk.confirm_opened,
            lambda: desk.activation_desk.confirm is not None,
            "no confirmation was asked for",
        )
        self._picture("confirm", desk.activation_desk.confirm)

    async def _activate(self) -> None:
        desk = self._desk
        desk.queue.changed.connect(self._note_badge)
        # Only now, so that the dialog hears of each change before its picture is taken.
        desk.run.started.connect(lambda: desk.run.changed.connect(self._note_progress))
        desk.activation_desk.concluded.connect(self._note_end)
        self._confirmed_at = time.monotonic()
        if desk.activation_desk.confirm is not None:
            _click(desk.activation_desk.confirm.activate_button)
        await _within(_STEP_SECONDS, self._finished.wait(), "the users were not created")
        self._picture("toasts", desk.window)
        for toast in desk.window.toasts.shown:
            if toast.isVisible():
                self._say(f"toast: {toast.label.text()}")
        if desk.activation_desk.progress is not None:
            raise DemoFailed("The blocking dialog did not close by itself.")

    async def _follow_the_queue(self) -> None:
        desk = self._desk
        desk.window.go_to(Place.EMAIL_QUEUE)
        pending = desk.email_models[EmailState.PENDING]
        await _until(
            desk.queue.changed, lambda: self._timeline.badge and desk.queue.total <= LEADS // 2, "no email left"
        )
        await _until(pending.loaded, lambda: 0 < pending.total <= LEADS // 2, "the queue was not listed")
        sent = desk.email_models[EmailState.SENT]
        await _until(sent.loaded, lambda: sent.total >= LEADS // 2, "what was sent is not counted")
        self._picture("queue", desk.window)
        await _until(desk.queue.changed, lambda: desk.queue.total == 0, "the queue did not empty", _DRAIN_SECONDS)
        desk.queue_page.show_state(EmailState.SENT)
        await _until(sent.loaded, lambda: sent.total >= LEADS, "what was sent is not listed")
        self._picture("sent", desk.window)

    def _note_badge(self) -> None:
        total = self._desk.queue.total
        if not self._timeline.badge or self._timeline.badge[-1][1] != total:
            self._timeline.badge.append((time.monotonic() - self._confirmed_at, total))
            self._say(f"badge: {total}")
            if total in (LEADS, LEADS // 2, 0):
                badge_pixmap(total, 64).save(str(DIRECTORY / f"tray-{total}.png"))

    def _note_progress(self) -> None:
        activation = self._desk.run.activation
        if activation is None or activation.total == 0:
            return
        self._say(f"{activation.done} / {activation.total} users created")
        if activation.done * 3 >= activation.total and "progress" not in self._pictures:
            self._picture("progress", self._desk.activation_desk.progress)

    def _note_end(self, activation: Activation) -> None:
        self._timeline.blocked_seconds = time.monotonic() - self._confirmed_at
        self._timeline.users_created = activation.created
        self._finished.set()

    def _picture(self, name: str, widget: QWidget | None) -> None:
        if widget is None:
            raise DemoFailed(f"There is nothing to see of {name!r}.")
        self._pictures.append(name)
        QApplication.sendPostedEvents()  # what was just changed is laid out first
        widget.grab().save(str(DIRECTORY / f"{len(self._pictures)}-{name}.png"))

    def _say(self, text: str) -> None:
        _say(f"{time.monotonic() - self._confirmed_at:6.2f} s  {text}")


class _Forgetful:
    """Keeps no login beyond the demo."""

    note = ""

    async def load(self, name: str, *, may_ask: bool) -> str | None:  # noqa: ARG002
        """Nothing was kept."""
        return None

    async def save(self, name: str, secret: str, *, may_ask: bool) -> None:
        """Nothing is kept."""

    async def forget(self, name: str) -> None:
        """Nothing was kept."""


@asynccontextmanager
async def _service() -> AsyncIterator[tuple[str, str]]:
    """A service of its own with demo leads; its address and the demo admin's password."""
    await asyncio.to_thread(_make_room)
    command = [str(Path(sys.executable).with_name("activation-server"))]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    # No more passwords are made ahead than it needs: they would only keep a core busy while somebody watches.
    environment = {**kept, "ACTIVATION_DATA_DIR": str(DIRECTORY / "data"), "PASSWORD_RESERVE": str(LEADS)}
    password = secrets.token_urlsafe(12)
    _say(f"Starting a service of its own, with its data in {DIRECTORY / 'data'}.")
    with (DIRECTORY / "service.log").open("wb") as log:
        service = await asyncio.to_thread(
            subprocess.Popen, [*command, "run", "--port", "0"], env=environment, stdout=subprocess.PIPE, stderr=log
        )
    try:
        url = await _within(_STEP_SECONDS, asyncio.to_thread(_address_of, service), "the service did not start")
        for arguments, text in (
            (["admin", "add", ADMIN, "--password-stdin"], f"{password}\n"),
            (["leads", "import", str(_demo_leads())], ""),
        ):
            result = await asyncio.to_thread(
                subprocess.run, [*command, *arguments], env=environment, input=text, text=True, capture_output=True
            )
            if result.returncode != 0:
                raise DemoFailed(result.stderr.strip())
        yield url, password
    finally:
        service.terminate()
        await asyncio.to_thread(service.wait, _STEP_SECONDS)


def _make_room() -> None:
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir(parents=True)


def _demo_leads() -> Path:
    with as_file(files("resources").joinpath("demo").joinpath("leads.csv")) as path:
        return path


def _address_of(service: subprocess.Popen[bytes]) -> str:
    """What the service says when it takes requests."""
    if service.stdout is None:
        raise DemoFailed("The service cannot be heard.")
    line = service.stdout.readline().decode()
    if "http" not in line:
        raise DemoFailed(f"The service did not start; {DIRECTORY / 'service.log'} says why.")
    return line.split()[-1]


async def _until(
    signal_: SignalInstance, holds: Callable[[], Any], problem: str, seconds: float = _STEP_SECONDS
) -> None:
    """Wait for the signal after which it holds."""
    happened = asyncio.Event()

    def look() -> None:
        if holds():
            happened.set()

    signal_.connect(look)
    look()
    try:
        await _within(seconds, happened.wait(), problem)
    finally:
        signal_.disconnect(look)


async def _within(seconds: float, work: Coroutine[Any, Any, Result], problem: str) -> Result:
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError as error:
        raise DemoFailed(f"{problem[0].upper()}{problem[1:]} within {seconds:.0f} s.") from error


def _click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def _click_row(table: QTableView, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """As with the mouse, on its check box."""
    index = table.model().index(row, 0)
    table.scrollTo(index)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, table.visualRect(index).center())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
