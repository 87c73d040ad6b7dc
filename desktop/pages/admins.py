"""The Admins page: who may log in and what they may do. For owners; the way here is closed to others."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop.models.admins import AccountState, AdminColumn, AdminsModel, state_of
from desktop.pages.admin_bar import AdminBar, action_text
from desktop.pages.cells import ChipLook
from desktop.pages.empty_state import EmptyState
from desktop.pages.heading import Heading
from desktop.pages.listing import Listing
from desktop.pages.users import PresenceLook
from desktop.state.admin_actions import AdminAction, possible
from desktop.state.connection import Connection
from desktop.state.session import Session
from desktop.theme.style import mark, theme
from desktop.theme.tips import set_tip
from desktop.theme.tokens import Space
from server.contract import AdminAccount


class StateLook(ChipLook):
    """Green for who can log in, yellow for who has yet to set a password."""

    def colors_of(self, row: AdminAccount) -> tuple[str, str]:
        """The chip's colours."""
        colors = theme.colors
        return {
            AccountState.ACTIVE: (colors.success, colors.success_soft),
            AccountState.WAITING: (colors.warning, colors.warning_soft),
            AccountState.DISABLED: (colors.muted, colors.border),
        }[state_of(row)]


class AdminsPage(QWidget):
    """Shows them and asks for what is to be done; whoever listens does it.

    Signals:
        add_requested: the button.
        action_requested: an action, and the :class:`AdminAccount` it is for.
    """

    add_requested = Signal()
    action_requested = Signal(AdminAction, object)

    def __init__(self, model: AdminsModel, session: Session, connection: Connection) -> None:
        super().__init__()
        self._model = model
        self._session = session
        self._connection = connection
        #: Whose row is the current one, wherever it stands.
        self._chosen_id = ""
        mark(self, "page")
        self.heading = Heading(self.tr("Admins"))
        self.freshness = self.heading.follow(model, counts=True)
        self.add_button = QPushButton(self.tr("Add admin…"))
        mark(self.add_button, "primary")
        self.bar = AdminBar()
        self.listing = Listing(model, self.tr("Admins"), connection, say_empty=self._say_empty)
        self._dress_table()
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.add_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(head)
        layout.addWidget(self.bar)
        layout.addWidget(self.listing, 1)
        self._wire()
        self._show_bar()

    @property
    def chosen(self) -> AdminAccount | None:
        """Whose row is the current one."""
        row = self.listing.table.currentIndex().row()
        return self._model.row_at(row) if 0 <= row < self._model.total else None

    def choose(self, admin_id: str) -> None:
        """Make that row the current one, now or as soon as it is listed."""
        self._chosen_id = admin_id
        self._keep_chosen()

    def refresh(self) -> None:
        """Something became of somebody; what is not seen is asked for when it is."""
        if self.isVisible():
            self._model.refresh()

    # --- Parts ---

    def _dress_table(self) -> None:
        table = self.listing.table
        table.setObjectName("admins")
        table.set_look(AdminColumn.STATE, StateLook())
        table.set_look(AdminColumn.PRESENCE, PresenceLook())
        table.set_widths(
            {
                AdminColumn.ROLE: 120,
                AdminColumn.STATE: 190,
                AdminColumn.PRESENCE: 110,
                AdminColumn.LAST_SEEN: 160,
            },
            stretch=AdminColumn.NAME,
            give_way=(AdminColumn.LAST_SEEN,),
            least=160,
        )

    def _wire(self) -> None:
        table = self.listing.table
        self.add_button.clicked.connect(self.add_requested)
        self.bar.requested.connect(self._request)
        table.menu_requested.connect(lambda _row, where: self._show_menu(where))
        table.open_requested.connect(self._open_menu)
        table.selectionModel().currentRowChanged.connect(lambda *_: self._on_row_chosen())
        self._model.loaded.connect(self._keep_chosen)
        for changed in (self._model.loaded, self._model.modelReset, self._session.logged_in):
            changed.connect(self._show_bar)
        self._connection.changed.connect(self._on_connection_changed)

    # --- What the user does ---

    def _on_row_chosen(self) -> None:
        if self.chosen is not None:
            self._chosen_id = self.chosen.id
        self._show_bar()

    def _request(self, action: AdminAction) -> None:
        if self.chosen is not None:
            self.action_requested.emit(action, self.chosen)

    def _open_menu(self, row: int) -> None:
        """There is nothing else to open."""
        table = self.listing.table
        place = table.visualRect(self._model.index(row, AdminColumn.NAME)).center()
        self._show_menu(table.viewport().mapToGlobal(place))

    def _show_menu(self, where: QPoint) -> None:
        """Of the current row: the table has made it that."""
        admin = self.chosen
        if admin is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for action, why_not in self._actions(admin).items():
            entry = menu.addAction(action_text(action))
            entry.setEnabled(not why_not)
            set_tip(entry, why_not)
            entry.triggered.connect(lambda _=False, action=action: self.action_requested.emit(action, admin))
        menu.popup(where)

    # --- What is shown ---

    def _actions(self, admin: AdminAccount) -> dict[AdminAction, str]:
        """Those that make sense, and of each why not now; empty: it can be done."""
        return {action: self._why_not(action, admin) for action in possible(admin)}

    def _why_not(self, action: AdminAction, admin: AdminAccount) -> str:
        if not self._connection.is_online:
            return self.tr("Not connected to the server.")
        me = self._session.admin
        if me is None or admin.id != me.id:
            return ""
        # The new password would be shown to somebody who is logged out by it.
        if action is AdminAction.RESET:
            return self.tr("Change your own password on the Settings page.")
        return self.tr("Nobody disables themselves. Ask another owner.") if action is AdminAction.DISABLE else ""

    def _keep_chosen(self) -> None:
        """Rows have come or gone above it."""
        table = self.listing.table
        for number, admin in enumerate(self._model.admins):
            if admin.id == self._chosen_id and number != table.currentIndex().row():
                table.setCurrentIndex(self._model.index(number, AdminColumn.NAME))

    def _show_bar(self) -> None:
        online = self._connection.is_online
        self.add_button.setEnabled(online)
        set_tip(self.add_button, "" if online else self.tr("Not connected to the server."))
        admin = self.chosen
        if admin is None:
            self.bar.show_choice(self.tr("Choose an admin to change the account."), {})
        else:
            self.bar.show_choice(admin.username, self._actions(admin))
        self.bar.setVisible(self._model.total > 0)
        self._show_note()

    def _show_note(self) -> None:
        parts = [QLocale().toString(self._model.total)] if self._model.is_known else []
        online = sum(admin.is_online for admin in self._model.admins)
        if online and self._connection.is_online:
            parts.append(self.tr("%Ln online", "", online))
        self.heading.note.say(*parts)

    def _say_empty(self, empty: EmptyState) -> None:
        empty.say("admins", self.tr("No admins"), self.tr("Whoever may log in is listed here."))

    def _on_connection_changed(self) -> None:
        self._show_bar()
        if self._connection.is_online:
            self.refresh()  # what happened meanwhile was not followed

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What happened meanwhile was not followed."""
        super().showEvent(event)
        if self._connection.is_online:
            self._model.refresh()
