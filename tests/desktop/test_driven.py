"""The desktop as its user has it: started as a program, on a real screen, moved by keys and clicks alone.

Beside it run a window manager, a tray, a notification service and a keyring, as on a desktop; what is seen and what the
server says is compared.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.platform.keyring import SERVICE
from tests.conftest import require
from tests.integration.mail.scripted_smtp import ScriptedSmtp, scripted_smtp
from tests.system.processes import ServerProcess
from tests.waiting import LIMIT

ROOT = Path(__file__).parents[2]
REFUSED = "lead7@firm.example"

#: Prints how many pixels of the tray are of the badge's red.
RED = """
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
application = QApplication([])
image = application.primaryScreen().grabWindow(0).toImage()
red = QColor("#d92d3a").rgb()
print(sum(image.pixel(x, y) == red for x in range(image.width()) for y in range(image.height() - 60, image.height())))
"""
#: Saves the screen: pytest keeps it where a test has failed.
PICTURE = """
import sys
from PySide6.QtWidgets import QApplication
application = QApplication([])
application.primaryScreen().grabWindow(0).save(sys.argv[1])
"""
TOKEN = "import keyring, sys; print(keyring.get_password(*sys.argv[1:]) is not None)"


@dataclass(frozen=True)
class Mail:
    """A mail server in a thread of its own. It takes messages, and says nothing to them until it is let go."""

    server: ScriptedSmtp
    loop: asyncio.AbstractEventLoop

    def let_go(self) -> None:
        """Answer what waits, and what comes."""
        self.loop.call_soon_threadsafe(self.server.go.set)


@pytest.fixture
def mail() -> Iterator[Mail]:
    """It refuses the message for one recipient once."""
    ready, servers = threading.Event(), list[tuple[Mail, asyncio.Event]]()

    async def serve() -> None:
        async with scripted_smtp() as server:
            server.go.clear()
            server.message[REFUSED] = ["550 no such user", "250 OK"]
            end = asyncio.Event()
            servers.append((Mail(server, asyncio.get_running_loop()), end))
            ready.set()
            await end.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(LIMIT)
    mail, end = servers[0]
    yield mail
    mail.loop.call_soon_threadsafe(end.set)
    thread.join(LIMIT)


@pytest.fixture
def server(mail: Mail, tmp_path: Path) -> Iterator[ServerProcess]:
    """It sends all but two at once, and has a hundred leads."""
    server = ServerProcess(
        tmp_path / "data",
        SMTP_HOST=mail.server.address.host,
        SMTP_PORT=str(mail.server.address.port),
        SMTP_SECURITY="none",
        MAIL_FROM="Desk <desk@firm.example>",
        QUEUE_BATCH_SIZE="98",
        QUEUE_INTERVAL="30",
    )
    server.start()
    server.add_admin()
    server.import_leads(100)
    yield server
    server.end()


class Seat:
    """Somebody in front of the screen."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def does(self, *command: str) -> str:
        """Run a program; its output."""
        result = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=LIMIT, check=False, cwd=ROOT
        )
        return result.stdout.strip()

    def python(self, program: str, *arguments: str) -> str:
        """The output of a little program on this screen."""
        return self.does(sys.executable, "-c", program, *arguments)

    def press(self, *keys: str) -> None:
        """One key after the other."""
        self.does("xdotool", "key", "--delay", "60", *keys)

    def types(self, text: str) -> None:
        """Into whatever has the focus."""
        self.does("xdotool", "type", "--delay", "20", text)

    def title(self) -> str:
        """Of the window that has the focus."""
        return self.does("xdotool", "getactivewindow", "getwindowname")

    def width(self) -> int:
        """Of the window that has the focus."""
        lines = self.does("xdotool", "getactivewindow", "getwindowgeometry", "--shell").splitlines()
        return int(dict(line.split("=") for line in lines if "=" in line).get("WIDTH", "0"))

    def red(self) -> int:
        """Pixels of the tray's badge."""
        return int(self.python(RED) or 0)

    def has_token(self, server: str) -> bool:
        """Whether the keyring has a login for that server."""
        return self.python(TOKEN, SERVICE, server) == "True"


def until(
    condition: Callable[[], object], what: str, *, seconds: float = LIMIT, again: Callable[[], object] | None = None
) -> None:
    """Wait for what can only be seen from outside. ``again`` is done when nothing has come of it for a good while.

    What is on its way by then gets its keys twice, as from somebody who is impatient.
    """
    deadline = time.monotonic() + seconds
    patient_until = 0.0
    while True:
        if again is not None and time.monotonic() >= patient_until:
            again()
            patient_until = time.monotonic() + seconds / 10
        if condition():
            return
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.2)


@pytest.fixture
def seat(screen: dict[str, str], tmp_path: Path) -> Iterator[Seat]:
    """The screen, with a session bus, a notification service and an unlocked keyring of its own."""
    for program in ("xdotool", "dunstctl"):
        require(program)
    home = tmp_path / "home"
    home.mkdir()
    runtime = Path(tempfile.mkdtemp())  # a short path: that of a socket has 107 characters at most
    environment = {
        name: value
        for name, value in screen.items()
        if not name.startswith(("XDG_", "DBUS_", "GNOME_KEYRING_", "PYTHON_KEYRING_", "ACTIVATION_"))
    }
    environment |= {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), *sys.path])),
    }
    bus = subprocess.Popen(
        [require("dbus-daemon"), "--session", "--nofork", "--print-address"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert bus.stdout is not None
    environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    notifications = subprocess.Popen([require("dunst")], env=environment, **quiet)
    keyring = subprocess.Popen(
        [require("gnome-keyring-daemon"), "--unlock", "--components=secrets", "--foreground"],
        env=environment,
        stdin=subprocess.PIPE,
        **quiet,
    )
    assert keyring.stdin is not None
    keyring.stdin.write(b"a login password")
    keyring.stdin.close()
    yield Seat(environment)
    for process in (notifications, keyring, bus):
        process.terminate()
        process.wait(LIMIT)
    bus.stdout.close()
    shutil.rmtree(runtime, ignore_errors=True)


@pytest.fixture
def desktop(seat: Seat, server: ServerProcess, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program, told to notify of what is important only: of failures, here."""
    preferences = Path(seat.environment["HOME"]) / ".config/activation-desk/desktop.ini"
    preferences.parent.mkdir(parents=True)
    preferences.write_text("[General]\nnotifications=important\n")
    with (tmp_path / "desktop.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "desktop", "--server", server.url],
            env=seat.environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    yield process
    seat.python(PICTURE, str(tmp_path / "at-the-end.png"))
    process.kill()
    process.wait(LIMIT)


@pytest.mark.screen
@pytest.mark.timeout(900)
def test_a_day_of_an_admin(
    seat: Seat, desktop: subprocess.Popen[bytes], server: ServerProcess, mail: Mail, tmp_path: Path
) -> None:
    # Log in, to stay.
    until(lambda: seat.title() == "Activation Desk", "the login window")
    seat.types("ann")
    seat.press("Tab")
    seat.types("correct horse battery")
    seat.press("Tab", "space", "Return")
    until(lambda: seat.width() > 700, "the main window")
    until(lambda: seat.has_token(server.url), "the login in the keyring")

    # Pick a hundred leads and activate them.
    middle = seat.does("xdotool", "getactivewindow", "getwindowgeometry", "--shell")
    place = dict(line.split("=") for line in middle.splitlines() if "=" in line)
    x, y = int(place["X"]) + int(place["WIDTH"]) // 2, int(place["Y"]) + int(place["HEIGHT"]) // 2

    def pick_all() -> None:
        if seat.title() == "Activation Desk":
            seat.does("xdotool", "mousemove", str(x), str(y), "click", "1")
            seat.press("ctrl+a", "ctrl+Return")

    until(lambda: seat.title() == "Activate 100 leads?", "the confirmation", again=pick_all)
    assert seat.red() == 0
    seat.press("Return")

    # With the window out of sight a notification tells of the failure; a click on it leads there.
    until(lambda: seat.title().startswith("Activation Desk ("), "the number in the title")
    window = seat.does("xdotool", "getactivewindow")
    seat.does("xdotool", "windowminimize", "--sync", window)
    mail.let_go()
    until(lambda: seat.does("dunstctl", "count", "displayed") != "0", "a notification")
    seat.does("dunstctl", "action", "0")
    until(lambda: seat.title().startswith("Activation Desk"), "the window, after a click on the notification")
    assert json.loads(server.cli("queue", "status", "--json").stdout)["failed"] == 1
    until(lambda: seat.red() > 10, "the number in the tray")

    # What has failed is tried again: from the list of causes, where the notification leads, to all that have failed.
    seat.press("ctrl+2", "ctrl+f", "Tab", "Right")

    def open_history() -> None:
        if not seat.title().startswith("History"):
            seat.press("ctrl+2", "ctrl+f", "Tab", "Tab", "Down", "Return")  # the list may not be there yet

    until(lambda: seat.title() == f"History of {REFUSED}", "the history of the failed email", again=open_history)

    def ask_for_retry() -> None:
        if seat.title().startswith("History"):
            seat.press("Tab", "space")  # the first button comes after the list

    until(lambda: seat.title() == "Retry 1 email?", "the confirmation", again=ask_for_retry)
    seat.press("Return")
    until(lambda: len(mail.server.accepted) == 100, "an email for each of a hundred people with the mail server")
    assert {len(messages) for messages in mail.server.accepted.values()} == {1}
    until(lambda: seat.red() == 0, "the tray without a number")
    until(lambda: seat.title() == "Activation Desk", "the title without a number")

    # A second start raises the first.
    seat.does("xdotool", "windowminimize", "--sync", window)
    with (tmp_path / "second.log").open("wb") as log:
        second = subprocess.run(
            [sys.executable, "-m", "desktop", "--server", server.url],
            env=seat.environment,
            cwd=ROOT,
            timeout=LIMIT,
            check=False,
            stdout=log,
            stderr=log,
        )
    assert second.returncode == 0, (tmp_path / "second.log").read_text()
    until(lambda: seat.title() == "Activation Desk", "the window of the first start")

    # Logged out, nothing is kept; and the end.
    seat.press("ctrl+k")
    seat.types("log out")
    seat.press("Return")
    until(lambda: 0 < seat.width() < 700, "the login window again")
    until(lambda: not seat.has_token(server.url), "the keyring without the login")
    seat.press("ctrl+q")
    assert desktop.wait(20) == 0
    assert "error" not in (tmp_path / "desktop.log").read_text().lower()
