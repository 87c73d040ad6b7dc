"""What owners can do with the account of an admin."""

from __future__ import annotations

from enum import Enum

from server.contract import AdminAccount


class AdminAction(Enum):
    """In the order in which they are offered."""

    LOGINS = "logins"
    CHANGE_ROLE = "role"
    RESET = "reset"
    DISABLE = "disable"
    ENABLE = "enable"


def possible(admin: AdminAccount) -> tuple[AdminAction, ...]:
    """What makes sense with this account as it is. A disabled one has no logins."""
    if admin.disabled:
        return (AdminAction.CHANGE_ROLE, AdminAction.RESET, AdminAction.ENABLE)
    return (AdminAction.LOGINS, AdminAction.CHANGE_ROLE, AdminAction.RESET, AdminAction.DISABLE)
