"""One desktop per user and server: a second start brings the first to the front."""

from __future__ import annotations

import getpass
import hashlib
import sys
from pathlib import Path

import platformdirs
from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_ASK = b"raise\n"
_ANSWER = b"raised\n"
_CONNECT_MS = 2000
_ANSWER_MS = 5000


class AlreadyRunning(Exception):
    """Another desktop of this user talks to this server; ``answered``: it has come to the front."""

    def __init__(self, *, answered: bool) -> None:
        super().__init__("it runs already" if answered else "it runs already, but does not answer")
        self.answered = answered


class SingleInstance(QObject):
    """A lock that the system gives back when its holder ends, however that happens, and a socket to be called by.

    Signals:
        raise_requested: somebody has started the program again.
    """

    raise_requested = Signal()

    def __init__(self, directory: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._directory = directory or platformdirs.user_runtime_path("activation-desk", appauthor=False)
        self._lock: QLockFile | None = None
        self._server: QLocalServer | None = None
        self._callers: list[QLocalSocket] = []

    def claim(self, server_url: str) -> None:
        """Be the one for this server. Raises :class:`AlreadyRunning`, or ``OSError`` when there is no place for it."""
        self.release()
        name = _name(server_url)
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = QLockFile(str(self._directory / f"{name}.lock"))
        lock.setStaleLockTime(0)  # held for as long as its holder lives, not longer
        if not lock.tryLock(0):
            raise AlreadyRunning(answered=_call(self._address(name)))
        self._lock = lock
        QLocalServer.removeServer(self._address(name))  # what a killed one has left
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_called)
        if not self._server.listen(self._address(name)):
            problem = self._server.errorString()
            self.release()
            raise OSError(problem)

    def release(self) -> None:
        """Let another be the one."""
        if self._server is not None:
            self._callers.clear()
            self._server.close()
            self._server.deleteLater()
            self._server = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _address(self, name: str) -> str:
        return name if sys.platform == "win32" else str(self._directory / name)

    def _on_called(self) -> None:
        while self._server is not None and (caller := self._server.nextPendingConnection()) is not None:
            self._callers.append(caller)
            caller.readyRead.connect(self._on_asked)
            caller.disconnected.connect(self._on_hung_up)
        self._on_asked()  # what came with the connection is announced no more

    def _on_asked(self) -> None:
        for caller in self._callers:
            if caller.bytesAvailable() and caller.readAll().data() == _ASK:
                self.raise_requested.emit()
                caller.write(_ANSWER)
                caller.flush()

    def _on_hung_up(self) -> None:
        for caller in [
            each for each in self._callers if each.state() is QLocalSocket.LocalSocketState.UnconnectedState
        ]:
            self._callers.remove(caller)
            caller.deleteLater()


def _call(address: str) -> bool:
    """Ask the one that runs to come to the front; whether it answers. There is no event loop yet that could freeze."""
    socket = QLocalSocket()
    socket.connectToServer(address)
    if not socket.waitForConnected(_CONNECT_MS):
        return False
    socket.write(_ASK)
    socket.waitForBytesWritten(_CONNECT_MS)
    answered = socket.waitForReadyRead(_ANSWER_MS) and socket.readAll().data() == _ANSWER
    socket.disconnectFromServer()
    return answered


def _name(server_url: str) -> str:
    digest = hashlib.sha256(f"{getpass.getuser()} {server_url}".encode()).hexdigest()
    return f"desk-{digest[:16]}"
