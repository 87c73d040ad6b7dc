"""Who has done something, where it was not an admin at a desktop."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from server.contract import COMMAND_LINE, FIRST_OWNER, MAIL_SERVERS, UNKNOWN_NAME


def actor_text(by: str) -> str:
    """The admin's name, or what stands for those who have none."""
    translate = QCoreApplication.translate
    return {
        COMMAND_LINE: translate("Actor", "Command line"),
        MAIL_SERVERS: translate("Actor", "Mail servers"),
        FIRST_OWNER: translate("Actor", "First owner"),
        UNKNOWN_NAME: translate("Actor", "Unknown name"),
    }.get(by, by)
