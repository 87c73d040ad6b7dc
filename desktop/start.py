"""Starting the desktop: its arguments, its Qt application, its event loop."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, NoReturn

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from desktop.app import Desk
from desktop.backend.address import DEFAULT_SERVER, meant_addresses
from desktop.backend.trust import CA_FILE, tls_context
from desktop.dialogs.crash import CrashDialog
from desktop.dialogs.login import Typed
from desktop.platform.event_loop import run
from desktop.platform.garbage import collect_in_gui_thread
from desktop.platform.instance import AlreadyRunning, SingleInstance
from desktop.platform.keyring import Keyring
from desktop.platform.logs import LogFile, crash_report
from desktop.platform.paths import log_file, preferences_file
from desktop.state.preferences import Preferences
from desktop.theme.icons import app_icon

log = logging.getLogger(__name__)

EXIT_FAILED = 1
EXIT_WRONG_SETTINGS = 2


def main() -> None:
    """Entry point of ``activation-desk``."""
    given = _given_server(sys.argv[1:])
    if sys.platform == "linux" and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        _refuse("There is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set. Start it in a desktop session.")
    try:
        tls_context()
    except OSError as error:
        _refuse(
            f"{CA_FILE}={os.environ[CA_FILE]}: cannot be read as PEM ({error.strerror or error}). Name another file."
        )
    application = make_application()
    preferences = Preferences(preferences_file())
    server_url = given or preferences.server_url or DEFAULT_SERVER
    instance = SingleInstance()
    try:
        instance.claim(server_url)
    except AlreadyRunning as error:
        if not error.answered:
            _refuse("It runs already, but does not answer. End it and start again.")
        return
    except OSError as error:  # two windows are better than none
        sys.stderr.write(f"activation-desk: cannot see whether it runs already: {error}\n")
    notes = LogFile(log_file())
    try:
        run(_run(server_url, preferences, instance))
    except Exception as error:
        # Nothing is left that could go on, and no event loop that a dialog could disturb; but it is said, and not only
        # to a terminal that nobody looks at.
        log.critical("the desktop has ended", exc_info=error)
        CrashDialog(None, crash_report(error)).exec()
        raise SystemExit(EXIT_FAILED) from error
    finally:
        instance.release()
        notes.close()
    del application  # held until here: Qt goes before the interpreter does


def make_application() -> QApplication:
    """The Qt application, as the desktop wants it."""
    application = QApplication(["activation-desk"])
    application.setApplicationName("ActivationDesk")  # part of a path on the session bus: letters and digits only
    application.setDesktopFileName("activation-desk")
    application.setWindowIcon(app_icon())
    application.setQuitOnLastWindowClosed(False)
    collect_in_gui_thread(application)
    if QLocale.system().language() == QLocale.Language.C:
        QLocale.setDefault(QLocale(QLocale.Language.English))  # numbers for people, also where no language is set
    return application


async def _run(server_url: str, preferences: Preferences, instance: SingleInstance) -> None:
    """One desktop after the other: each new server and each new language has its own."""
    keyring = Keyring()
    quit_wanted = asyncio.Event()
    if sys.platform != "win32":
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, quit_wanted.set)
    token: str | None = None
    typed: Typed | None = None
    while True:
        desk = Desk(server_url, keyring=keyring, preferences=preferences, quit_wanted=quit_wanted)
        if typed is not None:
            desk.login.take_over(typed)
        report_unexpected(desk.error_desk.report)
        instance.raise_requested.connect(desk.window_desk.open)
        await desk.start(token)
        await quit_wanted.wait()
        token, typed = desk.api.token, desk.login.typed
        instance.raise_requested.disconnect(desk.window_desk.open)
        await desk.stop()
        if desk.successor is None:
            return
        if desk.successor != server_url:
            token, server_url = None, desk.successor
            try:
                instance.claim(server_url)
            except AlreadyRunning:  # and it is at the front now
                return
            except OSError as error:
                log.warning("cannot see whether it runs already: %s", error)
        quit_wanted.clear()


def report_unexpected(report: Callable[[BaseException], None]) -> None:
    """Let ``report`` tell of errors that nobody expected, wherever they happen. To be called in the event loop."""
    loop = asyncio.get_running_loop()

    def in_slot(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.error("unexpected error in a slot", exc_info=(kind, error, trace))
        report(error)

    def in_thread(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
            log.error("unexpected error in a thread", exc_info=failed.exc_value)
            loop.call_soon_threadsafe(report, failed.exc_value)

    def in_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        log.error("unexpected error in the event loop: %s", context.get("message"), exc_info=error)
        if isinstance(error, BaseException):
            report(error)

    sys.excepthook = in_slot
    threading.excepthook = in_thread
    loop.set_exception_handler(in_loop)


def _given_server(arguments: list[str]) -> str | None:
    parser = argparse.ArgumentParser(
        prog="activation-desk", description="Turn leads into users and follow the emails that go out to them."
    )
    parser.add_argument(
        "--server",
        metavar="URL",
        help=f"the server's address (default: ACTIVATION_SERVER_URL, else as last chosen, else {DEFAULT_SERVER})",
    )
    given: str | None = parser.parse_args(arguments).server
    if given is not None:
        return _checked(given, "--server")
    from_environment = os.environ.get("ACTIVATION_SERVER_URL")
    return _checked(from_environment, "ACTIVATION_SERVER_URL") if from_environment else None


def _checked(text: str, source: str) -> str:
    addresses = meant_addresses(text)
    if not addresses:
        _refuse(
            f"{source}: {text!r} is not a server's address. Give one like {DEFAULT_SERVER} or https://desk.example."
        )
    return addresses[0]


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"activation-desk: {sentence}\n")
    raise SystemExit(EXIT_WRONG_SETTINGS)
