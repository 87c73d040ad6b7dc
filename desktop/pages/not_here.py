"""Why a list shows nothing although there may be something: it is on its way, or it cannot be had."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.pages.empty_state import EmptyState
from desktop.pages.freshness_note import FollowedModel


def has_rows(model: FollowedModel) -> bool:
    """Whether there are rows to show, or places for those that are on their way."""
    return model.total > 0 and (model.is_answered or model.error is None)


def say_why_not_here(empty: EmptyState, model: FollowedModel, *, lost: bool, behind: bool = False) -> bool:
    """Whether that is so, and then ``empty`` says why; else the list is known to be empty.

    ``lost``: the server cannot answer; ``behind``: there are rows that the list does not know of yet. An error comes
    with an action: to try again.
    """
    translate, error = QCoreApplication.translate, model.error
    known = model.is_known and not behind and (model.is_answered or not model.freshness.is_slow)
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
