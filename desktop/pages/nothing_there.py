"""What an empty list of emails means: that all is well."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from server.contract import EmailState


def nothing_there(state: EmailState, *, held: bool) -> tuple[str, str, str]:
    """Icon, title and a sentence. ``held``: of the failed ones, those that are kept back are meant."""
    translate = QCoreApplication.translate
    match state:
        case EmailState.PENDING:
            return (
                "check-circle",
                translate("NothingThere", "Nothing waits"),
                translate("NothingThere", "Every email has left. New ones appear here as soon as leads are activated."),
            )
        case EmailState.PROCESSING:
            return (
                "send",
                translate("NothingThere", "Nothing is being sent"),
                translate("NothingThere", "Emails are here only for the moment in which a mail server takes them."),
            )
        case EmailState.FAILED if held:
            return (
                "check-circle",
                translate("NothingThere", "Nothing is held"),
                translate("NothingThere", "Emails that an admin keeps back are listed here."),
            )
        case EmailState.FAILED:
            return (
                "check-circle",
                translate("NothingThere", "Nothing failed"),
                translate("NothingThere", "No email was refused."),
            )
        case EmailState.SENT:
            return (
                "send",
                translate("NothingThere", "Nothing sent yet"),
                translate("NothingThere", "What was sent is listed here, newest first."),
            )
