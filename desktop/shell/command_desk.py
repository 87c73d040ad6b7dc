"""The commands of this desktop, by shortcut and in the palette: what each is called and when it can be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLineEdit

from desktop.pages.leads import LeadsPage
from desktop.shell.account_desk import AccountDesk
from desktop.shell.activation_desk import ActivationDesk
from desktop.shell.admins_desk import AdminsDesk
from desktop.shell.commands import Command, add_shortcuts
from desktop.shell.leads_desk import LeadsDesk
from desktop.shell.main_window import MainWindow
from desktop.shell.palette import Palette
from desktop.shell.sidebar import Place
from desktop.state.connection import Connection, Phase
from desktop.state.pausing import Pausing
from desktop.state.preferences import Preferences
from desktop.theme.tokens import Scheme


class CommandDesk(QObject):
    """Says what there is to do; it is done by others."""

    def __init__(
        self,
        window: MainWindow,
        connection: Connection,
        pausing: Pausing,
        preferences: Preferences,
        leads_page: LeadsPage,
        activation_desk: ActivationDesk,
        leads_desk: LeadsDesk,
        admins_desk: AdminsDesk,
        account_desk: AccountDesk,
        *,
        refreshers: Mapping[Place, Sequence[Callable[[], None]]],
        show_log: Callable[[], None],
        log_out: Callable[[], None],
        quit_desktop: Callable[[], None],
    ) -> None:
        """``refreshers`` ask again for what is on a page."""
        super().__init__(window)
        self._window = window
        self._connection = connection
        self._pausing = pausing
        self._preferences = preferences
        self._refreshers = refreshers
        self._activation_desk = activation_desk
        self.commands = (
            *self._places(),
            *self._on_this_page(),
            Command(
                self.tr("Activate the picked leads"),
                self._activate,
                "Ctrl+Return",
                leads_page.activate_button.isEnabled,
            ),
            Command(self.tr("Import leads"), leads_desk.open_import, "Ctrl+I", leads_page.import_button.isEnabled),
            Command(self.tr("Show imports"), leads_desk.show_imports, possible=leads_page.imports_button.isEnabled),
            Command(
                self.tr("Export leads"), leads_desk.ask_where_to_export, "Ctrl+E", leads_page.export_button.isEnabled
            ),
            *self._sending_and_looks(),
            Command(self.tr("Add an admin"), admins_desk.add, possible=admins_desk.may_add),
            Command(self.tr("Change my password"), account_desk.change_password, possible=self._is_online),
            Command(self.tr("Where am I logged in?"), account_desk.show_logins, possible=self._is_online),
            Command(self.tr("Show the log"), show_log, "Ctrl+L"),
            Command(self.tr("Close the window"), window.close, "Ctrl+W"),
            Command(self.tr("Log out"), log_out),
            Command(self.tr("Quit"), quit_desktop, "Ctrl+Q"),
        )
        add_shortcuts(window, self.commands)

    def open_palette(self) -> Palette:
        """Let one type what is to be done."""
        palette = Palette(self._window, [each for each in self.commands if each.run != self.open_palette])
        palette.open()
        return palette

    def _places(self) -> tuple[Command, ...]:
        return tuple(
            Command(
                self.tr("Go to {0}").format(button.text()),
                partial(self._window.go_to, place),
                f"Ctrl+{place + 1}",
                button.isEnabled,
            )
            for place, button in self._window.sidebar.buttons.items()
        )

    def _on_this_page(self) -> tuple[Command, ...]:
        return (
            Command(self.tr("Commands"), self.open_palette, "Ctrl+K"),
            Command(self.tr("Search on this page"), self._search, "Ctrl+F", lambda: self._search_field() is not None),
            Command(self.tr("Refresh"), self._refresh, "F5", self._is_online),
        )

    def _sending_and_looks(self) -> tuple[Command, ...]:
        pausing, connection = self._pausing, self._connection
        return (
            Command(
                self.tr("Pause sending"),
                pausing.toggle,
                possible=lambda: pausing.is_possible and not pausing.is_paused,
            ),
            Command(
                self.tr("Resume sending"),
                pausing.toggle,
                possible=lambda: pausing.is_possible and pausing.is_paused,
            ),
            Command(
                self.tr("Connect now"),
                connection.retry_now,
                "Ctrl+R",
                lambda: connection.phase is Phase.OFFLINE,
            ),
            Command(self.tr("Use the light theme"), partial(setattr, self._preferences, "scheme", Scheme.LIGHT)),
            Command(self.tr("Use the dark theme"), partial(setattr, self._preferences, "scheme", Scheme.DARK)),
        )

    def _activate(self) -> None:
        """With the list behind the question from which they were picked."""
        self._window.go_to(Place.LEADS)
        self._activation_desk.ask_to_confirm()

    def _is_online(self) -> bool:
        return self._connection.is_online

    def _search_field(self) -> QLineEdit | None:
        field = getattr(self._window.pages.currentWidget(), "search", None)
        return field if isinstance(field, QLineEdit) else None

    def _search(self) -> None:
        if (field := self._search_field()) is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            field.selectAll()

    def _refresh(self) -> None:
        """Only what is on screen; the rest is asked for when it is looked at."""
        for refresh in self._refreshers.get(self._window.place, ()):
            refresh()
