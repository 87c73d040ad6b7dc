"""Which list of the queue is looked at, and what is searched for in it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QCoreApplication

from desktop.models.emails import EmailFilter
from server.contract import EmailState, FailureGroup, QueuePart

_LONGEST_SEARCH = 200  # letters that the server takes


class FailedView(Enum):
    """What of the failed ones is shown."""

    CAUSES = 0
    FAILED = 1
    BOUNCED = 2
    HELD = 3
    #: The emails of one cause.
    CAUSE = 4


_LISTED_BY = {
    QueuePart.FAILED: FailedView.FAILED,
    QueuePart.BOUNCED: FailedView.BOUNCED,
    QueuePart.HELD: FailedView.HELD,
}


def part_listed(view: FailedView) -> QueuePart | None:
    """What of the failed ones is listed there; None: parts of several."""
    return next((part for part, each in _LISTED_BY.items() if each is view), None)


class QueueView:
    """Each list keeps what is searched for in it while another one is looked at."""

    def __init__(self) -> None:
        self.state = EmailState.PENDING
        self.failed = FailedView.CAUSES
        self._cause: FailureGroup | None = None
        self._opened: dict[str, FailureGroup] = {}
        self._searches: dict[EmailState, str] = {}

    @property
    def shows_causes(self) -> bool:
        """Instead of emails."""
        return self.state is EmailState.FAILED and self.failed is FailedView.CAUSES

    @property
    def cause(self) -> FailureGroup | None:
        """The one whose emails are looked at."""
        return self.cause_in(self.state)

    def cause_in(self, state: EmailState) -> FailureGroup | None:
        """The one to which that list is narrowed."""
        return self._cause if state is EmailState.FAILED else None

    def open_cause(self, cause: FailureGroup) -> None:
        """All of its emails, whatever was searched for."""
        self._cause = self._opened[cause.cause] = cause
        self._searches.pop(EmailState.FAILED, None)
        self.failed = FailedView.CAUSE

    def look_at_failed(self, view: FailedView) -> None:
        """Other failed ones."""
        if view is not FailedView.CAUSE:
            self._cause = None
        self.failed = view

    @property
    def search(self) -> str:
        """In the list that is looked at."""
        return self._searches.get(self.state, "")

    def search_for(self, text: str, state: EmailState | None = None) -> None:
        """In that list, or in the one that is looked at."""
        self._searches[state or self.state] = text.strip()[:_LONGEST_SEARCH]

    def go_back_to(self, listed: EmailFilter) -> None:
        """Look at what is listed."""
        self.search_for(listed.search)
        if self.state is EmailState.FAILED:
            self._cause = self._opened.get(listed.cause or "")
            self.failed = _LISTED_BY[listed.part or QueuePart.FAILED]
            if self._cause is not None:
                self.failed = FailedView.CAUSE

    def email_filter(self) -> EmailFilter:
        """What of the emails is listed."""
        if self.state is not EmailState.FAILED:
            return EmailFilter(self.search)
        if self._cause is not None:
            return EmailFilter(self.search, cause=self._cause.cause)
        return EmailFilter(self.search, part=part_listed(self.failed))


def state_name(state: EmailState) -> str:
    """On a tab."""
    translate = QCoreApplication.translate
    return {
        EmailState.PENDING: translate("EmailState", "Waiting"),
        EmailState.PROCESSING: translate("EmailState", "Sending"),
        EmailState.FAILED: translate("EmailState", "Failed"),
        EmailState.SENT: translate("EmailState", "Sent"),
    }[state]
