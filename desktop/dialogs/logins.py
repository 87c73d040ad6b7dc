"""Where somebody is logged in, and how to end that."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QLabel, QStackedWidget, QWidget

from desktop.dialogs.dialog import Dialog
from desktop.dialogs.rows import RowsTable
from desktop.theme.style import mark
from desktop.theme.tips import set_tip
from desktop.wording.times import about_when, moments
from server.contract import LoginSession

_LONG_ADDRESS = "2001:db8:85a3::8a2e:370:7348"


class LoginsDialog(Dialog):
    """One's own logins, or those of another admin. What is to be ended is asked for by a signal.

    Signals:
        end_requested: the login that is chosen in the list.
        end_all_requested: all of them, or all but this one.
    """

    end_requested = Signal(object)
    end_all_requested = Signal()

    def __init__(self, username: str, *, is_me: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent, "")
        self._logins: tuple[LoginSession, ...] = ()
        self.heading.setText(
            self.tr("Where you are logged in") if is_me else self.tr("Where {0} is logged in").format(username)
        )
        self.setWindowTitle(self.heading.text())
        self.resize_to(1040, 440)
        self.add_text(
            self.tr("Whoever is logged out has to type name and password again. A login you do not know? End it.")
            if is_me
            else self.tr("Whoever is logged out has to type name and password again."),
            "muted",
        )
        self.table = RowsTable(
            self.heading.text(),
            {
                self.tr("Device"): 200,
                self.tr("Last used"): (*moments(), self.tr("This login")),
                self.tr("Logged in"): moments(),
                self.tr("Address"): (_LONG_ADDRESS,),
            },
            stretch=0,
        )
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.nowhere = QLabel(self.tr("Not logged in anywhere"))
        self.nowhere.setAlignment(Qt.AlignmentFlag.AlignCenter)
        mark(self.nowhere, "muted")
        self._list = QStackedWidget()
        self._list.addWidget(self.table)
        self._list.addWidget(self.nowhere)
        self.body.addWidget(self._list, 1)
        self.note = QLabel(self.tr("Loading…"))
        self.note.setWordWrap(True)
        mark(self.note, "caption")
        self.body.addWidget(self.note)
        self.end_button = self.add_button(self.tr("Log out there"))
        self.end_all_button = self.add_button(self.tr("Log out all others") if is_me else self.tr("Log out everywhere"))
        self.close_button = self.add_button(self.tr("Close"), primary=True)
        self.end_button.clicked.connect(self._end)
        self.end_all_button.clicked.connect(self.end_all_requested)
        self.close_button.clicked.connect(self.accept)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_buttons())
        self._show_buttons()

    @property
    def chosen(self) -> LoginSession | None:
        """The login whose row is selected."""
        rows = self.table.selectionModel().selectedRows()
        return self._logins[rows[0].row()] if rows else None

    def show_logins(self, logins: Sequence[LoginSession]) -> None:
        """What the server says."""
        self._logins = tuple(logins)
        self._list.setCurrentWidget(self.table if logins else self.nowhere)
        self.table.rows.set_rows([self._row(login) for login in self._logins])
        mark(self.note, "caption")
        number = QLocale().toString(len(logins))
        self.note.setText(self.tr("{0} logins").format(number) if len(logins) != 1 else self.tr("1 login"))
        self.note.setVisible(bool(logins))
        self._show_buttons()

    def show_problem(self, text: str) -> None:
        """The list cannot be had, or a login not be ended."""
        mark(self.note, "error")
        self.note.show()
        self.note.setText(text)

    def _row(self, login: LoginSession) -> tuple[str, ...]:
        device = login.device or self.tr("Unknown")
        used = self.tr("This login") if login.current else about_when(login.last_used_at)
        return (device, used, about_when(login.created_at), login.address)

    def _end(self) -> None:
        if self.chosen is not None:
            self.end_requested.emit(self.chosen)

    def _show_buttons(self) -> None:
        chosen = self.chosen
        self.end_button.setEnabled(chosen is not None and not chosen.current)
        set_tip(
            self.end_button,
            self.tr("You are logged out here by the button in the sidebar.") if chosen and chosen.current else "",
        )
        self.end_all_button.setEnabled(any(not login.current for login in self._logins))
