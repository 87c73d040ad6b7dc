"""How sending stands: one name, one sign and one sentence for each state, wherever it is shown.

Sidebar, panel, tray and notifications ask here and word nothing by themselves: so none contradicts another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.models.times import span_until
from desktop.state.connection import Connection
from desktop.state.queue_status import QueueState
from desktop.state.sending import Sending
from desktop.wording.sentences import told, worded_or_neutral
from desktop.wording.times import about_when
from server.contract import EstimateBasis, Phrase, SendingState, SendingStatus
from server.contract.sentences import ended, joined
from server.contract.snapshot import QueueCounts


@dataclass(frozen=True)
class Standing:
    """What is shown of it."""

    icon: str
    #: Name of one of the theme's colours.
    color: str
    #: The state's name.
    headline: str
    #: How fast, how long, and why; perhaps nothing.
    why: str = ""
    #: When the queue will be empty; perhaps nothing.
    end: str = ""

    @property
    def caption(self) -> str:
        """All that there is to say besides the name."""
        return joined(self.why, self.end)


_SIGNS: Mapping[SendingState, tuple[str, str]] = {
    SendingState.IDLE: ("check-circle", "success"),
    SendingState.SENDING: ("send", "accent"),
    SendingState.SLOWED: ("clock", "warning"),
    SendingState.LIMITED: ("clock", "accent"),
    SendingState.WAITING: ("clock", "accent"),
    SendingState.BLOCKED: ("alert", "danger"),
    SendingState.PAUSED: ("pause", "warning"),
    SendingState.CLOSED: ("clock", "accent"),
}


def state_name(state: SendingState) -> str:
    """The one name of the state."""
    translate = QCoreApplication.translate
    return {
        SendingState.IDLE: translate("Sending", "Nothing to send"),
        SendingState.SENDING: translate("Sending", "Sending"),
        SendingState.SLOWED: translate("Sending", "Slowed"),
        SendingState.LIMITED: translate("Sending", "Limited"),
        SendingState.WAITING: translate("Sending", "Waiting"),
        SendingState.BLOCKED: translate("Sending", "Blocked"),
        SendingState.PAUSED: translate("Sending", "Paused"),
        SendingState.CLOSED: translate("Sending", "Outside of the sending hours"),
    }[state]


def standing(sending: Sending, queue: QueueState, connection: Connection) -> Standing:
    """What to show now."""
    translate = QCoreApplication.translate
    if connection.is_lost:
        why = translate("Sending", "Sending goes on without this window.") if sending.status is not None else ""
        return Standing("cloud-off", "muted", translate("Sending", "Not connected"), why)
    if not connection.is_online or sending.status is None or sending.stale:
        return Standing("clock", "muted", translate("Sending", "Connecting…"))
    return of_status(sending.status, queue.counts, creating=queue.creating)


def of_status(status: SendingStatus, counts: QueueCounts | None, *, creating: bool) -> Standing:
    """What to show of this. ``creating``: users are being created at this moment, whose emails will follow."""
    icon, color = _SIGNS[status.state]
    if status.state is SendingState.IDLE and counts is not None and counts.failed:
        icon, color = "alert", "danger"
    return Standing(icon, color, state_name(status.state), _why(status, counts, creating=creating), _end(status))


def reason(status: SendingStatus) -> str:
    """Why nothing is sent, as far as the server says it."""
    return told(status.sentence, status.message)


def endings(status: SendingStatus) -> str:
    """What will keep an account from sending before long; perhaps nothing."""
    return joined(*map(worded_or_neutral, status.warnings))


def bounces_unread(status: SendingStatus) -> str:
    """Why it is not known what came back; empty: it is, or nobody has asked for it."""
    return told(status.bounces.sentence, status.bounces.message) if status.bounces is not None else ""


def warnings(status: SendingStatus) -> str:
    """What there is to look after though emails leave; perhaps nothing."""
    return joined(endings(status), bounces_unread(status))


def left_over(counts: QueueCounts | None) -> str:
    """What has not left and will not by itself, and what came back, in sentences; empty: nothing."""
    translate = QCoreApplication.translate
    if counts is None or not counts.failed + counts.held:
        return ""
    number = QLocale().toString
    not_sent = counts.failed - counts.bounced
    failed, held = number(not_sent), number(counts.held)
    if not_sent and counts.held:
        left = translate("Sending", "All left but {0} that failed and {1} held.").format(failed, held)
    elif not_sent:
        left = translate("Sending", "All left but {0} that failed.").format(failed)
    elif counts.held:
        left = translate("Sending", "All left but {0} held.").format(held)
    else:
        left = translate("Sending", "All left.")
    came_back = translate("Sending", "{0} came back.").format(number(counts.bounced)) if counts.bounced else ""
    return joined(left, came_back)


def _why(status: SendingStatus, counts: QueueCounts | None, *, creating: bool) -> str:
    translate = QCoreApplication.translate
    wait = span_until(status.next_at)
    match status.state:
        case SendingState.IDLE if creating:
            return translate("Sending", "The first emails come as users are created.")
        case SendingState.IDLE:
            return left_over(counts)
        case SendingState.SENDING:
            return ""
        case SendingState.SLOWED if status.per_minute is not None:
            text = translate("Sending", "The mail server asked for it: about {0} a minute.")
            return text.format(_per_minute(status.per_minute))
        case SendingState.LIMITED if wait and status.next_count:
            text = translate("Sending", "The sending limit leaves room for the next {0} in {1}.")
            return text.format(QLocale().toString(status.next_count), wait)
        case SendingState.SLOWED:
            return translate("Sending", "The mail server asked for it.")
        case SendingState.LIMITED:
            return translate("Sending", "The sending limit leaves no room at the moment.")
        case SendingState.WAITING if status.sentence is not None and status.sentence.code == Phrase.LEAVE_FROM.code:
            return reason(status)
        case SendingState.WAITING:
            return joined(_waiting(wait), ended(reason(status)))
        case SendingState.BLOCKED:
            return joined(reason(status), _next_try(wait))
        case SendingState.PAUSED:
            return ended(reason(status))
        case SendingState.CLOSED if status.next_at is not None:
            goes_on = translate("Sending", "It goes on at {0}.").format(about_when(status.next_at))
            return joined(reason(status), goes_on)
        case SendingState.CLOSED:
            return reason(status)


def _waiting(wait: str) -> str:
    translate = QCoreApplication.translate
    if not wait:
        return translate("Sending", "All that is left was put off and is tried again by itself.")
    return translate("Sending", "All that is left was put off. Next try in {0}.").format(wait)


def _next_try(wait: str) -> str:
    """The moment of a try is not the moment of its result: then it says so, and does not begin to count anew."""
    translate = QCoreApplication.translate
    return translate("Sending", "Next try in {0}.").format(wait) if wait else translate("Sending", "It is tried now.")


def _per_minute(speed: float) -> str:
    return QLocale().toString(round(speed)) if speed >= 2 else QLocale().toString(speed, "f", 1)


def _end(status: SendingStatus) -> str:
    translate = QCoreApplication.translate
    if status.state is SendingState.PAUSED and status.next_at is None:
        return translate("Sending", "Nothing leaves until somebody resumes.")
    if status.state is SendingState.PAUSED and status.finished_at is None:
        return translate("Sending", "It goes on by itself.")
    if status.state in (SendingState.IDLE, SendingState.BLOCKED):
        return ""
    if status.finished_at is None:
        return translate("Sending", "When the queue will be empty cannot be said.")
    when = about_when(status.finished_at)
    if status.basis is EstimateBasis.MEASURED:
        return translate("Sending", "Empty at about {0}, at the measured speed.").format(when)
    if status.basis is EstimateBasis.DUE:
        return translate("Sending", "Empty at about {0}, when the last email is due.").format(when)
    return translate("Sending", "Empty at about {0}, by the limits.").format(when)
