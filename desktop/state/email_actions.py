"""What can be done about emails, which are meant, and where it makes sense."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject

from desktop.state.picks import Picks
from desktop.wording.replies import meaning
from server.contract import EmailSelection, EmailState, FailureGroup, QueuedEmail, QueuePart


class EmailAction(StrEnum):
    """The names are those of the server's routes."""

    RETRY = "retry"
    CORRECT = "correct"
    HOLD = "hold"
    RELEASE = "release"
    DISCARD = "discard"


def part_of(email: QueuedEmail) -> QueuePart | None:
    """Where it stands, for the server; None: nobody can change it."""
    match email.state:
        case EmailState.PENDING:
            return QueuePart.PENDING
        case EmailState.FAILED:
            if email.held:
                return QueuePart.HELD
            return QueuePart.BOUNCED if email.bounced else QueuePart.FAILED
        case EmailState.PROCESSING | EmailState.SENT:
            return None


def possible(part: QueuePart | None) -> tuple[EmailAction, ...]:
    """What can be done there, the most likely first."""
    match part:
        case QueuePart.PENDING:
            return (EmailAction.RETRY, EmailAction.HOLD, EmailAction.CORRECT, EmailAction.DISCARD)
        case QueuePart.FAILED:
            return (EmailAction.RETRY, EmailAction.CORRECT, EmailAction.DISCARD)
        case QueuePart.BOUNCED:
            return (EmailAction.CORRECT, EmailAction.RETRY, EmailAction.DISCARD)
        case QueuePart.HELD:
            return (EmailAction.RELEASE, EmailAction.CORRECT, EmailAction.DISCARD)
        case None:
            return ()


@dataclass(frozen=True)
class Chosen:
    """The emails that an action is for, and as how many they were counted."""

    selection: EmailSelection
    count: int
    #: The one that it is, when it is one.
    email: QueuedEmail | None = None
    #: What they have in common, in our words.
    cause: str = ""
    #: Some of them had been accepted: their first password has left.
    came_back: bool = False


def one(email: QueuedEmail) -> Chosen:
    """This one."""
    return Chosen(EmailSelection(ids=(email.id,)), 1, email, came_back=email.bounced)


def for_many(part: QueuePart | None) -> tuple[EmailAction, ...]:
    """What can be done with several there at once: to correct an address is for one."""
    return tuple(action for action in possible(part) if action is not EmailAction.CORRECT)


def part_of_cause(group: FailureGroup) -> QueuePart:
    """Where its emails stand."""
    if group.held:
        return QueuePart.HELD
    return QueuePart.BOUNCED if group.bounced else QueuePart.FAILED


def of_cause(group: FailureGroup) -> tuple[Chosen, tuple[EmailAction, ...]]:
    """All that failed (or are held) for this cause, and what can be done with them."""
    common = meaning(group.sentence, group.cause)
    chosen = Chosen(EmailSelection(cause=group.cause), group.count, cause=common, came_back=group.bounced)
    return chosen, for_many(part_of_cause(group))


_Kept = tuple[dict[str, QueuedEmail], Chosen | None]


class EmailPicks(Picks):
    """The picked emails of one list: some, or everything that it lists."""

    #: What the server takes by id at once.
    MOST = 10_000

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A dict, because it keeps the order of picking.
        self._emails: dict[str, QueuedEmail] = {}
        self._all: Chosen | None = None
        self._part: QueuePart | None = None

    @property
    def count(self) -> int:
        """How many."""
        return self._all.count if self._all is not None else len(self._emails)

    @property
    def covers_all(self) -> bool:
        """Whether everything that is listed is picked, on pages never seen too."""
        return self._all is not None

    @property
    def is_whole(self) -> bool:
        """There are no exceptions."""
        return self.covers_all

    def is_picked(self, email: QueuedEmail) -> bool:
        """Whether this one, which is listed, is picked."""
        return self._all is not None or email.id in self._emails

    def set_picked(self, emails: Iterable[QueuedEmail], *, picked: bool) -> None:
        """Pick these, or not any more. To take one from "everything" leaves nothing picked: there are no exceptions."""
        if self._all is not None:
            self._all = None
            self._emails.clear()
        else:
            for email in emails:
                if not picked:
                    self._emails.pop(email.id, None)
                elif part_of(email) is not None and len(self._emails) < self.MOST:
                    self._emails[email.id] = email
        self.changed.emit()

    def pick_all(self, chosen: Chosen, part: QueuePart | None) -> None:
        """Pick everything that is listed; ``part``: where all of it stands, None: that differs."""
        self._emails.clear()
        self._all, self._part = chosen, part
        self.replaced.emit()
        self.changed.emit()

    def clear(self) -> None:
        """Pick nothing."""
        if self.count or self._all is not None:
            self._emails.clear()
            self._all = None
            self.replaced.emit()
            self.changed.emit()

    def kept(self) -> _Kept:
        """What is picked now, for :meth:`put_back`."""
        return dict(self._emails), self._all

    def put_back(self, kept: _Kept) -> None:
        """Pick what was picked then."""
        emails, self._all = kept
        self._emails = dict(emails)
        self.changed.emit()

    def chosen(self) -> Chosen | None:
        """What an action would be for; None: nothing is picked."""
        if self._all is not None:
            return self._all
        if not self._emails:
            return None
        emails = tuple(self._emails.values())
        if len(emails) == 1:
            return one(emails[0])
        came_back = any(email.bounced for email in emails)
        return Chosen(EmailSelection(ids=tuple(self._emails)), len(emails), came_back=came_back)

    def actions(self) -> tuple[EmailAction, ...]:
        """What can be done with all that are picked; to correct an address is for one."""
        if self._all is not None:
            return for_many(self._part)
        parts = {part_of(email) for email in self._emails.values()}
        common = [set(possible(part)) for part in parts]
        both = set.intersection(*common) if common else set()
        if QueuePart.HELD in parts and parts & {QueuePart.FAILED, QueuePart.BOUNCED} and QueuePart.PENDING not in parts:
            both.add(EmailAction.RETRY)  # which lets the held ones go, too
        if len(self._emails) != 1:
            both.discard(EmailAction.CORRECT)
        return tuple(action for action in EmailAction if action in both)
