"""The table of admins."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from enum import Enum, IntEnum
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.backend.api import Api
from desktop.models.paged import PagedModel
from desktop.wording.times import moment, moments
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

    columns = AdminColumn

    def __init__(self, api: Api) -> None:
        super().__init__(api)
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

    def heading(self, column: int) -> str:
        """Above a column."""
        return {
            AdminColumn.NAME: self.tr("Name"),
            AdminColumn.ROLE: self.tr("Role"),
            AdminColumn.STATE: self.tr("State"),
            AdminColumn.PRESENCE: self.tr("Presence"),
            AdminColumn.LAST_SEEN: self.tr("Last seen"),
        }[AdminColumn(column)]

    def forms(self, column: int) -> Sequence[str]:
        """Of all but names."""
        match AdminColumn(column):
            case AdminColumn.NAME:
                return ()
            case AdminColumn.ROLE:
                return [role_text(role) for role in Role]
            case AdminColumn.STATE:
                return [_state_text(state) for state in AccountState]
            case AdminColumn.PRESENCE:
                return self.tr("Online"), self.tr("Offline")
            case AdminColumn.LAST_SEEN:
                return (*moments(), self.tr("Never"))

    def tip(self, row: AdminAccount, column: int) -> str | None:
        """What a role means."""
        return role_meaning(row.role) if column == AdminColumn.ROLE else None

    def text(self, row: AdminAccount, column: int) -> str | None:
        """In a cell."""
        match AdminColumn(column):
            case AdminColumn.NAME:
                return row.username
            case AdminColumn.ROLE:
                return role_text(row.role)
            case AdminColumn.STATE:
                return _state_text(state_of(row))
            case AdminColumn.PRESENCE:
                return self.tr("Online") if row.is_online else self.tr("Offline")
            case AdminColumn.LAST_SEEN:
                return moment(row.last_seen) if row.last_seen is not None else self.tr("Never")


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
        Role.REPORTER: translate("Role", "Reporter"),
        Role.VIEWER: translate("Role", "Viewer"),
        Role.OPERATOR: translate("Role", "Operator"),
        Role.OWNER: translate("Role", "Owner"),
    }[role]


def role_meaning(role: Role) -> str:
    """What somebody of that role may do."""
    translate = QCoreApplication.translate
    return {
        Role.REPORTER: translate("Role", "For a program: it reports which users are online, and is shown nothing."),
        Role.VIEWER: translate("Role", "May look on: leads, queue and users. Changes nothing."),
        Role.OPERATOR: translate("Role", "Imports and activates leads, and looks after the queue."),
        Role.OWNER: translate("Role", "Everything, and besides: admins and the template of the email."),
    }[role]
