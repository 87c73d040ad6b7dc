"""The tables of the Email Queue page: emails, in one state each."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QLocale, Qt

from desktop.backend.api import Api
from desktop.models.paged import PAGE, PagedModel
from desktop.models.rows import Index
from desktop.models.times import ago, until
from desktop.state.email_actions import Chosen, EmailPicks, part_of
from desktop.wording.replies import in_full, meaning
from desktop.wording.times import exactly
from server.contract import EmailSelection, EmailState, Page, QueuedEmail, QueuePart


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
    """What of a state is listed; ``cause`` and ``held`` (None: all) are for failed ones."""

    search: str = ""
    cause: str | None = None
    held: bool | None = None


class EmailsModel(PagedModel[QueuedEmail]):
    """The emails in one state; some of them picked by the admin."""

    columns = EmailColumn
    check_column = EmailColumn.CHECK

    def __init__(self, api: Api, state: EmailState) -> None:
        super().__init__()
        self._api = api
        self.state = state
        self.filter = EmailFilter()
        self.picks = EmailPicks(self)
        self.picks.changed.connect(self._on_picks_changed)

    def fetch(self, *, after: str | None, skip: int, limit: int) -> Coroutine[Any, Any, Page[QueuedEmail]]:
        """Ask the server for one page."""
        wanted = self.filter
        return self._api.queue_emails(
            self.state,
            search=wanted.search,
            cause=wanted.cause,
            held=wanted.held,
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

    def whole(self, count: int, *, cause_is_held: bool) -> tuple[Chosen, QueuePart] | None:
        """Everything that is listed, counted as so many, and where it stands; None: the server takes no such choice.

        ``cause_is_held``: what the filter's cause names did not fail, but is kept back.
        """
        wanted = self.filter
        part = QueuePart.PENDING
        if self.state is EmailState.FAILED:
            part = QueuePart.HELD if wanted.held or cause_is_held else QueuePart.FAILED
        if wanted.cause is not None:
            return None if wanted.search else (Chosen(EmailSelection(cause=wanted.cause), count), part)
        if wanted.search:
            return Chosen(EmailSelection(part=part, matching=wanted.search), count), part
        return Chosen(EmailSelection(part=part, everything=True), count), part

    def position_of(self, email_id: str) -> int | None:
        """The row in which it is, if that is here."""
        for page, emails in self._pages.items():
            for position, email in enumerate(emails):
                if email.id == email_id and page not in self._stale:
                    return page * PAGE + position
        return None

    def clear(self) -> None:
        """Nothing, also nothing picked."""
        self.picks.clear()
        super().clear()

    def heading(self, column: int) -> str:
        """Above a column."""
        time = {
            EmailState.PENDING: self.tr("Next try"),
            EmailState.PROCESSING: self.tr("Taken"),
            EmailState.FAILED: self.tr("Failed"),
            EmailState.SENT: self.tr("Sent"),
        }[self.state]
        detail = self.tr("Server's answer") if self.state is EmailState.SENT else self.tr("Last error")
        return {
            EmailColumn.CHECK: "",
            EmailColumn.EMAIL: self.tr("Email"),
            EmailColumn.NAME: self.tr("Name"),
            EmailColumn.ATTEMPTS: self.tr("Attempts"),
            EmailColumn.QUEUED: self.tr("Queued"),
            EmailColumn.TIME: time,
            EmailColumn.DETAIL: detail,
        }[EmailColumn(column)]

    def check(self, row: QueuedEmail) -> Qt.CheckState | None:
        """Whether it is picked, if it can be."""
        if part_of(row) is None:
            return None
        return Qt.CheckState.Checked if self.picks.is_picked(row) else Qt.CheckState.Unchecked

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
                    return until(row.next_attempt_at) if row.next_attempt_at is not None else ""
                return ago(row.last_attempt_at) if row.last_attempt_at is not None else ""
            case EmailColumn.DETAIL:
                return meaning(row.sentence, row.detail)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Emails that can be dealt with can be picked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == EmailColumn.CHECK and self.state in (EmailState.PENDING, EmailState.FAILED):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Pick an email, or not."""
        email = self.row_at(index.row())
        if role != Qt.ItemDataRole.CheckStateRole or email is None or part_of(email) is None:
            return False
        self.picks.set_picked((email,), picked=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def emails_in(self, rows: range) -> list[QueuedEmail]:
        """Those of the rows that are here."""
        return [email for row in rows if row < self.total and (email := self.row_at(row)) is not None]

    def _on_picks_changed(self) -> None:
        if self.total:
            self.dataChanged.emit(
                self.index(0, EmailColumn.CHECK),
                self.index(self.total - 1, EmailColumn.CHECK),
                [Qt.ItemDataRole.CheckStateRole],
            )
