"""The Users page: who has become a user, and who of them is online."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.models.users import UserColumn, UsersModel
from desktop.pages.cells import ChipLook
from desktop.pages.empty_state import EmptyState
from desktop.pages.heading import Heading
from desktop.pages.listing import Listing
from desktop.pages.search_field import SearchField
from desktop.state.connection import Connection
from desktop.state.presence import PresenceState
from desktop.theme.style import mark, theme
from desktop.theme.tips import set_tip
from desktop.theme.tokens import Space
from server.contract import AdminAccount, User

_ONLINE, _EVERYBODY = "online", "everybody"


class PresenceLook(ChipLook):
    """Green for those who are online."""

    def colors_of(self, row: User | AdminAccount) -> tuple[str, str]:
        """The chip's colours."""
        colors = theme.colors
        return (colors.success, colors.success_soft) if row.is_online else (colors.muted, colors.border)


class UsersPage(QWidget):
    """Looks on only: users are made from leads, and look after themselves."""

    export_requested = Signal()

    def __init__(self, model: UsersModel, presence: PresenceState, connection: Connection) -> None:
        super().__init__()
        self._model = model
        self._presence = presence
        self._connection = connection
        mark(self, "page")
        self.heading = Heading(self.tr("Users"))
        self.freshness = self.heading.follow(model, counts=True)
        self.search = SearchField(self.tr("Search users"), widest=360)
        self.search.setPlaceholderText(self.tr("Search name or address"))
        self.online_only = QCheckBox(self.tr("Online only"))
        self.export_button = QPushButton(self.tr("Export…"))
        set_tip(self.export_button, self.tr("Save all users that match as CSV"))
        tools = QHBoxLayout()
        tools.setSpacing(Space.L)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.online_only)
        tools.addStretch()
        self.listing = Listing(model, self.tr("Users"), connection, say_empty=self._say_empty)
        self._dress_table()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.export_button)
        layout.addLayout(head)
        layout.addLayout(tools)
        layout.addWidget(self.listing, 1)
        self._wire()

    def _dress_table(self) -> None:
        table = self.listing.table
        table.setObjectName("users")
        table.set_look(UserColumn.PRESENCE, PresenceLook())
        table.set_widths(
            {
                UserColumn.NAME: 200,
                UserColumn.PRESENCE: 110,
                UserColumn.LAST_SEEN: 160,
                UserColumn.ACTIVATED_AT: 160,
            },
            stretch=UserColumn.EMAIL,
            give_way=(UserColumn.LAST_SEEN,),
            least=190,
            most={UserColumn.NAME: 320},
            enough=360,
        )
        header = table.horizontalHeader()
        header.setSortIndicator(UserColumn.ACTIVATED_AT, Qt.SortOrder.DescendingOrder)

    def _wire(self) -> None:
        self.search.settled.connect(self._apply_filter)
        self.online_only.toggled.connect(self._apply_filter)
        self.listing.table.let_go_requested.connect(self.search.let_go)
        self.listing.empty_action_requested.connect(self._show_all)
        self._model.total_changed.connect(self._show_note)
        self._model.given_up.connect(self._show_filter)
        self._presence.changed.connect(self._on_presence_changed)
        self.export_button.clicked.connect(self.export_requested)
        self._connection.changed.connect(self._show_note)
        self._show_note()

    def view_name(self) -> str:
        """Who is listed, to be remembered."""
        return _ONLINE if self.online_only.isChecked() else _EVERYBODY

    def show_view_named(self, name: str) -> None:
        """Those again."""
        if name in (_ONLINE, _EVERYBODY):
            self.online_only.setChecked(name == _ONLINE)
            self._apply_filter()

    def _apply_filter(self) -> None:
        self._model.set_filter(self.search.text().strip()[:200], online_only=self.online_only.isChecked())

    def _show_filter(self) -> None:
        """As the list is, whatever was searched for meanwhile."""
        self.search.put(self._model.search)
        with QSignalBlocker(self.online_only):
            self.online_only.setChecked(self._model.online_only)

    def _show_all(self) -> None:
        self.search.put("")
        self.online_only.setChecked(False)
        self._apply_filter()

    def _say_empty(self, empty: EmptyState) -> None:
        if self._model.is_filtered:
            empty.say("search", self.tr("Nobody matches"), self.tr("No user is like this."), self.tr("Show all users"))
        else:
            empty.say("users", self.tr("No users yet"), self.tr("Activate leads, and they are listed here."))

    def _show_note(self) -> None:
        presence = self._presence.presence
        parts = [QLocale().toString(self._model.total)]
        if presence is not None and self._connection.is_online:
            parts.append(self.tr("%Ln online", "", presence.users_online))
        self.heading.note.say(*parts)
        self.export_button.setEnabled(self._connection.is_online and self._model.total > 0)

    def _on_presence_changed(self) -> None:
        self._show_note()
        if self.isVisible():
            self._model.refresh()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What happened meanwhile was not followed."""
        super().showEvent(event)
        self._model.refresh()
