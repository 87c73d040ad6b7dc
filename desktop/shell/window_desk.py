"""The window comes and goes: what closing it means, and how it is found again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.dialogs.closing import ClosingDialog
from desktop.dialogs.login import LoginDialog
from desktop.shell.main_window import MainWindow
from desktop.shell.memory import WindowMemory
from desktop.shell.sidebar import Place
from desktop.shell.tray import Tray
from desktop.state.preferences import OnClose, Preferences
from desktop.state.session import Session


class WindowDesk(QObject):
    """Between the window, the login, the tray and the preferences. The window never hides where there is no tray."""

    def __init__(
        self,
        window: MainWindow,
        login: LoginDialog,
        tray: Tray,
        memory: WindowMemory,
        session: Session,
        preferences: Preferences,
        *,
        quit_desktop: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._login = login
        self._tray = tray
        self._memory = memory
        self._session = session
        self._preferences = preferences
        self._quit = quit_desktop
        self.closing: ClosingDialog | None = None
        window.close_requested.connect(self._on_closed)
        login.close_requested.connect(self._on_login_closed)
        tray.open_requested.connect(self.open)
        tray.queue_requested.connect(self.open_queue)
        tray.server_requested.connect(self.choose_server)
        tray.available_changed.connect(self._on_tray_changed)

    @property
    def _has_window(self) -> bool:
        """Whether the main window is what there is to see: somebody is in, or will be when the server is back."""
        return self._session.admin is not None or self._session.is_expected

    def open(self) -> None:
        """Bring to the front what there is: the main window, or the login."""
        if self._has_window:
            self._window.come_to_front()
        else:
            self._login.show_again(self._session.reason)

    def open_at(self, place: Place) -> None:
        """As :meth:`open`, with that page if somebody is logged in."""
        if self._has_window:
            self._window.go_to(place)
        self.open()

    def open_queue(self) -> None:
        """As :meth:`open_at`."""
        self.open_at(Place.EMAIL_QUEUE)

    def choose_server(self) -> None:
        """Ask for another server, before anybody is logged in."""
        self._login.show_again(self._session.reason)
        self._login.choose_server()

    def _on_login_closed(self) -> None:
        if self._window.isVisible():  # it was only offered
            self._login.hide()
        else:
            self._quit()

    def _on_closed(self) -> None:
        if not self._tray.available:  # it could not be found again
            self._quit()
            return
        match self._preferences.on_close:
            case OnClose.TO_TRAY:
                self._hide_in_tray()
            case OnClose.QUIT:
                self._quit()
            case OnClose.ASK:
                self.closing = ClosingDialog(self._window)
                self.closing.chosen.connect(self._on_closing_chosen)
                self.closing.open()

    def _on_closing_chosen(self, stay: bool, remember: bool) -> None:
        if remember:
            self._preferences.on_close = OnClose.TO_TRAY if stay else OnClose.QUIT
        if stay:
            self._hide_in_tray()
        else:
            self._quit()

    def _hide_in_tray(self) -> None:
        self._memory.save()
        self._window.hide()

    def _on_tray_changed(self, available: bool) -> None:
        if not available and self._has_window and self._window.isHidden():
            self._window.come_to_front()  # else nobody would find it again
