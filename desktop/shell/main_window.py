"""The main window: sidebar, pages, banner, toasts."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale, QSize, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop.pages.search_field import SearchField
from desktop.pages.table import Table
from desktop.platform.stacking import bring_to_front
from desktop.shell.banner import ConnectionBanner
from desktop.shell.sidebar import Place, Sidebar
from desktop.shell.toasts import Toasts
from desktop.state.connection import Connection
from desktop.state.queue_status import QueueState
from desktop.theme.style import mark
from desktop.theme.tokens import FOOT_HEIGHT, Space

#: What every page can be used at: a small screen at 200 %, less the bar of its desktop and the window's frame.
_SMALLEST = QSize(950, 480)
_USUAL = QSize(1240, 780)
#: How much of a screen it takes at first.
_SHARE = 0.8


class MainWindow(QMainWindow):
    """What closing means is decided by whoever listens to ``close_requested``."""

    close_requested = Signal()

    def __init__(
        self,
        *,
        sidebar: Sidebar,
        pages: Mapping[Place, QWidget],
        connection: Connection,
        queue: QueueState,
    ) -> None:
        super().__init__()
        self._queue = queue
        self.setMinimumSize(_SMALLEST)
        self.resize(_USUAL.boundedTo(self.screen().availableGeometry().size() * _SHARE))
        self.sidebar = sidebar
        self.banner = ConnectionBanner(connection)
        self.pages = QStackedWidget()
        for place, page in sorted(pages.items()):
            self.pages.insertWidget(place, page)
        self.toasts = Toasts(self)

        content = QVBoxLayout()
        content.setContentsMargins(Space.XL, Space.L, Space.XL, 0)
        content.setSpacing(0)
        content.addWidget(self.pages, 1)
        # At the foot and in a place of its own: when it comes, nothing moves under the hand.
        foot = QWidget()
        foot.setFixedHeight(FOOT_HEIGHT)
        below = QVBoxLayout(foot)
        below.setContentsMargins(0, Space.XS, 0, Space.XS)
        below.addWidget(self.banner)
        content.addWidget(foot)
        everything = QWidget()
        mark(everything, "window")
        layout = QHBoxLayout(everything)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(sidebar)
        layout.addLayout(content, 1)
        self.setCentralWidget(everything)

        sidebar.place_requested.connect(self.go_to)
        queue.changed.connect(self._show_title)
        self._show_title()

    def go_to(self, place: Place) -> None:
        """Show a page, unless the way there is closed to this admin."""
        if not self.sidebar.buttons[place].isEnabled():
            return
        self.pages.setCurrentIndex(place)
        self.sidebar.set_place(place)

    def leave_closed_page(self) -> None:
        """Go to where everybody may be, if the way to this page is closed by now."""
        if not self.sidebar.buttons[self.place].isEnabled():
            self.go_to(Place.LEADS)

    @property
    def place(self) -> Place:
        """The page that is shown."""
        return Place(self.pages.currentIndex())

    def focus_page(self) -> None:
        """Where one begins on the page that is shown: with the search, or else the list."""
        page = self.pages.currentWidget()
        for kind in (SearchField, Table):
            if page is not None and (widget := page.findChild(kind)) is not None:
                widget.setFocus()
                return

    def come_to_front(self) -> None:
        """Show the window, wherever it is."""
        self.setWindowState(self.windowState() & ~self.windowState().WindowMinimized)
        bring_to_front(self)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask what closing means."""
        event.ignore()
        self.close_requested.emit()

    def _show_title(self) -> None:
        total = self._queue.total
        number = QLocale().toString(total)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.setBadgeNumber(total)
        self.setWindowTitle(f"Activation Desk ({number})" if total else "Activation Desk")
