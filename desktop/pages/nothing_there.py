"""What an empty list of emails means: that all is well."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.models.standing import left_over
from server.contract import EmailState, QueuePart
from server.contract.snapshot import QueueCounts


def nothing_there(
    state: EmailState, counts: QueueCounts | None, *, part: QueuePart | None, creating: bool
) -> tuple[str, str, str]:
    """Icon, title and a sentence. ``part``: which of the failed ones are meant (None: all).

    ``counts``: what is in the other lists. ``creating``: users are being created, whose emails will follow.
    """
    translate = QCoreApplication.translate
    match state:
        case EmailState.PENDING:
            return _nothing_waits(counts, creating=creating)
        case EmailState.PROCESSING:
            return (
                "send",
                translate("NothingThere", "Nothing is being sent"),
                translate("NothingThere", "Emails are here only for the moment in which a mail server takes them."),
            )
        case EmailState.FAILED if part is QueuePart.BOUNCED:
            return (
                "check-circle",
                translate("NothingThere", "Nothing came back"),
                translate("NothingThere", "Emails that a mail server accepted and sent back are listed here."),
            )
        case EmailState.FAILED if part is QueuePart.HELD:
            return (
                "check-circle",
                translate("NothingThere", "Nothing is held"),
                translate("NothingThere", "Emails that an admin keeps back are listed here."),
            )
        case EmailState.FAILED if counts is not None and counts.failed:
            return (
                "check-circle",
                translate("NothingThere", "Nothing else failed"),
                translate(
                    "NothingThere", "Mail servers have accepted every email. Some came back, and are listed there."
                ),
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


def _nothing_waits(counts: QueueCounts | None, *, creating: bool) -> tuple[str, str, str]:
    translate = QCoreApplication.translate
    if creating:
        title = translate("NothingThere", "Nothing waits yet")
        return "clock", title, translate("NothingThere", "Users are being created; their emails appear here.")
    title = translate("NothingThere", "Nothing waits")
    if counts is not None and counts.processing:
        return "send", title, translate("NothingThere", "The last emails are being sent.")
    if left := left_over(counts):
        return "alert", title, left
    sentence = translate("NothingThere", "Every email has left. New ones appear here as soon as leads are activated.")
    return "check-circle", title, sentence
