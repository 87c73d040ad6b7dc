"""Which server to log in to: a field, and what answers at the address while it is typed."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.backend.address import meant_addresses
from desktop.backend.errors import DeskError
from desktop.backend.lookout import Found, Who, look_for_server
from desktop.tasks import ask
from desktop.theme.style import mark
from desktop.theme.tokens import Space

_PAUSE_MS = 400  # in typing, after which the address is looked at


class ServerChoice(QWidget):
    """Looks at nothing while it is hidden.

    Signals:
        chosen: the address to use from now on.
        changed: what is said takes another height.
    """

    chosen = Signal(str)
    changed = Signal()

    def __init__(self, server_url: str) -> None:
        super().__init__()
        self._server_url = server_url
        self._found: Found | None = None
        self._looking: asyncio.Task[None] | None = None
        self._is_wanted = False
        label = QLabel(self.tr("Server address"))
        self.field = QLineEdit(server_url)
        self.field.setAccessibleName(self.tr("Server address"))
        self.field.setPlaceholderText("desk.example.com")
        label.setBuddy(self.field)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.button = QPushButton()
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Space.M, 0, 0)
        layout.setSpacing(Space.XS)
        layout.addWidget(label)
        layout.addLayout(row)
        layout.addWidget(self.note)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_return)
        self.button.clicked.connect(self._choose)
        self._show()

    def open(self) -> None:
        """Ask for an address."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self._look()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Return is meant for the address, not for the login around it."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _on_typed(self) -> None:
        self._is_wanted = False
        self._forget()
        self._pause.start()
        self._show()

    def _on_return(self) -> None:
        """Use it, as soon as it is known to be the server."""
        self._is_wanted = True
        if self._found is None:
            self._look()
        elif self._found.who is Who.SERVER:
            self._choose()

    def _look(self) -> None:
        self._pause.stop()
        self._forget()
        addresses = meant_addresses(self.field.text())
        if addresses:
            work = look_for_server(addresses)
            self._looking = ask(self, work, done=self._take, failed=_never, name="look at an address")
        self._show()

    def _forget(self) -> None:
        self._found = None
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _take(self, found: Found) -> None:
        self._looking = None
        self._found = found
        self._show()
        if self._is_wanted and found.who is Who.SERVER:
            self._choose()

    def _choose(self) -> None:
        if self._found is not None and self.button.isEnabled():
            self.chosen.emit(self._found.address)

    # --- What is shown ---

    def _show(self) -> None:
        found = self._found
        is_server = found is not None and found.who is Who.SERVER
        self.button.setText(self.tr("Use this server") if found is None or is_server else self.tr("Use it anyway"))
        self.button.setEnabled(found is not None and found.who is not Who.UNSAFE and found.address != self._server_url)
        self.note.setText(self._sentence())
        is_bad = not meant_addresses(self.field.text()) or (found is not None and not is_server)
        mark(self.note, "error" if is_bad else "caption")
        self.updateGeometry()
        self.changed.emit()

    def _sentence(self) -> str:
        if not meant_addresses(self.field.text()):
            return self.tr("This is not a server's address. Give one like desk.example.com or http://localhost:4000.")
        if self._found is None:
            return self.tr("Looking who answers there…")
        sentence = {
            Who.SERVER: self.tr("Activation Desk {1} answers at {0}."),
            Who.UNSAFE: self.tr(
                "Activation Desk answers at {0}, but without encryption: your password would travel in the clear. "
                "The server needs a certificate."
            ),
            Who.UNTRUSTED: self.tr("What answers at {0} cannot prove who it is: its certificate is not good."),
            Who.PROXY: self.tr("A proxy answers at {0}, but the server behind it does not, for now."),
            Who.OTHER: self.tr("What answers at {0} is not Activation Desk."),
            Who.NOBODY: self.tr("Nothing answers at {0}. Is the address right, and the network up?"),
        }[self._found.who]
        return sentence.format(self._found.address, self._found.version)


def _never(_: DeskError) -> None:
    """Looking at an address fails at nothing: that is what it finds."""
