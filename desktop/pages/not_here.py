"""Why a list shows nothing although there may be something: it is on its way, or it cannot be had."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.backend.errors import DeskError
from desktop.pages.empty_state import EmptyState


def say_why_not_here(empty: EmptyState, *, error: DeskError | None, known: bool, lost: bool) -> bool:
    """Whether that is so, and then ``empty`` says why; else the list is known to be empty.

    ``known``: the server has answered; ``lost``: it cannot. An error comes with an action: to try again.
    """
    translate = QCoreApplication.translate
    if error is not None:
        empty.say("cloud-off" if lost else "alert", error.title, error.message, translate("NotHere", "Try again"))
    elif not known and lost:
        empty.say(
            "cloud-off",
            translate("NotHere", "Not connected"),
            translate("NotHere", "The list appears when the server is back."),
        )
    elif not known:
        empty.say("clock", translate("NotHere", "Loading…"), translate("NotHere", "The server is asked for the list."))
    else:
        return False
    return True
