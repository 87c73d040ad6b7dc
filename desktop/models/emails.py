"""The tables of the Email Queue page: emails, in one state each."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, Qt

from desktop.backend.api import Api
from desktop.models.pickable import PickableModel
from desktop.models.standing import state_name
from desktop.models.times import ago, lengths_ago, lengths_until, until
from desktop.state.email_actions import Chosen, EmailPicks, part_of
from desktop.wording.numbers import whole
from desktop.wording.replies import in_full, meaning
from desktop.wording.times import about_when, exactly, moments
from server.contract import EmailSelection, EmailState, Page, QueuedEmail, QueuePart, SendingState

#: There is no next try of any email.
_STANDING_STILL = (SendingState.PAUSED, SendingState.BLOCKED, SendingState.CLOSED)
_MOST_ATTEMPTS = 999


class EmailColumn(IntEnum):
    """From left to right."""

    CHECK = 0
    EMAIL = 1
    NAME = 2
    ATTEMPTS = 3
    QUEUED = 4
    TIME = 5
    DETAIL = 6


@dataclass(frozen=True)
class EmailFilter:
    """What of a state is listed; ``cause`` and ``part`` (None: all) are for failed ones."""

    search: str = ""
    cause: str | None = None
    part: QueuePart | None = None


class EmailsModel(PickableModel[QueuedEmail]):
    """The emails in one state; some of them picked by the admin."""

    columns = EmailColumn
    picks: EmailPicks
    check_column = EmailColumn.CHECK
    asked_by = ("filter",)

    def __init__(self, api: Api, state: EmailState) -> None:
        picks = EmailPicks()
        super().__init__(api, picks)
        picks.setParent(self)
        self.state = state
        self.filter = EmailFilter()
        self._sending_state: SendingState | None = None

    def fetch(self, *, after: str | None, skip: int, limit: int) -> Coroutine[Any, Any, Page[QueuedEmail]]:
        """Ask the server for one page."""
        wanted = self.filter
        return self._api.queue_emails(
            self.state,
            search=wanted.search,
            cause=wanted.cause,
            held=None if wanted.part is None else wanted.part is QueuePart.HELD,
            bounced=None if wanted.part is None else wanted.part is QueuePart.BOUNCED,
            after=after,
            skip=skip,
            limit=limit,
        )

    def set_filter(self, wanted: EmailFilter) -> None:
        """List only those that match; what was picked is not any more."""
        if wanted != self.filter:
            self.filter = wanted
            self.picks.clear()
            self.reset()

    async def count(self) -> int:
        """How many match on the server at this moment. Raises :class:`DeskError`."""
        return (await self.fetch(after=None, skip=0, limit=1)).total

    def whole(self, count: int, *, cause_part: QueuePart | None) -> tuple[Chosen, QueuePart] | None:
        """Everything that is listed, counted as so many, and where it stands; None: the server takes no such choice.

        ``cause_part``: where those of the filter's cause stand.
        """
        if not self.has_pickable:
            return None
        wanted = self.filter
        part = QueuePart.PENDING
        if self.state is EmailState.FAILED:
            part = wanted.part or cause_part or QueuePart.FAILED
        came_back = part is QueuePart.BOUNCED
        if wanted.cause is not None:
            chosen = Chosen(EmailSelection(cause=wanted.cause), count, came_back=came_back)
            return None if wanted.search else (chosen, part)
        if wanted.search:
            return Chosen(EmailSelection(part=part, matching=wanted.search), count, came_back=came_back), part
        return Chosen(EmailSelection(part=part, everything=True), count, came_back=came_back), part

    def clear(self) -> None:
        """Nothing, also nothing picked."""
        self.picks.clear()
        super().clear()

    def export(self, path: Path) -> Coroutine[Any, Any, None]:
        """All that match the search, as a file."""
        return self._api.export_emails(self.state, self.filter.search, path)

    def heading(self, column: int) -> str:
        """Above a column."""
        time = {
            EmailState.PENDING: self.tr("Next try"),
            EmailState.PROCESSING: self.tr("Taken"),
            EmailState.FAILED: self._failed_heading(),
            EmailState.SENT: self.tr("Sent"),
        }[self.state]
        detail = self.tr("Server's answer") if self.state is EmailState.SENT else self.tr("Last error")
        if self.filter.part in (QueuePart.HELD, QueuePart.BOUNCED):
            detail = self.tr("Reason")
        return {
            EmailColumn.CHECK: "",
            EmailColumn.EMAIL: self.tr("Email"),
            EmailColumn.NAME: self.tr("Name"),
            EmailColumn.ATTEMPTS: self.tr("Attempts"),
            EmailColumn.QUEUED: self.tr("Queued"),
            EmailColumn.TIME: time,
            EmailColumn.DETAIL: detail,
        }[EmailColumn(column)]

    def _failed_heading(self) -> str:
        match self.filter.part:
            case QueuePart.HELD:
                return self.tr("Held")
            case QueuePart.BOUNCED:
                return self.tr("Came back")
            case _:
                return self.tr("Failed")

    @property
    def has_pickable(self) -> bool:
        """Nobody can change what is being sent, or was."""
        return self.state in (EmailState.PENDING, EmailState.FAILED)

    def can_pick(self, row: QueuedEmail) -> bool:
        """Emails about which something can be done."""
        return part_of(row) is not None

    def is_picked(self, row: QueuedEmail) -> bool:
        """Whether it is."""
        return self.picks.is_picked(row)

    def pick(self, rows: Sequence[QueuedEmail], *, picked: bool) -> None:
        """Pick these, or not any more."""
        self.picks.set_picked(rows, picked=picked)

    def forms(self, column: int) -> Sequence[str]:
        """Of numbers and lengths of time."""
        match EmailColumn(column):
            case EmailColumn.ATTEMPTS:
                return (whole(_MOST_ATTEMPTS),)
            case EmailColumn.QUEUED:
                return lengths_ago()
            case EmailColumn.TIME if self.state is EmailState.PENDING:
                from_when = (self.tr("From {0}").format(moment) for moment in moments())
                return (*lengths_until(), *from_when, *(state_name(state) for state in _STANDING_STILL))
            case EmailColumn.TIME:
                return lengths_ago()
            case _:
                return ()

    def tip(self, row: QueuedEmail, column: int) -> str | None:
        """All of what a server has said, and when it was that is told by how long ago."""
        match EmailColumn(column):
            case EmailColumn.DETAIL:
                return in_full(row.sentence, row.detail)
            case EmailColumn.QUEUED:
                return exactly(row.created_at)
            case EmailColumn.TIME:
                at = row.next_attempt_at if self.state is EmailState.PENDING else row.last_attempt_at
                return exactly(at) if at is not None else None
            case _:
                return None

    def text(self, row: QueuedEmail, column: int) -> str | None:
        """In a cell."""
        match EmailColumn(column):
            case EmailColumn.CHECK:
                return None
            case EmailColumn.EMAIL:
                return row.email
            case EmailColumn.NAME:
                return row.name
            case EmailColumn.ATTEMPTS:
                return QLocale().toString(row.attempts)
            case EmailColumn.QUEUED:
                return ago(row.created_at)
            case EmailColumn.TIME:
                if self.state is EmailState.PENDING:
                    return self._next_try(row)
                return ago(row.last_attempt_at) if row.last_attempt_at is not None else ""
            case EmailColumn.DETAIL:
                return meaning(row.sentence, row.detail)

    def set_sending_state(self, state: SendingState | None) -> None:
        """How sending stands, for the times of what waits; None: not known."""
        if state is not self._sending_state:
            self._sending_state = state
            if self.total:
                self.dataChanged.emit(
                    self.index(0, EmailColumn.TIME),
                    self.index(self.total - 1, EmailColumn.TIME),
                    [Qt.ItemDataRole.DisplayRole],
                )

    def _next_try(self, row: QueuedEmail) -> str:
        if self._sending_state in _STANDING_STILL:
            return state_name(self._sending_state)
        if row.not_before is not None:
            return self.tr("From {0}").format(about_when(row.not_before))
        return until(row.next_attempt_at) if row.next_attempt_at is not None else ""

    def emails_in(self, rows: range) -> list[QueuedEmail]:
        """Those of the rows that are here."""
        return [email for row in rows if row < self.total and (email := self.row_at(row)) is not None]
