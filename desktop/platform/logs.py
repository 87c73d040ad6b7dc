"""The desktop's own log: a file that does not grow for ever, the last lines in memory, and no secrets in either."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import os
import platform
import queue
import re
import sys
import traceback
from collections import deque
from importlib.metadata import PackageNotFoundError, version
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

import PySide6

_LINES = 1000
_REPORTED_LINES = 30
_FILE_SIZE = 1_000_000  # bytes
_FILES = 3
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

#: Headers, fields and query parameters that carry a secret, and what follows them.
_SECRETS = re.compile(
    r"""(?i)((?:token|password|passwort|secret|authorization)["']?\s*[=:]\s*(?:bearer\s+|basic\s+)?|bearer\s+)"""
    r"""("[^"]*"|'[^']*'|[^\s"',;&}]+)"""
)
#: A new user's password as the server issues them.
_ISSUED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){2}(?![A-Za-z0-9])")
_hidden: set[str] = set()


def hide(secret: str) -> None:
    """Never write this down, wherever it turns up."""
    if len(secret) >= 8:  # shorter ones are found in any text
        _hidden.add(secret)


def without_secrets(text: str) -> str:
    """The text with secrets blacked out."""
    for secret in _hidden:
        text = text.replace(secret, "•••")
    return _ISSUED.sub("•••", _SECRETS.sub(r"\1•••", text))


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """Nobody else on this computer reads it: it says who is dealt with."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, opener=_open_private)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class RecentLog(logging.Handler):
    """Keeps the last lines, from whatever thread they come."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(_Formatter(_FORMAT))
        self._lines: deque[str] = deque(maxlen=_LINES)
        #: Lines so far, those that are gone included: a reader sees by it whether there is news.
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        self._lines.append(self.format(record))
        self.count += 1

    def lines(self) -> list[str]:
        """The oldest first."""
        self.acquire()
        try:
            return list(self._lines)
        finally:
            self.release()


#: The one of this program.
recent = RecentLog()


class LogFile:
    """Everything noted goes to the file, by a thread of its own, until :meth:`close`."""

    def __init__(self, file: Path) -> None:
        """A file that cannot be written costs the file only: the rest goes on, and says so."""
        self._crashes: TextIO | None = None
        self._listener: logging.handlers.QueueListener | None = None
        root = logging.getLogger()
        root.setLevel(logging.INFO)
        terminal = logging.StreamHandler()
        terminal.setLevel(logging.WARNING)
        terminal.setFormatter(_Formatter(_FORMAT))
        self._handlers: list[logging.Handler] = [recent, terminal]
        problem: OSError | None = None
        try:
            self._open(file)
        except OSError as error:
            problem = error
        for handler in self._handlers:
            root.addHandler(handler)
        for noisy in ("engineio", "socketio", "asyncio", "keyring"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        if problem is not None:
            logging.getLogger(__name__).warning("no log file: %s: %s", file, problem.strerror)

    def close(self) -> None:
        """Write what is left."""
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
        if self._listener is not None:
            self._listener.stop()
            for written in self._listener.handlers:
                written.close()
            self._listener = None
        if self._crashes is not None:
            faulthandler.disable()
            self._crashes.close()
            self._crashes = None

    def _open(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = _PrivateFile(file, maxBytes=_FILE_SIZE, backupCount=_FILES, encoding="utf-8", delay=False)
        # Formatted before it is handed over: a record may hold what lives in the GUI thread.
        waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
        handover = logging.handlers.QueueHandler(waiting)
        handover.setFormatter(_Formatter(_FORMAT))
        self._listener = logging.handlers.QueueListener(waiting, written)
        self._listener.start()
        self._handlers.append(handover)
        # What ends the interpreter itself leaves at least where it was.
        crashes = file.with_suffix(".crash")
        self._crashes = open(crashes, "a", encoding="utf-8", opener=_open_private)  # noqa: SIM115 - see above
        faulthandler.enable(self._crashes)


def crash_report(error: BaseException) -> str:
    """All there is to know of an unexpected error, fit to be sent to somebody."""
    try:
        own = version("activation-desk")
    except PackageNotFoundError:
        own = "not installed"
    head = (
        f"Activation Desk {own}, Python {platform.python_version()}, PySide {PySide6.__version__}, "
        f"{platform.platform()}, {sys.platform}"
    )
    trace = "".join(traceback.format_exception(error))
    return without_secrets("\n".join((head, "", trace, "Last lines of the log:", *recent.lines()[-_REPORTED_LINES:])))
