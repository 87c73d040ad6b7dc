"""The table of admins."""

from __future__ import annotations

from collections.abc import Coroutine
from enum import Enum, IntEnum
from typing import Any

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt

from desktop.backend.api import Api
from desktop.models.paged import ROW_ROLE, Index, PagedModel
from desktop.models.users import moment
from server.contract import AdminAccount, Page, Role


class AdminColumn(IntEnum):
    """From left to right."""

    NAME = 0
    ROLE = 1
    STATE = 2
    PRESENCE = 3
    LAST_SEEN = 4


class AccountState(Enum):
    """Whether somebody can log in by an account."""

    ACTIVE = "active"
    #: Its password was made by somebody else and has not been replaced yet.
    WAITING = "waiting"
    DISABLED = "disabled"


class AdminsModel(PagedModel[AdminAccount]):
    """By name. The server tells all of them at once: they are few."""

    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api
        #: All of them, as last told.
        self.admins: tuple[AdminAccount, ...] = ()

    async def _fetch(self, skip: int, limit: int) -> Page[AdminAccount]:
        self.admins = await self._api.admins()
        return Page(items=self.admins[skip : skip + limit], total=len(self.admins))

    def fetch(self, *, after: str | None, skip: int, limit: int) -> Coroutine[Any, Any, Page[AdminAccount]]:  # noqa: ARG002
        """Ask the server for them, and take one page."""
        return self._fetch(skip, limit)

    def clear(self) -> None:
        """Nobody is logged in."""
        self.admins = ()
        super().clear()

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """One for each :class:`AdminColumn`."""
        return len(AdminColumn)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            AdminColumn.NAME: self.tr("Name"),
            AdminColumn.ROLE: self.tr("Role"),
            AdminColumn.STATE: self.tr("State"),
            AdminColumn.PRESENCE: self.tr("Presence"),
            AdminColumn.LAST_SEEN: self.tr("Last seen"),
        }[AdminColumn(section)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, ROW_ROLE):
            return None
        admin = self.row_at(index.row())
        if role == ROW_ROLE or admin is None:
            return admin
        column = AdminColumn(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return role_meaning(admin.role) if column is AdminColumn.ROLE else None
        match column:
            case AdminColumn.NAME:
                return admin.username
            case AdminColumn.ROLE:
                return role_text(admin.role)
            case AdminColumn.STATE:
                return _state_text(state_of(admin))
            case AdminColumn.PRESENCE:
                return self.tr("Online") if admin.is_online else self.tr("Offline")
            case AdminColumn.LAST_SEEN:
                return moment(admin.last_seen) if admin.last_seen is not None else self.tr("Never")


def state_of(admin: AdminAccount) -> AccountState:
    """How the account stands."""
    if admin.disabled:
        return AccountState.DISABLED
    return AccountState.WAITING if admin.must_change_password else AccountState.ACTIVE


def _state_text(state: AccountState) -> str:
    translate = QCoreApplication.translate
    return {
        AccountState.ACTIVE: translate("AccountState", "Active"),
        AccountState.WAITING: translate("AccountState", "Must set a password"),
        AccountState.DISABLED: translate("AccountState", "Disabled"),
    }[state]


def role_text(role: Role) -> str:
    """What the role is called."""
    translate = QCoreApplication.translate
    return {
        Role.VIEWER: translate("Role", "Viewer"),
        Role.OPERATOR: translate("Role", "Operator"),
        Role.OWNER: translate("Role", "Owner"),
    }[role]


def role_meaning(role: Role) -> str:
    """What somebody of that role may do."""
    translate = QCoreApplication.translate
    return {
        Role.VIEWER: translate("Role", "May look on: leads, queue and users. Changes nothing."),
        Role.OPERATOR: translate("Role", "Imports and activates leads, and looks after the queue."),
        Role.OWNER: translate("Role", "Everything, and besides: admins and the template of the email."),
    }[role]
