"""The sidebar: where one can go, how many emails wait, how sending stands, who is online and who is logged in."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.shell.sending_line import SendingLine
from desktop.state.connection import Connection
from desktop.state.presence import PresenceState
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from desktop.theme.icons import icon, pixmap, set_icon
from desktop.theme.one_of import OneOf
from desktop.theme.scrolled import scrolled
from desktop.theme.style import mark, theme
from desktop.theme.tips import set_tip
from desktop.theme.tokens import Space
from desktop.wording.numbers import short, shortest
from server.contract import Admin, Role

_WIDTH = 256
_AROUND_NAME = 52  # pixels: the icon, and the room on both sides


class Place(IntEnum):
    """The pages, from top to bottom."""

    LEADS = 0
    EMAIL_QUEUE = 1
    USERS = 2
    ACTIVITY = 3
    SETTINGS = 4
    #: For owners; nobody else sees the way there.
    ADMINS = 5


_ICONS = {
    Place.LEADS: "leads",
    Place.EMAIL_QUEUE: "mail",
    Place.USERS: "users",
    Place.ACTIVITY: "activity",
    Place.SETTINGS: "settings",
    Place.ADMINS: "admins",
}


class NavButton(QPushButton):
    """The way to a page. What stands beside its name gives way to it."""

    def __init__(self, name: str, tip: str) -> None:
        super().__init__(name)
        self._tip = tip
        self._badges: tuple[QLabel, ...] = ()
        self._numbers: tuple[int, ...] = ()
        self.setCheckable(True)
        self.setAccessibleName(name)
        mark(self, "nav")
        set_tip(self, tip)

    def put_beside(self, *badges: QLabel) -> None:
        """What shows the numbers; the last one is the first to give way."""
        self._badges = badges
        inside = QHBoxLayout(self)
        inside.setContentsMargins(0, 0, Space.S, 0)
        inside.setSpacing(Space.XS)
        inside.addStretch()
        for badge in badges:
            badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
            badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inside.addWidget(badge, alignment=Qt.AlignmentFlag.AlignVCenter)

    def tell(self, *numbers: int) -> None:
        """One for each badge; 0 is not told."""
        self._numbers = numbers
        self.fit()

    def fit(self) -> None:
        """Numbers as exact as there is room for, and where there is none for all the first ones only; the tool tip has
        what they say.
        """
        font = self.font()
        font.setWeight(font.Weight.DemiBold)  # of the page that is shown
        room = self.width() - _AROUND_NAME - QFontMetrics(font).horizontalAdvance(self.text())
        told = [(badge, number) for badge, number in zip(self._badges, self._numbers, strict=False) if number]
        for worded in (short, shortest):
            for badge, number in told:
                badge.setText(worded(number))
            if self._takes(told) <= room:
                break
        while told and self._takes(told) > room:
            told.pop()
        for badge in self._badges:
            badge.setVisible(any(badge is seen for seen, _ in told))
        if self._badges:
            whole = sum(number > 0 for number in self._numbers) == len(told) and worded is short
            set_tip(self, self._tip if whole else f"{self.accessibleName()}\n{self._tip}")

    @staticmethod
    def _takes(told: Sequence[tuple[QLabel, int]]) -> int:
        return sum(badge.sizeHint().width() + Space.XS for badge, _ in told)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There is more room, or less."""
        super().resizeEvent(event)
        self.fit()


class Sidebar(QWidget):
    """``place_requested`` when the user wants to go somewhere."""

    place_requested = Signal(Place)
    logout_requested = Signal()

    def __init__(self, queue: QueueState, sending: Sending, presence: PresenceState, connection: Connection) -> None:
        super().__init__()
        self._queue = queue
        self._presence = presence
        self._connection = connection
        self._place = Place.LEADS
        mark(self, "sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)

        names = {
            Place.LEADS: self.tr("Leads"),
            Place.EMAIL_QUEUE: self.tr("Email Queue"),
            Place.USERS: self.tr("Users"),
            Place.ACTIVITY: self.tr("Activity"),
            Place.SETTINGS: self.tr("Settings"),
            Place.ADMINS: self.tr("Admins"),
        }
        self.buttons = {place: NavButton(name, _shortcut(place)) for place, name in names.items()}
        self._group = OneOf(self)
        for place, button in self.buttons.items():
            self._group.addButton(button, place)
        self.failed_badge, self.badge = QLabel(), QLabel()
        self.buttons[Place.EMAIL_QUEUE].put_beside(self.failed_badge, self.badge)
        self.sending_line = SendingLine(sending, queue, connection)
        self.online = QLabel()
        mark(self.online, "caption")
        self.online.setWordWrap(True)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.L, Space.M, Space.M)
        layout.setSpacing(Space.S)
        layout.addWidget(self._scrolled(), 1)
        layout.addLayout(self._who())

        self._group.idClicked.connect(lambda place: self.place_requested.emit(Place(place)))
        queue.changed.connect(self._show_count)
        presence.changed.connect(self._show_presence)
        connection.changed.connect(self._show_presence)
        theme.changed.connect(self._paint_icons)
        self._show_count()
        self._show_presence()
        self.set_place(Place.LEADS)

    def set_place(self, place: Place) -> None:
        """Where the user is."""
        self._place = place
        if any(button.hasFocus() for button in self.buttons.values()):
            self.buttons[place].setFocus()  # the focus must not stay where one is no more
        self.buttons[place].setChecked(True)
        self._paint_icons()

    def set_admin(self, admin: Admin) -> None:
        """Who is logged in, and so where they may go."""
        self.admin_name.setText(admin.username)
        activity = self.buttons[Place.ACTIVITY]
        activity.setEnabled(admin.role is not Role.VIEWER)
        closed = self.tr("The activity is for operators and owners.")
        set_tip(activity, _shortcut(Place.ACTIVITY) if activity.isEnabled() else closed)
        admins = self.buttons[Place.ADMINS]
        admins.setEnabled(admin.role is Role.OWNER)
        admins.setVisible(admins.isEnabled())
        self._paint_icons()

    # --- Parts ---

    def _scrolled(self) -> QScrollArea:
        """All but who is logged in: on a low screen there is not room for it at once."""
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        layout.addLayout(self._brand())
        layout.addSpacing(Space.L)
        for button in self.buttons.values():
            layout.addWidget(button)
        layout.addStretch()
        layout.addWidget(self.sending_line)
        layout.addSpacing(Space.S)
        layout.addWidget(self.online)
        return scrolled(inside)

    def _brand(self) -> QHBoxLayout:
        image = QLabel()
        image.setPixmap(pixmap("app", "", 28, 2.0))
        name = QLabel("Activation Desk")
        mark(name, "strong")
        brand = QHBoxLayout()
        brand.setSpacing(Space.S)
        brand.addWidget(image)
        brand.addWidget(name)
        brand.addStretch()
        return brand

    def _who(self) -> QHBoxLayout:
        self.admin_name = QLabel()
        mark(self.admin_name, "strong")
        self.logout_button = QPushButton()
        set_tip(self.logout_button, self.tr("Log out"))
        self.logout_button.setAccessibleName(self.tr("Log out"))
        mark(self.logout_button, "quiet")
        self.logout_button.clicked.connect(self.logout_requested)
        who = QHBoxLayout()
        who.addWidget(self.admin_name, 1)
        who.addWidget(self.logout_button)
        return who

    # --- What is shown ---

    def _show_count(self) -> None:
        total = self._queue.total
        failed = self._queue.counts.failed if self._queue.counts is not None else 0
        for badge, kind in ((self.badge, "badge"), (self.failed_badge, "badgeFailed")):
            mark(badge, "badgeStale" if self._queue.stale else kind)
        name = self.tr("Email Queue ({0})").format(QLocale().toString(total))
        if failed:
            name += ", " + self.tr("{0} failed").format(QLocale().toString(failed))
        self.buttons[Place.EMAIL_QUEUE].setAccessibleName(name)
        self.buttons[Place.EMAIL_QUEUE].tell(failed, total)

    def _show_presence(self) -> None:
        presence = self._presence.presence
        if presence is None or not self._connection.is_online:  # who is online cannot be known from here
            self.online.setText("")
            return
        lines = []
        if presence.admins:
            names = ", ".join(admin.username for admin in presence.admins)
            lines.append(self.tr("Online: {0}").format(names))
        if presence.users_online:
            lines.append(self.tr("%Ln user(s) online", "", presence.users_online))
        self.online.setText("\n".join(lines))

    def _paint_icons(self) -> None:
        colors = theme.colors
        for place, button in self.buttons.items():
            color = colors.accent if place is self._place else colors.muted
            set_icon(button, _ICONS[place], color if button.isEnabled() else colors.disabled, 20)
        self.logout_button.setIcon(icon("logout", colors.muted))


def _shortcut(place: Place) -> str:
    return f"Ctrl+{place + 1}"
