"""The Settings page: what its user prefers on this computer. Everything applies at once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.backend.address import meant_addresses
from desktop.pages.choice import Choice
from desktop.pages.heading import Heading
from desktop.state.preferences import Language, Notify, OnClose, Preferences
from desktop.theme.style import mark
from desktop.theme.tips import set_tip
from desktop.theme.tokens import CONTROL_HEIGHT, Scheme, Space

_FIELD_WIDTH = 280


class SettingsPage(QWidget):
    """Writes to the preferences; what these cannot do by themselves is asked for by a signal."""

    server_requested = Signal(str)
    start_at_login_requested = Signal(bool)
    snooze_requested = Signal(bool)
    log_requested = Signal()
    password_requested = Signal()
    logins_requested = Signal()

    def __init__(self, preferences: Preferences, server_url: str) -> None:
        super().__init__()
        self._preferences = preferences
        self._server_url = server_url
        mark(self, "page")
        self._make_fields()
        cards = QVBoxLayout()
        cards.setContentsMargins(0, 0, Space.S, 0)
        cards.setSpacing(Space.M)
        cards.addWidget(self._card(self.tr("Your account"), self._account_rows()))
        cards.addWidget(self._card(self.tr("Server"), self._server_rows()))
        cards.addWidget(
            self._card(self.tr("Appearance"), [(self.tr("Theme"), self.theme), (self.tr("Language"), self.language)])
        )
        cards.addWidget(self._card(self.tr("Notifications"), self._notification_rows()))
        cards.addWidget(self._card(self.tr("Window"), self._window_rows()))
        cards.addWidget(self._card(self.tr("Help"), [(self.tr("What this program has noted"), self.log_button)]))
        cards.addStretch()
        content = QWidget()
        mark(content, "page")
        content.setLayout(cards)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # whatever is in it can have the focus, and is scrolled to
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(Heading(self.tr("Settings")))
        layout.addWidget(scroll, 1)
        self._wire()
        self._show()

    def set_account(self, name: str, role: str) -> None:
        """Who is logged in, and what they may do."""
        self.account.setText(f"{name}  ·  {role}")

    def set_online(self, *, online: bool) -> None:
        """Whether the server listens."""
        for button in (self.password_button, self.logins_button):
            button.setEnabled(online)
            set_tip(button, "" if online else self.tr("Not connected to the server."))

    def set_start_at_login(self, enabled: bool | None, problem: str = "") -> None:
        """Whether the program starts at login; None: this system offers no way to."""
        self.start_at_login.setChecked(bool(enabled))
        self.start_at_login.setEnabled(enabled is not None)
        self.start_at_login_note.setText(problem)
        self.start_at_login_note.setVisible(bool(problem))

    def set_snoozed(self, until: str) -> None:
        """Until when nothing is told, as a time of day; empty: no such wish."""
        self.snooze_button.setText(self.tr("Tell me again") if until else self.tr("Nothing for an hour"))
        self.snooze_note.setText(self.tr("Nothing is told until {0}.").format(until) if until else "")
        self.snooze_note.setVisible(bool(until))
        self.snooze_button.setProperty("snoozed", bool(until))

    def set_tray(self, available: bool) -> None:
        """Without a tray closing the window always quits."""
        self.on_close.setEnabled(available)
        self.on_close_note.setText(
            "" if available else self.tr("This system has no tray, so closing the window ends the program.")
        )
        self.on_close_note.setVisible(not available)

    # --- Parts ---

    def _make_fields(self) -> None:
        self.account = QLabel()
        self.account.setMinimumHeight(CONTROL_HEIGHT)
        mark(self.account, "strong")
        self.password_button = QPushButton(self.tr("Change password…"))
        self.logins_button = QPushButton(self.tr("Where you are logged in…"))
        self.server = QLineEdit(self._server_url)
        self.server.setAccessibleName(self.tr("Server address"))
        self.server.setFixedWidth(_FIELD_WIDTH)
        self.server_button = QPushButton(self.tr("Connect"))
        self.server_note = self._note()
        self.theme = Choice(
            self.tr("Theme"),
            {Scheme.SYSTEM: self.tr("Like the system"), Scheme.LIGHT: self.tr("Light"), Scheme.DARK: self.tr("Dark")},
        )
        self.language = Choice(
            self.tr("Language"),
            {Language.SYSTEM: self.tr("Like the system"), Language.ENGLISH: "English", Language.GERMAN: "Deutsch"},
        )
        self.notify = Choice(
            self.tr("Tell me"),
            {
                Notify.ALL: self.tr("Everything"),
                Notify.IMPORTANT: self.tr("Important only"),
                Notify.NONE: self.tr("Nothing"),
            },
        )
        self.snooze_button = QPushButton()
        self.snooze_note = self._note()
        self.set_snoozed("")
        self.on_close = Choice(
            self.tr("When the window is closed"),
            {
                OnClose.ASK: self.tr("Ask"),
                OnClose.TO_TRAY: self.tr("Stay in the tray"),
                OnClose.QUIT: self.tr("Quit"),
            },
        )
        self.on_close_note = self._note()
        self.on_close_note.hide()
        self.start_at_login = QCheckBox(self.tr("Start when I log in to this computer"))
        self.start_at_login_note = self._note()
        self.start_at_login_note.hide()
        self.log_button = QPushButton(self.tr("Show log…"))

    def _note(self) -> QLabel:
        note = QLabel()
        note.setWordWrap(True)
        mark(note, "caption")
        return note

    def _account_rows(self) -> list[tuple[str, QWidget]]:
        return [
            (self.tr("Logged in as"), self.account),
            (self.tr("Password"), self.password_button),
            (self.tr("Logins"), self.logins_button),
        ]

    def _server_rows(self) -> list[tuple[str, QWidget]]:
        row = QWidget()
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(Space.S)
        inside.addWidget(self.server)
        inside.addWidget(self.server_button)
        row.setFocusProxy(self.server)
        return [(self.tr("Address"), row), ("", self.server_note)]

    def _notification_rows(self) -> list[tuple[str, QWidget]]:
        return [
            (self.tr("Tell me"), self.notify),
            (self.tr("Quiet"), self.snooze_button),
            ("", self.snooze_note),
        ]

    def _window_rows(self) -> list[tuple[str, QWidget]]:
        return [
            (self.tr("When the window is closed"), self.on_close),
            ("", self.on_close_note),
            ("", self.start_at_login),
            ("", self.start_at_login_note),
        ]

    def _card(self, title: str, rows: list[tuple[str, QWidget]]) -> QFrame:
        card = QFrame()
        mark(card, "card")
        heading = QLabel(title)
        mark(heading, "title")
        grid = QGridLayout(card)
        grid.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        grid.setHorizontalSpacing(Space.XL)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnMinimumWidth(0, 180)
        grid.setColumnStretch(1, 1)
        grid.addWidget(heading, 0, 0, 1, 2)
        for number, (name, widget) in enumerate(rows, 1):
            if name:
                label = QLabel(name)
                label.setBuddy(widget.focusProxy() or widget)
                mark(label, "muted")
                grid.addWidget(label, number, 0)
            fills = isinstance(widget, QLabel)
            grid.addWidget(widget, number, 1, Qt.AlignmentFlag(0) if fills else Qt.AlignmentFlag.AlignLeft)
        return card

    # --- What the user does ---

    def _wire(self) -> None:
        preferences = self._preferences
        self.server_button.clicked.connect(self._ask_for_server)
        self.server.returnPressed.connect(self._ask_for_server)
        self.server.textChanged.connect(self._show_server)
        self.theme.chosen.connect(lambda scheme: setattr(preferences, "scheme", scheme))
        self.language.chosen.connect(lambda language: setattr(preferences, "language", language))
        self.notify.chosen.connect(lambda level: setattr(preferences, "notify", level))
        self.on_close.chosen.connect(lambda choice: setattr(preferences, "on_close", choice))
        self.start_at_login.clicked.connect(self.start_at_login_requested)
        self.snooze_button.clicked.connect(
            lambda: self.snooze_requested.emit(not self.snooze_button.property("snoozed"))
        )
        self.log_button.clicked.connect(self.log_requested)
        self.password_button.clicked.connect(self.password_requested)
        self.logins_button.clicked.connect(self.logins_requested)
        preferences.changed.connect(self._show)

    def _ask_for_server(self) -> None:
        if (address := self._address()) is not None and address != self._server_url:
            self.server_requested.emit(address)

    def _address(self) -> str | None:
        return next(iter(meant_addresses(self.server.text())), None)

    # --- What is shown ---

    def _show(self) -> None:
        self.theme.choose(self._preferences.scheme)
        self.language.choose(self._preferences.language)
        self.notify.choose(self._preferences.notify)
        self.on_close.choose(self._preferences.on_close)
        self._show_server()

    def _show_server(self) -> None:
        address = self._address()
        self.server_button.setEnabled(address is not None and address != self._server_url)
        if address is None:
            self.server_note.setText(
                self.tr("This is not a server's address. Give one like http://localhost:4000 or https://desk.example.")
            )
        else:
            self.server_note.setText(self.tr("Another server asks for another login."))
        mark(self.server_note, "error" if address is None else "caption")
